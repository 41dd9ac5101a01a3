"""DingTalk's custom robot, by the fields, limits and codes of its documents (copies, read in November 2026)."""

from __future__ import annotations

import base64
import hmac
import time

from tests.channels.doubles.answering import Answer, Call, Double, Wrong, checked


class DingtalkDouble(Double):
    """One organisation; *robots*: token → secret (empty: it does not sign)."""

    def __init__(self, robots: dict[str, str], most: int = 20) -> None:
        super().__init__()
        self.robots, self.left = robots, dict.fromkeys(robots, most)

    def answer(self, call: Call) -> Answer:
        """See `Double`."""
        token = call.query.get("access_token", "")
        if (call.method, call.path) != ("POST", "/robot/send") or token not in self.robots:
            raise Wrong(_code(300005, "token is not exist"))
        self._signed(call, self.robots[token])
        if self.left[token] <= 0:
            raise Wrong(_code(130101, "send too fast, exceed 20 times per minute"))
        if call.headers.get("content-type", "").split(";")[0] != "application/json":
            raise Wrong(_code(43004, "无效的HTTP HEADER Content-Type"))
        missing = _code(40035, "缺少参数 json")
        body = checked(call.fields, {"msgtype": str, "markdown": dict}, {"at": dict}, no=missing)
        checked(body.get("at", {}), {}, {"atMobiles": list, "atUserIds": list, "isAtAll": bool}, no=missing)
        said = checked(body["markdown"], {"title": str, "text": str}, no=missing)
        if body["msgtype"] != "markdown" or not said["title"] or not said["text"]:
            raise Wrong(missing)
        if len(said["text"].encode()) > 20_000:
            raise Wrong(_code(460101, "message too long, exceed 20000 bytes"))
        self.left[token] -= 1
        self.heard.append({"token": token, **said, "at": body.get("at", {})})
        return _code(0, "ok")

    def _signed(self, call: Call, secret: str) -> None:
        signs = set(call.query) - {"access_token"}
        if signs != ({"timestamp", "sign"} if secret else set()):
            raise Wrong(_code(310000, "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳"))
        if not secret:
            return
        at = call.query["timestamp"]
        if abs(int(at) / 1000 - time.time()) > 3600:
            raise Wrong(_code(310000, "invalid timestamp"))
        known = base64.b64encode(hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), "sha256")).decode()
        if call.query["sign"] != known:
            raise Wrong(_code(310000, "sign not match"))


def _code(code: int, words: str) -> Answer:
    return Answer(data={"errcode": code, "errmsg": words})
