"""Times as far as the source tells them: a day and an hour, one of the two, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salon.model import Discussion, Message

#: A log that names no day and seems longer than this has lost count of them.
_LONGEST_WITHOUT_DAYS = timedelta(days=2)


def written(at: datetime | None, discussion: Discussion) -> datetime | date | time | None:
    """*at* without what the source of *discussion* does not tell: the day alone, the hour alone, or nothing."""
    if at is None or (discussion.has_days and discussion.has_hours):
        return at
    local = at.astimezone(zone_named(discussion.timezone))
    return local.date() if discussion.has_days else local.time() if discussion.has_hours else None


def hour_told(at: datetime | time | None, discussion: Discussion) -> datetime | time | None:
    """The same for what is nothing without its hour: a day alone is left out."""
    told = written(at, discussion) if isinstance(at, datetime) else at
    return None if isinstance(told, date) and not isinstance(told, datetime) else told


def has_chart(discussion: Discussion, messages: Sequence[Message]) -> bool:
    """Whether it is known well enough when *messages* were said to count them over time."""
    if not discussion.has_hours or not messages:
        return False
    span = max(m.at for m in messages) - min(m.at for m in messages)
    return discussion.has_days or span < _LONGEST_WITHOUT_DAYS


def zone_named(name: str) -> tzinfo:
    """The zone of that IANA name; UTC where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
