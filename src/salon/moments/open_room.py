"""`open_room` 开场: a fresh room, and a poster with its own live code for every group."""

from __future__ import annotations

from salon.announce import announce
from salon.house import House
from salon.model import BY_HAND, Event, Slot
from salon.moments.by_hand import code_in_hand
from salon.moments.pictures import pictures_for, with_pictures
from salon.moments.texts import door_links
from salon.rules.questions import carry_in
from salon.rules.week import open_room as open_rule
from salon.state import State


async def open_room(house: House, event: Event, slot: Slot) -> str:
    """Open the room, then send each group its poster and link. May be run again: only what is undone is done.

    A room that people open by hand is opened when its code is there: no poster leads to a door without a room.
    """
    if event.room == BY_HAND and not await code_in_hand(house, event):
        return "no group code came until the close; the room stayed shut and nobody was told anything"
    await house.journal.decide(event.id, open_rule(event, by=slot.key))
    await _carry_over(house, event)
    links = await door_links(house, event)
    posters = await pictures_for(house, event, links)
    said = await door_links(house, event, slot.key)
    write = with_pictures(house, event, "open_room/group", said, posters)
    return (await announce(house, event, slot.key, await house.groups(event), write, until=slot.deadline)).text()


async def _carry_over(house: House, event: Event) -> None:
    """Questions that the series' last evening left over are put to this one."""
    if last := await last_evening(house, event):
        await house.journal.decide(event.id, carry_in(event, last[1], last[0].id))


async def last_evening(house: House, event: Event) -> tuple[Event, State] | None:
    """The evening of the series before *event*, and what came of it; one that never opened left nothing."""
    series = (other for other in (await house.plan()).events() if other.series == event.series)
    earlier = [other for other in series if other.times.opens_at < event.times.opens_at]
    for last in sorted(earlier, key=lambda other: other.times.opens_at, reverse=True):
        before = (await house.journal.refresh(last.id)).state
        if before.opened_at is not None:
            return last, before
    return None
