"""Pictures with a group's own code, all of them made before anything is said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.announce import Writer
from salon.gallery import theme_of
from salon.house import House
from salon.model import Event, Group
from salon.moments.texts import words
from salon.phrases import language_of
from salon.poster import SeatsLeft, base_picture
from salon.poster.batch import NotAllMade, Wanted, make_posters


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Group id → its picture, or the sentence why there is none."""

    paths: Mapping[str, Path]
    reasons: Mapping[str, str]

    def of(self, group: Group) -> bytes:
        """The group's PNG. Raises `NotAllMade` with the reason when it could not be made."""
        if reason := self.reasons.get(group.id):
            raise NotAllMade({group.id: reason}, {})
        return self.paths[group.id].read_bytes()


async def pictures_for(
    house: House, event: Event, links: Mapping[str, str], *, kind: str = "poster", facts: SeatsLeft | None = None
) -> Pictures:
    """Have every group's picture of *kind*, on all cores. May be run again: what is there and right is kept."""
    groups = await house.groups(event)
    theme = theme_of(event, (await house.live(event.id)).state)
    folder = house.settings.posters / event.id
    suffix = "" if kind == "poster" else f".{kind}"

    def make() -> Pictures:
        wanted = _wanted(event, groups, links)
        bases = {
            language: base_picture(event, theme, kind=kind, language=language, facts=facts)
            for language in sorted({one.base for one in wanted})
        }
        try:
            return Pictures(paths=make_posters(folder, bases, wanted, suffix=suffix).paths, reasons={})
        except NotAllMade as error:
            # One name that cannot be drawn does not silence the other groups.
            return Pictures(paths=error.paths, reasons=error.reasons)

    return await asyncio.to_thread(make)


def with_pictures(
    house: House, event: Event, template: str, links: Mapping[str, str], pictures: Pictures, **values: str
) -> Writer:
    """A writer that fills in *template* for each group, with its own link and its own picture."""

    def write(group: Group) -> tuple[str, bytes | None]:
        picture = pictures.of(group)
        return words(house, event, template, group.language, link=links[group.id], **values), picture

    return write


def _wanted(event: Event, groups: Sequence[Group], links: Mapping[str, str]) -> list[Wanted]:
    return [Wanted(group=group, link=links[group.id], base=language_of(event, group.language)) for group in groups]
