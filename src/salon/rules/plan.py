"""How a programme becomes the plan: one entry per change, a live code per group and event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from salon.codec import Planned, as_data
from salon.differences import differences
from salon.entries import Draft, Rule
from salon.errors import Mistakes
from salon.model import Event, Programme
from salon.planbook import PlanBook, missing_codes
from salon.state import State


def apply_programme(new: Programme, *, by: str, make_code: Callable[[], str]) -> Rule:
    """Write down every difference between *new* and what is planned for its series, and make missing codes.

    All of it or nothing. Again adds nothing. Raises `Mistakes` for an event id that another series has, and
    for a change of time or seats to an event whose room may be open.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        book = PlanBook(state)
        old = book.programme(new.series.id)
        if mistakes := [*_clashes(book, new), *_too_late(old, new, now)]:
            raise Mistakes(mistakes)
        for change in differences(old, new, now=now):
            key = new.series.id if change.what == "series" else f"{new.series.id}/{change.id}"
            data = {"key": key, "series": new.series.id}
            if change.verb == "drop":
                yield Draft(kind=f"{change.what}_dropped", by=by, data=data)
            else:
                plan = as_data(_noun(new, change.what, change.id))
                yield Draft(kind=f"{change.what}_planned", by=by, data={**data, "plan": plan})
        yield from _codes(new, state, make_code, by=by)

    return rule


def _noun(new: Programme, what: str, id: str) -> Planned:
    nouns: dict[str, Sequence[Planned]] = {"series": (new.series,), "group": new.groups, "event": new.events}
    return next(noun for noun in nouns[what] if noun.id == id)


def _codes(new: Programme, state: State, make_code: Callable[[], str], *, by: str) -> Iterator[Draft]:
    made = set(state.codes)
    for event, group in missing_codes(new.events, new.groups, state):
        # Drawn again on a clash: a printed code leads to one place for ever.
        code = next(drawn for drawn in iter(make_code, None) if drawn not in made)
        made.add(code)
        data = {"code": code, "event": event, "group": group}
        yield Draft(kind="code_made", by=by, data=data, holds=(f"code:{code}",))


def _clashes(book: PlanBook, new: Programme) -> Iterator[str]:
    for event in new.events:
        known = book.event(event.id)
        if known is not None and known.series != new.series.id:
            yield f"events: id: {event.id!r} is an event of series {known.series!r}; choose another id"


def _too_late(old: Programme | None, new: Programme, now: datetime) -> Iterator[str]:
    before = {event.id: event for event in old.events} if old else {}
    wanted = {event.id for event in new.events}
    for event in before.values():
        if event.id not in wanted and event.times.opens_at <= now < event.times.disbands_at:
            yield f"events: {event.id}: its room is open, so it cannot be dropped; end it on the host's page"
    for event in new.events:
        known = before.get(event.id)
        if known is not None and known.times.opens_at <= now and _frame(known) != _frame(event):
            yield f"events: {event.id}: its room has opened; its hours and seats can no longer be changed"


def _frame(event: Event) -> tuple[object, ...]:
    return event.times, event.seats, event.timezone
