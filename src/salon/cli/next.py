"""`salon next`: the days on which a series meets next, and a half-filled evening to write into its file."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date
from zoneinfo import ZoneInfo

from salon.errors import NotFound
from salon.house import House, open_house
from salon.model import Event, Programme
from salon.recurrence import next_dates


def next_evening(series: str | None, *, count: int) -> int:
    """Print the next evening of *series* (None: the only one) for its file, and the days after it to stderr."""
    return asyncio.run(_next(series, count))


async def _next(series: str | None, count: int) -> int:
    async with open_house() as house:
        programme = await _programme(house, series)
        zone = ZoneInfo(programme.series.timezone)
        days = sorted(event.times.starts_at.astimezone(zone).date() for event in programme.events)
        if not days:
            raise NotFound(f"series {programme.series.id!r} has no evening yet; write its first one into its file")
        after = max(days[-1], house.clock.now().astimezone(zone).date())
        coming = next_dates(programme.series.repeats, days[0], after, count)
    print(half_filled(programme.events[-1], coming[0]))
    if coming[1:]:
        print("then: " + ", ".join(map(str, coming[1:])), file=sys.stderr)
    return 0


async def _programme(house: House, series: str | None) -> Programme:
    programmes = {programme.series.id: programme for programme in (await house.plan()).programmes()}
    if series is None and len(programmes) == 1:
        return next(iter(programmes.values()))
    if series not in programmes:
        known = ", ".join(programmes) or "none; see salon plan"
        raise NotFound(f"which series? planned are: {known}")
    return programmes[series]


def half_filled(last: Event, day: date) -> str:
    """An `[[events]]` table for *day* with the frame of *last*: its sections' minutes, its number and one more."""
    lines = ["[[events]]", f"date = {day}", f"number = {last.number + 1}", 'topic = "…"', '# summary = "…"', ""]
    lines += ["[events.kol]", 'name = "…"', '# title = "…"', '# bio = "…"']
    lines += [f"channel = {json.dumps(last.kol.channel)}", ""]
    for section in last.outline:
        lines += ["[[events.outline]]", 'title = "…"', f"minutes = {section.minutes}"]
        lines += ['questions = ["…"]', 'prompts = ["…"]', ""]
    return "\n".join(lines).rstrip()
