"""The plan as the programme's own journal tells it: series, groups, events, live codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salon.codec import event_from, group_from, series_from
from salon.model import Event, Group, Programme
from salon.state import State

#: Name of the journal in which the plan is written; no event may be called so.
PLAN = "programme"


class PlanBook:
    """All that is planned, read once from a fold of the programme's journal."""

    def __init__(self, state: State) -> None:
        #: Grows with every change of the plan, and with nothing else.
        self.seq = state.planned_seq
        self._programmes = {programme.series.id: programme for programme in _programmes(state)}
        self._events = {event.id: event for p in self._programmes.values() for event in p.events}
        self.codes = dict(state.codes)
        #: Group as `SERIES/GROUP` → what came of the last test message to it.
        self.probes = dict(state.probes)
        self._code_of = {owner: code for code, owner in state.codes.items()}

    def programme(self, series: str) -> Programme | None:
        """The programme of one series, or None."""
        return self._programmes.get(series)

    def programmes(self) -> tuple[Programme, ...]:
        """Every programme, by series id."""
        return tuple(self._programmes[series] for series in sorted(self._programmes))

    def event(self, event: str) -> Event | None:
        """One event by id, or None."""
        return self._events.get(event)

    def events(self) -> tuple[Event, ...]:
        """Every event of every series, by time."""
        return tuple(sorted(self._events.values(), key=lambda e: (e.times.disbands_at, e.id)))

    def groups(self, event: Event) -> tuple[Group, ...]:
        """The groups that hear of *event*: those that it was planned with, as long as they are in the programme."""
        programme = self._programmes[event.series]
        return tuple(group for group in programme.groups if (event.id, group.id) in self._code_of)

    def code(self, event: str, group: str) -> str:
        """The live code of one group for one event."""
        return self._code_of[event, group]


def missing_codes(events: Iterable[Event], groups: Iterable[Group], state: State) -> Iterator[tuple[str, str]]:
    """(event, group) of every live code that is still to be made."""
    made, groups = set(state.codes.values()), tuple(groups)
    for event in events:
        for group in groups:
            if (event.id, group.id) not in made:
                yield event.id, group.id


def _programmes(state: State) -> Iterator[Programme]:
    by_kind: dict[str, list[dict[str, object]]] = {"series": [], "group": [], "event": []}
    for (what, _), data in state.planned.items():
        by_kind[what].append(dict(data))
    for data in by_kind["series"]:
        series = series_from(data["plan"])  # type: ignore[arg-type]
        mine = {what: [d["plan"] for d in by_kind[what] if d["series"] == series.id] for what in ("group", "event")}
        events = [event_from(plan) for plan in mine["event"]]  # type: ignore[arg-type]
        yield Programme(
            series=series,
            groups=tuple(group_from(plan) for plan in mine["group"]),  # type: ignore[arg-type]
            events=tuple(sorted(events, key=lambda e: e.times.disbands_at)),
        )
