"""One homeserver's client-server API, as far as a bot that speaks needs it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from salon.channels import Outcome, Result
from salon.channels.http import AWAY, Reply, call, refused, seconds_of, too_many
from salon.channels.picture import PNG

V3 = "/_matrix/client/v3"


class Homeserver:
    """Calls with a bot's token. Every PUT has a transaction id, so that it may be made again."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._url, self._token, self._timeout = url.rstrip("/"), token, timeout
        #: Alias → room, as the server said.
        self._rooms: dict[str, str] = {}
        self._me = ""

    async def room(self, address: str) -> str | Outcome:
        """The room of an *address*; an alias is asked for once."""
        if address.startswith("!") or address in self._rooms:
            return self._rooms.get(address, address)
        found = done(await self.call("GET", f"{V3}/directory/room/{quoted(address)}"), "room_id")
        if found.result is not Result.DELIVERED:
            return found
        return self._rooms.setdefault(address, found.receipt)

    async def upload(self, poster: bytes) -> Outcome:
        """Put a picture on the server; its `mxc:` address is the receipt. Again makes another copy, seen by nobody."""
        headers = {"Content-Type": PNG}
        path = "/_matrix/media/v3/upload?filename=poster.png"
        return done(await self.call("POST", path, content=poster, headers=headers), "content_uri")

    async def send(self, room: str, content: Mapping[str, Any], txn: str) -> Outcome:
        """Send a message; its event is the receipt."""
        return done(await self.call("PUT", f"{V3}/rooms/{quoted(room)}/send/m.room.message/{txn}", json=content))

    async def redact(self, room: str, event: str) -> Outcome:
        """Take away what *event* says."""
        path = f"{V3}/rooms/{quoted(room)}/redact/{quoted(event)}/{txn_of('recall', event)}"
        return done(await self.call("PUT", path, json={}))

    async def edits(self, room: str, event: str) -> list[Mapping[str, Any]] | Outcome:
        """The bot's own events that have replaced *event*, latest first; what others made up about it is theirs."""
        me = await self.me()
        if isinstance(me, Outcome):
            return me
        path = f"/_matrix/client/v1/rooms/{quoted(room)}/relations/{quoted(event)}/m.replace?limit=100"
        reply = await self.call("GET", path)
        if isinstance(reply, Outcome) or reply.status not in (200, 404):
            return done(reply)
        chunk = reply.data.get("chunk")
        found = [one for one in chunk if isinstance(one, dict)] if isinstance(chunk, list) else []
        return [one for one in found if one.get("sender") == me and isinstance(one.get("event_id"), str)]

    async def me(self) -> str | Outcome:
        """The bot's own name, asked for once."""
        if not self._me:
            found = done(await self.call("GET", f"{V3}/account/whoami"), "user_id")
            if found.result is not Result.DELIVERED:
                return found
            self._me = found.receipt
        return self._me

    async def call(self, method: str, path: str, *, is_repeatable: bool = True, **what: Any) -> Reply | Outcome:
        """One call, as `salon.channels.http.call`; a 429 comes back to be read by `done`."""
        what["headers"] = {"Authorization": f"Bearer {self._token}", **what.get("headers", {})}
        return await call(
            method, self._url + path, timeout=self._timeout, is_repeatable=is_repeatable, reads=(429,), **what
        )


def quoted(part: str) -> str:
    """*part* of a path: an id or an alias, whatever stands in it."""
    return quote(part, safe="")


def txn_of(*of: str) -> str:
    """A transaction id: the same for the same thing said, and for nothing else."""
    return hashlib.sha256("\0".join(of).encode()).hexdigest()[:32]


def done(reply: Reply | Outcome, receipt: str = "event_id") -> Outcome:
    """What an answer means (standard error response; `M_LIMIT_EXCEEDED` with `Retry-After` or `retry_after_ms`)."""
    if isinstance(reply, Outcome):
        return reply
    if reply.status == 429:
        return too_many(reply, seconds_of(reply.data.get("retry_after_ms"), parts=1000))
    if reply.status == 200 and isinstance(reply.data.get(receipt), str):
        return Outcome(result=Result.DELIVERED, receipt=reply.data[receipt])
    if reply.status == 200:
        # A page that asks to log into the network, perhaps; every call may be made again.
        return Outcome(result=Result.RETRY, detail="200, and no Matrix server answered there", wait=AWAY)
    code, error = reply.data.get("errcode", ""), reply.data.get("error", "")
    return refused(reply, f"{code} {error}".strip() or "no Matrix server answered there")
