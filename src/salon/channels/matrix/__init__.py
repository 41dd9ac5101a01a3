"""Speaks into Matrix rooms, over the client-server API with a bot's access token.

`SALON_MATRIX_URL` is the homeserver's address and `SALON_MATRIX_TOKEN` the bot's token; both are the operator's, and
no programme or page can change them. A group's address is a room (`!…`) or an alias (`#salon:example.org`).
Each call has a transaction id made of the announcement's key, which the server knows again: nothing is said twice.
Source: Matrix client-server API v1.18, read 2026-11-22.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from salon.channels import POSTER, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.http import field_of
from salon.channels.matrix.homeserver import V3, Homeserver, done, quoted, txn_of
from salon.channels.picture import PNG, size_of
from salon.channels.plainly import plainly
from salon.errors import WrongUse
from salon.model import Group

#: A room of version 12 has an id without a server's name.
_ADDRESS = re.compile(r"![\w.=+-]{1,200}(:[A-Za-z0-9.:\[\]-]{1,200})?|#[^\s:#\x00]{1,200}:[A-Za-z0-9.:\[\]-]{1,200}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Matrix:
    """The Matrix channel. A repeat within a day is the same event: servers keep transaction ids about that long."""

    name = "matrix"
    is_repeatable = True
    sends_pictures = True

    def __init__(self, server: Homeserver, ability: Ability) -> None:
        self._server, self.ability = server, ability

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Picture and text are two events."""
        return in_parts(announcement)

    def credential(self, group: Group) -> str:
        """All rooms share the bot's allowance."""
        return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Send one part. May be said again: its transaction id makes it the same event."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        content = await self._picture(announcement) if announcement.part == POSTER else _text(announcement)
        if isinstance(content, Outcome):
            return content
        return await self._server.send(room, content, txn_of("say", announcement.key or repr(announcement)))

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Replace the text of the event *receipt*. May be run again (MSC2676, in the spec since v1.4)."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        edits = await self._server.edits(room, receipt)
        if isinstance(edits, Outcome):
            return edits
        new = _text(announcement)
        if edits and field_of(edits[0].get("content"), "m.new_content") == new:
            return Outcome(result=Result.DELIVERED, receipt=receipt)
        # The same text may come back after another one: then it is another edit.
        last = edits[0]["event_id"] if edits else ""
        content = {
            **new,
            "body": f"* {new['body']}",
            "formatted_body": f"* {new['formatted_body']}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": receipt},
        }
        sent = await self._server.send(room, content, txn_of("edit", receipt, last, announcement.text))
        # Later edits and the recall are of the first event, not of this one.
        return replace(sent, receipt=receipt if sent.result is Result.DELIVERED else "")

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Redact the event *receipt*, and before it whatever has replaced it. May be run again."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        edits = await self._server.edits(room, receipt)
        if isinstance(edits, Outcome):
            return edits
        for event in (*(edit["event_id"] for edit in edits), receipt):
            redacted = await self._server.redact(room, event)
            if redacted.result is not Result.DELIVERED:
                return redacted
        return Outcome(result=Result.DELIVERED, receipt=receipt)

    async def pin(self, group: Group, receipt: str) -> Outcome:
        """Put the event *receipt* first among the room's pinned ones. May be run again; the bot needs the right."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        path = f"{V3}/rooms/{quoted(room)}/state/m.room.pinned_events/"
        reply = await self._server.call("GET", path)
        if isinstance(reply, Outcome):
            return reply
        if reply.status not in (200, 404):
            return done(reply)
        known = reply.data.get("pinned") if reply.status == 200 else []
        pinned = known if isinstance(known, list) else []
        if receipt in pinned:
            return Outcome(result=Result.DELIVERED, receipt=receipt)
        return done(await self._server.call("PUT", path, json={"pinned": [receipt, *pinned]}))

    async def greet(self, group: Group) -> Outcome:
        """Check the token and go into the room, to which the bot may have been invited. Nobody hears anything."""
        try:
            address = quoted(read_address(group.address))
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        me = await self._server.me()
        return (
            me
            if isinstance(me, Outcome)
            else done(await self._server.call("POST", f"{V3}/join/{address}", json={}), "room_id")
        )

    async def open_room(self, name: str, alias: str) -> Outcome:
        """Make a public room for a group; its receipt is the room. An alias (`readers`) that is taken is refused.

        Whoever has the address may come in; the bot may pin and redact there.
        """
        asked = {"name": name, "room_alias_name": alias, "preset": "public_chat", "visibility": "private"}
        reply = await self._server.call("POST", f"{V3}/createRoom", is_repeatable=False, json=asked)
        return done(reply, "room_id")

    async def _room(self, group: Group) -> str | Outcome:
        try:
            return await self._server.room(read_address(group.address))
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))

    async def _picture(self, announcement: Announcement) -> dict[str, Any] | Outcome:
        poster = announcement.poster or b""
        uploaded = await self._server.upload(poster)
        if uploaded.result is not Result.DELIVERED:
            return uploaded
        width, height = size_of(poster)
        info = {"mimetype": PNG, "size": len(poster), "w": width, "h": height}
        # Read aloud, and shown where the picture is not: what it is about.
        body = announcement.title or "poster.png"
        return {"msgtype": "m.image", "body": body, "filename": "poster.png", "url": uploaded.receipt, "info": info}


def channel(context: Context) -> Channel:
    """The Matrix channel. Raises `WrongUse` naming the secret that is missing or makes no sense."""
    own = context.limits.get("matrix", {})
    ability = ability_of(
        Path(__file__).parent, own, dialect="matrix", can_picture=True, can_pin=True, can_edit=True, can_recall=True
    )
    url = context.hosts.get("matrix") or read_url(context.secrets.need("matrix-url"))
    token = context.secrets.need("matrix-token")
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise WrongUse("SALON_MATRIX_TOKEN is no access token; write it as the server gave it: syt_…")
    return Matrix(Homeserver(url, token, ability.timeout), ability)


def read_address(text: str) -> str:
    """*text* as a room or an alias. Raises `WrongUse` with what to write."""
    address = text.strip()
    if not _ADDRESS.fullmatch(address):
        raise WrongUse(f"matrix: {address!r} is no room; write its id (!…) or its alias, like #readers:example.org")
    return address


def read_url(text: str) -> str:
    """*text* as a homeserver's address: https, or http on this machine. Raises `WrongUse`, without repeating it."""
    try:
        parts = urlsplit(text.strip())
        is_plain = parts.username is None and parts.path in ("", "/") and not (parts.query or parts.fragment)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        is_plain = False
    if not (is_plain and is_safe and parts.hostname):
        raise WrongUse("SALON_MATRIX_URL is no homeserver; write https://matrix.example.org")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _text(announcement: Announcement) -> dict[str, Any]:
    # `m.text`, not `m.notice`: clients pass notices over in notifications.
    return {
        "msgtype": "m.text",
        "body": plainly(announcement.text),
        "format": "org.matrix.custom.html",
        "formatted_body": announcement.text,
        # Nobody is called by name, whatever stands in the text (v1.7, 11.37).
        "m.mentions": {},
    }
