"""What those who lead do to the rhythm of an evening: sections, minutes, marks, the parking lot, the gate, the hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from salon.analysis.commands import TAGS
from salon.entries import Draft, Rule
from salon.errors import BadText, NotFound, Refused, WrongUse
from salon.model import BY_HAND, Event
from salon.rhythm import current, cut_for, drift, run_sheet, scaled, to_come
from salon.rules.polls import open_poll
from salon.rules.seats import NAME_LENGTH, ensure_open
from salon.rules.talk import Line, post_as
from salon.rules.week import take_step
from salon.rundown import Step, StepKind, rundown
from salon.state import State

#: Kinds of marks that have a button, in their order: 要点 共识 分歧 行动 待答 金句.
KINDS = ("point", "agreement", "disagreement", "action", "open_question", "quote")
#: The running section gets so many minutes more with one tap.
LONGER = 5
#: A close may be put off so often, by one of so many minutes.
MOST_EXTENSIONS = 2
EXTENSIONS = (10, 20)
#: The lists of the recap that somebody may edit, and how long they and their lines may be.
RECAP_LISTS = ("agreements", "points", "actions", "waiting")
RECAP_LINES, RECAP_LENGTH = 8, 120


class NoSection(Refused):
    """No section is left that could begin, or be planned anew."""

    reason = "no_section"


class NoName(Refused):
    """Somebody has to answer for it by name."""

    reason = "no_name"


class NoExtension(Refused):
    """The close was put off as often, or as far, as the plan allows."""

    reason = "no_extension"


def take_due(event: Event, step: Step, data: Mapping[str, Any], *, by: str) -> Rule:
    """Take *step* of the run of show, once, if it is still in it and its time has come: between look and write
    somebody may have begun another section. Raises as `ensure_open`."""
    inner = open_poll(event, step.poll, by=by) if step.poll else take_step(event, step.kind, step.key, data, by=by)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if any(due.key == step.key and due.at <= now for due in rundown(event, state)):
            yield from inner(state, now)

    return rule


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


def prolong_section(event: Event, number: int, *, by: str) -> Rule:
    """Give section *number* `LONGER` minutes more, if it is on; all later ones move. Raises `NoSection`, and as
    `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        legs = run_sheet(event, state.rhythm)
        if not number or number != current(legs):
            raise NoSection
        yield _replanned({number: legs[number - 1].minutes + LONGER}, "longer", by=by)

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
        late = drift(event, state.rhythm)
        if late == 0 or (how == "cut" and late < 0):
            return
        if how == "cut":
            number = cut_for(event, state.rhythm)
            found: dict[int, int] | None = {number: 0} if number else None
        else:
            found = scaled(event, state.rhythm)
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
            data = {"tag": mark.number, "message": mark.message, "kind": mark.kind}
            yield Draft(kind="tag_undone", by=by, data=data, frees=(f"tag:{mark.message}:{mark.kind}",))

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
    said = post_as(event, by, name, line)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if message in state.rhythm.parked:
            yield Draft(kind="point_brought_back", by=by, data={"message": message}, frees=(f"parked:{message}",))
            if not state.messages[message].is_hidden:
                yield from said(state, now)

    return rule


def edit_recap(event: Event, lines: Mapping[str, Sequence[str]], *, by: str) -> Rule:
    """Keep what the recap's lists are to say; at its time it is posted so. The same again adds nothing.

    Raises `BadText` (too many lines, or too long), `WrongUse`, and as `ensure_open`.
    """
    if set(lines) - set(RECAP_LISTS):
        raise WrongUse(f"the recap has the lists {', '.join(RECAP_LISTS)}")
    kept = {name: [line.strip() for line in lines.get(name, ()) if line.strip()] for name in RECAP_LISTS}
    if any(len(rows) > RECAP_LINES or any(len(row) > RECAP_LENGTH for row in rows) for rows in kept.values()):
        raise BadText(f"{RECAP_LINES} lines of {RECAP_LENGTH} characters at most in each list")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if state.rhythm.recap != kept:
            yield Draft(kind="recap_edited", by=by, data={"lines": kept})

    return rule


def waive_recap(event: Event, name: str, *, by: str) -> Rule:
    """Let the evening end without a recap, on *name*'s word. Posted or waived already: nothing.

    Raises `NoName`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        _ensure_name(name)
        if "recap" not in state.steps and "recap" not in state.rhythm.waived:
            yield Draft(kind="gate_waived", by=by, data={"what": "recap", "name": name}, holds=("waived:recap",))

    return rule


def extend_evening(
    event: Event, minutes: int, name: str, number: int, write: Callable[[Event], str], *, by: str
) -> Rule:
    """Put the close off by *minutes*, on *name*'s word; the room reads what *write* says of the event with
    its new hour.

    *number*: how often it was put off when that page was drawn, so that two taps are one; another
    number adds nothing. Raises `NoName`, `NoExtension` (too often, further than the plan allows, or a room that
    another platform keeps), `WrongUse`, and as `ensure_open`.
    """
    if minutes not in EXTENSIONS:
        raise WrongUse(f"minutes: write one of {', '.join(map(str, EXTENSIONS))}")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        _ensure_name(name)
        if number != len(state.rhythm.extensions):
            return
        if minutes not in extensions_left(event, state):
            raise NoExtension
        times = state.rhythm.moved(event).times
        closes = times.disbands_at + timedelta(minutes=minutes)
        text = write(replace(event, times=replace(times, disbands_at=closes)))
        data = {"closes_at": closes.isoformat(), "minutes": minutes, "name": name, "text": text}
        yield Draft(kind="evening_extended", by=by, data=data, holds=(f"extended:{number + 1}",))

    return rule


def extensions_left(event: Event, state: State) -> list[int]:
    """By how many minutes the close may still be put off; none in a room that another platform keeps."""
    gone = sum(more.minutes for more in state.rhythm.extensions)
    if event.room == BY_HAND or len(state.rhythm.extensions) >= MOST_EXTENSIONS:
        return []
    return [minutes for minutes in EXTENSIONS if gone + minutes <= event.extend_minutes]


def _replanned(minutes: Mapping[int, int], how: str, *, by: str) -> Draft:
    data = {"how": how, "minutes": {str(number): length for number, length in minutes.items()}}
    return Draft(kind="evening_replanned", by=by, data=data)


def _ensure_shown(state: State, message: int) -> None:
    if message not in state.messages or state.messages[message].is_hidden:
        raise NotFound(f"message {message}: there is none by that number in this room")


def _ensure_name(name: str) -> None:
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        raise NoName
