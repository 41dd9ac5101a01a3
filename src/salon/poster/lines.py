"""Where a line of Chinese, English or both may end, and how a text fits into a box.

A break is legal by Unicode's rules (UAX 14), so no line begins with `，` or ends with `（`; between two Chinese
characters it must also lie between phrases (BudouX) and between words (jieba). Latin words are never cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import budoux
import rjieba
from uniseg.graphemecluster import grapheme_clusters  # type: ignore[import-untyped]
from uniseg.linebreak import line_break_units  # type: ignore[import-untyped]

from salon.poster import fonts
from salon.poster.fonts import Face, face_for

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
#: A line that begins with one of these reads as a slip.
_CLINGING = "的了地得着过吗呢吧啊们"
_PAUSES = "，。；：？！、,.;:?!…—"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A text broken into lines at the size at which it fits."""

    lines: tuple[str, ...]
    size: int
    look: Face
    #: From one baseline to the next, pixels.
    leading: int
    #: Whether the end is missing.
    is_cut: bool = False

    @property
    def height(self) -> int:
        """Pixels from the top of the first line to the bottom of the last."""
        return self.leading * len(self.lines)


def fit(
    text: str, width: int, sizes: Sequence[int], *, weight: int, lines: int, leading: float = 1.35, height: int = 10_000
) -> Fitted:
    """*text* at the first of *sizes* (largest first) that needs at most *lines* lines and *height* pixels.

    At the last size whatever is still too much is replaced by `…`.
    """
    look = face_for(text, weight)
    for size in sizes:
        step = round(size * leading)
        room = min(lines, height // step)
        broken = wrap(text, width, size, look)
        if broken is not None and len(broken) <= room:
            return Fitted(lines=tuple(broken), size=size, look=look, leading=step)
    cut = _greedy(_forced(_units(text), width, size, look), width, size, look)
    room = max(1, room)
    is_cut = len(cut) > room
    if is_cut:
        cut = [*cut[: room - 1], _shortened(cut[room - 1], width, size, look)]
    return Fitted(lines=tuple(cut), size=size, look=look, leading=step, is_cut=is_cut)


def wrap(text: str, width: int, size: int, look: Face) -> list[str] | None:
    """*text* in as few lines as fit into *width*, balanced; None if a single unit is wider than a line."""
    for units in (_phrases(text), _units(text)):
        spans = _spans(units, size, look)
        if all(span <= width for span, _ in spans):
            return _balanced(units, spans, width)
    return None


def breaks(text: str) -> tuple[int, ...]:
    """Positions in *text* at which a line may end for good: legal, and between phrases."""
    return tuple(accumulate(len(unit) for unit in _phrases(text)))


@lru_cache(maxsize=512)
def _units(text: str) -> tuple[str, ...]:
    return tuple(line_break_units(text))


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
        words = {run.start() + end for end in accumulate(map(len, rjieba.cut(run[0])))}
        ends |= {end for end in phrases & words if end == len(text) or text[end] not in _CLINGING}
    return ends


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_simplified_chinese_parser()


def _spans(units: Sequence[str], size: int, look: Face) -> list[tuple[float, float]]:
    """Width of each unit at the end of a line, and inside one, where its space counts."""
    return [(fonts.width(unit.rstrip(), size, look), fonts.width(unit, size, look)) for unit in units]


def _balanced(units: Sequence[str], spans: Sequence[tuple[float, float]], width: int) -> list[str]:
    """Fewest lines first, then the most even ones; a line that ends with a pause is worth some unevenness."""
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(units) + 1):
        found = []
        used = 0.0
        for start in range(end - 1, -1, -1):
            used += spans[start][1] if start < end - 1 else spans[start][0]
            if used > width and start < end - 1:
                break
            lines, cost, _ = best[start]
            found.append((lines + 1, cost + _cost(used / width, units, end), start))
        best.append(min(found))
    lines_found: list[str] = []
    end = len(units)
    while end:
        start = best[end][2]
        lines_found.append("".join(units[start:end]).rstrip())
        end = start
    return lines_found[::-1]


def _cost(filled: float, units: Sequence[str], end: int) -> float:
    """How bad a line is that fills *filled* of the width and ends before `units[end]`."""
    cost = (1 - filled) ** 2
    if end == len(units):
        return cost
    if units[end - 1].rstrip().endswith(tuple(_PAUSES)):
        cost -= 0.06
    elif _is_lone(units[end - 1]):
        cost += 0.04
    # A single character that opens a line mostly belongs to what stands before it.
    return cost + (0.08 if _is_lone(units[end]) else 0.0)


def _is_lone(unit: str) -> bool:
    bare = unit.strip(_PAUSES)
    return len(bare) == 1 and _HAN.fullmatch(bare) is not None


def _forced(units: Sequence[str], width: int, size: int, look: Face) -> list[str]:
    """*units* with those wider than a line cut between characters: for addresses and the like, the last resort."""
    cut: list[str] = []
    for unit in units:
        is_wide = fonts.width(unit.rstrip(), size, look) > width
        cut.extend(grapheme_clusters(unit) if is_wide else [unit])
    return cut


def _greedy(units: Sequence[str], width: int, size: int, look: Face) -> list[str]:
    lines = [""]
    for unit in units:
        if lines[-1] and fonts.width((lines[-1] + unit).rstrip(), size, look) > width:
            lines.append("")
        lines[-1] += unit
    return [line.rstrip() for line in lines]


def _shortened(line: str, width: int, size: int, look: Face) -> str:
    while line and fonts.width(line + "…", size, look) > width:
        line = line[:-1]
    return line.rstrip(" " + _PAUSES) + "…"
