"""`warm_up` 预热: KOL, topic, outline and time to every group, the day before."""

from __future__ import annotations

from salon.announce import announce
from salon.house import House
from salon.model import Event, Slot
from salon.moments.texts import door_links, per_group


async def warm_up(house: House, event: Event, slot: Slot) -> str:
    """Tell every group who comes, what about, and when. May be run again: only who has not heard is told."""
    write = per_group(house, event, "warm_up/group", await door_links(house, event))
    return (await announce(house, event, slot.key, await house.groups(event), write)).text()
