"""Discord's webhooks: execute, edit, delete, get; as documented on 2026-11-22."""

from __future__ import annotations

import json
from typing import Any

from tests.channels.doubles.answering import Answer, Call, Double, wrong_fields

ID = "112233445566778899"
TOKEN = "aB3-_" * 13 + "xyz"
HOOK, DEAD = f"{ID}/{TOKEN}", f"998877665544332211/{TOKEN}"
MENTIONS = {"parse": list, "users": list, "roles": list, "replied_user": bool}
MAY: dict[str, Any] = {
    "content": str,
    "username": str,
    "avatar_url": str,
    "tts": bool,
    "embeds": list,
    "allowed_mentions": lambda value: not wrong_fields(value, {}, MENTIONS),
    "components": list,
    "attachments": list,
    "flags": int,
    "thread_name": str,
    "applied_tags": list,
    "poll": dict,
}
ATTACHMENT = ({"id": int}, {"filename": str, "description": lambda text: len(text) <= 1024})


class DiscordDouble(Double):
    """One hook of one channel, and one that is gone."""

    def __init__(self) -> None:
        super().__init__()
        #: Message → what stands there.
        self.messages: dict[str, dict[str, Any]] = {}
        self.headers: dict[str, str] = {}
        self.hooks = {HOOK}

    def answer(self, call: Call) -> Answer:
        start, _, rest = call.path.partition("/webhooks/")
        hook, _, message = rest.partition("/messages/")
        if start != "/api/v10":
            return _no(404, 0, "404: Not Found")
        if hook not in self.hooks:
            return _no(404, 10015, "Unknown Webhook")
        if call.method == "GET":
            return Answer(data={"id": hook.partition("/")[0], "type": 1, "channel_id": "1"})
        if message and message not in self.messages:
            return _no(404, 10008, "Unknown Message")
        if call.method == "DELETE":
            del self.messages[message]
            return Answer(status=204)
        return self._written(call, hook, message)

    def _written(self, call: Call, hook: str, message: str) -> Answer:
        fields = json.loads(call.fields.pop("payload_json")) if "payload_json" in call.fields else call.fields
        wrong = wrong_fields(fields, {}, MAY) or _wrong_files(call, fields)
        if wrong:
            return _no(400, 50035, f"Invalid Form Body: {wrong}")
        if len(fields.get("content", "")) > 2000:
            return _no(400, 50035, "Invalid Form Body: content must be 2000 or fewer in length")
        if not fields.get("content") and not call.files:
            return _no(400, 50006, "Cannot send an empty message")
        id = message or str(len(self.heard) + 1000)
        if not message:
            self.heard.append({"hook": hook, "content": fields.get("content", "")})
        self.messages[id] = {**self.messages.get(id, {}), **fields, **({"file": call.files} if call.files else {})}
        is_waited_for = call.query.get("wait") == "true" or bool(message)
        return Answer(status=200, data={"id": id}, headers=self.headers) if is_waited_for else Answer(status=204)


def _wrong_files(call: Call, fields: dict[str, Any]) -> str:
    """Every file is spoken of by its number, and small enough."""
    for about in fields.get("attachments", []):
        if wrong_fields(about, *ATTACHMENT) or f"files[{about['id']}]" not in call.files:
            return "attachments"
    return "files" if any(len(content) > 10_485_760 for _, _, content in call.files.values()) else ""


def _no(status: int, code: int, why: str) -> Answer:
    return Answer(status=status, data={"message": why, "code": code})


def too_many(seconds: float, *, is_global: bool = False, scope: str = "user") -> Answer:
    """Rate limited, to the millisecond in the body and to the second in the header."""
    data = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_global}
    return Answer(status=429, data=data, headers={"Retry-After": "1", "X-RateLimit-Scope": scope})
