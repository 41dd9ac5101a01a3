"""Posters and their family: one picture per event, one live code per group.

`base_picture(event, theme, *, format, kind, language, templates, facts) -> Base` sets what all groups share, once, by
Typst. Kinds with a code: `poster`, `few` (facts=`SeatsLeft(left=3)`), `full`. `poster(base, group, link)` adds a
group's own code and name and returns a PNG that an independent decoder has read; `write_poster` puts it on disk.

`picture(kind, facts, *, theme, format, language, templates) -> bytes` makes the kinds without a code: `teaser`
(facts: the `Event`), `quote` (`Quote`), `vote` (`Vote`), `share` (`Shared`), `cover` (`Cover`).

Of a `Base` only the pixels in `code_box` (left, top, right, bottom; right and bottom are outside) differ between
groups. `band_top` is `code_box[1]`; `base.sheet.top` holds the rows above it. `draw_group(base, group_name, link)`
returns the rows from `band_top` to the picture's foot, full width, RGB; those from `code_box[3]` on are the same for
all groups (`base.sheet.foot`). The code may stand anywhere: in `wide` it is right of the text, so that `top` is few
rows. A `Base` may be handed to another process. The same input gives the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from salon.errors import SalonError, WrongUse
from salon.filenames import safe_name
from salon.model import Event, Group
from salon.phrases import language_of
from salon.poster import companion, sheet, story
from salon.poster.check import PosterUnreadable, check
from salon.poster.facts import Cover, Facts, Quote, SeatsLeft, Shared, Vote
from salon.poster.files import CODED, EVENING, folder_in, formats, kinds, template_for
from salon.poster.fonts import MissingGlyph, drawable
from salon.poster.png import SplicedPng, plain_png
from salon.poster.portrait import BadPortrait
from salon.poster.sheet import Box, Sheet
from salon.poster.theme import BadTheme, Theme, Words, theme_named, words_in
from salon.poster.theme import themes as _themes

__all__ = [
    "CODED",
    "EVENING",
    "BadPortrait",
    "BadTheme",
    "Base",
    "Cover",
    "Facts",
    "MissingGlyph",
    "PosterUnreadable",
    "Quote",
    "SeatsLeft",
    "Shared",
    "Vote",
    "base_picture",
    "check",
    "companion_of",
    "draw_group",
    "formats",
    "kinds",
    "mistakes_in",
    "picture",
    "poster",
    "prepare",
    "themes",
    "write_poster",
]


@dataclass(frozen=True, kw_only=True)
class Base:
    """What all posters of one event in one language, kind and format share."""

    sheet: Sheet
    theme: Theme
    words: Words
    kind: str
    format: str
    #: The text companion but for group and link, line by line.
    lines: tuple[str, ...]

    @cached_property
    def png(self) -> SplicedPng:
        """Writes the files of all groups. Made when the first is: 0.4 s of CPU that a mere look at the plan saves."""
        return SplicedPng(self.sheet.picture, self.code_box)

    @property
    def band_top(self) -> int:
        """First row that may differ between groups."""
        return self.code_box[1]

    @property
    def code_box(self) -> Box:
        """Left, top, right, bottom of all pixels that differ between groups."""
        return self.sheet.code_box

    def description(self, group: Group, link: str) -> str:
        """The poster in words, for those who cannot see it; also in the file as `Description`."""
        return "\n".join((*self.lines, f"{self.words.group}: {group.name}", f"{self.words.act}: {link}"))


def themes(templates: Path | None = None) -> tuple[str, ...]:
    """Names of the themes in *templates* (default: the shipped ones), sorted."""
    return _themes(folder_in(templates))


def base_picture(
    event: Event,
    theme: str = "night",
    *,
    format: str = "portrait",
    kind: str = "poster",
    language: str = "",
    templates: Path | None = None,
    facts: Facts | None = None,
) -> Base:
    """Draw what all groups of *event* share, in *language* (default: the event's first).

    *kind* is one of `CODED`; `few` needs *facts*. *templates* is the folder with `poster/` in it (default: the shipped
    one). Takes about 0.2 s of CPU.
    Raises `MissingGlyph`, `BadPortrait`, `BadTheme`, `BadLayout`, or `WrongUse` for a name that is not known.
    """
    if kind in kinds(templates) and kind not in CODED:
        raise WrongUse(f"{kind} has no code of its own; ask picture({kind!r}, …) for it")
    template = template_for(kind, format, templates)
    language = language_of(event, language)
    colours, words = theme_named(theme, folder_in(templates)), words_in(language, folder_in(templates))
    data = story.evening(event, language, colours, words, kind, facts)
    drawn = sheet.draw_sheet(template, data, event.kol.portrait)
    if drawn.place("code") is None:
        raise WrongUse(f"{template}: there is no place for a code; put one with code(x, y, side)")
    return Base(
        sheet=drawn,
        theme=colours,
        words=words,
        kind=kind,
        format=format,
        lines=companion.evening(event, language, words, kind, facts),
    )


def poster(base: Base, group: Group, link: str) -> bytes:
    """The poster of *group* with the code of *link*, as a PNG that has been read back.

    Raises `MissingGlyph` for the group's name, `WrongUse` for a link too long, `PosterUnreadable`.
    """
    name = drawable(group.name, f"name of group {group.id!r}", is_name=True)
    left, _, right, bottom = base.code_box
    inside = draw_group(base, name, link).crop((left, 0, right, bottom - base.band_top))
    png = base.png.encode(inside, base.description(group, link))
    check(png, link)
    return png


def prepare(base: Base, groups: Sequence[Group]) -> None:
    """Set the names of *groups* at once, for the posters made next: a third of the cost. May be left out.

    A name that cannot be set is told by its own `poster`.
    """
    base.sheet.named.clear()
    with suppress(SalonError):
        names = (drawable(group.name, f"name of group {group.id!r}", is_name=True) for group in groups)
        base.sheet.named.update(sheet.set_names(base.sheet, tuple(dict.fromkeys(names))))


def draw_group(base: Base, group_name: str, link: str) -> Image.Image:
    """The rows from `base.band_top` on with the code of *link* and the group's name. Raises as `poster`."""
    return sheet.draw_group(base.sheet, group_name, link, base.theme)


def picture(
    kind: str,
    facts: Facts | Event,
    *,
    theme: str = "night",
    format: str = "three-four",
    language: str = "zh",
    templates: Path | None = None,
) -> bytes:
    """A picture without a code: `teaser` of an `Event`, `quote`, `vote`, `share`, `cover` of their own facts.

    Returns a PNG that carries its text. Raises as `base_picture`.
    """
    if kind in CODED:
        raise WrongUse(f"{kind} has a code for each group; use base_picture(event, kind={kind!r}) and poster")
    template = template_for(kind, format, templates)
    colours, words = theme_named(theme, folder_in(templates)), words_in(language, folder_in(templates))
    data, face = _told(kind, facts, language, colours, words)
    text = companion_of(kind, facts, language, templates=templates)
    png = plain_png(sheet.draw_sheet(template, data, face).picture, text)
    check(png, "")
    return png


def companion_of(kind: str, facts: Facts | Event, language: str = "zh", *, templates: Path | None = None) -> str:
    """The text of a picture without a code, for its `alt` and for those who cannot see it."""
    return "\n".join(companion.of(kind, facts, language, words_in(language, folder_in(templates))))


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


def _told(kind: str, facts: Facts | Event, language: str, theme: Theme, words: Words) -> tuple[dict[str, Any], str]:
    """Data of the template, and the path of a portrait."""
    match kind, facts:
        case ("teaser", Event()):
            return story.evening(facts, language, theme, words, kind, None), facts.kol.portrait
        case ("quote", Quote()):
            return story.quote(facts, language, theme, words), facts.portrait
        case ("vote", Vote()):
            return story.vote(facts, language, theme, words), ""
        case ("share", Shared()):
            return story.shared(facts, language, theme, words), facts.kol.portrait
        case ("cover", Cover()):
            return story.cover(facts, language, theme, words), facts.kol.portrait
    raise WrongUse(f"poster kind {kind!r} cannot be told by {type(facts).__name__}; see salon.poster")
