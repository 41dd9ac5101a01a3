"""Changes of the register: one at a time, each through the plan, so that no two screens undo each other."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from salon.channels import checked_address, known_channels
from salon.errors import NotAllowed, NotFound, Refused
from salon.house import House
from salon.model import Group, Programme
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.register.comparing import Preview, compare
from salon.register.reading import Line

#: The right to change the register is kept for so long after a crash, and waited for as long, in seconds.
LEASE, WAIT, EVERY = 15.0, 20.0, 0.05


class RegisterBusy(Refused):
    """Somebody else is changing the register just now; try again in a moment."""

    reason = "register_busy"


@dataclass(frozen=True, kw_only=True)
class RulesVersion:
    """The rules of a group (群规) as they were from some time on."""

    number: int
    at: datetime
    by: str
    text: str


async def change_groups(
    house: House, series: str, change: Callable[[tuple[Group, ...]], Sequence[Group]], *, by: str = "owner"
) -> int:
    """Make *change* of the groups of *series*, seen as they are now; how many entries that took.

    What *change* raises leaves everything as it was. May be run again. Raises `NotFound`, `RegisterBusy`, and what
    `apply_plan` does.
    """
    async with _alone(house):
        await house.journal.refresh(PLAN)
        programme = await programme_of(house, series)
        return await apply_plan(house, replace(programme, groups=tuple(change(programme.groups))), by=by)


async def programme_of(house: House, series: str) -> Programme:
    """What is planned of *series*. Raises `NotFound` with what there is instead."""
    found = (await house.plan()).programme(series)
    if found is None:
        known = ", ".join(one.series.id for one in (await house.plan()).programmes()) or "none; see salon plan"
        raise NotFound(f"series {series[:40]!r} is not planned; there are: {known}")
    return found


def compared(house: House, lines: Sequence[Line], known: Sequence[Group]) -> Preview:
    """What a list would do to the groups that are *known*, whose secret addresses are opened to be compared.

    So the same list again changes nothing, and an address that its channel does not understand has its line.
    """
    return compare(lines, [_opened(house, group) for group in known], known_channels(), checked_address)


def _opened(house: House, group: Group) -> Group:
    try:
        return house.opened(group)
    except NotAllowed:
        # Written under another installation's secret: it stays as it is.
        return group


def put(groups: Sequence[Group]) -> Callable[[tuple[Group, ...]], Sequence[Group]]:
    """A change that puts each of *groups* in the place of the one with its id, new ones at the end."""

    def change(known: tuple[Group, ...]) -> Sequence[Group]:
        wanted = {group.id: group for group in groups}
        kept = [wanted.pop(group.id, group) for group in known]
        return [*kept, *wanted.values()]

    return change


async def rules_of(house: House, series: str, group: str) -> list[RulesVersion]:
    """Every version of a group's rules, the newest first; each change in the plan's journal is one."""
    versions: list[RulesVersion] = []
    for entry in (await house.live(PLAN)).entries:
        if entry.kind == "group_planned" and entry.data["key"] == f"{series}/{group}":
            text = entry.data["plan"].get("rules", "")
            if text != (versions[-1].text if versions else ""):
                versions.append(RulesVersion(number=len(versions) + 1, at=entry.at, by=entry.by, text=text))
    return versions[::-1]


@asynccontextmanager
async def _alone(house: House) -> AsyncIterator[None]:
    """Hold the one right to change the register; also within one process it is held once."""
    holder = f"{house.holder}-{secrets.token_hex(6)}"
    for _ in range(round(WAIT / EVERY)):
        if await house.journal.lease(PLAN, "register", holder, LEASE):
            break
        await asyncio.sleep(EVERY)
    else:
        raise RegisterBusy
    try:
        yield
    finally:
        await house.journal.release(PLAN, "register", holder)
