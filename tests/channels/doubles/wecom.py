"""WeCom's robot webhook, by the fields, limits and codes of documents 91770 and 90313 (read in November 2026)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from tests.channels.doubles.robots import Asked, Robot, Wrong, fields

_BAD_URL = "invalid webhook url, hint: [1700000000], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com"


class WecomDouble(Robot):
    """One corporation; *keys* are its robots', each with so many messages that it may still send."""

    def __init__(self, *keys: str, most: int = 20) -> None:
        super().__init__()
        self.left = dict.fromkeys(keys, most)

    def judge(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """See `Robot`."""
        key = asked.query.get("key", "")
        if asked.path != "/cgi-bin/webhook/send" or set(asked.query) != {"key"} or key not in self.left:
            raise Wrong(200, errcode=93000, errmsg=_BAD_URL)
        if self.left[key] <= 0:
            raise Wrong(200, errcode=45009, errmsg="api freq out of limit")
        if asked.headers.get("content-type", "").split(";")[0] != "application/json":
            raise Wrong(200, errcode=43004, errmsg="invalid HTTP content-type")
        body, kind = asked.object(), asked.object().get("msgtype")
        if kind not in ("text", "markdown", "image"):
            raise Wrong(200, errcode=40008, errmsg="invalid message type")
        fields(body, {"msgtype": str, kind: dict}, {}, _parameter(kind))
        read = _image(body["image"]) if kind == "image" else _words(kind, body[kind])
        self.left[key] -= 1
        return {"errcode": 0, "errmsg": "ok"}, {"key": key, **read}


def _words(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    allowed = {"mentioned_list": list, "mentioned_mobile_list": list} if kind == "text" else {}
    content = fields(found, {"content": str}, allowed, _parameter(kind))["content"]
    longest = 2048 if kind == "text" else 4096
    if not content:
        raise Wrong(200, errcode=44004, errmsg="empty content")
    if len(content.encode()) > longest:
        raise Wrong(200, errcode=40058, errmsg=f"{kind}.content exceed max length {longest}. invalid Request Parameter")
    return {kind: content}


def _image(found: dict[str, Any]) -> dict[str, Any]:
    fields(found, {"base64": str, "md5": str}, {}, _parameter("image"))
    try:
        picture = base64.b64decode(found["base64"], validate=True)
    except binascii.Error as error:
        raise Wrong(200, errcode=301019, errmsg="media file md5 not match") from error
    if hashlib.md5(picture).hexdigest() != found["md5"]:
        raise Wrong(200, errcode=301019, errmsg="media file md5 not match")
    if len(picture) > 2 * 1024 * 1024:
        raise Wrong(200, errcode=40009, errmsg="invalid image size")
    if not picture.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Wrong(200, errcode=40004, errmsg="invalid media type")
    return {"image": picture}


def _parameter(kind: str) -> Wrong:
    return Wrong(200, errcode=40058, errmsg=f"{kind} invalid Request Parameter")
