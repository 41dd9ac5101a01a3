"""The owner's page of what will be sent: when each announcement ends, whom it cannot reach, what must be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from salon.channels.ability import SYSTEM
from salon.model import Event, Group, Moment, Slot
from salon.moments.correct import correct, correction_of, text_of
from salon.phrases import count, day_and_time
from salon.probing import probe
from salon.state import Probe, State
from salon.wave import Wave, wave_of
from salon.web.describe import PAGE, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.publishing import soon
from salon.web.routes import OWNER_EVENT, Route
from salon.web.site import Site, language_for

#: So many names of those whom an announcement cannot reach are shown.
MOST_NAMES = 20


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One announcement to come."""

    slot: Slot
    wave: Wave
    #: Texts: when it begins, when the last group hears it.
    begins: str
    last_at: str
    groups: str


async def page(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/sending`: the announcements to come, as they will go out."""
    event, state = await _owned(site, ask)
    language = language_for(ask, event)
    rows = [await _row(site, event, slot, language) for slot in _to_come(site, event, state)]
    correction = await correction_of(site.house, event)
    if ask.wants_json:
        return json_answer({"moments": [_as_data(row) for row in rows], "to_correct": _count(correction)})
    text = await text_of(site.house, correction, correction.groups[0]) if correction else ""
    return site.page(
        ask, "sending", event, rows=rows, most_names=MOST_NAMES, correction=text, to_correct=_count(correction),
        groups=await _reached_by_us(site, event), base=_base(ask, event), owner=f"/owner/{ask.parts['token']}",
    )  # fmt: skip


async def _reached_by_us(site: Site, event: Event) -> list[tuple[Group, Probe | None]]:
    """The groups to which the system speaks by itself, with what came of the last test message."""
    probes = (await site.house.plan()).probes
    return [
        (group, probes.get(f"{event.series}/{group.id}"))
        for group in await site.house.groups(event)
        if site.house.about(group.channel).ability.who == SYSTEM
    ]


async def send_correction(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/sending/correct`: tell everybody who heard something else; it goes on by itself."""
    event, _ = await _owned(site, ask)
    await ask.fields()
    soon(site, correct(site.house, event))
    return _back(ask, event, {"sending": True})


async def try_group(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/sending/probe` with `group`: one real test message."""
    event, _ = await _owned(site, ask)
    outcome = await probe(site.house, event, (await ask.fields()).get("group", ""))
    return _back(ask, event, {"result": str(outcome.result), "detail": outcome.detail})


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


def _to_come(site: Site, event: Event, state: State) -> list[Slot]:
    now = site.house.clock.now()
    slots = [slot for slot in event.slots() if slot.moment is not Moment.BRIEF and slot.key not in state.slots]
    return [slot for slot in slots if slot.deadline is None or now < slot.deadline]


async def _row(site: Site, event: Event, slot: Slot, language: str) -> _Row:
    wave = await wave_of(site.house, event, slot)
    return _Row(
        slot=slot,
        wave=wave,
        begins=_shown(slot.at, event, language),
        last_at=_shown(wave.last.at, event, language) if wave.last else "",
        groups=count(len(wave.rows), language),
    )


def _shown(at: datetime, event: Event, language: str) -> str:
    return day_and_time(at.astimezone(ZoneInfo(event.timezone)), language)


def _as_data(row: _Row) -> dict[str, Any]:
    unfit = {one.group.id: one.why for one in row.wave.unfit}
    last = row.wave.last
    return {
        "moment": row.slot.key,
        "groups": len(row.wave.rows),
        "last_group": last.group.id if last else "",
        "last_at": last.at.isoformat() if last else "",
        "paused": row.wave.paused,
        "does_not_fit": unfit,
    }


def _count(correction: Any) -> int:
    return len(correction.groups) if correction else 0


def _base(ask: Ask, event: Event) -> str:
    return f"/owner/{ask.parts['token']}/{event.id}/sending"


def _back(ask: Ask, event: Event, data: dict[str, Any]) -> Answer:
    return json_answer(data) if ask.wants_json else redirect(_base(ask, event))


_SENDING = rf"{OWNER_EVENT}/sending"
ROUTES: list[Route] = [
    ("GET", _SENDING, page),
    ("POST", rf"{_SENDING}/correct", send_correction),
    ("POST", rf"{_SENDING}/probe", try_group),
]
_PATH = "/owner/{token}/{event}/sending"
PATHS: dict[str, Any] = {
    _PATH: {"get": op("What will be sent, and when", PAGE, answer="Done", refused=(403, 404))},
    f"{_PATH}/correct": {"post": op("Send the correction", body="Done", answer="Done", refused=(403, 404))},
    f"{_PATH}/probe": {"post": op("Send one test message", body="Probe", answer="Done", refused=(400, 403, 404))},
}
SCHEMAS: dict[str, Any] = {"Probe": object_of(("group",), group={"type": "string"})}
