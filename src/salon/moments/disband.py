"""`disband` 解散: at 22:00 the room is shut; the live codes lead to the report from then on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from salon.announce import announce
from salon.house import House
from salon.model import Event, Slot
from salon.moments.texts import door_links, per_group
from salon.planbook import PLAN
from salon.rules.week import shut_room

#: How long the watchdog leaves the room to the flows before it shuts it itself.
WATCHDOG_AFTER = timedelta(seconds=10)


async def shut(house: House, event: Event, *, by: str = "clock") -> None:
    """Wait for the hour and shut the room, once, whoever comes second. The door has shut by the clock already.

    While it waits somebody may put the hour off.
    """
    while house.clock.now() < (at := (await _moved(house, event)).times.disbands_at):
        await house.clock.reach(at)
    await house.journal.decide(event.id, shut_room(by=by))


async def disband(house: House, event: Event, slot: Slot) -> str:
    """Shut *event*'s room and say good night to every group. May be run again: only what is undone is done."""
    await shut(house, event)
    write = per_group(house, event, "disband/group", await door_links(house, event, slot.key))
    return (await announce(house, event, slot.key, await house.groups(event), write)).text()


async def watch(house: House) -> None:
    """Shut every room whose hour has passed and whose flows have not, for ever. Runs outside Prefect."""
    while True:
        await house.journal.refresh(PLAN)
        now = house.clock.now()
        for event in (await house.plan()).events():
            due = event.times.disbands_at + WATCHDOG_AFTER
            if due <= now <= due + timedelta(days=1):
                await shut_if_due(house, event, by="watchdog")
        await asyncio.sleep(1.0)


async def shut_if_due(house: House, event: Event, *, by: str) -> None:
    """Shut a room that was opened, whose hour has passed, and that nobody has shut. May be run again."""
    state = (await house.live(event.id)).state
    is_open = state.opened_at is not None and state.disbanded_at is None
    if not is_open or house.clock.now() < state.rhythm.moved(event).times.disbands_at:
        return
    # Read anew: another process may just have put the hour off.
    if house.clock.now() >= (await _moved(house, event)).times.disbands_at:
        await shut(house, event, by=by)


async def _moved(house: House, event: Event) -> Event:
    """*event* with the hour that holds, by all that is committed."""
    return (await house.journal.refresh(event.id)).state.rhythm.moved(event)
