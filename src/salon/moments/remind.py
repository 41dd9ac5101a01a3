"""`remind` 提醒: how many seats are left; stops by itself when the room is full."""

from __future__ import annotations

from salon.announce import announce
from salon.house import House
from salon.model import Event, Slot
from salon.moments.texts import door_links, per_group
from salon.phrases import count, language_of


async def remind(house: House, event: Event, slot: Slot) -> str:
    """Tell every group how many seats are left, or nobody anything when there are none. May be run again."""
    state = (await house.journal.refresh(event.id)).state
    left = event.seats - state.seats_taken()
    # A reminder that was begun is finished, so that no group is left out half way.
    has_begun = any(announcement == slot.key for announcement, _ in state.deliveries)
    if state.opened_at is None:
        return "the room is not open yet; nobody was told"
    if left <= 0 and not has_begun:
        return "the room is full; nobody was told"
    links = await door_links(house, event)
    shown = count(max(left, 0), language_of(event))
    write = per_group(house, event, "remind/group", links, seats_left=shown)
    heard = await announce(house, event, slot.key, await house.groups(event), write)
    return f"{left} seats left: {heard.text()}"
