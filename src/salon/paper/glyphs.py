"""Whatever members typed, made printable: no invisible signs, no missing glyphs, no line that never breaks."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from salon.poster.fonts import missing_glyphs
from salon.wording import calm

#: Families of the two pinned font wheels, in the order in which they are tried.
_SCRIPTS = (
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada",
    "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Symbols", "Tamil", "Telugu", "Thai",
)  # fmt: skip
FAMILIES = ("Noto Sans CJK SC", "Noto Emoji", "Noto Sans", *(f"Noto Sans {script}" for script in _SCRIPTS))
#: Printed for a character that no font has: the geta mark (U+3013), which Chinese printers set for a missing type.
MISSING = "〓"
#: Marks that change how the character before them looks; without them nothing is lost that can be read.
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\U000e0000-\U000e007f]")
#: More marks than any script writes on one character climb into the lines above.
_TOWER = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
                    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
#: A word of more letters than a line holds, in a script that does not break by itself.
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{25,}")
_BREAK, _PIECE = "\u200b", 20


def printable(value: Any) -> Any:
    """*value* with every text in it on one line and printable; lists and mappings are gone through."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {name: printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _text(text: str) -> str:
    text = _TOWER.sub(r"\1", _VARIATION.sub("", unicodedata.normalize("NFC", calm(text))))
    lost = {char for char in missing_glyphs(text) if not _is_elsewhere(ord(char))}
    if lost:
        text = "".join(MISSING if char in lost else char for char in text)
    return _WORD.sub(_broken, text)


def _broken(found: re.Match[str]) -> str:
    """A long word with places to break, never before a mark that belongs to the letter before it."""
    word, pieces = found[0], [""]
    for char in word:
        if len(pieces[-1]) >= _PIECE and not unicodedata.combining(char):
            pieces.append("")
        pieces[-1] += char
    return _BREAK.join(pieces)


def _is_elsewhere(code: int) -> bool:
    """Whether one of the other fonts has *code*; they are opened one after another, only when a text needs them."""
    return any(code in _codes(name) for name in _others())


@cache
def _others() -> tuple[str, ...]:
    return tuple(sorted(str(path) for path in _folder(files("manimgx_fonts")) if "Italic" not in str(path)))


def _folder(folder: Any) -> list[Any]:
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    fonts = [path for path in inside if path.name.endswith(".ttf")]
    return fonts + [font for path in inside if path.is_dir() for font in _folder(path)]


@cache
def _codes(path: str) -> frozenset[int]:
    with TTFont(path, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
