"""The poster's one font, Noto Sans CJK SC out of a pinned wheel, and what it can draw.

System fonts are never used, so that a poster looks the same on every machine.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import ImageFont

from salon.errors import SalonError

REGULAR, MEDIUM, BOLD, BLACK = 400, 500, 700, 900

#: Noto's capitals and Chinese characters look centred on a line that lies this part of their size above the baseline.
HALF_HEIGHT = 0.37

_FILE = str(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc")
#: Indexes of faces in the collection. Simplified Chinese has quotation marks and dots as wide as a character, which
#: tears English apart ("Designers’   Room"); the Korean face has the same Latin letters with narrow ones.
_CHINESE, _LATIN = 2, 1
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
#: Marks that change how the character before them looks; a font without them loses nothing that can be read.
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x180E))
_EMOJI_BLOCK = range(0x1F000, 0x1FB00)


class MissingGlyph(SalonError):
    """The poster's font cannot draw a character."""

    def __init__(self, where: str, characters: Sequence[str]) -> None:
        self.where, self.characters = where, tuple(characters)
        shown = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in self.characters)
        super().__init__(f"poster: {where}: the font cannot draw {shown}; write it without")


class Face(NamedTuple):
    """Weight 100–900, and whether the text is without Chinese characters."""

    weight: int
    is_latin: bool = False


def face_for(text: str, weight: int) -> Face:
    """The face that suits the whole of *text*."""
    return Face(weight, is_latin=not _HAN.search(text))


@lru_cache(maxsize=256)
def font(size: int, look: Face) -> ImageFont.FreeTypeFont:
    """The font at *size* pixels."""
    # Basic layout: Pillow's other engine depends on a system library.
    face = ImageFont.truetype(
        _FILE, size, index=_LATIN if look.is_latin else _CHINESE, layout_engine=ImageFont.Layout.BASIC
    )
    face.set_variation_by_axes([look.weight])
    return face


def width(text: str, size: int, look: Face) -> float:
    """How wide *text* is, in pixels."""
    return font(size, look).getlength(text)


def drawable(text: str, where: str, *, is_name: bool = False) -> str:
    """*text* on one line as it can be drawn: composed, without invisible marks.

    Of a name, emoji that the font lacks are left out as long as something is left: nobody can be asked to
    rename a group for a poster. Raises `MissingGlyph` naming *where* and each other character the font lacks.
    """
    text = " ".join(_visible(unicodedata.normalize("NFC", text)).split())
    missing = missing_glyphs(text)
    if is_name and missing:
        plain = " ".join("".join(c for c in text if c not in missing or not _is_emoji(c)).split())
        text, missing = (plain, missing_glyphs(plain)) if plain else (text, missing)
    if missing:
        raise MissingGlyph(where, missing)
    return text


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The characters of *text* that the font cannot draw, each once, in order."""
    known = _characters()
    return tuple(dict.fromkeys(c for c in text if not c.isspace() and ord(c) not in known))


def _visible(text: str) -> str:
    kept = []
    for char in text:
        if any(ord(char) in marks for marks in _VARIATION):
            continue
        category = unicodedata.category(char)
        if category == "Cc":
            kept.append(" ")
        elif category not in ("Cf", "Zl", "Zp"):
            kept.append(char)
    return "".join(kept)


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Me") or ord(char) in _EMOJI_BLOCK


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """Code points that the font has a glyph for.

    Read from the `cmap` table itself (format 12, OpenType 1.9, "cmap"): fontTools would also load a name for each
    of the 44,000 glyphs, which takes a third of a second.
    """
    with TTFont(_FILE, fontNumber=_CHINESE, lazy=True) as opened:
        table: bytes = opened.reader["cmap"]
    (count,) = struct.unpack_from(">H", table, 2)
    for k in range(count):
        (offset,) = struct.unpack_from(">L", table, 4 + 8 * k + 4)
        if struct.unpack_from(">H", table, offset) == (12,):
            return _format_12(table, offset)
    raise MissingGlyph("the font has no Unicode table", ())


def _format_12(table: bytes, offset: int) -> frozenset[int]:
    (groups,) = struct.unpack_from(">L", table, offset + 12)
    rows = struct.iter_unpack(">LLL", table[offset + 16 : offset + 16 + 12 * groups])
    return frozenset(code for first, last, glyph in rows for code in range(first, last + 1) if glyph or code != first)
