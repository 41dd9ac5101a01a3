"""Dates and hours as people's telephones write them: which number is the day is found out, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TypeAlias

from salon.errors import Mistakes
from salon.imports.base import Reading

#: Three numbers of a date in the order in which they are written.
Written: TypeAlias = tuple[int, int, int]
#: Turns three written numbers into a day; None: there is no such day.
Calendar: TypeAlias = Callable[[Written], date | None]

#: What stands for the half of the day, without dots and spaces. Read in exports and in Unicode CLDR 48, November 2026.
_MORNING = frozenset((
    "am", "a", "vorm", "fm", "ap", "sa", "öö", "pg", "πμ", "дп", "ص", "قبلالظهر", "पूर्वाह्न",
    "上午", "凌晨", "早上", "清晨", "午前", "오전",
))  # fmt: skip
_EVENING = frozenset((
    "pm", "p", "nachm", "em", "ip", "ch", "ös", "ptg", "μμ", "пп", "م", "بعدالظهر", "अपराह्न",
    "下午", "晚上", "傍晚", "午後", "오후",
))  # fmt: skip
#: From noon: 12 stays 12, and 1 is 13.
_NOON = frozenset(["中午", "noon"])


def year_first(written: Written) -> date | None:
    """2026/03/04 as the fourth of March."""
    return _day(written[0], written[1], written[2])


def day_first(written: Written) -> date | None:
    """03/04/26 as the third of April."""
    return _day(written[2], written[1], written[0])


def month_first(written: Written) -> date | None:
    """03/04/26 as the fourth of March."""
    return _day(written[2], written[0], written[1])


def calendar_of(dates: Sequence[Written], reading: Reading, where: str, *, mark: str = "/") -> Calendar:
    """How the *dates* of one file are to be read, *mark* being what stands between their numbers.

    What the owner said counts; then a number above 12, the four digits of a year, the dot that only day-first
    countries use, and that a chat goes forward in time. Raises `Mistakes` when both ways remain and it matters; a
    single day is taken as day first, and `Reading.notes` says so.
    """
    days = [day for day, _ in groupby(dates)]
    if days and sum(a > 31 for a, _, _ in days) * 2 > len(days):
        return year_first
    if reading.is_day_first is not None:
        return day_first if reading.is_day_first else month_first
    above_first, above_second = sum(a > 12 for a, _, _ in days), sum(b > 12 for _, b, _ in days)
    if above_first != above_second:
        return day_first if above_first > above_second else month_first
    back_by_day, back_by_month = _steps_back(days, day_first), _steps_back(days, month_first)
    if mark == "." or (back_by_day == 0 < back_by_month):
        return day_first
    if back_by_month == 0 < back_by_day:
        return month_first
    unsure = [day for day in dict.fromkeys(days) if day[0] != day[1] and max(day[:2]) <= 12]
    if len(set(days)) > 1 and unsure:
        raise Mistakes([f"{where}: {_both(unsure[0], mark)}, and nothing in the file tells which; " + _WHAT_NOW])
    if unsure:
        reading.notes.append(f"{_both(unsure[0], mark)}; the first was taken, --month-first takes the second")
    return day_first


_WHAT_NOW = "write --day-first or --month-first"


def hour_of(hour: int, *words: str) -> int | None:
    """*hour* of 24, whatever *words* for half a day stand around it; None: there is no such hour."""
    for word in map(_plain, words):
        if word in _EVENING:
            return hour % 12 + 12 if hour <= 12 else _whole(hour)
        if word in _MORNING:
            return hour % 12 if hour <= 12 else _whole(hour)
        if word in _NOON:
            return hour + 12 if hour < 11 else _whole(hour)
    return _whole(hour)


def _whole(hour: int) -> int | None:
    return hour if hour < 24 else None


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalpha() or "\u0900" <= c <= "\u0dff")


def _steps_back(days: Sequence[Written], read: Calendar) -> int:
    """How often the calendar goes back more than a day; days that do not exist count too."""
    read_days = [read(day) for day in days]
    known = [day for day in read_days if day]
    return len(read_days) - len(known) + sum(b < a - timedelta(days=1) for a, b in pairwise(known))


def _both(written: Written, mark: str) -> str:
    shown = mark.join(f"{number:02}" for number in written)
    first, second = day_first(written), month_first(written)
    return f"{shown} may be {first:%d %B} or {second:%d %B}"


def _day(year: int, month: int, day: int) -> date | None:
    # Thailand counts from 543 years earlier.
    year = year + 2000 if year < 100 else year - 543 if year > 2400 else year
    try:
        return date(year, month, day) if 1985 <= year <= 2100 else None
    except ValueError:
        return None
