"""The rhythm console: the run sheet with planned and actual minutes, what is due, and who has been silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from salon.gate import Check, gate_of
from salon.marking import marks_of
from salon.model import BY_HAND, Event
from salon.pulse import has_strayed, last_said_at, quiet, voices
from salon.questions import OPEN
from salon.rhythm import Leg, current, cut_for, drift, run_sheet, scaled, to_come
from salon.rules.ending import extensions_left, is_short_of_codes
from salon.rules.rhythm import LONGER
from salon.rules.seats import NAME_LENGTH
from salon.rundown import StepKind, steps_left
from salon.state import State
from salon.web import leading
from salon.web.http import Ask
from salon.web.readers import NOTE_TAKER, Reader
from salon.web.routes import Route
from salon.web.site import Site

#: The recap may be edited, and the gate stands open on the page, so long before the close.
ENDING = timedelta(minutes=10)
#: So many questions are told here, and so many more that have waited too long; all are in their own part.
TOP = 3

_MINUTE = timedelta(minutes=1)


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/console.html` needs; None for members, and before the room opens."""
    if not reader.leads or state.opened_at is None:
        return None
    now = site.house.clock.now()
    is_open = state.disbanded_at is None and now < event.times.disbands_at
    return {
        "is_open": is_open,
        # Note takers mark what was said, and nothing else.
        "can_steer": reader.role != NOTE_TAKER,
        **_sheet(event, state, now),
        **_due(site, event, state),
        **_silence(event, state, now),
        "questions": [_question(number, event, state, now) for number in _top(event, state, now)],
        "unanswered_minutes": event.unanswered_minutes,
        "voices": voices(state),
        "quiet": quiet(state),
        "parked": [_said(state, seq) for seq in state.rhythm.parked if not state.messages[seq].is_hidden],
        "marks": _marks(state),
        **_ending(event, state, now),
        "name_length": NAME_LENGTH,
    }


def gate_for(site: Site, event: Event, state: State) -> Sequence[Check]:
    """The gate as the owner's page shows it; nothing before the room opens."""
    return gate_of(event, state, site.house.clock.now()) if state.opened_at is not None else ()


def marked(state: State, ask: Ask) -> dict[str, Any] | None:
    """The message that `?mark=SEQ` asks to mark, for pages without a script; None: none."""
    text = ask.query.get("mark", "")
    seq = int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0
    said = state.messages.get(seq)
    return _said(state, seq) if said is not None and not said.is_hidden and not said.is_question else None


def _sheet(event: Event, state: State, now: datetime) -> dict[str, Any]:
    """The run sheet, where it stands, and what may be done about it."""
    legs = run_sheet(event, state.rhythm, now)
    rest, late, number = to_come(legs), drift(event, state.rhythm, now), current(legs)
    cut = cut_for(event, state.rhythm, now)
    begun = [leg for leg in legs if leg.started_at is not None]
    ended = {leg.number: after.started_at for leg, after in pairwise(begun)}
    rows = [_leg(leg, number, ended.get(leg.number), now, event) for leg in legs]
    return {
        "legs": rows,
        "now_leg": rows[number - 1] if number else None,
        "next_leg": rest[0] if rest else None,
        "drift": late,
        # Its time is over, and what is left of the evening is for the end.
        "is_through": bool(legs) and number == len(legs) and now >= legs[-1].ends_at and late <= 0,
        "longer": LONGER,
        "can_scale": late != 0 and scaled(event, state.rhythm, now) is not None,
        "cut_title": legs[cut - 1].title if cut else "",
    }


def _leg(leg: Leg, number: int, ended_at: datetime | None, now: datetime, event: Event) -> dict[str, Any]:
    zone = event.times.starts_at.tzinfo
    began, over = leg.started_at or leg.at, leg.number < number
    standing = "cut" if leg.is_cut else "now" if leg.number == number else "over" if over else "ahead"
    spent = (ended_at or now) - began if leg.started_at is not None and (ended_at or not over) else None
    return {
        "number": leg.number,
        "title": leg.title,
        "standing": standing,
        "clock": f"{began.astimezone(zone):%H:%M}",
        "planned_clock": f"{leg.planned_at:%H:%M}",
        "planned_minutes": leg.planned_minutes,
        "minutes": leg.minutes,
        "spent": spent // _MINUTE if spent is not None else None,
        "since": began.isoformat(),
        "ends": f"{leg.ends_at.astimezone(zone):%H:%M}",
    }


