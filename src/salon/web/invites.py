"""Rooms that people open by hand: their group codes uploaded by the owner, handed out to seat holders."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from salon.errors import NoSeat, NotAllowed, RoomClosed, SalonError
from salon.group_code.draw import draw
from salon.group_code.kinds import Platform, platforms
from salon.group_code.picture import MOST_BYTES
from salon.group_code.read import read_code
from salon.invites import CodeRefused, Invite
from salon.model import BY_HAND, Event
from salon.planbook import PLAN
from salon.rules.invites import (
    NewCode,
    NoCode,
    add_code,
    claim_code,
    ensure_fits,
    free_code,
    give_code,
    replace_code,
    withdraw_code,
)
from salon.rules.seats import ensure_open
from salon.state import State
from salon.web.describe import NUMBER, PAGE, TEXT, TRUTH, member_op, object_of, op
from salon.web.http import Answer, Ask, BodyTooLarge, json_answer, redirect
from salon.web.invites_page import as_json, desk_page, platform_of
from salon.web.routes import OWNER_EVENT, ROOM, Route
from salon.web.site import Site, language_for

#: The form around the picture is small.
_FORM_BYTES = MOST_BYTES + 64 * 1024
#: A code that was claimed so long ago and never came to stand behind a room belongs to an upload that was killed.
_FORGOTTEN = timedelta(minutes=1)


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
    event, state = await _owned(site, ask)
    if ask.wants_json:
        return json_answer(as_json(event, state, site.house.clock.now()))
    return desk_page(site, ask, event, state)


async def owners_picture(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/room/N.png`: the code of one group as its members see it."""
    _, state = await _owned(site, ask)
    invite = state.invites.codes.get(int(ask.parts["invite"]))
    if invite is None:
        raise NoCode
    return await _png(site, invite)


async def add(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room` with the file `picture`: one more group behind the room."""
    return await _upload(site, ask, 0)


async def replace(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room/N` with the file `picture`: another code for the same group, at once."""
    return await _upload(site, ask, int(ask.parts["invite"]))


async def withdraw(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room/N/withdraw`: send nobody there any more."""
    event, _ = await _owned(site, ask)
    number = int(ask.parts["invite"])
    await ask.fields()
    await site.house.journal.decide(event.id, withdraw_code(number, by="owner"))
    invites = (await site.house.live(event.id)).state.invites
    if not invites.sent.get(number):
        # Nobody has seen it: it may have been meant for another event.
        await site.house.journal.decide(PLAN, free_code(invites.codes[number].mark, event.id, by="owner"))
    return json_answer({"invite": number}) if ask.wants_json else _back(ask, event)


async def _upload(site: Site, ask: Ask, number: int) -> Answer:
    event, _ = await _owned(site, ask)
    try:
        added = await _take(site, ask, event, number)
    except (CodeRefused, RoomClosed) as refused:
        if ask.wants_json:
            raise
        return desk_page(site, ask, event, (await site.house.live(event.id)).state, refused)
    return json_answer({"invite": added}, 201) if ask.wants_json else _back(ask, event)


async def _take(site: Site, ask: Ask, event: Event, number: int) -> int:
    """Read, look at and note the uploaded code; returns its group's number. The picture itself is kept nowhere."""
    try:
        form = await ask.upload(_FORM_BYTES)
    except BodyTooLarge as large:
        raise CodeRefused(
            "too_large", f"upload {MOST_BYTES >> 20} MB at most; a screenshot is enough", status=413
        ) from large
    async with site.reading:
        text = await asyncio.to_thread(read_code, form.files.get("picture", b""))
    platforms().check(text, event.platform, own=site.house.settings.public_url)
    # What cannot be drawn anew cannot be handed out.
    await asyncio.to_thread(draw, text)
    links = site.house.links
    code = _new_code(event, form.fields, links.hide(text), links.mark(text), site.house.clock.now())
    return await _note(site, event, number, code)


async def _note(site: Site, event: Event, number: int, code: NewCode) -> int:
    """Claim the code for this event, then put it behind the room; killed in between, the same upload goes on."""
    journal = site.house.journal
    ensure_fits(event, (await journal.refresh(event.id)).state, code, site.house.clock.now())
    await _forget_lost_claim(site, code.mark)
    await journal.decide(PLAN, claim_code(code.mark, event.id, by="owner"))
    rule = replace_code(event, number, code, by="owner") if number else add_code(event, code, by="owner")
    try:
        (added,) = await journal.decide(event.id, rule)
    except SalonError:
        state = (await journal.refresh(event.id)).state
        if all(invite.mark != code.mark for invite in state.invites.codes.values()):
            await journal.decide(PLAN, free_code(code.mark, event.id, by="owner"))
        raise
    return int(added.data["invite"])


async def _forget_lost_claim(site: Site, mark: str) -> None:
    journal = site.house.journal
    owner, since = (await journal.refresh(PLAN)).state.invites.claimed.get(mark, ("", site.house.clock.now()))
    if owner and site.house.clock.now() - since > _FORGOTTEN:
        known = (await journal.refresh(owner)).state.invites.codes.values()
        if all(invite.mark != mark for invite in known):
            await journal.decide(PLAN, free_code(mark, owner, by="owner"))


def _new_code(event: Event, fields: Mapping[str, str], sealed: str, mark: str, now: datetime) -> NewCode:
    platform = platform_of(event)
    return NewCode(
        platform=platform.id,
        sealed=sealed,
        mark=mark,
        dies_at=_dies_at(fields.get("dies_on", ""), event, now + platform.life),
        cap=_cap(fields.get("cap", ""), platform),
        life=platform.life,
        joins=platform.joins,
    )


def _dies_at(text: str, event: Event, usual: datetime) -> datetime:
    """The day on the screenshot ("11月27日前有效") is over before it begins; nothing typed: *usual*."""
    if not text.strip():
        return usual
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise CodeRefused("day", "dies_on: write a day like 2027-03-04", status=400) from error
    return datetime.combine(day, time(), tzinfo=ZoneInfo(event.timezone))


def _cap(text: str, platform: Platform) -> int:
    if not text.strip():
        return platform.joins
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()):
        raise CodeRefused("cap", "cap: write a whole number", detail=str(platform.joins), status=400)
    return int(text)


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event = await site.house.event(ask.parts["event"])
    # Read anew: whoever has just uploaded sees it, whichever process answers.
    return event, (await site.house.journal.refresh(event.id)).state


def _back(ask: Ask, event: Event) -> Answer:
    return redirect(f"/owner/{ask.parts['token']}/{event.id}/room")


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
