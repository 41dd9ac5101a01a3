"""Private pages: the host's run of show, the KOL's brief, the owner's week."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from salon.errors import NotAllowed, NotFound, WrongUse
from salon.journal import Behind
from salon.model import Event
from salon.moments.open_room import last_evening
from salon.rules.questions import handed_on, reply_as
from salon.rules.seats import NAME_LENGTH
from salon.rules.talk import hide_message
from salon.rules.week import confirm_brief, shut_room, take_step
from salon.rundown import StepKind, rundown, section_now
from salon.state import State
from salon.status import week_of
from salon.web.board import red_points
from salon.web.console import gate_for, marked
from salon.web.http import Answer, Ask, json_answer
from salon.web.lines import clean, line_in
from salon.web.readers import KOL, Reader, back, may_still_lead, reader_of
from salon.web.room import room_facts
from salon.web.site import Site, language_for
from salon.web.stream import frames, stream
from salon.wording import calm

#: Longest prompt of the host's own, in characters.
PROMPT_LENGTH = 500
#: An evening is unfolded on the owner's page for so long before it begins, and so long after its report.
WEEK, AFTERWARDS = timedelta(days=7), timedelta(days=1)


async def host(site: Site, ask: Ask) -> Answer:
    """`GET /host/EVENT/TOKEN`: prompts, polls, messages to hide, the end of the evening."""
    event, state, reader = await reader_of(site, ask)
    facts = room_facts(site, event, state, reader, ask)
    facts = {**facts, "steps": _steps(event, state), "marked": marked(state, ask), "leader": reader.name}
    return site.page(ask, "host", event, **facts)


async def kol(site: Site, ask: Ask) -> Answer:
    """`GET /kol/EVENT/TOKEN`: the brief with one button; the room once it is open."""
    event, state, reader = await reader_of(site, ask)
    facts = room_facts(site, event, state, reader, ask)
    is_confirmed = event.kol.name in state.confirmed_at
    is_on = facts["phase"] == "open" and site.house.clock.now() >= event.times.starts_at
    left = await _left_over(site, event) if facts["phase"] == "before" else []
    facts = {**facts, "is_confirmed": is_confirmed, "is_on": is_on, "marked": marked(state, ask), "left_over": left}
    return site.page(ask, "kol", event, **facts)


async def _left_over(site: Site, event: Event) -> list[str]:
    """What the last evening hands on: whoever prepares this one need not wait for the opening to read it."""
    last = await last_evening(site.house, event)
    return [question.text for question in handed_on(last[1])] if last else []


async def confirm(site: Site, ask: Ask) -> Answer:
    """`POST /kol/EVENT/TOKEN/confirm`: the KOL says yes, once."""
    event, _, reader = await reader_of(site, ask)
    await ask.fields()
    await site.house.journal.decide(event.id, confirm_brief(event.kol.name))
    return back(ask, reader, {"confirmed": True})


async def speak(site: Site, ask: Ask) -> Answer:
    """`POST /{host,kol}/EVENT/TOKEN/messages`: say something as host or KOL, who need no seat."""
    role = ask.parts["role"]
    event, _, reader = await reader_of(site, ask)
    fields = await ask.fields()
    given = calm(clean(fields.get("name", "")))[:NAME_LENGTH] or site.words[event.languages[0]]["host_name"]
    name = event.kol.name if role == "kol" else reader.name or given
    rule = reply_as(event, reader.role, name, line_in(fields), by=reader.by)
    added = await site.house.journal.decide(event.id, rule)
    if added and added[0].kind == "tag_undone":
        # Nothing of it is seen in the chat.
        return back(ask, reader, {"seq": None, "say": site.words[language_for(ask, event)]["mark_undone"]}, "console")
    return back(ask, reader, {"seq": added[0].seq if added else None}, "end")


async def prompt(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/prompts`: post a step of the outline now (`step`), or a text of one's own (`text`)."""
    event, state, reader = await reader_of(site, ask)
    fields = await ask.fields()
    key = fields.get("step", "")
    data = _planned_prompt(event, key) if key else _own_prompt(event, state, fields)
    key = key or f"own-{_client_id(fields)}"
    added = await site.house.journal.decide(event.id, take_step(event, StepKind.PROMPT, key, data, by=reader.by))
    return back(ask, reader, {"posted": bool(added)}, f"step-{key}")


def _client_id(fields: Mapping[str, str]) -> str:
    given = fields.get("client_id") or secrets.token_hex(8)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", given):
        raise WrongUse("client_id: 1 to 60 letters, digits, dots or dashes, new for each prompt")
    return given


