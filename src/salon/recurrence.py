"""On which days a series meets: weekly, every second week, on the last Monday of the month. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

from dateutil import rrule

from salon.errors import WrongUse

#: What stands first in "last monday".
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_DAYS = dict(
    zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU),
        strict=True,
    )
)
_EVERY = re.compile(r"every (?P<weeks>[2-9]|1[0-2]) weeks")
_MONTHLY = re.compile(rf"(?P<place>{'|'.join(_PLACES)}) (?P<day>{'|'.join(_DAYS)})")
_ON_DAY = re.compile(r"day (?P<day>[1-9]|[12]\d|3[01])")
#: What may be written, for a sentence.
FORMS = '"weekly", "every 2 weeks", "last monday", "second tuesday" or "day 15"'


def next_dates(rule: str, first: date, after: date, count: int) -> list[date]:
    """The next *count* days after *after* on which a series meets that met first on *first*.

    *rule*: one of `FORMS`. "weekly" keeps the weekday of *first*, "every 2 weeks" its weeks too. "day 31" is the last
    day of a shorter month. Nothing before *first* is given. Raises `WrongUse` for another rule.
    """
    begin = datetime.combine(first, time())
    days = (at.date() for at in _rule(rule, begin))
    return list(islice((day for day in days if day > after), count))


def is_rule(text: str) -> bool:
    """Whether *text* says how a series repeats."""
    return text == "weekly" or any(form.fullmatch(text) for form in (_EVERY, _MONTHLY, _ON_DAY))


def _rule(text: str, begin: datetime) -> Iterator[datetime]:
    if text == "weekly":
        return iter(rrule.rrule(rrule.WEEKLY, dtstart=begin))
    if found := _EVERY.fullmatch(text):
        return iter(rrule.rrule(rrule.WEEKLY, interval=int(found["weeks"]), dtstart=begin))
    if found := _MONTHLY.fullmatch(text):
        day = _DAYS[found["day"]](_PLACES[found["place"]])
        return iter(rrule.rrule(rrule.MONTHLY, byweekday=day, dtstart=begin))
    if found := _ON_DAY.fullmatch(text):
        # Of the days up to it that the month has, the last one.
        days = range(min(28, int(found["day"])), int(found["day"]) + 1)
        return iter(rrule.rrule(rrule.MONTHLY, bymonthday=list(days), bysetpos=-1, dtstart=begin))
    raise WrongUse(f"{text!r} does not say how a series repeats; write {FORMS}")
