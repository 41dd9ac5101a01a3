"""Speaks into Matrix rooms, over the client-server API with a bot's access token.

`SALON_MATRIX_URL` is the homeserver's address and `SALON_MATRIX_TOKEN` the bot's token; both are the operator's, and
no programme or page can change them. A group's address is a room (`!…`) or an alias (`#salon:example.org`).
Each call has a transaction id made of the announcement's key, which the server knows again: nothing is said twice.
Source: Matrix client-server API v1.18, read 2026-11-22.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from salon.channels import POSTER, Announcement, Channel, Context, Outcome, Result, in_parts
from salon.channels.ability import Ability, ability_of
from salon.channels.http import Reply, call, refused, too_many
from salon.channels.picture import PNG, size_of
from salon.channels.plainly import plainly
from salon.errors import WrongUse
from salon.model import Group

_V3 = "/_matrix/client/v3"
#: A room of version 12 has an id without a server's name.
_ADDRESS = re.compile(r"![\w.=+-]{1,200}(:[A-Za-z0-9.:\[\]-]{1,200})?|#[^\s:#\x00]{1,200}:[A-Za-z0-9.:\[\]-]{1,200}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Matrix:
    """The Matrix channel. A repeat within a day is the same event: servers keep transaction ids about that long."""

    name = "matrix"
    is_repeatable = True
    sends_pictures = True

    def __init__(self, url: str, token: str, ability: Ability) -> None:
        self._url, self._token, self.ability = url.rstrip("/"), token, ability
        #: Alias → room, as the server said.
        self._rooms: dict[str, str] = {}

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
        return await self._send(room, content, _txn("say", announcement.key or repr(announcement)))

    async def edit(self, group: Group, announcement: Announcement, receipt: str) -> Outcome:
        """Replace the text of the event *receipt*. May be run again (MSC2676, in the spec since v1.4)."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        new = _text(announcement)
        content = {
            **new,
            "body": f"* {new['body']}",
            "formatted_body": f"* {new['formatted_body']}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": receipt},
        }
        return await self._send(room, content, _txn("edit", receipt, announcement.text))

    async def recall(self, group: Group, receipt: str) -> Outcome:
        """Redact the event *receipt*, and before it whatever has replaced it. May be run again."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        edits = await self._edits(room, receipt)
        if isinstance(edits, Outcome):
            return edits
        for event in (*edits, receipt):
            path = f"/rooms/{quote(room, safe='')}/redact/{quote(event, safe='')}/{_txn('recall', event)}"
            done = _done(await self._call("PUT", _V3 + path, json={}))
            if done.result is not Result.DELIVERED:
                return done
        return Outcome(result=Result.DELIVERED, receipt=receipt)

    async def pin(self, group: Group, receipt: str) -> Outcome:
        """Put the event *receipt* first among the room's pinned ones. May be run again; the bot needs the right."""
        room = await self._room(group)
        if isinstance(room, Outcome):
            return room
        path = f"{_V3}/rooms/{quote(room, safe='')}/state/m.room.pinned_events/"
        reply = await self._call("GET", path)
        if isinstance(reply, Outcome):
            return reply
        if reply.status not in (200, 404):
            return _done(reply)
        pinned = reply.data.get("pinned", []) if reply.status == 200 else []
        if receipt in pinned:
            return Outcome(result=Result.DELIVERED, receipt=receipt)
        return _done(await self._call("PUT", path, json={"pinned": [receipt, *pinned]}))

    async def greet(self, group: Group) -> Outcome:
        """Check the token and go into the room, to which the bot may have been invited. Nobody hears anything."""
        reply = await self._call("GET", f"{_V3}/account/whoami")
        if isinstance(reply, Reply) and reply.status == 200:
            address = quote(read_address(group.address), safe="")
            return _done(await self._call("POST", f"{_V3}/join/{address}", json={}))
        return _done(reply)

    async def open_room(self, name: str, alias: str) -> Outcome:
        """Make a public room for a group; its receipt is the room. The alias `salon-readers` that is taken is refused.

        Whoever has the address may come in; the bot may pin and redact there.
        """
        asked = {"name": name, "room_alias_name": alias, "preset": "public_chat", "visibility": "private"}
        reply = await self._call("POST", f"{_V3}/createRoom", is_repeatable=False, json=asked)
        return _done(reply, "room_id")

    async def _room(self, group: Group) -> str | Outcome:
        """The room of *group*; an alias is asked for once."""
        try:
            address = read_address(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        if address.startswith("!") or address in self._rooms:
            return self._rooms.get(address, address)
        reply = await self._call("GET", f"{_V3}/directory/room/{quote(address, safe='')}")
        found = _done(reply, "room_id")
        if found.result is not Result.DELIVERED:
            return found
        return self._rooms.setdefault(address, found.receipt)

    async def _picture(self, announcement: Announcement) -> Mapping[str, Any] | Outcome:
        poster = announcement.poster or b""
        reply = await self._call(
            "POST", "/_matrix/media/v3/upload?filename=poster.png", content=poster, headers={"Content-Type": PNG}
        )
        uploaded = _done(reply, "content_uri")
        if uploaded.result is not Result.DELIVERED:
            return uploaded
        width, height = size_of(poster)
        info = {"mimetype": PNG, "size": len(poster), "w": width, "h": height}
        # Read aloud, and shown where the picture is not: what it is about.
        body = announcement.title or "poster.png"
        return {"msgtype": "m.image", "body": body, "filename": "poster.png", "url": uploaded.receipt, "info": info}

    async def _edits(self, room: str, event: str) -> list[str] | Outcome:
        path = f"/_matrix/client/v1/rooms/{quote(room, safe='')}/relations/{quote(event, safe='')}/m.replace"
        reply = await self._call("GET", f"{path}?limit=50")
        if isinstance(reply, Outcome):
            return reply
        if reply.status not in (200, 404):
            return _done(reply)
        return [found["event_id"] for found in reply.data.get("chunk", [])]

    async def _send(self, room: str, content: Mapping[str, Any], txn: str) -> Outcome:
        path = f"{_V3}/rooms/{quote(room, safe='')}/send/m.room.message/{txn}"
        return _done(await self._call("PUT", path, json=content))

    async def _call(self, method: str, path: str, *, is_repeatable: bool = True, **what: Any) -> Reply | Outcome:
        what["headers"] = {"Authorization": f"Bearer {self._token}", **what.get("headers", {})}
        return await call(
            method, self._url + path, timeout=self.ability.timeout, is_repeatable=is_repeatable, reads=(429,), **what
        )


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
    return Matrix(url, token, ability)


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


def _txn(*of: str) -> str:
    """The same for the same thing said, and for nothing else."""
    return hashlib.sha256("\0".join(of).encode()).hexdigest()[:32]


def _done(reply: Reply | Outcome, receipt: str = "event_id") -> Outcome:
    """What an answer means (standard error response; `M_LIMIT_EXCEEDED` with `Retry-After` or `retry_after_ms`)."""
    if isinstance(reply, Outcome):
        return reply
    if reply.status == 429:
        millis = reply.data.get("retry_after_ms")
        return too_many(reply, millis / 1000 if isinstance(millis, (int, float)) else None)
    if reply.status == 200:
        return Outcome(result=Result.DELIVERED, receipt=str(reply.data.get(receipt, "")))
    code, error = reply.data.get("errcode", ""), reply.data.get("error", "")
    return refused(reply, f"{code} {error}".strip() or "no Matrix server answered there")
