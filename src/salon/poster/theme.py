"""Colours and words of the pictures, out of small files that an owner may edit."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from salon.errors import WrongUse
from salon.shipped import own_templates, shipped

#: WCAG 2.2, success criterion 1.4.3 (level AA), read November 2026.
CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_COLOURS = (
    "ground",
    "ink",
    "soft",
    "accent",
    "card",
    "card_ink",
    "card_soft",
    "card_accent",
    "card_line",
    "code",
    "code_ground",
)
_Record = TypeVar("_Record", "Theme", "Words")


class BadTheme(WrongUse):
    """A theme cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours as `#RRGGBB`, and what gives a theme its character; each is explained in `night.toml`."""

    #: What people call it.
    zh: str
    en: str
    #: Ornament, by its name in `motifs.typ`.
    motif: str
    #: Weight of the topic, 100–900.
    weight: int
    #: Roundness of cards in pixels, and "round" or "square" for the portrait.
    corner: int
    face: str
    ground: str
    #: Colours of the ornament; text may come to lie on each.
    tints: tuple[str, ...]
    ink: str
    soft: str
    accent: str
    card: str
    card_ink: str
    card_soft: str
    card_accent: str
    card_line: str
    code: str
    code_ground: str

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every (colour of text, what is behind it); text may come to lie on a tint."""
        upper = [(ink, ground) for ink in (self.ink, self.soft, self.accent) for ground in (self.ground, *self.tints)]
        card = [(ink, self.card) for ink in (self.card_ink, self.card_soft, self.card_accent)]
        return (*upper, *card, (self.code, self.code_ground))


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of the pictures in one language; `{…}` stands for what the house puts in."""

    outline: str
    more: str
    seats: str
    act: str
    group: str
    soon: str
    soon_act: str
    soon_note: str
    few: str
    few_before: str
    few_after: str
    one_after: str
    few_act: str
    full: str
    full_title: str
    full_note: str
    full_act: str
    quote: str
    vote: str
    vote_tag: str
    votes: str
    one_vote: str
    share: str
    share_note: str
    cover: str
    cover_note: str
    count_seats: str
    count_speakers: str
    count_messages: str
    count_votes: str
    count_questions: str
    count_minutes: str

    def counted(self, name: str, n: int) -> str:
        """What *n* of them are called (`count_speakers`); of "one|more" the part that suits."""
        one, _, more = str(getattr(self, f"count_{name}")).partition("|")
        return more if more and n != 1 else one


def themes(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the themes in *folder* (default: the shipped `templates/poster`, and the owner's own), sorted."""
    found = {path.stem for one in _folders(folder) for path in one.glob("*.toml")}
    return tuple(sorted(found - {"words"}))


def theme_named(name: str, folder: Path | None = None) -> Theme:
    """Theme *name* out of *folder* (default: the shipped `templates/poster`, the owner's own first).

    Raises `BadTheme` saying what is wrong.
    """
    known = themes(folder)
    if name not in known:
        raise BadTheme(f"poster theme {name!r} is not known; choose one of: {', '.join(known)}")
    path = _file(folder, f"{name}.toml")
    data = _read(path)
    theme = _exactly(Theme, {**data, "tints": tuple(data.get("tints", ()))}, path)
    _check_shape(theme, path)
    _check_colours(theme, path)
    return theme


def words_in(language: str, folder: Path | None = None) -> Words:
    """Words of *language* out of `words.toml` in *folder*. Raises `BadTheme` if some are missing."""
    path = _file(folder, "words.toml")
    words = _exactly(Words, _read(path).get(language, {}), path)
    for field in fields(Words):
        if not isinstance(getattr(words, field.name), str):
            raise BadTheme(f'{path}: {field.name}: write it in quotation marks, as {field.name} = "…"')
    return words


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1–21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _folders(folder: Path | None) -> tuple[Path, ...]:
    """Where themes are looked for: an owner's own folder goes before the shipped one, never before another."""
    usual, own = shipped("templates/poster"), own_templates()
    return (own / "poster", usual) if own and folder in (None, usual) else (folder or usual,)


def _file(folder: Path | None, name: str) -> Path:
    folders = _folders(folder)
    return next((path for one in folders if (path := one / name).is_file()), folders[-1] / name)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadTheme(f"{path}: cannot be read ({error}); put it back or mend it") from error


def _exactly(kind: type[_Record], data: dict[str, Any], path: Path) -> _Record:
    known = {field.name for field in fields(kind)}
    if wrong := sorted(set(data) ^ known):
        raise BadTheme(f"{path}: {', '.join(wrong)}: missing or unknown; the keys are {', '.join(sorted(known))}")
    return kind(**data)


def _check_shape(theme: Theme, path: Path) -> None:
    if not (isinstance(theme.weight, int) and 100 <= theme.weight <= 900):
        raise BadTheme(f"{path}: weight: {theme.weight!r} is not 100 to 900; write 900")
    if not (isinstance(theme.corner, int) and 0 <= theme.corner <= 60):
        raise BadTheme(f"{path}: corner: {theme.corner!r} is not 0 to 60; write 40")
    if theme.face not in ("round", "square"):
        raise BadTheme(f'{path}: face: {theme.face!r} is not known; write "round" or "square"')
    if not all(isinstance(text, str) for text in (theme.zh, theme.en, theme.motif)):
        raise BadTheme(f"{path}: zh, en and motif are words in quotation marks")


def _check_colours(theme: Theme, path: Path) -> None:
    colours = {name: getattr(theme, name) for name in _COLOURS}
    colours |= {f"tints[{k}]": tint for k, tint in enumerate(theme.tints)}
    for name, colour in colours.items():
        if not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
            raise BadTheme(f'{path}: {name}: {colour!r} is not a colour; write "#16233F"')
    for ink, ground in theme.pairs():
        if contrast(ink, ground) < CONTRAST:
            found = f"{contrast(ink, ground):.1f}"
            raise BadTheme(f"{path}: {ink} on {ground} has a contrast of {found}; make it {CONTRAST} or more")
    if _luminance(theme.code) > _luminance(theme.code_ground):
        raise BadTheme(f"{path}: the code must be dark on light")


def _luminance(colour: str) -> float:
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
