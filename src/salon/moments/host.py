"""`host` 主持: topic and precautions again, then prompts and polls by the outline, wrap-up notice, instant recap."""

from __future__ import annotations

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
from salon.rules.cards import play_card
from salon.rules.polls import open_poll
from salon.rules.week import take_step
from salon.rundown import Step, StepKind, rundown


async def host(house: House, event: Event, slot: Slot) -> str:
    """Take every step of the run of show at its time. May be run again: steps taken are passed over, late ones made up.

    It ends with the recap; a room that is closed before that (by the host) ends it too.
    """
    if event.room == BY_HAND and not await opened(house, event):
        return "the room never opened; nobody was told anything"
    await _tell_groups(house, event, slot)
    taken = 0
    try:
        for step in rundown(event):
            await house.clock.reach(step.at)
            taken += await _take(house, event, step)
    except RoomClosed:
        return f"{taken} steps taken; the room was closed before the last one"
    return f"{taken} steps taken, recap posted"


async def _tell_groups(house: House, event: Event, slot: Slot) -> None:
    state = (await house.journal.refresh(event.id)).state
    left = count(state.seats_left(event.seats), language_of(event))
    write = per_group(house, event, "host/group", await door_links(house, event), seats_left=left)
    await announce(house, event, slot.key, await house.groups(event), write)


async def _take(house: House, event: Event, step: Step) -> bool:
    if step.poll is not None:
        rule = open_poll(event, step.poll, by="host")
    elif step.card is not None:
        rule = play_card(event, step.card, by="host")
    else:
        rule = take_step(event, step.kind, step.key, await _data(house, event, step), by="host")
    return bool(await house.journal.decide(event.id, rule))


async def _data(house: House, event: Event, step: Step) -> dict[str, Any]:
    match step.kind:
        case StepKind.PRECAUTIONS:
            return {"text": words(house, event, "host/precautions")}
        case StepKind.NOTICE:
            left = event.times.disbands_at - house.clock.now()
            minutes = max(1, math.ceil(left.total_seconds() / 60))
            return {**step.data, "text": words(house, event, "host/wrap_up", minutes_left=minutes)}
        case StepKind.RECAP:
            state = (await house.journal.refresh(event.id)).state
            return {"text": recap(house, event, state)}
        case _:
            return step.data
