"""Rooms that people open by hand: their group codes handed out to seat holders, and the owner's page of them.

How a code comes in: `salon.web.uploading`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from salon.errors import NoSeat, NotAllowed
from salon.group_code.draw import draw
from salon.invites import Invite
from salon.model import BY_HAND, Event
from salon.planbook import PLAN
from salon.rules.invites import NoCode, free_code, give_code, withdraw_code
from salon.rules.seats import ensure_open
from salon.web.describe import NUMBER, PAGE, TEXT, TRUTH, member_op, object_of, op
from salon.web.http import Answer, Ask, json_answer
from salon.web.invites_page import as_json, back, desk_page, owned, platform_of
from salon.web.routes import OWNER_EVENT, ROOM, Route
from salon.web.site import Site, language_for
from salon.web.uploading import add, replace


async def code_picture(site: Site, ask: Ask) -> Answer:
    """`GET /room/EVENT/code.png`: the group's code, for who holds a seat now, and for nobody else."""
    event = await site.house.event(ask.parts["event"])
    invite = await _given(site, event, site.guests.known(ask))
    return await _png(site, invite)


async def shown_code(site: Site, ask: Ask, event: Event, guest: str) -> dict[str, str] | None:
    """What the room's page shows of the group: its name, and where its code is; None for a room of our own.

    An empty `src`: there is no code to hand out now.
    """
    if event.room != BY_HAND:
        return None
    name = platform_of(event).names[language_for(ask, event)]
    try:
        invite = await _given(site, event, guest)
        site.house.links.reveal(invite.sealed)
    except (NoCode, NotAllowed):
        return {"name": name, "src": ""}
    # Another address for another code: no picture that a phone has kept is shown for it.
    return {"name": name, "src": f"/room/{event.id}/code.png?{invite.mark[:8]}"}


async def _given(site: Site, event: Event, guest: str) -> Invite:
    """The code that *guest* is to use now, given and written down the first time. Raises as `give_code`."""
    journal, now = site.house.journal, site.house.clock.now()
    # Read anew, not as this process has heard: a seat that was left a moment ago opens nothing.
    state = (await journal.refresh(event.id)).state
    ensure_open(event, state, now)
    seat = state.seat_of(guest)
    if not seat:
        raise NoSeat
    known = state.invites.of(guest, now)
    if known is None or state.invites.by_seat.get(seat) != known.number:
        await journal.decide(event.id, give_code(event, guest))
        known = (await journal.refresh(event.id)).state.invites.of(guest, now)
    if known is None:
        raise NoCode
    return known


async def _png(site: Site, invite: Invite) -> Answer:
    try:
        text = site.house.links.reveal(invite.sealed)
    except NotAllowed as error:
        # The installation's secret was replaced: only a new upload helps.
        raise NoCode from error
    return Answer(body=await asyncio.to_thread(draw, text), type=b"image/png")


async def page(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/room`: every group behind the room, how long its code lives, and one field to upload."""
    event, state = await owned(site, ask)
    if ask.wants_json:
        return json_answer(as_json(event, state, site.house.clock.now()))
    return desk_page(site, ask, event, state)


async def owners_picture(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/room/N.png`: the code of one group as its members see it."""
    _, state = await owned(site, ask)
    invite = state.invites.codes.get(int(ask.parts["invite"]))
    if invite is None:
        raise NoCode
    return await _png(site, invite)


async def withdraw(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room/N/withdraw`: send nobody there any more."""
    event, _ = await owned(site, ask)
    number = int(ask.parts["invite"])
    await ask.fields()
    await site.house.journal.decide(event.id, withdraw_code(number, by="owner"))
    invites = (await site.house.live(event.id)).state.invites
    if not invites.sent.get(number):
        # Nobody has seen it: it may have been meant for another event.
        await site.house.journal.decide(PLAN, free_code(invites.codes[number].mark, event.id, by="owner"))
    return json_answer({"invite": number}) if ask.wants_json else back(ask, event)


_NUMBER = r"(?P<invite>[0-9]{1,3})"
ROUTES: list[Route] = [
    ("GET", rf"{ROOM}/code\.png", code_picture),
    ("GET", rf"{OWNER_EVENT}/room", page),
    ("POST", rf"{OWNER_EVENT}/room", add),
    ("GET", rf"{OWNER_EVENT}/room/{_NUMBER}\.png", owners_picture),
    ("POST", rf"{OWNER_EVENT}/room/{_NUMBER}", replace),
    ("POST", rf"{OWNER_EVENT}/room/{_NUMBER}/withdraw", withdraw),
]

_BASE = "/owner/{token}/{event}/room"
_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG or WebP"}
_SCHEMA = {
    "type": "object",
    "properties": {"picture": _FILE, "dies_on": TEXT, "cap": NUMBER},
    "required": ["picture"],
}
_REFUSED = (400, 403, 404, 409, 410, 413, 422)


def _uploading(summary: str) -> dict[str, Any]:
    described = op(summary, PAGE, answer="GroupCode", status=201, refused=_REFUSED)
    described["requestBody"] = {"content": {"multipart/form-data": {"schema": _SCHEMA}}}
    return described


#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    "/room/{event}/code.png": {
        "get": member_op("The group's code, for seat holders only", "image/png", refused=(403, 404, 409, 410))
    },
    _BASE: {
        "get": op("The groups behind a room that is opened by hand", PAGE, answer="GroupCodes", refused=(403, 404)),
        "post": _uploading("Upload the code of one more group"),
    },
    _BASE + "/{invite}.png": {"get": op("One group's code as members see it", "image/png", refused=(403, 404))},
    _BASE + "/{invite}": {"post": _uploading("Replace one group's code")},
    _BASE + "/{invite}/withdraw": {
        "post": op("Send nobody to this group any more", body="Done", answer="GroupCode", refused=(403, 404))
    },
}
SCHEMAS: dict[str, Any] = {
    "GroupCode": object_of(("invite",), invite=NUMBER),
    "GroupCodes": object_of(
        ("event", "room", "codes"),
        event=TEXT,
        room={"enum": ["own", "by_hand"]},
        platform=TEXT,
        has_code=TRUTH,
        codes={"type": "array", "items": object_of(invite=NUMBER, dies_at=TEXT, sent=NUMBER, cap=NUMBER)},
    ),
}
