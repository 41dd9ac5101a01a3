"""Feishu's custom robot and an app's uploads, by the fields, limits and codes of its guide (read in November 2026)."""

from __future__ import annotations

import base64
import hmac
import time
from email.message import Message
from email.parser import BytesParser
from typing import Any

from tests.channels.doubles.robots import Asked, Robot, Wrong, fields

APP, APP_SECRET, TOKEN = "cli_a1", "app-secret-1", "t-token-1"
_BAD = Wrong(200, code=9499, msg="Bad Request", data={})


class FeishuDouble(Robot):
    """One organisation; *robots*: key → secret (empty: it does not sign). It has one app that may upload."""

    def __init__(self, robots: dict[str, str], most: int = 100) -> None:
        super().__init__()
        self.robots, self.left = robots, dict.fromkeys(robots, most)
        self.images: dict[str, bytes] = {}
        self.token = TOKEN

    def judge(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """See `Robot`."""
        if asked.path == "/open-apis/auth/v3/tenant_access_token/internal":
            return self._app(asked), None
        if asked.path == "/open-apis/im/v1/images":
            return self._upload(asked), None
        key = asked.path.removeprefix("/open-apis/bot/v2/hook/")
        if key not in self.robots or asked.query:
            raise Wrong(200, code=19001, msg="param invalid: incoming webhook access token invalid", data={})
        body = asked.object()
        self._signed(body, self.robots[key])
        if self.left[key] <= 0:
            raise Wrong(
                200, code=11232, msg="frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]", data={}
            )
        if len(asked.body) > 20 * 1024:
            raise _BAD
        read = self._read({name: value for name, value in body.items() if name not in ("timestamp", "sign")})
        self.left[key] -= 1
        return {"code": 0, "data": {}, "msg": "success"}, {"key": key, **read}

    def _read(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("msg_type") == "image":
            fields(body, {"msg_type": str, "content": dict}, {}, _BAD)
            image = fields(body["content"], {"image_key": str}, {}, _BAD)["image_key"]
            if image not in self.images:
                raise Wrong(200, code=10208, msg="image_key is invalid", data={})
            return {"image": self.images[image]}
        fields(body, {"msg_type": str, "card": dict}, {}, _BAD)
        card = fields(body["card"], {"elements": list}, {"config": dict, "header": dict}, _BAD)
        fields(card.get("config", {}), {}, {"wide_screen_mode": bool, "enable_forward": bool}, _BAD)
        if body["msg_type"] != "interactive" or len(card["elements"]) != 1:
            raise _BAD
        text = fields(fields(card["elements"][0], {"tag": str, "text": dict}, {}, _BAD)["text"], _TEXT, {}, _BAD)
        if card["elements"][0]["tag"] != "div" or text["tag"] != "lark_md" or not text["content"]:
            raise _BAD
        return {"lark_md": text["content"]}

    def _signed(self, body: dict[str, Any], secret: str) -> None:
        wrong = Wrong(200, code=19021, msg="sign match fail or timestamp is not within one hour from current time")
        if not secret:
            return
        at, sign = body.get("timestamp"), body.get("sign")
        if not isinstance(at, str) or not isinstance(sign, str) or abs(int(at) - time.time()) > 3600:
            raise wrong
        if base64.b64encode(hmac.digest(f"{at}\n{secret}".encode(), b"", "sha256")).decode() != sign:
            raise wrong

    def _app(self, asked: Asked) -> dict[str, Any]:
        if asked.object() != {"app_id": APP, "app_secret": APP_SECRET}:
            raise Wrong(200, code=10014, msg="app secret invalid")
        return {"code": 0, "msg": "ok", "tenant_access_token": self.token, "expire": 7200}

    def _upload(self, asked: Asked) -> dict[str, Any]:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Wrong(400, code=99991663, msg="Invalid access token for authorization. Please make a test attempt")
        head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + asked.body).get_payload()
        found = {_name(part): part.get_payload(decode=True) for part in parts if isinstance(part, Message)}
        if set(found) != {"image_type", "image"} or found["image_type"] != b"message":
            raise Wrong(400, code=234001, msg="Invalid request param")
        image = found["image"]
        assert isinstance(image, bytes)
        if not image or len(image) > 10 * 1024 * 1024:
            raise Wrong(400, code=234006, msg="The file size exceed the max value")
        key = f"img_v3_{len(self.images)}"
        self.images[key] = image
        return {"code": 0, "msg": "success", "data": {"image_key": key}}


_TEXT = {"tag": str, "content": str}


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
