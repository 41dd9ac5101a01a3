"""How the evening keeps to its outline, as the journal tells it: sections begun by hand, re-planned minutes, marks,
parked points, the recap as edited, and the hour if somebody put it off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from salon.entries import Entry
from salon.model import Event
from salon.part import Part


@dataclass(frozen=True, slots=True)
class Mark:
    """A minute tag that somebody who leads put on a message by button."""

    #: Number of its entry.
    number: int
    message: int
    #: Kind of mark, a value of `salon.analysis.commands.TAGS`.
    kind: str
    #: Who put it: "host", "kol", or a guest's key.
    by: str


@dataclass(frozen=True, slots=True)
class Extension:
    """The close was put off by a person who answers for it."""

    #: Name that they gave.
    name: str
    minutes: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One section as it runs: what was planned, what holds now, what really happened."""

    #: Counted from 1.
    number: int
    title: str
    planned_at: datetime
    planned_minutes: int
    #: When it begins as things stand, and for how many minutes; 0: cut.
    at: datetime
    minutes: int
    #: When it really began; None: not yet.
    started_at: datetime | None

    @property
    def is_cut(self) -> bool:
        """Left out of this evening, before it began."""
        return self.minutes == 0 and self.started_at is None

    @property
    def ends_at(self) -> datetime:
        """When it is due to end as things stand."""
        return self.at + timedelta(minutes=self.minutes)


