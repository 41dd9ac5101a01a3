"""When each moment of an evening is due: "1 day before, 20:00" and a date become absolute times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from salon.model import Times
from salon.programme.table import Table, shown

#: The week as most owners want it; every key of `[series.moments]` but `remind` with its default.
DEFAULTS: Mapping[str, str] = {
    "brief": "2 days before, 10:00",
    "confirm": "1 day before, 12:00",
    "warm_up": "1 day before, 20:00",
    "open_room": "12:00",
    "host": "19:50",
    "starts": "20:00",
    "disband": "22:00",
    "report": "22:30",
}
DEFAULT_REMINDERS = ("15:00", "18:00", "19:30")
#: Days before or after, at most.
MOST_DAYS = 30
MOST_REMINDERS = 10

_FORM = re.compile(r"(?:(?P<days>\d{1,3}) days? (?P<side>before|after), *)?(?P<hour>\d{1,2}):(?P<minute>\d{2})")


@dataclass(frozen=True, kw_only=True)
class When:
    """A time of day, so many days from the evening's date."""

    days: int
    at: time
    #: As written in the file, for its mistakes.
    text: str


#: One due time with the key that set it: `remind[2]`.
Named = tuple[str, When]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """All due times of an evening, not yet bound to a date."""

    whens: Mapping[str, When]
    reminds: tuple[When, ...]

    def in_order(self) -> list[Named]:
        """The due times in the order that they must have."""
        reminds = [(f"remind[{n}]", when) for n, when in enumerate(self.reminds, 1)]
        named = list(self.whens.items())
        return [*named[:4], *reminds, *named[4:]]


def read_moments(table: Table, base: Moments | None) -> Moments:
    """The moments of *table*; what it leaves out is as in *base*, or as in `DEFAULTS`."""
    base = base or _USUAL
    whens = {key: _read_when(table, key, base.whens[key]) for key in base.whens}
    reminds = _read_reminds(table, base.reminds)
    table.done()
    return Moments(whens=whens, reminds=reminds)


def check_order(table: Table, moments: Moments, day: date, zone: ZoneInfo) -> bool:
    """Note each moment that comes before the one it must follow, on that *day*; True if none does."""
    good = True
    for (before, first), (after, second) in pairwise(moments.in_order()):
        gap = instant(second, day, zone) - instant(first, day, zone)
        # The host may greet and begin in the same minute; everything else takes its turn.
        if gap < timedelta() or (gap == timedelta() and after != "starts"):
            good = False
            least = f"{shown(first.text)} ({before})"
            allowed = f"a time from {least} on" if after == "starts" else f"a time after {least}"
            table.notes.mistake(table.path(after), f"{shown(second.text)} is not allowed; write {allowed}")
    return good


def bind(moments: Moments, day: date, zone: ZoneInfo) -> Times:
    """The times of the evening of *day*."""
    at = {key: instant(when, day, zone) for key, when in moments.whens.items()}
    return Times(
        brief_at=at["brief"],
        confirm_by=at["confirm"],
        warm_up_at=at["warm_up"],
        opens_at=at["open_room"],
        reminds_at=tuple(instant(when, day, zone) for when in moments.reminds),
        hosts_at=at["host"],
        starts_at=at["starts"],
        disbands_at=at["disband"],
        reports_at=at["report"],
    )


def instant(when: When, day: date, zone: ZoneInfo) -> datetime:
    """The absolute time, with the zone's offset of that day.

    Where the clocks go forward, an hour that does not exist moves forward by the gap; where they go back, an hour
    that comes twice is its first one (PEP 495, `fold=0`). The offset is fixed: differences between two times of one
    `ZoneInfo` are differences of the clock on the wall, an hour wrong on such a night.
    """
    local = datetime.combine(day + timedelta(days=when.days), when.at, tzinfo=zone)
    real = local.astimezone(UTC).astimezone(zone)
    return real.replace(tzinfo=timezone(real.utcoffset() or timedelta()), fold=0)


def _read_when(table: Table, key: str, base: When) -> When:
    text = table.text(key, most=40, default=base.text)
    return base if text == base.text else _understood(table, key, text, base)


def _read_reminds(table: Table, base: tuple[When, ...]) -> tuple[When, ...]:
    if not table.has("remind"):
        table.texts("remind", most=MOST_REMINDERS, length=40)
        return base
    texts = table.texts("remind", most=MOST_REMINDERS, length=40)
    return tuple(_understood(table, f"remind[{n}]", text, _FIRST_REMINDER) for n, text in enumerate(texts, 1))


def _understood(table: Table, key: str, text: str, base: When) -> When:
    """What *text* means, or *base* after noting why it means nothing."""
    found = _FORM.fullmatch(text)
    example = f"write a time like {shown(base.text)}"
    if not text:
        pass  # Noted already.
    elif not found:
        table.notes.mistake(table.path(key), f"{shown(text)} is not a time; {example}")
    elif int(found["hour"]) > 23 or int(found["minute"]) > 59:
        part = "an hour" if int(found["hour"]) > 23 else "a minute"
        table.notes.mistake(table.path(key), f"{shown(text)} is not {part}; {example}")
    elif int(found["days"] or 0) > MOST_DAYS:
        table.notes.mistake(table.path(key), f"{shown(text)} is too far away; write at most {MOST_DAYS} days")
    else:
        return _when(found, text)
    return base


def _when(found: re.Match[str], text: str) -> When:
    days = int(found["days"] or 0) * (-1 if found["side"] == "before" else 1)
    return When(days=days, at=time(int(found["hour"]), int(found["minute"])), text=text)


def _parsed(text: str) -> When:
    found = _FORM.fullmatch(text)
    assert found, text
    return _when(found, text)


_FIRST_REMINDER = _parsed(DEFAULT_REMINDERS[0])
_USUAL = Moments(
    whens={key: _parsed(text) for key, text in DEFAULTS.items()},
    reminds=tuple(_parsed(text) for text in DEFAULT_REMINDERS),
)
