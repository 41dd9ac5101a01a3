"""Sending pace: how many may go out in any stretch of time, by credential and by group. Pure.

What was sent stands in one journal for all of them, so that two workers, a restart and a change of limits all count
alike. A permit is written down before the call that it allows.
"""

from __future__ import annotations

import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Part

#: Name of the journal of what is sent; no event may be called so.
SENDING = "sending"
#: A call follows its permit within this many seconds (in short windows within a tenth of the shortest), or asks for
#: another one; every window is that much longer, so that none holds one more on its way to the platform.
GRACE = timedelta(seconds=0.5)
#: So many sends are remembered, by credential and by group: more than any window or month holds.
MEMORY, GROUP_MEMORY = 10_000, 1_000


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most *count* in any *seconds*."""

    count: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Hours of every day in which a group is told nothing; they may go over midnight."""

    begins: time
    ends: time


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many announcements a group hears at most in a calendar day, week (from Monday) and month; 0: any number."""

    per_day: int = 0
    per_week: int = 0
    per_month: int = 0


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one send is measured against."""

    #: Name of what shares one pace; empty: nothing does.
    credential: str
    #: Series and group, so that groups of two series are not mixed up.
    group: str
    pace: tuple[Limit, ...] = ()
    group_pace: tuple[Limit, ...] = ()
    quiet: Quiet | None = None
    budget: Budget = Budget()
    #: In which quiet hours and days are counted.
    zone: tzinfo = UTC
    #: Up to so many seconds more between two sends of a credential, different for each group and the same again.
    spread: float = 0.0
    #: Whether it counts in the budget: of an announcement in two parts only the first does.
    counts: bool = True

    @property
    def grace(self) -> timedelta:
        """How long after its permit a call may begin."""
        shortest = min((limit.seconds for limit in (*self.pace, *self.group_pace)), default=3600.0)
        return min(GRACE, timedelta(seconds=shortest / 10))

    @property
    def shared(self) -> Allowance:
        """The same without what is the group's alone: its own pace, quiet hours and budget."""
        return replace(self, group_pace=(), quiet=None, budget=Budget())

    @property
    def is_free(self) -> bool:
        """Whether nothing limits it, so that no permit is needed."""
        return not (self.pace or self.group_pace or self.quiet or self.spread or self.budget != Budget())


