"""Speaks into Discord channels, through a webhook of each.

A group's address is its webhook, `ID/TOKEN`, which is the secret itself: whoever has it can speak there.
Source: Discord developer docs, read 2026-11-22.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import Ability, ability_of, limit_of
from salon.channels.discord.guard import Guard, is_gone
from salon.channels.http import NAMELESS, Reply, call, refused, too_many
from salon.channels.picture import PNG
from salon.errors import WrongUse
from salon.model import Group

HOST = "https://discord.com"
#: JSON error code of a message that is gone (Opcodes and Status Codes).
UNKNOWN_MESSAGE = 10008
_HOOK = re.compile(r"(\d{17,20})/([A-Za-z0-9_-]{60,100})")
_URL = re.compile(r"https://(?:discord|discordapp)\.com/api/(?:v\d{1,2}/)?webhooks/")


class Discord:
    """The Discord channel. Webhooks know no keys, so nothing is said twice on its own."""

    name = "discord"
    is_repeatable = False
    sends_pictures = True

    def __init__(self, host: str, ability: Ability, guard: Guard) -> None:
        self._host, self.ability, self._guard = host, ability, guard

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Text and picture are one message."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """Each hook has an allowance of its own; its id is no secret."""
        try:
            return f"{self.name}/{read_address(group.address).partition('/')[0]}"
        except WrongUse:
            return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send text and picture. Waits for the message (`wait=true`), so that what is told is what is there."""
        fields = _text(announcement)
        if announcement.poster is None:
            return await self._call("POST", group, "?wait=true", json=fields)
        about = {"id": 0, "filename": "poster.png", "description": announcement.title[:1024]}
        data = {"payload_json": json.dumps({**fields, "attachments": [about]}, ensure_ascii=False)}
        files = {"files[0]": ("poster.png", announcement.poster, PNG)}
        return await self._call("POST", group, "?wait=true", data=data, files=files)

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Change the text of the message *receipt*; its picture stays. May be run again."""
        return await self._message("PATCH", group, receipt, json=_text(announcement))

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Delete the message *receipt*. May be run again."""
        return await self._message("DELETE", group, receipt)

    async def greet(self, group: Group) -> Outcome:
        """Ask whether the hook is there. Nobody hears anything."""
        return await self._call("GET", group, "", is_repeatable=True)

    async def _message(self, method: str, group: Group, receipt: str, **what: Any) -> Outcome:
        if not re.fullmatch(r"\d{1,20}", receipt):
            return NAMELESS
        return await self._call(method, group, f"/messages/{receipt}", is_repeatable=True, **what)

    async def _call(self, method: str, group: Group, path: str, **what: Any) -> Outcome:
        try:
            hook = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        stopped = self._guard.stops(hook)
        if stopped is not None:
            return stopped
        url = f"{self._host}/api/v10/webhooks/{hook}{path}"
        reply = await call(method, url, timeout=self.ability.timeout, reads=(429,), **what)
        if isinstance(reply, Reply):
            self._guard.learn(hook, reply)
        return _done(reply, is_gone_well=method == "DELETE")


def channel(context: Context) -> Channel:
    """The Discord channel. Raises `WrongUse` for a limit that makes no sense."""
    folder, own = Path(__file__).parent, dict(context.limits.get("discord", {}))
    shipped = tomllib.loads((folder / "guard.toml").read_text("utf-8"))
    most = limit_of("discord", "most_invalid", own.pop("most_invalid", shipped["most_invalid"]))
    abilities = {"dialect": "discord", "can_picture": True, "can_edit": True, "can_recall": True}
    ability = ability_of(folder, own, is_address_secret=True, **abilities)
    return Discord(context.hosts.get("discord", HOST), ability, Guard(most))


def read_address(text: str) -> str:
    """*text*, a webhook's address or the end of it, as `ID/TOKEN`. Raises `WrongUse`, without repeating it."""
    hook = _URL.sub("", text.strip(), count=1)
    if not _HOOK.fullmatch(hook):
        raise WrongUse("discord: that is no webhook; write https://discord.com/api/webhooks/ID/TOKEN")
    return hook


def _text(announcement: Announcement) -> dict[str, Any]:
    # Nobody is called by name, whatever stands in the text.
    return {"content": announcement.text, "allowed_mentions": {"parse": []}}


def _done(reply: Reply | Outcome, *, is_gone_well: bool) -> Outcome:
    """What an answer means: 2xx, else `code` and `message`; 429 with `retry_after` in seconds."""
    if isinstance(reply, Outcome):
        return reply
    if reply.status == 429:
        return too_many(reply, reply.data.get("retry_after"))
    code, why = reply.data.get("code"), str(reply.data.get("message", ""))
    if reply.status in (200, 204) or (is_gone_well and code == UNKNOWN_MESSAGE):
        return Outcome(result=Result.DELIVERED, receipt=str(reply.data.get("id", "")))
    no = refused(reply, f"{why} ({code})" if why else "no Discord answered there")
    return replace(no, is_gone=is_gone(reply))
