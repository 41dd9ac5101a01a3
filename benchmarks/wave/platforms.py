"""Six platforms on one port of loopback: they take what the channels send, remember it, and fail as told.

Only what is needed to tell who heard what: whether each field is right is the contract tests' business.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

#: Platform → host in the channel's place of the constant one, as a path before its own.
CHANNELS = ("wecom", "feishu", "dingtalk", "telegram", "discord", "slack")
#: What a call may meet; "after": it was delivered first.
FAULTS = ("429", "500 before", "500 after", "late after", "cut before", "cut after")


@dataclass(frozen=True)
class Call:
    """One call that says something to a group."""

    channel: str
    #: The group, in the platform's own word.
    target: str
    #: "text", or "image" when a picture came with it.
    kind: str


@dataclass(kw_only=True)
class Platforms:
    """All six; a context manager that serves while it is open."""

    seed: int
    #: Part of the calls that meet a fault, from 0 to 1.
    faults: float
    #: Targets whose hook is dead: every call is refused for good.
    dead: frozenset[str] = frozenset()
    #: What was delivered, and how often.
    heard: Counter[Call] = field(default_factory=Counter)
    tries: Counter[Call] = field(default_factory=Counter)
    #: Faults that a call has met, in order.
    met: dict[Call, list[str]] = field(default_factory=dict)
    #: Channel → when its calls came in.
    at: dict[str, list[datetime]] = field(default_factory=dict)

    async def __aenter__(self) -> Platforms:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def hosts(self) -> dict[str, str]:
        """What stands in the place of each channel's constant host."""
        return {channel: f"http://127.0.0.1:{self.port}/{channel}" for channel in CHANNELS}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(*await _read(reader), writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            # A sender that was killed in the middle of a word, or the end of it all.
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, headers: Mapping[str, str], body: bytes, writer: asyncio.StreamWriter) -> None:
        channel, _, rest = path.lstrip("/").partition("/")
        said = _SAID[channel](rest, body)
        if isinstance(said, dict):
            # A step on the way, which says nothing to anybody.
            await _reply(writer, 200, {**said, "upload_url": f"http://127.0.0.1:{self.port}/slack/upload"})
            return
        call = Call(channel, said[0], said[1])
        self.at.setdefault(channel, []).append(datetime.now(UTC))
        if call.target in self.dead:
            await _reply(writer, *_DEAD[channel])
            return
        fault = self._fault(call)
        if fault == "429":
            await _reply(writer, 429, {"retry_after": 0.2, "parameters": {"retry_after": 1}}, {"Retry-After": "1"})
        elif fault == "500 before":
            await _reply(writer, 500, {})
        elif fault != "cut before":
            self.heard[call] += 1
            if fault == "500 after":
                await _reply(writer, 502, {})
            elif fault == "late after":
                await asyncio.sleep(3)
            elif fault != "cut after":
                await _reply(writer, 200, _FINE[channel])

    def _fault(self, call: Call) -> str:
        self.tries[call] += 1
        dice = random.Random(f"{self.seed}|{call}|{self.tries[call]}")
        fault = dice.choice(FAULTS) if dice.random() < self.faults else ""
        if fault:
            self.met.setdefault(call, []).append(fault)
        return fault


def _wecom(path: str, body: bytes) -> tuple[str, str]:
    [key] = parse_qs(urlsplit(path).query)["key"]
    return key, "image" if json.loads(body)["msgtype"] == "image" else "text"


def _feishu(path: str, body: bytes) -> tuple[str, str]:
    return urlsplit(path).path.rpartition("/")[2], "text"


def _dingtalk(path: str, body: bytes) -> tuple[str, str]:
    [key] = parse_qs(urlsplit(path).query)["access_token"]
    return key, "text"


def _telegram(path: str, body: bytes) -> tuple[str, str]:
    found = re.search(rb'"chat_id"(?:\s*:\s*"?|\r\n(?:[^\r\n]+\r\n)*\r\n)(-?\d+)', body)
    assert found
    return found[1].decode(), "image" if "sendPhoto" in path else "text"


def _discord(path: str, body: bytes) -> tuple[str, str]:
    return urlsplit(path).path.split("/")[3], "image" if b"PNG" in body[:4000] else "text"


def _slack(path: str, body: bytes) -> tuple[str, str] | dict[str, object]:
    method = urlsplit(path).path.rpartition("/")[2]
    found = re.search(rb'"?(?:channel|channel_id)"?(?:\s*:\s*"|=)(C[0-9A-Z]+)', body)
    if method in ("chat.postMessage", "files.completeUploadExternal") and found:
        return found[1].decode(), "text" if method == "chat.postMessage" else "image"
    return {"ok": True, "file_id": "F1"}


_SAID: dict[str, Callable[[str, bytes], tuple[str, str] | dict[str, object]]] = {
    "wecom": _wecom,
    "feishu": _feishu,
    "dingtalk": _dingtalk,
    "telegram": _telegram,
    "discord": _discord,
    "slack": _slack,
}
_FINE: dict[str, dict[str, object]] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "telegram": {"ok": True, "result": {"message_id": 7, "chat": {"id": -7}}},
    "discord": {"id": "7"},
    "slack": {"ok": True, "channel": "C7", "ts": "1.7"},
}
_DEAD: dict[str, tuple[int, dict[str, object]]] = {
    "wecom": (200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
    "feishu": (200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}),
    "dingtalk": (200, {"errcode": 300005, "errmsg": "token is not exist"}),
    "telegram": (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was kicked"}),
    "discord": (404, {"message": "Unknown Webhook", "code": 10015}),
    "slack": (200, {"ok": False, "error": "channel_not_found"}),
}


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return head[0].split(" ")[1], headers, body


async def _reply(
    writer: asyncio.StreamWriter, status: int, data: Mapping[str, object], more: Mapping[str, str] | None = None
) -> None:
    body = json.dumps(data).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (more or {}).items()]
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
    await writer.drain()
