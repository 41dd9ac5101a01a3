"""Colours and words of the picture, out of small files that an owner may edit."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from salon.errors import WrongUse
from salon.shipped import shipped

#: WCAG 2.2, success criterion 1.4.3 (level AA), read November 2026.
CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class BadTheme(WrongUse):
    """A theme cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours as `#RRGGBB`; what each is for stands in the theme's own file."""

    ground: str
    ink: str
    soft: str
    accent: str
    card: str
    card_ink: str
    card_soft: str
    card_accent: str
    code: str
    code_ground: str
    rings: tuple[str, ...] = ()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every (colour of text, what is behind it); text may come to lie on a ring."""
        upper = [(ink, ground) for ink in (self.ink, self.soft, self.accent) for ground in (self.ground, *self.rings)]
        card = [(ink, self.card) for ink in (self.card_ink, self.card_soft, self.card_accent)]
        return (*upper, *card, (self.code, self.code_ground))


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of the picture in one language."""

    outline: str
    more: str
    seats: str
    act: str
    group: str


def theme_named(name: str, folder: Path | None = None) -> Theme:
    """Theme *name* out of *folder* (default: the shipped `templates/poster`).

    Raises `BadTheme` saying what is wrong.
    """
    folder = folder or shipped("templates/poster")
    path = folder / f"{name}.toml"
    known = sorted(p.stem for p in folder.glob("*.toml") if p.stem != "words")
    if name not in known:
        raise BadTheme(f"poster theme {name!r} is not known; choose one of: {', '.join(known)}")
    data = _read(path)
    theme = Theme(**_exactly(Theme, {**data, "rings": tuple(data.get("rings", ()))}, path))
    _check_colours(theme, path)
    return theme


def words_in(language: str, folder: Path | None = None) -> Words:
    """Words of *language* out of `words.toml` in *folder*. Raises `BadTheme` if some are missing."""
    path = (folder or shipped("templates/poster")) / "words.toml"
    return Words(**_exactly(Words, _read(path).get(language, {}), path))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1–21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadTheme(f"{path}: cannot be read ({error}); put it back or mend it") from error


def _exactly(kind: type[Theme] | type[Words], data: dict[str, Any], path: Path) -> dict[str, Any]:
    known = {field.name for field in fields(kind)}
    if wrong := sorted(set(data) ^ known):
        raise BadTheme(f"{path}: {', '.join(wrong)}: missing or unknown; the keys are {', '.join(sorted(known))}")
    return data


def _check_colours(theme: Theme, path: Path) -> None:
    colours = {f.name: getattr(theme, f.name) for f in fields(Theme) if f.name != "rings"}
    colours |= {f"rings[{k}]": ring for k, ring in enumerate(theme.rings)}
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
