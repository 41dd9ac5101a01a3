"""`open_room` 开场: a fresh room, and a poster with its own live code for every group."""

from __future__ import annotations

import asyncio

from salon.announce import Writer, announce
from salon.house import House
from salon.model import Event, Group, Slot
from salon.moments.texts import door_links, words
from salon.poster import Base, base_picture, write_poster
from salon.rules.week import open_room as open_rule


async def open_room(house: House, event: Event, slot: Slot) -> str:
    """Open the room, then send each group its poster and link. May be run again: only what is undone is done."""
    await house.journal.decide(event.id, open_rule(event, by=slot.key))
    groups = await house.groups(event)
    languages = {group.language or event.languages[0] for group in groups}
    bases = {language: await asyncio.to_thread(base_picture, event, language=language) for language in languages}
    write = _with_poster(house, event, bases, await door_links(house, event))
    return (await announce(house, event, slot.key, groups, write)).text()


def _with_poster(house: House, event: Event, bases: dict[str, Base], links: dict[str, str]) -> Writer:
    folder = house.settings.posters / event.id

    def write(group: Group) -> tuple[str, bytes | None]:
        link = links[group.id]
        picture = write_poster(folder, bases[group.language or event.languages[0]], group, link)
        return words(house, event, "open_room/group", group.language, link=link), picture.read_bytes()

    return write
