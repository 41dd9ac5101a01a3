"""DingTalk's custom robot, by the fields, limits and codes of its documents (copies, read in November 2026)."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any

from tests.channels.doubles.robots import Asked, Robot, Wrong, fields


class DingtalkDouble(Robot):
    """One organisation; *robots*: token → secret (empty: it does not sign)."""

    def __init__(self, robots: dict[str, str], most: int = 20) -> None:
        super().__init__()
        self.robots, self.left = robots, dict.fromkeys(robots, most)

    def judge(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """See `Robot`."""
        token = asked.query.get("access_token", "")
        if asked.path != "/robot/send" or token not in self.robots:
            raise Wrong(200, errcode=300005, errmsg="token is not exist")
        self._signed(asked, self.robots[token])
        if self.left[token] <= 0:
            raise Wrong(200, errcode=130101, errmsg="send too fast, exceed 20 times per minute")
        if asked.headers.get("content-type", "").split(";")[0] != "application/json":
            raise Wrong(200, errcode=43004, errmsg="无效的HTTP HEADER Content-Type")
        missing = Wrong(200, errcode=40035, errmsg="缺少参数 json")
        body = fields(asked.object(), {"msgtype": str, "markdown": dict}, {"at": dict}, missing)
        fields(body.get("at", {}), {}, {"atMobiles": list, "atUserIds": list, "isAtAll": bool}, missing)
        said = fields(body["markdown"], {"title": str, "text": str}, {}, missing)
        if body["msgtype"] != "markdown" or not said["title"] or not said["text"]:
            raise missing
        if len(said["text"].encode()) > 20_000:
            raise Wrong(200, errcode=460101, errmsg="message too long, exceed 20000 bytes")
        self.left[token] -= 1
        return {"errcode": 0, "errmsg": "ok"}, {"token": token, **said, "at": body.get("at", {})}

    def _signed(self, asked: Asked, secret: str) -> None:
        signs = set(asked.query) - {"access_token"}
        if signs != ({"timestamp", "sign"} if secret else set()):
            raise Wrong(
                200, errcode=310000, errmsg="description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳"
            )
        if not secret:
            return
        at = asked.query["timestamp"]
        if abs(int(at) / 1000 - time.time()) > 3600:
            raise Wrong(200, errcode=310000, errmsg="invalid timestamp")
        known = base64.b64encode(hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), "sha256")).decode()
        if asked.query["sign"] != known:
            raise Wrong(200, errcode=310000, errmsg="sign not match")
