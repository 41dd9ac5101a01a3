"""Posters: one picture per event, one live code per group.

`base_picture` draws what all groups share, once; `poster` adds a group's own code and name and returns a PNG
of 1080×1920 that an independent decoder has read. The same input gives the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.errors import SalonError
from salon.filenames import safe_name
from salon.model import Event, Group
from salon.phrases import clock_time, date, language_of, number_label, zone
from salon.poster import layout
from salon.poster.check import PosterUnreadable, check
from salon.poster.fonts import MissingGlyph, drawable
from salon.poster.layout import HEIGHT, WIDTH, Sheet
from salon.poster.png import SharedPng
from salon.poster.portrait import BadPortrait
from salon.poster.theme import BadTheme, Theme, Words, theme_named, words_in

__all__ = [
    "HEIGHT",
    "WIDTH",
    "BadPortrait",
    "BadTheme",
    "Base",
    "MissingGlyph",
    "PosterUnreadable",
    "base_picture",
    "check",
    "mistakes_in",
    "poster",
    "write_poster",
]


@dataclass(frozen=True, kw_only=True)
class Base:
    """What all posters of one event in one language share. Not for another process: it holds a compressor."""

    sheet: Sheet
    png: SharedPng
    theme: Theme
    words: Words
    #: The text companion but for group and link, line by line.
    lines: tuple[str, ...]

    def description(self, group: Group, link: str) -> str:
        """The poster in words, for those who cannot see it; also in the file as `Description`."""
        return "\n".join((*self.lines, f"{self.words.group}: {group.name}", f"{self.words.act}: {link}"))


def base_picture(event: Event, theme: str = "night", *, language: str = "", templates: Path | None = None) -> Base:
    """Draw what all groups of *event* share, in *language* (default: the event's first).

    *templates* is the folder with `poster/` in it (default: the shipped one). Takes about 0.2 s of CPU.
    Raises `MissingGlyph`, `BadPortrait` or `BadTheme`.
    """
    language = language_of(event, language)
    folder = templates / "poster" if templates else None
    colours, words = theme_named(theme, folder), words_in(language, folder)
    sheet = layout.draw_sheet(event, language, colours, words)
    return Base(
        sheet=sheet, png=SharedPng(sheet.top), theme=colours, words=words, lines=_companion(event, language, words)
    )


def poster(base: Base, group: Group, link: str) -> bytes:
    """The poster of *group* with the code of *link*, as a PNG that has been read back.

    Raises `MissingGlyph` for the group's name, `WrongUse` for a link too long, `PosterUnreadable`.
    """
    name = drawable(group.name, f"name of group {group.id!r}", is_name=True)
    band = layout.draw_group(base.sheet, name, link, base.theme, base.words)
    png = base.png.encode(band, base.description(group, link))
    check(png, link)
    return png


def write_poster(folder: Path, base: Base, group: Group, link: str) -> Path:
    """Write the poster of *group* into *folder* and return its path; it appears whole or not at all.

    May be run again: the same poster takes the place of the old one.
    """
    png = poster(base, group, link)
    path = folder / f"{safe_name(group.id)}.png"
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(png)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return path


def mistakes_in(event: Event, groups: Sequence[Group] = ()) -> tuple[str, ...]:
    """What would keep posters of *event* from being drawn, a sentence each.

    To be asked when the event is planned, so that nobody finds out when the room opens.
    """
    found = []
    for language in dict.fromkeys((event.languages[0], *(group.language for group in groups if group.language))):
        try:
            base_picture(event, language=language)
        except SalonError as error:
            found.append(str(error))
    for group in groups:
        try:
            drawable(group.name, f"name of group {group.id!r}", is_name=True)
        except MissingGlyph as error:
            found.append(str(error))
    return tuple(dict.fromkeys(found))


def _companion(event: Event, language: str, words: Words) -> tuple[str, ...]:
    times = event.times
    hours = f"{clock_time(times.starts_at)}–{clock_time(times.disbands_at)}"
    kol = ", ".join(part for part in (event.kol.name, event.kol.title) if part)
    return (
        f"{event.series_name} {number_label(event.number, language)}",
        event.topic,
        kol,
        f"{date(times.starts_at, language)} {hours} ({zone(event.timezone, times.starts_at, language)})",
        words.seats.format(n=event.seats),
    )
