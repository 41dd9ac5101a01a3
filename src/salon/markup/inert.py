"""What a person typed, made harmless: nothing invisible in it, and nothing that Markdown or a platform would act on."""

from __future__ import annotations

import re
import unicodedata

#: Every mark of ASCII; Markdown takes a backslash before any of them (CommonMark 0.31, 2.4).
_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_MARKUP_BREAKS = {"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\t": " "}
_JOINER = "\u200d"


def visible(text: str) -> str:
    """*text* without control, direction, zero-width and unpaired marks; line breaks stay, a tab is a space.

    The joiner within an emoji stays: without it a family falls apart.
    """
    if text.replace("\n", "").isprintable():
        # Nothing to be done, as for most texts: what is invisible is not printable.
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_shown(text, place, mark) for place, mark in enumerate(text))


def escape(text: str) -> str:
    """*text* as words in the subset of `salon.markup`: it reads as it was typed, in every dialect, and is no markup.

    Line by line, without spaces around a line or empty lines around all; an empty line within stays one.
    """
    return "\n".join(_MARK.sub(r"\\\g<0>", line.strip()) for line in visible(text).split("\n")).strip("\n")


def wide(mark: str) -> str:
    """The full-width form of an ASCII mark: looks like it, and no platform acts on it."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in mark)


def _shown(text: str, place: int, mark: str) -> str:
    if mark in _MARKUP_BREAKS:
        return _MARKUP_BREAKS[mark]
    if mark == "\n":
        return mark
    if mark == _JOINER and _is_in_emoji(text, place):
        return mark
    return "" if unicodedata.category(mark) in ("Cc", "Cf", "Cs") else mark


def _is_in_emoji(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place + 2]
    return len(around) == 3 and all(unicodedata.category(one) in ("So", "Sk", "Mn") for one in around[::2])
