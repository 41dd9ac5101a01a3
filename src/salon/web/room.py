"""The room: what is said, prompts and polls, live; it can be read, written to and voted in without JavaScript."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from salon.entries import Entry
from salon.errors import Removed
from salon.model import Event
from salon.moments.recapped import retold
from salon.public import Frame, audience_of, counts_of, frame_of, poll_frame
from salon.rules.talk import post_message
from salon.rundown import section_now
from salon.state import Said, State
from salon.web.afterwards import has_more_to_say, looks_again
from salon.web.door import phase
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.invites import shown_code
from salon.web.lines import PAGE_MESSAGES, line_in
from salon.web.moderation import held_answer, why_held
from salon.web.parts import parts_for
from salon.web.polls import asked_of
from salon.web.readers import MEMBER, Reader, ensure_inside
from salon.web.site import Site
from salon.web.writes import Decision


async def room(site: Site, ask: Ask) -> Answer:
    """`GET /room/EVENT`: the room's page for who holds a seat; for others the way to one; afterwards the report."""
    event, _, state = await site.room(ask.parts["event"])
    guest, now = site.guests.known(ask), phase(site, event, state)
    seat = state.seat_of(guest)
    if ask.wants_json:
        if now != "closed":
            ensure_inside(state, guest)
        return json_answer(_as_json(site, event, state, guest))
    if now == "closed":
        return _closed(site, ask, event, state, guest)
    if guest in state.moderation.removed:
        raise Removed(state.moderation.removed[guest])
    if not seat:
        return site.page(ask, "notice", event, status=403, title_key="no_seat_title", text_key="no_seat_text")
    reader = Reader(role=MEMBER, base=f"/room/{event.id}", guest=guest, seat=seat)
    facts = room_facts(site, event, state, reader, ask)
    code = await shown_code(site, ask, event, guest)
    calendar = await _calendar(site, event, state, guest)
    return site.page(ask, "room", event, **facts, code=code, calendar=calendar).with_headers(
        *site.guests.seat_cookies(ask, event.id, guest, seat)
    )


async def _calendar(site: Site, event: Event, state: State, guest: str) -> str:
    """Where the evening's calendar file is, for who has a seat hours before it begins; empty: it has begun."""
    if site.house.clock.now() >= event.times.starts_at:
        return ""
    try:
        code = (await site.house.plan()).code(event.id, state.guests[guest].source)
    except KeyError:
        # Seated by something else than a door of today's plan.
        return ""
    return f"/c/{code}/salon.ics"


def _closed(site: Site, ask: Ask, event: Event, state: State, guest: str) -> Answer:
    if has_more_to_say(state, guest):
        reader = Reader(role=MEMBER, base=f"/room/{event.id}", guest=guest, seat=state.seat_of(guest))
        facts = room_facts(site, event, state, reader, ask)
        return site.page(ask, "after", event, **facts, looks_again=looks_again(state, guest))
    if state.report:
        return redirect(f"/report/{event.id}")
    page = site.page(ask, "notice", event, title_key="closed_title", text_key="closed_text")
    return page.with_headers((b"refresh", b"30"))


def room_facts(site: Site, event: Event, state: State, reader: Reader, ask: Ask) -> dict[str, Any]:
    """What the room's template needs to show it to *reader*."""
    zone, seat = event.times.disbands_at.tzinfo, reader.seat
    shown = _shown(site, event, state)
    kept = shown if ask.query.keys() & {"all", "reply"} else shown[-PAGE_MESSAGES:]
    frames = [
        _with_target(retold(frame, event, state), state)
        for entry in kept
        if (frame := frame_of(entry, zone)) and not audience_of(entry)
    ]
    now = phase(site, event, state)
    section = section_now(state, event)
    return {
        "base": reader.base,
        "role": reader.role,
        "seat": seat,
        "parts": parts_for(site, ask, event, state, reader),
        "event_id": event.id,
        "phase": now,
        "frames": frames,
        "has_earlier": len(kept) < len(shown),
        "asked": asked_of(state, reader) if now == "open" else "",
        "cursor": site.rooms.loaded(event.id).cursor(reader.line),
        "section": event.outline[section - 1].title if section else "",
        "counts": counts_of(state, event.seats, leads=reader.knows),
        "closes_at": event.times.disbands_at.isoformat(),
        "now": site.house.clock.now().isoformat(),
        "fresh_id": secrets.token_hex(8),
        "reply": _replied_to(ask, state),
    }


def _replied_to(ask: Ask, state: State) -> Said | None:
    """The message that a page without a script replies to: `?reply=SEQ`."""
    text = ask.query.get("reply", "")
    said = state.messages.get(int(text)) if re.fullmatch(r"[0-9]{1,12}", text) else None
    return None if said is None or said.is_hidden else said


def _with_target(frame: Frame, state: State) -> Frame:
    """*frame* with the name of whom it replies to; what is hidden is no longer pointed at."""
    if not frame.get("reply_to"):
        return frame
    target = state.messages.get(int(frame["reply_to"]))
    if target is None or target.is_hidden:
        return {**frame, "reply_to": ""}
    return {**frame, "reply_name": target.name}


def say(site: Site, ask: Ask, fields: Mapping[str, str]) -> Decision:
    """`POST /room/EVENT/messages`: say something from one's seat; the same client id twice is said once."""
    event, guest = site.house.event_now(ask.parts["event"]), site.guests.known(ask)
    line = line_in(fields)
    why = why_held(site, event, site.house.now(event.id), guest, line.text)

    def said(added: Sequence[Entry]) -> Answer:
        if any(entry.kind == "message_held" for entry in added):
            return held_answer(site, ask, f"/room/{event.id}")
        if ask.wants_json:
            return json_answer({"seq": added[0].seq if added else None}, 201 if added else 200)
        return redirect(f"/room/{event.id}#end")

    return Decision(event.id, post_message(event, guest, line, why=why), said)


def _shown(site: Site, event: Event, state: State) -> list[Entry]:
    entries = site.rooms.loaded(event.id).live.entries
    hidden = {seq for seq, said in state.messages.items() if said.is_hidden}
    return [entry for entry in entries if entry.kind in _ON_PAGE and entry.seq not in hidden]


_ON_PAGE = (
    "message_posted",
    "question_asked",
    "precautions_posted",
    "prompt_posted",
    "notice_posted",
    "evening_extended",
    "recap_posted",
    "section_started",
    "poll_opened",
    "questionnaire_opened",
    "promotion_shown",
)


def _as_json(site: Site, event: Event, state: State, guest: str) -> dict[str, Any]:
    now = phase(site, event, state)
    return {
        "event": event.id,
        "phase": now,
        "seat": state.seat_of(guest),
        "waiting": state.place_of(guest),
        "cursor": site.rooms.loaded(event.id).cursor(guest),
        "closes_at": event.times.disbands_at.isoformat(),
        "now": site.house.clock.now().isoformat(),
        "counts": counts_of(state, event.seats),
        "polls": [
            poll_frame(poll, seat=poll.voter(state.seat_of(guest), guest), is_over=now == "closed")
            for poll in state.polls.values()
        ],
    }