def _due(site: Site, event: Event, state: State) -> dict[str, Any]:
    """The next prompt, and a sentence that leads back to the outline where the talk has left it."""
    left = (step for step in steps_left(event, state) if step.kind is StepKind.PROMPT)
    step, zone = next(left, None), event.times.starts_at.tzinfo
    number, text = leading.nudge(site, event, state)
    strayed = bool(text) and has_strayed(event, state)
    return {
        "prompt": {"key": step.key, "clock": f"{step.at.astimezone(zone):%H:%M}", **step.data} if step else None,
        "nudge": text if strayed else "",
        "nudge_number": number,
    }


def _silence(event: Event, state: State, now: datetime) -> dict[str, Any]:
    """Since when nobody has said anything; nothing before the evening begins."""
    if now < event.times.starts_at:
        return {"silent_since": "", "silent_for": 0, "silence_minutes": 0}
    since = max(last_said_at(state) or event.times.starts_at, event.times.starts_at)
    return {
        "silent_since": since.isoformat(),
        "silent_for": (now - since) // _MINUTE,
        "silence_minutes": event.silence_minutes,
    }


def _top(event: Event, state: State, now: datetime) -> list[int]:
    """The questions that most want answered, and whatever else has waited too long, the longest first."""
    shown = [q.number for q in state.questions.asked(OPEN) if not state.messages[q.number].is_hidden]
    late = now - event.unanswered_minutes * _MINUTE
    waiting = sorted(number for number in shown[TOP:] if _asked_at(number, event, state) <= late)
    return shown[:TOP] + waiting[:TOP]


def _asked_at(number: int, event: Event, state: State) -> datetime:
    """When somebody began to wait for an answer: who asked at the door at noon, when the evening begins."""
    return max(state.messages[number].at, event.times.starts_at)


def _question(number: int, event: Event, state: State, now: datetime) -> dict[str, Any]:
    question, at = state.questions.by_number[number], _asked_at(number, event, state)
    waits = (now - at) // _MINUTE
    return {
        "number": number,
        "text": question.text,
        "score": question.score,
        "since": at.isoformat(),
        "waits": max(0, waits),
    }


def _marks(state: State) -> list[dict[str, Any]]:
    """The marks that stand, the newest first; those that were typed have no number: `#undo` takes them back."""
    numbers = {(mark.message, mark.kind): mark.number for mark in state.rhythm.marks.values()}
    return [
        {"number": numbers.get((seq, mark.kind), 0), "kind": mark.kind, "message": seq, "text": mark.text}
        for mark in reversed(marks_of(state))
        for seq in (int(mark.message_id),)
    ]


def _said(state: State, seq: int) -> dict[str, Any]:
    said = state.messages[seq]
    return {"seq": seq, "name": said.name, "text": said.text}


def _ending(event: Event, state: State, now: datetime) -> dict[str, Any]:
    """The gate, the recap, and the hour."""
    zone, saved = event.times.starts_at.tzinfo, state.rhythm.recap_at
    return {
        "gate": gate_of(event, state, now),
        "is_ending": now >= event.times.disbands_at - ENDING,
        "recap_done": "recap" in state.steps or "recap" in state.rhythm.waived,
        "recap_saved": f"{saved.astimezone(zone):%H:%M}" if saved else "",
        "extensions": extensions_left(event, state),
        "is_by_hand": event.room == BY_HAND,
        "is_short_of_codes": is_short_of_codes(event, state),
        "extended": state.rhythm.extensions,
    }


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {"console": facts}
ROUTES: list[Route] = leading.ROUTES
PATHS: dict[str, Any] = leading.PATHS
SCHEMAS: dict[str, Any] = leading.SCHEMAS
