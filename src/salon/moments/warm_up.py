"""`warm_up` 预热: KOL, topic, outline and time to every group, the day before."""

from __future__ import annotations

import asyncio

from salon.announce import announce
from salon.gallery import theme_of
from salon.house import House
from salon.model import Event, Slot
from salon.moments.texts import door_links, per_group
from salon.phrases import language_of
from salon.poster import picture


async def warm_up(house: House, event: Event, slot: Slot) -> str:
    """Tell every group who comes, what about, and when, with a picture that has no code yet.

    May be run again: only who has not heard is told.
    """
    groups = await house.groups(event)
    theme = theme_of(event, (await house.live(event.id)).state)
    teasers = {
        language: await asyncio.to_thread(picture, "teaser", event, theme=theme, format="portrait", language=language)
        for language in sorted({language_of(event, group.language) for group in groups})
    }
    write = per_group(house, event, "warm_up/group", await door_links(house, event, slot.key), teasers)
    return (await announce(house, event, slot.key, groups, write, until=slot.deadline)).text()
