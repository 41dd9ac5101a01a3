"""What the pictures' fonts can draw: Noto Sans CJK, Noto Emoji and Noto Sans for other scripts, out of pinned wheels.

System fonts are never used, so that a poster looks the same on every machine.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from salon.errors import SalonError
from salon.typeset import font_folders

#: Index of Simplified Chinese in the collection; its other faces cover the same characters.
_CHINESE = 2
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
#: Marks that change how the character before them looks; a font without them loses nothing that can be read.
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x180E))
#: Invisible, but they join emoji into one and shape Arabic and Indic letters.
_JOINERS = ("\u200c", "\u200d")
_EMOJI_BLOCK = range(0x1F000, 0x1FB00)


class MissingGlyph(SalonError):
    """The poster's fonts cannot draw a character."""

    def __init__(self, where: str, characters: Sequence[str]) -> None:
        self.where, self.characters = where, tuple(characters)
        shown = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in self.characters)
        super().__init__(f"poster: {where}: the fonts cannot draw {shown}; write it without")


def is_latin(text: str) -> bool:
    """Whether *text* is without Chinese characters.

    Simplified Chinese has quotation marks and dots as wide as a character, which tears English apart
    ("Designers’   Room"); such a text is set with narrow ones.
    """
    return not _HAN.search(text)


def drawable(text: str, where: str, *, is_name: bool = False) -> str:
    """*text* on one line as it can be drawn: composed, without invisible marks.

    Of a name, emoji that the fonts lack are left out as long as something is left: nobody can be asked to
    rename a group for a poster. Raises `MissingGlyph` naming *where* and each other character the fonts lack.
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
    """The characters of *text* that no font can draw, each once, in order."""
    known = _characters()
    return tuple(dict.fromkeys(c for c in text if not c.isspace() and c not in _JOINERS and ord(c) not in known))


def _visible(text: str) -> str:
    kept = []
    for k, char in enumerate(text):
        if any(ord(char) in marks for marks in _VARIATION):
            continue
        category = unicodedata.category(char)
        if category == "Cc":
            kept.append(" ")
        elif char in _JOINERS:
            kept.append(char if kept and _takes_joiner(kept[-1]) and k + 1 < len(text) else "")
        elif category not in ("Cf", "Zl", "Zp"):
            kept.append(char)
    return "".join(kept)


def _takes_joiner(char: str) -> bool:
    """Whether a joiner behind *char* changes what is seen: emoji, Arabic, and the scripts of India."""
    return bool(char) and (_is_emoji(char) or 0x0600 <= ord(char) <= 0x0DFF or 0x1000 <= ord(char) <= 0x109F)


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Me") or ord(char) in _EMOJI_BLOCK


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """Code points that one of the fonts has a glyph for."""
    found: set[int] = set()
    for folder in font_folders():
        for path in sorted(Path(folder).glob("*.tt[cf]")):
            found |= _covered(path)
    return frozenset(found)


def _covered(path: Path) -> set[int]:
    """Code points of one file.

    Read from the `cmap` table itself (OpenType 1.9, "cmap"): fontTools would also load a name for each
    of the 44,000 glyphs, which takes a third of a second.
    """
    number = _CHINESE if path.suffix == ".ttc" else -1
    with TTFont(path, fontNumber=number, lazy=True) as opened:
        table: bytes = opened.reader["cmap"]
    (count,) = struct.unpack_from(">H", table, 2)
    found: set[int] = set()
    for k in range(count):
        (offset,) = struct.unpack_from(">L", table, 4 + 8 * k + 4)
        (kind,) = struct.unpack_from(">H", table, offset)
        if kind in (4, 12):
            found |= set(_format_4(table, offset) if kind == 4 else _format_12(table, offset))
    return found


def _format_4(table: bytes, offset: int) -> Iterator[int]:
    (twice,) = struct.unpack_from(">H", table, offset + 6)
    shape, count = f">{twice // 2}H", twice // 2
    ends = struct.unpack_from(shape, table, offset + 14)
    starts = struct.unpack_from(shape, table, offset + 16 + twice)
    deltas = struct.unpack_from(shape, table, offset + 16 + 2 * twice)
    at = offset + 16 + 3 * twice
    ranges = struct.unpack_from(shape, table, at)
    for k in range(count):
        for code in range(starts[k], min(ends[k], 0xFFFE) + 1):
            if ranges[k]:
                (glyph,) = struct.unpack_from(">H", table, at + 2 * k + ranges[k] + 2 * (code - starts[k]))
            else:
                glyph = (code + deltas[k]) & 0xFFFF
            if glyph:
                yield code


def _format_12(table: bytes, offset: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">L", table, offset + 12)
    rows = struct.iter_unpack(">LLL", table[offset + 16 : offset + 16 + 12 * groups])
    return (code for first, last, glyph in rows for code in range(first, last + 1) if glyph or code != first)