class Rhythm(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: Section → when it began, and when by somebody's tap rather than by the clock.
        self.started: dict[int, datetime] = {}
        self.led: dict[int, datetime] = {}
        #: Section → its minutes as last re-planned; 0: cut.
        self.minutes: dict[int, int] = {}
        #: How often the plan of the evening was changed: who waits for a step looks again.
        self.changes = 0
        #: Number of its entry → a mark that stands.
        self.marks: dict[int, Mark] = {}
        #: Messages on the parking lot, in the order in which they came there.
        self.parked: dict[int, datetime] = {}
        #: List of the recap → its lines, as somebody edited them; None: nobody did.
        self.recap: Mapping[str, list[str]] | None = None
        self.recap_at: datetime | None = None
        #: What the gate waits for ("recap") → name of the person who let it go.
        self.waived: dict[str, str] = {}
        #: When the room closes, once somebody put it off; None: as planned.
        self.closes_at: datetime | None = None
        self.extensions: list[Extension] = []

    def moved(self, event: Event) -> Event:
        """*event* with the hours that hold: the close may have been put off, and the report with it. Asked twice: the
        same."""
        times = event.times
        if self.closes_at is None or self.closes_at <= times.disbands_at:
            return event
        late = self.closes_at - times.disbands_at
        closes = self.closes_at.astimezone(times.disbands_at.tzinfo)
        return replace(event, times=replace(times, disbands_at=closes, reports_at=times.reports_at + late))

    def marks_on(self, message: int) -> list[Mark]:
        """The marks that stand on *message*."""
        return [mark for mark in self.marks.values() if mark.message == message]

    def _started(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.started.setdefault(data["section"], entry.at)
        if data.get("by_hand"):
            self.led[data["section"]] = entry.at
            self.changes += 1

    def _replanned(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.minutes.update({int(section): minutes for section, minutes in data["minutes"].items()})
        self.changes += 1

    def _tagged(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.marks[entry.seq] = Mark(entry.seq, data["message"], data["kind"], entry.by)

    def _untagged(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.marks.pop(data["tag"], None)

    def _parked(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.parked[data["message"]] = entry.at

    def _brought_back(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.parked.pop(data["message"], None)

    def _recap(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.recap, self.recap_at = data["lines"], entry.at

    def _waived(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.waived[data["what"]] = data["name"]
        self.changes += 1

    def _extended(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.closes_at = datetime.fromisoformat(data["closes_at"])
        self.extensions.append(Extension(data["name"], data["minutes"], entry.at))
        self.changes += 1

    _folds: ClassVar[Mapping[str, Callable[[Rhythm, Entry, Mapping[str, Any]], None]]] = {
        "section_started": _started,
        "evening_replanned": _replanned,
        "message_tagged": _tagged,
        "tag_undone": _untagged,
        "point_parked": _parked,
        "point_brought_back": _brought_back,
        "recap_edited": _recap,
        "gate_waived": _waived,
        "evening_extended": _extended,
    }


def run_sheet(event: Event, rhythm: Rhythm, now: datetime | None = None) -> tuple[Leg, ...]:
    """Every section of *event*'s outline as it runs: each begins where the one before it ends, unless somebody began
    it by hand. A section that the clock began late moves nothing.

    With *now*, what has not begun by then begins then at the soonest: a section that nobody ended runs on.
    """
    legs, at, begun = [], event.times.starts_at, max(rhythm.started, default=0)
    for number, (section, planned_at) in enumerate(zip(event.outline, event.section_starts_at(), strict=True), 1):
        minutes = rhythm.minutes.get(number, section.minutes)
        at = rhythm.led.get(number, at if now is None or number <= begun else max(at, now))
        legs.append(
            Leg(
                number=number,
                title=section.title,
                planned_at=planned_at,
                planned_minutes=section.minutes,
                at=at,
                minutes=minutes,
                started_at=rhythm.started.get(number),
            )
        )
        at += timedelta(minutes=minutes)
    return tuple(legs)


def current(legs: tuple[Leg, ...]) -> int:
    """Number of the section that began last; 0 before the first."""
    return max((leg.number for leg in legs if leg.started_at is not None), default=0)


def to_come(legs: tuple[Leg, ...]) -> list[Leg]:
    """The sections that are still to begin, in order."""
    now = current(legs)
    return [leg for leg in legs if leg.number > now and not leg.is_cut]


def ends_on(event: Event, rhythm: Rhythm) -> datetime:
    """When the outline should be through: as planned, and later by what the close was put off."""
    minutes = sum(section.minutes for section in event.outline) + sum(more.minutes for more in rhythm.extensions)
    return event.times.starts_at + timedelta(minutes=minutes)


def drift(event: Event, rhythm: Rhythm, now: datetime | None = None) -> int:
    """By how many minutes the outline will be through late, or early (below 0), as things stand (at *now*)."""
    legs = run_sheet(event, rhythm, now)
    return round((legs[-1].ends_at - ends_on(event, rhythm)) / timedelta(minutes=1)) if legs else 0


def scaled(event: Event, rhythm: Rhythm, now: datetime | None = None) -> dict[int, int] | None:
    """Minutes for the sections to come so that the outline is through on time, each as long as before in proportion;
    None where not even a minute is left for each, or none is to come."""
    legs = run_sheet(event, rhythm, now)
    rest = to_come(legs)
    if not rest:
        return None
    left = round((ends_on(event, rhythm) - rest[0].at) / timedelta(minutes=1))
    total = sum(leg.minutes for leg in rest)
    if left < len(rest) or not total:
        return None
    shares = {leg.number: max(1, left * leg.minutes // total) for leg in rest}
    # What rounding has left over or taken too much goes to the longest, a minute each.
    longest = sorted(shares, key=lambda number: -shares[number])
    while (rounding := left - sum(shares.values())) != 0:
        for number in longest:
            step = (rounding > 0) - (rounding < 0)
            if rounding and shares[number] + step >= 1:
                shares[number] += step
                rounding -= step
    return shares


def cut_for(event: Event, rhythm: Rhythm, now: datetime | None = None) -> int:
    """The section to leave out so that the outline is through on time: the shortest that is long enough, else the
    longest; 0 where nothing is late, or only one is to come."""
    late, rest = drift(event, rhythm, now), to_come(run_sheet(event, rhythm, now))
    if late <= 0 or len(rest) < 2:
        return 0
    enough = [leg for leg in rest if leg.minutes >= late]
    found = min(enough, key=lambda leg: leg.minutes) if enough else max(rest, key=lambda leg: leg.minutes)
    return found.number