def _planned_prompt(event: Event, key: str) -> dict[str, Any]:
    for step in rundown(event):
        if step.key == key and step.kind is StepKind.PROMPT:
            return step.data
    raise NotFound(f"step {key[:40]!r}: the outline has no such prompt")


def _own_prompt(event: Event, state: State, fields: Mapping[str, str]) -> dict[str, Any]:
    text = clean(fields.get("text", "")).strip()
    if not 0 < len(text) <= PROMPT_LENGTH:
        raise WrongUse(f"text: write a prompt of 1 to {PROMPT_LENGTH} characters")
    return {"section": section_now(state, event), "text": text}


async def hide(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/messages/SEQ/hide`: off every page, and out of the report."""
    event, _, reader = await reader_of(site, ask)
    await ask.fields()
    await site.house.journal.decide(event.id, hide_message(int(ask.parts["seq"]), by=reader.by))
    return back(ask, reader, {"hidden": True})


async def end(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/end` with `sure=yes`: close the room now, for good."""
    event, state, reader = await reader_of(site, ask)
    if (await ask.fields()).get("sure") != "yes":
        raise WrongUse("sure: write yes; a closed room cannot be opened again")
    if state.opened_at is None:
        raise WrongUse("the room has not opened yet; to call the evening off, change the plan")
    await site.house.journal.decide(event.id, shut_room(by=reader.by))
    return back(ask, reader, {"closed": True})


async def private_stream(site: Site, ask: Ask) -> None:
    """`GET /{host,kol}/EVENT/TOKEN/stream`: the room's line for those who lead it."""
    event, state, reader = await reader_of(site, ask)
    await stream(await site.rooms.of(event), ask, reader.line, lambda: _leads(site, event, state, reader))


async def private_poll(site: Site, ask: Ask) -> Answer:
    """`GET /{host,kol}/EVENT/TOKEN/entries`: the same by long poll."""
    event, state, reader = await reader_of(site, ask)
    return await frames(await site.rooms.of(event), ask, reader.line, lambda: _ensure_leads(site, event, state, reader))


def _ensure_leads(site: Site, event: Event, state: State, reader: Reader) -> None:
    if not _leads(site, event, state, reader):
        raise NotAllowed("this private link was withdrawn")


def _leads(site: Site, event: Event, state: State, reader: Reader) -> bool:
    """Whether *reader*, whose page was opened when *event* was planned so, still leads: a KOL may be changed."""
    is_theirs = reader.role != KOL or _kol_now(site, event) == event.kol.name
    return is_theirs and may_still_lead(state, reader)


def _kol_now(site: Site, event: Event) -> str:
    try:
        return site.house.event_now(event.id).kol.name
    except (Behind, NotFound):
        # Read a moment later: nobody's line is cut for that.
        return event.kol.name


async def owner(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN`: the week as it stands, with every private link."""
    site.check("owner", "", ask.parts["token"])
    links, events = site.house.links, (await site.house.plan()).events()[-20:]
    weeks = [
        {
            "week": await week_of(site.house, event),
            "host": links.host(event.id),
            "kol": links.kol(event),
            "gate": gate_for(site, event, (await site.house.live(event.id)).state),
        }
        for event in events
    ]
    if ask.wants_json:
        return json_answer([week["week"].as_data() for week in weeks])  # type: ignore[attr-defined]
    red, near = await red_points(site, events), near_of(events, site.house.clock.now())
    base = f"/owner/{ask.parts['token']}"
    return site.page(ask, "owner", None, weeks=weeks, red=red, base=base, near=near)


def near_of(events: Sequence[Event], now: datetime) -> list[str]:
    """Ids of the evenings of this week, the first one first; where there are none, of the one nearest to *now*.

    From a week before an evening begins until a day after its report.
    """
    by_start = sorted(events, key=lambda one: one.times.starts_at)
    near = [one.id for one in by_start if one.times.starts_at - WEEK <= now <= one.times.reports_at + AFTERWARDS]
    return near or [one.id for one in sorted(by_start, key=lambda one: abs(one.times.starts_at - now))[:1]]


def _steps(event: Event, state: State) -> list[dict[str, Any]]:
    return [
        {"key": s.key, "kind": s.kind.value, "clock": f"{s.at:%H:%M}", "is_done": s.key in state.steps, **s.data}
        for s in rundown(event, state)
        if s.kind in (StepKind.PROMPT, StepKind.SECTION)
    ]