class Pace(Part):
    """What was sent, and what is held back; a part of `salon.state.State` that only the journal `SENDING` fills."""

    def __init__(self) -> None:
        #: Credential → when it sent, oldest first.
        self.sent: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=MEMORY))
        #: Group → when it was sent anything.
        self.heard: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=GROUP_MEMORY))
        #: Group → when it was sent what counts in its budget.
        self.counted: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=GROUP_MEMORY))
        #: Group → the last announcements that counted, and when: a second try at one is no second announcement.
        self.told: defaultdict[str, deque[tuple[str, datetime]]] = defaultdict(lambda: deque(maxlen=20))
        #: Credential → until when its platform wants to be left alone.
        self.held: dict[str, datetime] = {}
        #: Credential → what its platform said when it was gone for good.
        self.gone: dict[str, str] = {}
        #: Why nothing is sent at all; None: sending is not paused.
        self.paused: str | None = None

    def note(self, credential: str, group: str, at: datetime, *, counts: bool = True) -> None:
        """Count one send at *at*, which is not before any other."""
        if credential:
            self.sent[credential].append(at)
        self.heard[group].append(at)
        if counts:
            self.counted[group].append(at)

    def has_counted(self, what: str, group: str, zone: tzinfo, now: datetime) -> bool:
        """Whether *what* was counted in *group*'s budget on this day already, by an earlier try."""
        today = now.astimezone(zone).date()
        return any(one == what and at.astimezone(zone).date() == today for one, at in self.told.get(group, ()))

    def next_at(self, allowance: Allowance, now: datetime) -> datetime:
        """The first time from *now* on at which one more send of *allowance* keeps every limit. Pauses aside."""
        at = now
        for _ in range(100):
            later = self._once(allowance, at)
            if later <= at:
                return at
            at = later
        raise ValueError(f"{allowance.group}: its limits and quiet hours leave no time at all")

    def _once(self, allowance: Allowance, at: datetime) -> datetime:
        sent, heard = self._times(self.sent, allowance.credential), self._times(self.heard, allowance.group)
        at = max(at, self.held.get(allowance.credential, at))
        at = _free_at(sent, allowance.pace, at, allowance.grace)
        at = _free_at(heard, allowance.group_pace, at, allowance.grace)
        if allowance.spread and sent:
            at = max(at, sent[-1] + timedelta(seconds=allowance.spread * _share(allowance.group)))
        at = _within_budget(self._times(self.counted, allowance.group), allowance, at) if allowance.counts else at
        return _after_quiet(allowance.quiet, allowance.zone, at)

    @staticmethod
    def _times(book: Mapping[str, deque[datetime]], key: str) -> Sequence[datetime]:
        # Asking must not make an entry.
        return book.get(key, ()) if key else ()

    def _permit_given(self, entry: Entry, data: Mapping[str, Any]) -> None:
        counts = data.get("counts", True)
        self.note(data["credential"], data["group"], entry.at, counts=counts)
        if counts:
            self.told[data["group"]].append((data.get("what", ""), entry.at))

    def _held(self, entry: Entry, data: Mapping[str, Any]) -> None:
        until = datetime.fromisoformat(data["until"])
        self.held[data["credential"]] = max(until, self.held.get(data["credential"], until))

    def _gone(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.gone[data["credential"]] = data["why"]

    def _found(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.gone.pop(data["credential"], None)

    def _paused(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.paused = data["why"]

    def _resumed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.paused = None

    _folds: ClassVar[Mapping[str, Callable[[Pace, Entry, Mapping[str, Any]], None]]] = {
        "permit_given": _permit_given,
        "credential_held": _held,
        "credential_gone": _gone,
        "credential_found": _found,
        "sending_paused": _paused,
        "sending_resumed": _resumed,
    }


def _free_at(times: Sequence[datetime], limits: Sequence[Limit], at: datetime, grace: timedelta) -> datetime:
    """When the oldest send that still fills a window has left it."""
    for limit in limits:
        if len(times) >= limit.count:
            at = max(at, times[-limit.count] + timedelta(seconds=limit.seconds) + grace)
    return at


def _share(group: str) -> float:
    """A number from 0 to 1 that belongs to *group*: the same in the plan and when it is sent."""
    return zlib.crc32(group.encode()) / 0xFFFFFFFF


def _within_budget(times: Sequence[datetime], allowance: Allowance, at: datetime) -> datetime:
    """*at*, or the first moment of the day, week or month in which the budget has room again."""
    budget, zone = allowance.budget, allowance.zone
    for most, begins, follows in (
        (budget.per_day, _day, timedelta(days=1)),
        (budget.per_week, _week, timedelta(days=7)),
        (budget.per_month, _month, timedelta(days=31)),
    ):
        first = begins(at.astimezone(zone).replace(tzinfo=None))
        if most and sum(time >= _instant(first, zone) for time in times) >= most:
            at = max(at, _instant(begins(first + follows), zone))
    return at


def _day(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _week(local: datetime) -> datetime:
    return _day(local) - timedelta(days=local.weekday())


def _month(local: datetime) -> datetime:
    return _day(local).replace(day=1)


def _after_quiet(quiet: Quiet | None, zone: tzinfo, at: datetime) -> datetime:
    if quiet is None:
        return at
    local = at.astimezone(zone).replace(tzinfo=None)
    hour = local.time()
    is_over_midnight = quiet.begins > quiet.ends
    is_quiet = (hour >= quiet.begins or hour < quiet.ends) if is_over_midnight else quiet.begins <= hour < quiet.ends
    if not is_quiet:
        return at
    day = local.date() + timedelta(days=1 if is_over_midnight and hour >= quiet.begins else 0)
    return max(at, _instant(datetime.combine(day, quiet.ends), zone))


def _instant(local: datetime, zone: tzinfo) -> datetime:
    """The instant that a clock on the wall in *zone* shows as *local*: of two the first; in a gap, after it."""
    return local.replace(tzinfo=zone).astimezone(UTC)
