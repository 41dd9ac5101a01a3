"""Who reads a room's page: a member on a seat, or somebody who leads, by a private link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from salon.errors import NoSeat, NotAllowed, NotFound, Removed
from salon.links import kol_key
from salon.model import Event
from salon.public import LEADS, NOTES
from salon.rules.roles import LinkWithdrawn
from salon.state import State
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.site import Site

MEMBER, KOL, HOST, NOTE_TAKER = "member", "kol", "host", "note_taker"
#: What a note taker may send, behind the address of their page: what they say, and minute tags. Nothing else.
_NOTES = re.compile(r"/(?:messages|console)")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks, and where their forms go."""

    #: `MEMBER`, `KOL`, `HOST` or `NOTE_TAKER`.
    role: str
    #: Address below which the forms of their page post: `/room/EVENT` or `/host/EVENT/TOKEN`.
    base: str
    #: Of a member.
    guest: str = ""
    seat: int = 0
    #: Of somebody who leads by a link of their own.
    name: str = ""
    #: Key of that link.
    key: str = ""

    @property
    def leads(self) -> bool:
        """Whether they lead the evening, rather than sit in it."""
        return self.role != MEMBER

    @property
    def knows(self) -> bool:
        """Whether they may know every result: the guest and the host, as members are told. A note taker may not."""
        return self.role in (KOL, HOST)

    @property
    def line(self) -> str:
        """As whom they listen: see `salon.web.rooms.Room.follow`."""
        return LEADS if self.knows else NOTES if self.leads else self.guest

    @property
    def by(self) -> str:
        """Who did it, as entries say it."""
        return self.guest or (f"{self.role}:{self.name}" if self.name else self.role)


async def reader_of(site: Site, ask: Ask) -> tuple[Event, State, Reader]:
    """The event and the reader of an address that begins with `routes.READER`.

    Raises `NoSeat` for a member without one, `Removed`, `LinkWithdrawn`, `NotAllowed` for a wrong private link or for
    what a note taker may not do, and `NotFound`.
    """
    name, token, role = ask.parts["event"], ask.parts["token"], ask.parts["role"]
    if role == "room":
        if token:
            raise NotFound("there is no such page here")
        event, _, state = await site.room(name)
        guest = site.guests.known(ask)
        ensure_inside(state, guest)
        return event, state, Reader(role=MEMBER, base=f"/room/{name}", guest=guest, seat=state.seat_of(guest))
    known, base = (await site.house.plan()).event(name), f"/{role}/{name}/{token}"
    is_named = role == HOST and known and not site.house.links.is_token(HOST, name, token)
    named = await _named(site, name, token) if is_named else None
    if named is None:
        site.check(role, kol_key(known) if role == KOL and known else name, token)
        named = role, "", ""
    event, _, state = await site.room(name)
    reader = Reader(role=named[0], base=base, name=named[1], key=named[2])
    is_post = reader.role == NOTE_TAKER and ask.method == "POST"
    if is_post and not _NOTES.fullmatch(str(ask.scope["path"]).removeprefix(base)):
        raise NotAllowed("note takers mark what was said, and hide nothing; a host may do this")
    return event, state, reader


async def _named(site: Site, event: str, token: str) -> tuple[str, str, str] | None:
    """Role, name and key of whoever has *token* as a link of their own. Raises `LinkWithdrawn`."""
    _, _, state = await site.room(event)
    for leader in state.roles.leaders.values():
        if site.house.links.is_token(HOST, leader_key(event, leader.key), token):
            if leader.is_withdrawn:
                raise LinkWithdrawn
            return leader.role, leader.name, leader.key
    return None


def leader_key(event: str, key: str) -> str:
    """What the token of a named person's page is made for."""
    return f"{event}|{key}"


def leader_link(site: Site, event: str, key: str) -> str:
    """Address of a named person's page, without the site's own."""
    return f"/host/{event}/{site.house.links.token(HOST, leader_key(event, key))}"


def back(ask: Ask, reader: Reader, data: Any, place: str = "", status: int = 200) -> Answer:
    """For a program *data*; for a person their page again, at *place*."""
    if ask.wants_json:
        return json_answer(data, status)
    return redirect(reader.base + ("#" + quote(place) if place else ""))


def may_still_lead(state: State, reader: Reader) -> bool:
    """Whether *reader*'s link opens their page now: one in a name of their own may be withdrawn."""
    return not reader.key or not state.roles.leaders[reader.key].is_withdrawn


def ensure_inside(state: State, guest: str) -> None:
    """Raise `NoSeat` unless *guest* holds a seat: only they may listen; `Removed` for who was sent out."""
    if guest in state.moderation.removed:
        raise Removed(state.moderation.removed[guest])
    if not state.seat_of(guest):
        raise NoSeat
