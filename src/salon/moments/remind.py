"""`remind` 提醒: how many seats are left; stops by itself when the room is full."""

from __future__ import annotations

from salon.announce import announce
from salon.house import House
from salon.model import Event, Slot
from salon.moments.pictures import pictures_for, with_pictures
from salon.moments.texts import door_links
from salon.phrases import count, language_of
from salon.poster import SeatsLeft

#: Few seats are one in so many, or less.
FEW = 5


async def remind(house: House, event: Event, slot: Slot) -> str:
    """Tell every group how many seats are left, or nobody anything when there are none. May be run again.

    Each group sees a picture with its own code: the poster again, or the number once there are few.
    """
    state = (await house.journal.refresh(event.id)).state
    left = state.seats_left(event.seats)
    # A reminder that was begun is finished, so that no group is left out half way.
    has_begun = any(announcement == slot.key for announcement, _ in state.deliveries)
    if state.opened_at is None:
        return "the room is not open yet; nobody was told"
    if state.landing.is_barred and not has_begun:
        return "the host lets nobody new in; nobody was told"
    if left <= 0 and not has_begun:
        return "the room is full; nobody was told"
    links = await door_links(house, event)
    kind = kind_of(left, event.seats)
    facts = SeatsLeft(left=left) if kind == "few" else None
    pictures = await pictures_for(house, event, links, kind=kind, facts=facts)
    shown = count(max(left, 0), language_of(event))
    said = await door_links(house, event, slot.key)
    write = with_pictures(house, event, "remind/group", said, pictures, seats_left=shown)
    heard = await announce(house, event, slot.key, await house.groups(event), write, until=slot.deadline)
    return f"{left} seats left: {heard.text()}"


def kind_of(left: int, seats: int) -> str:
    """The picture of a reminder: the poster, "few" from a fifth of the seats on, "full" when none is left."""
    if left <= 0:
        return "full"
    return "few" if left * FEW <= seats else "poster"
