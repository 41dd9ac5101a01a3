"""What those who lead do to the rhythm of an evening: sections, minutes, marks, the parking lot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from salon.analysis.commands import TAGS
from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.model import Event
from salon.rhythm import current, cut_for, drift, run_sheet, scaled, to_come
from salon.roles import role_in
from salon.rules.cards import play_card
from salon.rules.polls import open_poll
from salon.rules.seats import ensure_open
from salon.rules.talk import Line, post_as, untagged
from salon.rules.week import take_step
from salon.rundown import Step, StepKind, rundown
from salon.state import State

#: Kinds of marks that have a button, in their order: 要点 共识 分歧 行动 待答 金句.
KINDS = ("point", "agreement", "disagreement", "action", "open_question", "quote")
#: The running section gets so many minutes more with one tap.
LONGER = 5


class NoSection(Refused):
    """No section is left that could begin, or be planned anew."""

    reason = "no_section"


def take_due(event: Event, step: Step, data: Mapping[str, Any], *, by: str) -> Rule:
    """Take *step* of the run of show, once, if it is still in it and its time has come: between look and write
    somebody may have begun another section. Raises as `ensure_open`."""
    inner = _inner(event, step, data, by=by)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if any(due.key == step.key and due.at <= now for due in rundown(event, state)):
            yield from inner(state, now)

    return rule


def _inner(event: Event, step: Step, data: Mapping[str, Any], *, by: str) -> Rule:
    if step.poll is not None:
        return open_poll(event, step.poll, by=by)
    if step.card is not None:
        return play_card(event, step.card, by=by)
    return take_step(event, step.kind, step.key, data, by=by)


def start_section(event: Event, number: int, *, by: str) -> Rule:
    """Begin section *number* now, if it is the next; the run of show follows. Again, or too late, adds nothing.

    Raises `NotFound`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        legs = run_sheet(event, state.rhythm)
        if not 1 <= number <= len(legs):
            raise NotFound(f"section {number}: the outline has {len(legs)}")
        rest = to_come(legs)
        if rest and rest[0].number == number:
            key, leg = f"section-{number}", rest[0]
            data = {"step": key, "section": number, "title": leg.title, "minutes": leg.minutes, "by_hand": True}
            yield Draft(kind=StepKind.SECTION, by=by, data=data, holds=(f"step:{key}",))

    return rule


def prolong_section(event: Event, number: int, *, by: str, seen: int = 0) -> Rule:
    """Give section *number* `LONGER` minutes more, if it is on; all later ones move.

    *seen*: its minutes on the page where this was pressed, so that two taps are one; 0: whatever they are. Raises
    `NoSection`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        legs = run_sheet(event, state.rhythm)
        if not number or number != current(legs):
            raise NoSection
        minutes = legs[number - 1].minutes
        if seen in (0, minutes):
            yield _replanned({number: minutes + LONGER}, "longer", by=by)

    return rule


def replan(event: Event, how: str, *, by: str) -> Rule:
    """Plan what is left anew so that the outline is through on time: "scale" the sections to come, or "cut" one.

    On time already: adds nothing. Raises `NoSection` where it cannot be done so, `WrongUse`, and
    as `ensure_open`.
    """
    if how not in ("scale", "cut"):
        raise WrongUse(f"{how!r}: write scale or cut")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        late = drift(event, state.rhythm, now)
        if late == 0 or (how == "cut" and late < 0):
            return
        if how == "cut":
            number = cut_for(event, state.rhythm, now)
            found: dict[int, int] | None = {number: 0} if number else None
        else:
            found = scaled(event, state.rhythm, now)
        if found is None:
            raise NoSection
        before = {leg.number: leg.minutes for leg in run_sheet(event, state.rhythm)}
        if any(before[number] != minutes for number, minutes in found.items()):
            yield _replanned(found, how, by=by)

    return rule


def tag_message(event: Event, message: int, kind: str, *, by: str) -> Rule:
    """Put a minute tag on *message*, as if it had been typed there. Again adds nothing.

    Raises `NotFound`, `WrongUse`, and as `ensure_open`.
    """
    if kind not in KINDS or kind not in TAGS.values():
        raise WrongUse(f"kind: {kind[:40]!r} is none; write one of {', '.join(KINDS)}")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        _ensure_shown(state, message)
        if all(mark.kind != kind for mark in state.rhythm.marks_on(message)):
            hold = f"tag:{message}:{kind}"
            yield Draft(kind="message_tagged", by=by, data={"message": message, "kind": kind}, holds=(hold,))

    return rule


def undo_tag(event: Event, number: int, *, by: str) -> Rule:
    """Take mark *number* back; 0: the last one that *by* put and that stands. Nothing to take back adds nothing.

    Raises as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        last = max((mark.number for mark in state.rhythm.marks.values() if mark.by == by), default=0)
        mark = state.rhythm.marks.get(number or last)
        if mark is not None:
            yield untagged(mark, by=by)

    return rule


def park_point(event: Event, message: int, *, by: str) -> Rule:
    """Put *message* on the parking lot. Again adds nothing. Raises `NotFound`, and as `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        _ensure_shown(state, message)
        if message not in state.rhythm.parked:
            yield Draft(kind="point_parked", by=by, data={"message": message}, holds=(f"parked:{message}",))

    return rule


def bring_back(event: Event, message: int, line: Line, name: str, *, by: str) -> Rule:
    """Take *message* off the parking lot and say *line* in reply to it, as *by* under *name*. Not parked: nothing.

    Its words are not repeated: what its author takes back later stands nowhere else. Raises as `ensure_open`.
    """
    said = post_as(event, role_in(by), name, line, by=by)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if message in state.rhythm.parked:
            yield Draft(kind="point_brought_back", by=by, data={"message": message}, frees=(f"parked:{message}",))
            if not state.messages[message].is_hidden:
                yield from said(state, now)

    return rule


def _replanned(minutes: Mapping[int, int], how: str, *, by: str) -> Draft:
    data = {"how": how, "minutes": {str(number): length for number, length in minutes.items()}}
    return Draft(kind="evening_replanned", by=by, data=data)


def _ensure_shown(state: State, message: int) -> None:
    if message not in state.messages or state.messages[message].is_hidden:
        raise NotFound(f"message {message}: there is none by that number in this room")
