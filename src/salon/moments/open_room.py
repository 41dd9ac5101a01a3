"""`open_room` 开场: a fresh room, and a poster with its own live code for every group."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.announce import Writer, announce
from salon.house import House
from salon.model import BY_HAND, Event, Group, Slot
from salon.moments.by_hand import code_in_hand
from salon.moments.texts import door_links, words
from salon.phrases import language_of
from salon.poster import base_picture
from salon.poster.batch import NotAllMade, Wanted, make_posters
from salon.rules.week import open_room as open_rule


async def open_room(house: House, event: Event, slot: Slot) -> str:
    """Open the room, then send each group its poster and link. May be run again: only what is undone is done.

    A room that people open by hand is opened when its code is there: no poster leads to a door without a room.
    """
    if event.room == BY_HAND and not await code_in_hand(house, event):
        return "no group code came until the close; the room stayed shut and nobody was told anything"
    await house.journal.decide(event.id, open_rule(event, by=slot.key))
    groups = await house.groups(event)
    links = await door_links(house, event)
    posters = await asyncio.to_thread(_posters, house.settings.posters / event.id, event, groups, links)
    return (await announce(house, event, slot.key, groups, _with_poster(house, event, posters, links))).text()


@dataclass(frozen=True, kw_only=True)
class _Posters:
    """Group id → its picture, or the sentence why there is none."""

    paths: dict[str, Path]
    reasons: dict[str, str]


def _posters(folder: Path, event: Event, groups: Sequence[Group], links: dict[str, str]) -> _Posters:
    """Have every group's poster, on all cores, before anything is said. May be run again: what is there is kept."""
    wanted = [Wanted(group=group, link=links[group.id], base=language_of(event, group.language)) for group in groups]
    bases = {language: base_picture(event, language=language) for language in sorted({one.base for one in wanted})}
    try:
        return _Posters(paths=make_posters(folder, bases, wanted).paths, reasons={})
    except NotAllMade as error:
        # One name that cannot be drawn does not silence the other groups.
        return _Posters(paths=error.paths, reasons=error.reasons)


def _with_poster(house: House, event: Event, posters: _Posters, links: dict[str, str]) -> Writer:
    def write(group: Group) -> tuple[str, bytes | None]:
        if reason := posters.reasons.get(group.id):
            raise NotAllMade({group.id: reason}, {})
        text = words(house, event, "open_room/group", group.language, link=links[group.id])
        return text, posters.paths[group.id].read_bytes()

    return write
