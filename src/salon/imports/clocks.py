"""Times as people and tools write them: with or without a day, a year, a zone; in order, one after another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

#: The day of a log that names none: a Monday, long before there was anything of ours to read.
UNKNOWN_DAY = date(2001, 1, 1)

_DAY = (
    r"(?:(?P<y>(?:19|20)\d{2})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"|(?P<m2>\d{1,2})[-/月](?P<d2>\d{1,2})日?"
    r"|(?P<ago>今天|昨天|前天)|(?:星期|周|礼拜)(?P<wd>[一二三四五六日天]))"
)
_HALF = r"(?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上)?"
_HOUR = r"(?P<h>\d{1,2})[:：](?P<min>\d{2})(?:[:：](?P<s>\d{2})(?:[.,]\d{1,6})?)?(?:\s?(?P<ampm>[AaPp])\.?[Mm]\b\.?)?"
#: A time of day, with or without its day before it; for use inside larger patterns, once each.
STAMP = rf"(?:{_DAY}(?:\s*(?:星期|周)[一二三四五六日天])?[\sT,，]*)?{_HALF}\s*{_HOUR}"
#: The day alone.
DAY = _DAY

_AFTERNOON = {"下午", "傍晚", "晚上"}
_AGO = {"今天": 0, "昨天": 1, "前天": 2}
_DAYS_OF_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
#: A clock that goes back by more than this has passed midnight; by less, two clocks disagree.
_MIDNIGHT = timedelta(hours=12)
_HALF_A_YEAR = 183
_FILE_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One written time; whatever was not written is None."""

    clock: time | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    #: Days before the one on which the log was copied.
    days_ago: int | None = None
    #: 0: Monday.
    weekday: int | None = None

    @property
    def has_day(self) -> bool:
        """Whether a day was written, in whatever way."""
        return self.day is not None or self.days_ago is not None or self.weekday is not None


def stamp_in(found: Mapping[str, str | None]) -> Stamp | None:
    """The time in the groups of a match of `STAMP` or `DAY`; None where the numbers are no time (25:70)."""
    clock = None
    if found.get("h"):
        clock = _clock(found)
        if clock is None:
            return None
    year, month, day = found.get("y"), found.get("m") or found.get("m2"), found.get("d") or found.get("d2")
    stamp = Stamp(
        clock=clock,
        year=int(year) if year else None,
        month=int(month) if month else None,
        day=int(day) if day else None,
        days_ago=_AGO.get(found.get("ago") or ""),
        weekday=_DAYS_OF_WEEK.get(found.get("wd") or ""),
    )
    if stamp.day is not None and _date(stamp.year or 2000, stamp.month, stamp.day) is None:
        return None
    return stamp


def file_day(name: str) -> date | None:
    """The day that a file is named after (`chan.2026-11-19.log`, `#chan_20261119.log`); None: none."""
    found = _FILE_DAY.search(name)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


@dataclass
class Days:
    """Goes through a log's times in order and gives each its day."""

    #: The day that the log is at; None: none was named so far.
    day: date | None = None
    #: The day on which the log was copied; None: not known.
    copied_on: date | None = None
    #: Whether a clock that jumps back has passed midnight (logs that name the day once, or never).
    rolls: bool = False
    #: Whether some day was not written but worked out, or is not known at all.
    is_guessed: bool = False
    _last: datetime | None = None
    _was_ago: int | None = None

    def at(self, stamp: Stamp) -> datetime:
        """The moment of *stamp*, without a zone."""
        self.turn_to(stamp)
        if self.day is None:
            self.is_guessed = True
            self.day = UNKNOWN_DAY
        at = datetime.combine(self.day, stamp.clock or time())
        if self.rolls and not stamp.has_day and self._last is not None and self._last - at > _MIDNIGHT:
            self.day += timedelta(days=1)
            at += timedelta(days=1)
        self._last = at
        return at

    def turn_to(self, stamp: Stamp) -> None:
        """Go to the day of *stamp*, where it has one."""
        if stamp.day is not None:
            self._to_date(stamp)
        elif stamp.days_ago is not None:
            self._to_days_ago(stamp.days_ago)
        elif stamp.weekday is not None:
            self._to_weekday(stamp.weekday)
        elif self._was_ago:
            # After "yesterday 23:50", a bare "0:05" is of the day on which the log was copied.
            self._to_days_ago(0)

    def _to_date(self, stamp: Stamp) -> None:
        self._was_ago = None
        year, month, day = stamp.year, stamp.month or 1, stamp.day or 1
        if year is not None:
            self.day = _date(year, month, day)
            return
        self.is_guessed = self.is_guessed or (self.day or self.copied_on) is None
        start = self.day or self.copied_on or UNKNOWN_DAY
        # 29 February of a year that is not known: the nearest day that every year has.
        on = _date(start.year, month, day) or date(start.year, month, 28)
        # From December to January a log goes on into the next year.
        is_next = self.day is not None and (self.day - on).days > _HALF_A_YEAR
        self.day = (_date(start.year + 1, month, day) or on) if is_next else on

    def _to_days_ago(self, ago: int) -> None:
        if self.copied_on is not None:
            self.day = self.copied_on - timedelta(days=ago)
        elif self._was_ago is None:
            self.day = UNKNOWN_DAY + timedelta(days=7 - ago) if self.day is None else self.day + timedelta(days=1)
        else:
            self.day = (self.day or UNKNOWN_DAY) + timedelta(days=max(0, self._was_ago - ago))
        self.is_guessed = self.is_guessed or self.copied_on is None
        self._was_ago = ago

    def _to_weekday(self, weekday: int) -> None:
        self._was_ago = None
        if self.day is None and self.copied_on is not None:
            back = (self.copied_on.weekday() - weekday - 1) % 7 + 1
            self.day = self.copied_on - timedelta(days=back)
            return
        self.is_guessed = self.is_guessed or self.copied_on is None
        start = self.day or UNKNOWN_DAY
        self.day = start + timedelta(days=(weekday - start.weekday()) % 7)


@dataclass
class Running:
    """The time in a log whose times stand between the messages, or before some of them."""

    days: Days
    #: Whether any hour was written.
    has_clock: bool = False
    #: Whether somebody spoke after a day that was written without an hour.
    has_bare_days: bool = False
    _at: datetime | None = None
    _is_bare: bool = False

    def turn(self, stamp: Stamp) -> None:
        """Go to a time or a day that was written."""
        self._at, self._is_bare = self.days.at(stamp), stamp.clock is None
        self.has_clock = self.has_clock or stamp.clock is not None

    def now(self) -> datetime | None:
        """When somebody speaks now; None before any time was written, unless the day is known beforehand."""
        if self._at is None and self.days.day is not None:
            self.turn(Stamp())
        self.has_bare_days = self.has_bare_days or self._is_bare
        return self._at

    @property
    def lacks_hours(self) -> bool:
        """Whether it is not known at what hour everything was said."""
        return self.has_bare_days or not self.has_clock


def _clock(found: Mapping[str, str | None]) -> time | None:
    hour = int(found["h"] or 0)
    half, ampm = found.get("half"), (found.get("ampm") or "").casefold()
    if ((half in _AFTERNOON or ampm == "p") and hour < 12) or (half == "中午" and hour < 10):
        hour += 12
    elif (ampm == "a" or half in ("凌晨", "上午", "早上")) and hour == 12:
        hour = 0
    try:
        return time(hour, int(found["min"] or 0), int(found.get("s") or 0))
    except ValueError:
        return None


def _date(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month or 1, day)
    except ValueError:
        return None
