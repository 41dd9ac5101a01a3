"""Where a line of Chinese, English or both may end.

A break is legal by Unicode's rules (UAX 14), so no line begins with `，` or ends with `（`; between two Chinese
characters it must also lie between phrases (BudouX) and between words (jieba). Latin words are never cut.
The templates choose among these places: `salon.typ` measures the pieces and makes lines that are few and even.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import budoux
from uniseg.linebreak import line_break_units  # type: ignore[import-untyped]

from salon.poster.fonts import is_latin

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
#: A line that begins with one of these reads as a slip.
_CLINGING = "的了地得着过吗呢吧啊们"
_PAUSES = "，。；：？！、,.;:?!…—"


def told(text: str) -> dict[str, Any]:
    """*text* as templates take it: whole, with the pieces that stay together and what it costs to end a line after.

    `phrases` are pieces for good lines; `units` the smallest pieces that are legal, for columns too narrow for those.
    """
    phrases, units = _phrases(text), _units(text)
    return {
        "text": text,
        "latin": is_latin(text),
        "phrases": {"parts": phrases, "after": _costs(phrases)},
        "units": {"parts": units, "after": _costs(units)},
    }


def breaks(text: str) -> tuple[int, ...]:
    """Positions in *text* at which a line may end for good: legal, and between phrases."""
    return tuple(accumulate(len(unit) for unit in _phrases(text)))


@lru_cache(maxsize=512)
def _units(text: str) -> tuple[str, ...]:
    """Legal units; a dash stays with what it follows, for at the head of a line it looks like a list."""
    joined: list[str] = []
    for unit in line_break_units(text):
        if joined and unit.startswith("—") and not joined[-1].endswith(" "):
            joined[-1] += unit
        else:
            joined.append(unit)
    return tuple(joined)


@lru_cache(maxsize=512)
def _phrases(text: str) -> tuple[str, ...]:
    """Units of *text* that stay together: legal units, joined where a break would part a phrase."""
    good = _phrase_ends(text)
    joined: list[str] = []
    at = 0
    for unit in _units(text):
        is_inside = 0 < at < len(text) and _HAN.match(text[at - 1]) and _HAN.match(text[at]) and at not in good
        if joined and is_inside:
            joined[-1] += unit
        else:
            joined.append(unit)
        at += len(unit)
    return tuple(joined)


def _phrase_ends(text: str) -> set[int]:
    ends: set[int] = set()
    for run in _HAN.finditer(text):
        phrases = {run.start() + end for end in accumulate(map(len, _parser().parse(run[0])))}
        words = {run.start() + end for end in accumulate(map(len, _words(run[0])))}
        # A last single character (三 | 个 | 月) belongs to what stands before it.
        words.discard(run.end() - 1)
        ends |= {end for end in phrases & words if end == len(text) or text[end] not in _CLINGING}
    return ends


def _words(run: str) -> list[str]:
    # Loading it takes a sixth of a program's start, and most draw nothing.
    import rjieba

    words: list[str] = rjieba.cut(run)
    return words


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_simplified_chinese_parser()


def _costs(units: Sequence[str]) -> list[float]:
    """What it costs to end a line after each of *units*: an end at a pause is worth some unevenness."""
    return [_cost(units, end) for end in range(1, len(units) + 1)]


def _cost(units: Sequence[str], end: int) -> float:
    if end == len(units):
        return 0.0
    cost = 0.0
    if units[end - 1].rstrip().endswith(tuple(_PAUSES)):
        cost -= 0.06
    elif _is_lone(units[end - 1]):
        cost += 0.04
    # A single character that opens a line mostly belongs to what stands before it.
    return cost + (0.08 if _is_lone(units[end]) else 0.0)


def _is_lone(unit: str) -> bool:
    bare = unit.strip(_PAUSES)
    return len(bare) == 1 and _HAN.fullmatch(bare) is not None
