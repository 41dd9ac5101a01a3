"""`salon plan`: the difference between a programme file and the plan."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from salon.differences import differences, lines
from salon.errors import Mistakes
from salon.house import House, open_house
from salon.model import Programme
from salon.planning import apply_plan
from salon.portraits import with_kept_portraits
from salon.poster import mistakes_in
from salon.programme import read_programme
from salon.sealing import sealed


def plan(file: Path, *, apply: bool) -> int:
    """Print what *file* changes, and change it if *apply*. Raises `Mistakes`; then nothing was applied."""
    # Read before anything is opened: a mistake leaves not even an empty database behind.
    programme = read_programme(file)
    mistakes = [f"{file.name}: {line}" for event in programme.events for line in mistakes_in(event, programme.groups)]
    if mistakes:
        raise Mistakes(list(dict.fromkeys(mistakes)))
    return asyncio.run(_plan(file, programme, apply=apply))


async def _plan(file: Path, programme: Programme, *, apply: bool) -> int:
    async with open_house() as house:
        new = with_kept_portraits(programme, house.settings.home / "portraits")
        old = (await house.plan()).programme(new.series.id)
        new = sealed(house, new, old)
        changes = lines(differences(old, new, now=house.clock.now()))
        for line in changes:
            print(line)
        if not changes:
            print("nothing changes", file=sys.stderr)
        if apply:
            written = await apply_plan(house, new)
            print(f"applied: {written} entries written", file=sys.stderr)
            await _say_next(house)
        elif changes:
            print(f"not applied; to apply: salon plan {file} --apply", file=sys.stderr)
    return 0


async def _say_next(house: House) -> None:
    if (await house.plan()).events():
        event = await house.this_week()
        print(f"next: {event.id}, {event.times.starts_at:%Y-%m-%d %H:%M} {event.timezone}", file=sys.stderr)
