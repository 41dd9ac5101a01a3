"""A group's code comes in: the owner's screenshot, read, looked at, drawn anew, and put behind the room in one step."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salon.errors import RoomClosed, SalonError
from salon.group_code.draw import draw
from salon.group_code.kinds import Platform, platforms
from salon.group_code.picture import MOST_BYTES
from salon.group_code.read import read_code
from salon.invites import CodeRefused
from salon.model import Event
from salon.planbook import PLAN
from salon.rules.invites import NewCode, add_code, claim_code, ensure_fits, free_code, replace_code
from salon.web.http import Answer, Ask, BodyTooLarge, json_answer
from salon.web.invites_page import back, desk_page, owned, platform_of
from salon.web.site import Site

#: The form around the picture is small.
_FORM_BYTES = MOST_BYTES + 64 * 1024
#: A code that was claimed so long ago and never came to stand behind a room belongs to an upload that was killed.
_FORGOTTEN = timedelta(minutes=1)


async def add(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room` with the file `picture`: one more group behind the room."""
    return await _upload(site, ask, 0)


async def replace(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/room/N` with the file `picture`: another code for the same group, at once."""
    return await _upload(site, ask, int(ask.parts["invite"]))


async def _upload(site: Site, ask: Ask, number: int) -> Answer:
    event, _ = await owned(site, ask)
    try:
        added = await _take(site, ask, event, number)
    except (CodeRefused, RoomClosed) as refused:
        if ask.wants_json:
            raise
        return desk_page(site, ask, event, (await site.house.live(event.id)).state, refused)
    return json_answer({"invite": added}, 201) if ask.wants_json else back(ask, event)


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
