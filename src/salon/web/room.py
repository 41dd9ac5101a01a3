"""The room: what is said, prompts and polls, live; it can be read, written to and voted in without JavaScript."""

from __future__ import annotations

import secrets
from typing import Any

from salon.errors import NoSeat, WrongUse
from salon.model import Event
from salon.public import counts_of, frame_of, poll_frame
from salon.rules.polls import cast_vote
from salon.rules.talk import Line, post_message
from salon.state import State
from salon.web.door import phase
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.site import Site

#: Messages that the page carries at once; its script fetches the others, the plain page links to all.
PAGE_MESSAGES = 100


async def room(site: Site, ask: Ask) -> Answer:
    """`GET /room/EVENT`: the room's page for who holds a seat; for others the way to one."""
    event, _, state = await site.room(ask.parts["event"])
    if ask.wants_json:
        return json_answer(_as_json(site, event, state, site.guests.known(ask)))
    if phase(site, event, state) == "closed":
        return redirect(f"/report/{event.id}")
    guest = site.guests.known(ask)
    seat = state.seat_of(guest)
    if not seat:
        return site.page(ask, "notice", event, status=403, title_key="no_seat_title", text_key="no_seat_text")
    base = f"/room/{event.id}"
    return site.page(ask, "room", event, **room_facts(site, event, state, base=base, role="member", seat=seat, ask=ask))


def room_facts(
    site: Site, event: Event, state: State, *, base: str, role: str, seat: int, ask: Ask
) -> dict[str, Any]:
    """What the room's template needs; *base* is the address below which its forms post."""
    zone = event.times.disbands_at.tzinfo
    shown = _shown(site, event, state, everything="all" in ask.query)
    frames = [frame for entry in shown if (frame := frame_of(entry, zone))]
    return {
        "base": base,
        "role": role,
        "seat": seat,
        "event_id": event.id,
        "phase": phase(site, event, state),
        "frames": frames,
        "open_polls": [poll_frame(poll) for poll in state.polls.values() if poll.is_open],
        "closed_polls": [poll_frame(poll) for poll in state.polls.values() if not poll.is_open],
        "my_votes": {poll.id: poll.votes[seat] for poll in state.polls.values() if seat in poll.votes},
        "cursor": state.seq,
        "section": _section(state, event),
        "counts": counts_of(state, event.seats),
        "closes_at": event.times.disbands_at.isoformat(),
        "now": site.house.clock.now().isoformat(),
        "fresh_id": secrets.token_hex(8),
    }


async def say(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/messages`: say something from one's seat; the same client id twice is said once."""
    event = await site.house.event(ask.parts["event"])
    line = line_in(await ask.fields())
    added = await site.house.journal.decide(event.id, post_message(event, site.guests.known(ask), line))
    if ask.wants_json:
        return json_answer({"seq": added[0].seq if added else None}, 201 if added else 200)
    return redirect(f"/room/{event.id}#end")


async def vote(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/polls/POLL/vote`: one vote per seat; another option replaces it until the poll closes."""
    event = await site.house.event(ask.parts["event"])
    option = _option(await ask.fields())
    poll = ask.parts["poll"]
    added = await site.house.journal.decide(event.id, cast_vote(event, site.guests.known(ask), poll, option))
    if ask.wants_json:
        state = (await site.house.live(event.id)).state
        return json_answer(poll_frame(state.polls[poll]), 201 if added else 200)
    return redirect(f"/room/{event.id}#poll-{poll}")


def line_in(fields: dict[str, Any]) -> Line:
    """The line that a form or a program sends; the client id may be missing, then it is new."""
    client_id = str(fields.get("client_id") or secrets.token_hex(8))
    return Line(text=str(fields.get("text") or ""), client_id=client_id, reply_to=str(fields.get("reply_to") or ""))


def _option(fields: dict[str, Any]) -> int:
    text = str(fields.get("option", ""))
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise WrongUse("option: write the option's number, counted from 0")
    return int(text)


def _section(state: State, event: Event) -> str:
    started = [k for k in range(1, len(event.outline) + 1) if f"section-{k}" in state.steps]
    return event.outline[started[-1] - 1].title if started else ""


def _shown(site: Site, event: Event, state: State, *, everything: bool) -> list[Any]:
    entries = site.rooms.loaded(event.id).live.entries
    hidden = {seq for seq, said in state.messages.items() if said.is_hidden}
    kept = [entry for entry in entries if entry.kind in _ON_PAGE and entry.seq not in hidden]
    return kept if everything else kept[-PAGE_MESSAGES:]


_ON_PAGE = (
    "message_posted",
    "precautions_posted",
    "prompt_posted",
    "notice_posted",
    "recap_posted",
    "section_started",
    "poll_opened",
)


def _as_json(site: Site, event: Event, state: State, guest: str) -> dict[str, Any]:
    return {
        "event": event.id,
        "phase": phase(site, event, state),
        "seat": state.seat_of(guest),
        "waiting": state.place_of(guest),
        "cursor": state.seq,
        "closes_at": event.times.disbands_at.isoformat(),
        "now": site.house.clock.now().isoformat(),
        "counts": counts_of(state, event.seats),
        "polls": [poll_frame(poll) for poll in state.polls.values()],
    }


def ensure_inside(state: State, guest: str) -> None:
    """Raise `NoSeat` unless *guest* holds a seat: only they may listen."""
    if not state.seat_of(guest):
        raise NoSeat
