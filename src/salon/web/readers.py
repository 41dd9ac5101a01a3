"""Who reads a room's page: a member on a seat, or somebody who leads, by a private link."""

from __future__ import annotations

from dataclasses import dataclass

from salon.errors import NoSeat, NotFound
from salon.links import kol_key
from salon.model import Event
from salon.state import State
from salon.web.http import Ask
from salon.web.site import Site

MEMBER, KOL, HOST = "member", "kol", "host"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks, and where their forms go."""

    #: `MEMBER`, `KOL` or `HOST`.
    role: str
    #: Address below which the forms of their page post: `/room/EVENT` or `/host/EVENT/TOKEN`.
    base: str
    #: Of a member.
    guest: str = ""
    seat: int = 0

    @property
    def leads(self) -> bool:
        """Whether they lead the evening, rather than sit in it."""
        return self.role != MEMBER

    @property
    def by(self) -> str:
        """Who did it, as entries say it."""
        return self.guest or self.role


async def reader_of(site: Site, ask: Ask) -> tuple[Event, State, Reader]:
    """The event and the reader of an address that begins with `routes.READER`.

    Raises `NoSeat` for a member without one, `NotAllowed` for a wrong private link, and `NotFound`.
    """
    name, token, role = ask.parts["event"], ask.parts["token"], ask.parts["role"]
    if role == "room":
        if token:
            raise NotFound("there is no such page here")
        event, _, state = await site.room(name)
        guest = site.guests.known(ask)
        if not state.seat_of(guest):
            raise NoSeat
        return event, state, Reader(role=MEMBER, base=f"/room/{name}", guest=guest, seat=state.seat_of(guest))
    known = (await site.house.plan()).event(name)
    site.check(role, kol_key(known) if role == KOL and known else name, token)
    event, _, state = await site.room(name)
    return event, state, Reader(role=role, base=f"/{role}/{name}/{token}")
