"""How an evening ends: the recap as edited or waived by name, and the hour if a named person puts it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from salon.entries import Draft, Rule
from salon.errors import BadText, Refused, WrongUse
from salon.model import BY_HAND, Event
from salon.order.plain import is_blank
from salon.rules.seats import NAME_LENGTH, ensure_open
from salon.state import State

#: A close may be put off so often, by one of so many minutes.
MOST_EXTENSIONS = 2
EXTENSIONS = (10, 20)
#: The lists of the recap that somebody may edit, and how long they and their lines may be.
RECAP_LISTS = ("agreements", "disagreements", "points", "actions", "quotes", "waiting")
RECAP_LINES, RECAP_LENGTH = 8, 120


class NoName(Refused):
    """Somebody has to answer for it by name."""

    reason = "no_name"


class RecapTooLong(BadText):
    """The recap is read on a phone: its lists and lines are short."""

    reason = "recap_long"


class NoExtension(Refused):
    """The close was put off as often, or as far, as the plan allows."""

    reason = "no_extension"


def edit_recap(event: Event, lines: Mapping[str, Sequence[str]], *, by: str) -> Rule:
    """Keep what the recap's lists are to say; at its time it is posted so. The same again adds nothing.

    Raises `RecapTooLong`, `WrongUse`, and as `ensure_open`.
    """
    if set(lines) - set(RECAP_LISTS):
        raise WrongUse(f"the recap has the lists {', '.join(RECAP_LISTS)}")
    kept = {name: [line.strip() for line in lines.get(name, ()) if line.strip()] for name in RECAP_LISTS}
    if any(len(rows) > RECAP_LINES or any(len(row) > RECAP_LENGTH for row in rows) for rows in kept.values()):
        raise RecapTooLong(f"{RECAP_LINES} lines of {RECAP_LENGTH} characters at most in each list")

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
    number adds nothing. Raises `NoName`, `NoExtension` (too often, further than the plan allows, or a room by hand
    whose codes do not live so long), `WrongUse`, and as `ensure_open`.
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
    """By how many minutes the close may still be put off: as the plan allows, and as long as a room by hand can be
    entered."""
    return [minutes for minutes in _planned(event, state) if _can_be_entered(event, state, minutes)]


def is_short_of_codes(event: Event, state: State) -> bool:
    """Whether the plan allows a later close, and only the codes of a room by hand do not live so long."""
    return bool(_planned(event, state)) and not extensions_left(event, state)


def _planned(event: Event, state: State) -> list[int]:
    gone = sum(more.minutes for more in state.rhythm.extensions)
    if len(state.rhythm.extensions) >= MOST_EXTENSIONS:
        return []
    return [minutes for minutes in EXTENSIONS if gone + minutes <= event.extend_minutes]


def _can_be_entered(event: Event, state: State, minutes: int) -> bool:
    closes = state.rhythm.moved(event).times.disbands_at + timedelta(minutes=minutes)
    return event.room != BY_HAND or bool(state.invites.lasting(closes))


def _ensure_name(name: str) -> None:
    if is_blank(name) or len(name.strip()) > NAME_LENGTH:
        raise NoName
