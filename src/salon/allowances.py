"""What one send to one group is measured against: the channel's pace, the group's quiet hours and budget. Pure."""

from __future__ import annotations

import re
from datetime import time
from zoneinfo import ZoneInfo

from salon.model import Event, Group
from salon.pace import Allowance, Budget, Limit, Quiet

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ?[-–] ?([01]\d|2[0-3]):([0-5]\d)")


def is_quiet_hours(text: str) -> bool:
    """Whether *text* names quiet hours: two different times of the day, `22:30-08:00`."""
    found = _QUIET.fullmatch(text)
    return found is not None and found.group(1, 2) != found.group(3, 4)


def quiet_hours(text: str) -> Quiet | None:
    """The hours that *text* names; None for an empty one."""
    found = _QUIET.fullmatch(text)
    if found is None:
        return None
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return Quiet(begins=time(hour, minute), ends=time(end_hour, end_minute))


def allowance_for(
    event: Event,
    group: Group,
    *,
    credential: str = "",
    pace: tuple[Limit, ...] = (),
    group_pace: tuple[Limit, ...] = (),
    spread: float = 0.0,
    counts: bool = True,
) -> Allowance:
    """What a send to *group* about *event* is measured against."""
    return Allowance(
        credential=credential,
        group=f"{event.series}/{group.id}",
        pace=pace,
        group_pace=group_pace,
        quiet=quiet_hours(group.quiet),
        budget=Budget(per_day=group.per_day, per_week=group.per_week, per_month=group.per_month),
        zone=ZoneInfo(event.timezone),
        spread=spread,
        counts=counts,
    )
