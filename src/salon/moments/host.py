"""`host` 主持: topic and precautions again, then prompts and polls by the outline, wrap-up notice, instant recap."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from salon.announce import announce
from salon.errors import RoomClosed
from salon.house import House
from salon.model import BY_HAND, Event, Slot
from salon.moments.by_hand import opened
from salon.moments.recap import recap
from salon.moments.texts import door_links, per_group, words
from salon.phrases import count, language_of
from salon.rules.rhythm import take_due
from salon.rundown import Step, StepKind, steps_left

#: Whoever waits for a step looks again after this long at the latest, in real seconds; mostly the journal wakes it.
LOOK_SECONDS = 2.0


async def host(house: House, event: Event, slot: Slot) -> str:
    """Take every step of the run of show at its time. May be run again: steps taken are passed over, late ones made up.

    The plan is looked at anew before each step and whenever somebody who leads changes it. It ends with the recap; a
    room that is closed before that (by the host) ends it too.
    """
    if event.room == BY_HAND and not await opened(house, event):
        return "the room never opened; nobody was told anything"
    await _tell_groups(house, event, slot)
    taken = 0
    try:
        while left := await _left(house, event):
            # A step that was moved between look and write adds nothing, and is looked at again.
            if await _is_time(house, event, left[0]):
                taken += await _take(house, event, left[0])
    except RoomClosed:
        return f"{taken} steps taken; the room was closed before the last one"
    waived = (await house.live(event.id)).state.rhythm.waived
    return f"{taken} steps taken, recap waived" if "recap" in waived else f"{taken} steps taken, recap posted"


async def _left(house: House, event: Event) -> list[Step]:
    return steps_left(event, (await house.journal.refresh(event.id)).state)


async def _is_time(house: House, event: Event, step: Step) -> bool:
    """Wait for *step*'s time; False at once when somebody has changed the plan meanwhile."""
    live = await house.live(event.id)
    changes = live.state.rhythm.changes
    reach = asyncio.ensure_future(house.clock.reach(step.at))
    try:
        while not reach.done():
            more = asyncio.ensure_future(live.more())
            await asyncio.wait((reach, more), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            more.cancel()
            if live.state.rhythm.changes != changes or live.state.disbanded_at is not None:
                return live.state.disbanded_at is not None
    finally:
        reach.cancel()
    return True


async def _tell_groups(house: House, event: Event, slot: Slot) -> None:
    state = (await house.journal.refresh(event.id)).state
    left = count(state.seats_left(event.seats), language_of(event))
    write = per_group(house, event, "host/group", await door_links(house, event, slot.key), seats_left=left)
    await announce(house, event, slot.key, await house.groups(event), write, until=slot.deadline)


async def _take(house: House, event: Event, step: Step) -> bool:
    rule = take_due(event, step, await _data(house, event, step), by="host")
    return bool(await house.journal.decide(event.id, rule))


async def _data(house: House, event: Event, step: Step) -> dict[str, Any]:
    match step.kind:
        case StepKind.PRECAUTIONS:
            return {"text": words(house, event, "host/precautions")}
        case StepKind.NOTICE:
            event = (await house.journal.refresh(event.id)).state.rhythm.moved(event)
            left = event.times.disbands_at - house.clock.now()
            minutes = max(1, math.ceil(left.total_seconds() / 60))
            return {**step.data, "text": words(house, event, f"host/{step.data['notice']}", minutes_left=minutes)}
        case StepKind.RECAP:
            state = (await house.journal.refresh(event.id)).state
            return {"text": recap(house, event, state)}
        case _:
            return step.data
