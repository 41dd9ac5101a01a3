"""Feishu's custom robot and an app's uploads, by the fields, limits and codes of its guide (read in November 2026)."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any

from tests.channels.doubles.answering import Answer, Call, Double, Wrong, checked

APP, APP_SECRET, TOKEN = "cli_a1", "app-secret-1", "t-token-1"


class FeishuDouble(Double):
    """One organisation; *robots*: key → secret (empty: it does not sign). It has one app that may upload."""

    def __init__(self, robots: dict[str, str], most: int = 100) -> None:
        super().__init__()
        self.robots, self.left = robots, dict.fromkeys(robots, most)
        self.images: dict[str, bytes] = {}
        self.token = TOKEN

    def answer(self, call: Call) -> Answer:
        """See `Double`."""
        if call.path == "/open-apis/auth/v3/tenant_access_token/internal":
            return self._app(call)
        if call.path == "/open-apis/im/v1/images":
            return self._upload(call)
        key = call.path.removeprefix("/open-apis/bot/v2/hook/")
        if key not in self.robots or call.query or call.method != "POST":
            raise Wrong(_code(19001, "param invalid: incoming webhook access token invalid", data={}))
        self._signed(call.fields, self.robots[key])
        if self.left[key] <= 0:
            raise Wrong(_code(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]", data={}))
        if len(call.body) > 20 * 1024:
            raise Wrong(_BAD)
        read = self._read({name: value for name, value in call.fields.items() if name not in ("timestamp", "sign")})
        self.left[key] -= 1
        self.heard.append({"key": key, **read})
        return _code(0, "success", data={})

    def _read(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("msg_type") == "image":
            checked(body, {"msg_type": str, "content": dict}, no=_BAD)
            image = checked(body["content"], {"image_key": str}, no=_BAD)["image_key"]
            if image not in self.images:
                raise Wrong(_code(10208, "image_key is invalid", data={}))
            return {"image": self.images[image]}
        checked(body, {"msg_type": str, "card": dict}, no=_BAD)
        card = checked(body["card"], {"elements": list}, {"config": dict, "header": dict}, no=_BAD)
        checked(card.get("config", {}), {}, {"wide_screen_mode": bool, "enable_forward": bool}, no=_BAD)
        if body["msg_type"] != "interactive" or len(card["elements"]) != 1:
            raise Wrong(_BAD)
        text = checked(checked(card["elements"][0], {"tag": str, "text": dict}, no=_BAD)["text"], _TEXT, no=_BAD)
        if card["elements"][0]["tag"] != "div" or text["tag"] != "lark_md" or not text["content"]:
            raise Wrong(_BAD)
        return {"lark_md": text["content"]}

    def _signed(self, body: dict[str, Any], secret: str) -> None:
        wrong = Wrong(_code(19021, "sign match fail or timestamp is not within one hour from current time"))
        if not secret:
            return
        at, sign = body.get("timestamp"), body.get("sign")
        if not isinstance(at, str) or not isinstance(sign, str) or abs(int(at) - time.time()) > 3600:
            raise wrong
        if base64.b64encode(hmac.digest(f"{at}\n{secret}".encode(), b"", "sha256")).decode() != sign:
            raise wrong

    def _app(self, call: Call) -> Answer:
        if call.fields != {"app_id": APP, "app_secret": APP_SECRET}:
            raise Wrong(_code(10014, "app secret invalid"))
        return _code(0, "ok", tenant_access_token=self.token, expire=7200)

    def _upload(self, call: Call) -> Answer:
        if call.headers.get("authorization") != f"Bearer {self.token}":
            why = "Invalid access token for authorization. Please make a test attempt"
            raise Wrong(_code(99991663, why, status=400))
        if call.fields != {"image_type": "message"} or set(call.files) != {"image"}:
            raise Wrong(_code(234001, "Invalid request param", status=400))
        _, _, image = call.files["image"]
        if not image or len(image) > 10 * 1024 * 1024:
            raise Wrong(_code(234006, "The file size exceed the max value", status=400))
        key = f"img_v3_{len(self.images)}"
        self.images[key] = image
        return _code(0, "success", data={"image_key": key})


def _code(code: int, words: str, *, status: int = 200, **more: Any) -> Answer:
    return Answer(status=status, data={"code": code, "msg": words, **more})


_BAD = _code(9499, "Bad Request", data={})
_TEXT = {"tag": str, "content": str}
