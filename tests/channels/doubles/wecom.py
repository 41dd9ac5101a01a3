"""WeCom's robot webhook, by the fields, limits and codes of documents 91770 and 90313 (read in November 2026)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from tests.channels.doubles.answering import Answer, Call, Double, Wrong, checked

_BAD_URL = "invalid webhook url, hint: [1700000000], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com"


class WecomDouble(Double):
    """One corporation; *keys* are its robots', each with so many messages that it may still send."""

    def __init__(self, *keys: str, most: int = 20) -> None:
        super().__init__()
        self.left = dict.fromkeys(keys, most)

    def answer(self, call: Call) -> Answer:
        """See `Double`."""
        key = call.query.get("key", "")
        is_there = (call.method, call.path) == ("POST", "/cgi-bin/webhook/send")
        if not is_there or set(call.query) != {"key"} or key not in self.left:
            raise Wrong(_code(93000, _BAD_URL))
        if self.left[key] <= 0:
            raise Wrong(_code(45009, "api freq out of limit"))
        if call.headers.get("content-type", "").split(";")[0] != "application/json":
            raise Wrong(_code(43004, "invalid HTTP content-type"))
        kind = call.fields.get("msgtype")
        if kind not in ("text", "markdown", "image"):
            raise Wrong(_code(40008, "invalid message type"))
        body = checked(call.fields, {"msgtype": str, kind: dict}, no=_parameter(kind))
        read = _image(body["image"]) if kind == "image" else _words(kind, body[kind])
        self.left[key] -= 1
        self.heard.append({"key": key, **read})
        return _code(0, "ok")


def _words(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    allowed = {"mentioned_list": list, "mentioned_mobile_list": list} if kind == "text" else {}
    content = checked(found, {"content": str}, allowed, no=_parameter(kind))["content"]
    longest = 2048 if kind == "text" else 4096
    if not content:
        raise Wrong(_code(44004, "empty content"))
    if len(content.encode()) > longest:
        raise Wrong(_code(40058, f"{kind}.content exceed max length {longest}. invalid Request Parameter"))
    return {kind: content}


def _image(found: dict[str, Any]) -> dict[str, Any]:
    checked(found, {"base64": str, "md5": str}, no=_parameter("image"))
    try:
        picture = base64.b64decode(found["base64"], validate=True)
    except binascii.Error as error:
        raise Wrong(_code(301019, "media file md5 not match")) from error
    if hashlib.md5(picture).hexdigest() != found["md5"]:
        raise Wrong(_code(301019, "media file md5 not match"))
    if len(picture) > 2 * 1024 * 1024:
        raise Wrong(_code(40009, "invalid image size"))
    if not picture.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Wrong(_code(40004, "invalid media type"))
    return {"image": picture}


def _parameter(kind: str) -> Answer:
    return _code(40058, f"{kind} invalid Request Parameter")


def _code(code: int, words: str) -> Answer:
    return Answer(data={"errcode": code, "errmsg": words})
