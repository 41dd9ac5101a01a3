"""Pictures that go with what is said: with a group's own code, made before anything is said; of the report."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.announce import Writer
from salon.errors import SalonError
from salon.fitting import Script
from salon.gallery import kols_numbers, report_cover, theme_of
from salon.house import House
from salon.issue import Telling
from salon.model import Event, Group
from salon.moments.texts import per_group
from salon.phrases import language_of
from salon.poster import SeatsLeft, base_picture, picture
from salon.poster.batch import NotAllMade, Wanted, make_posters

log = logging.getLogger("salon.moments")


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

    write_text = per_group(house, event, template, links, None, **values)

    def write(group: Group) -> Script:
        picture = pictures.of(group)
        return Script(*write_text(group))._replace(poster=picture)

    return write


class Covers:
    """The report's cover by language, drawn once, by whoever asks first; safe between threads."""

    def __init__(self, draw: Callable[[str], bytes]) -> None:
        self._draw, self._drawn, self._one_at_a_time = draw, dict[str, bytes | None](), threading.Lock()

    def of(self, language: str) -> bytes | None:
        """The PNG in *language*; None, and a line in the log, when it cannot be drawn: the text goes out alone."""
        with self._one_at_a_time:
            if language not in self._drawn:
                self._drawn[language] = _or_none(lambda: self._draw(language))
            return self._drawn[language]


async def covers_for(house: House, event: Event, told: Telling) -> Covers:
    """The cover of the report as *told*, in the theme of the evening's posters. Costs nothing until it is asked for."""
    theme = theme_of(event, (await house.live(event.id)).state)
    return Covers(
        lambda language: picture("cover", report_cover(house, event, told, language), theme=theme, language=language)
    )


async def share_picture(house: House, event: Event, told: Telling) -> Callable[[], bytes | None]:
    """Draws what the KOL may pass on: the evening in numbers. None, and a line in the log, when it cannot be drawn."""
    state = (await house.live(event.id)).state
    facts, theme = kols_numbers(event, state, told.report), theme_of(event, state)
    return lambda: _or_none(lambda: picture("share", facts, theme=theme, language=language_of(event)))


def _or_none(draw: Callable[[], bytes]) -> bytes | None:
    try:
        return draw()
    except SalonError as error:
        log.warning("a picture is left out: %s", error)
        return None


def _wanted(event: Event, groups: Sequence[Group], links: Mapping[str, str]) -> list[Wanted]:
    return [Wanted(group=group, link=links[group.id], base=language_of(event, group.language)) for group in groups]
