"""Which lines of a stretch say most on its point."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence

from salon.analysis.cue import Pattern
from salon.analysis.likeness import Vector, centroid, cosine
from salon.analysis.links import addresses
from salon.analysis.log import Line, Log
from salon.analysis.questions import names
from salon.analysis.quotes import Quote, quote_of, runs
from salon.analysis.stretches import Stretch

#: Lines of one stretch that are looked at, lines picked from them, quotes that these make at most.
REACH, PICKED, MOST_QUOTES = 60, 5, 4
#: Weights beside the likeness to the point: to the stretch, length, being the KOL's, being taken up by the KOL,
#: being an address, speaking of oneself; and what every line of distance from the question costs.
MIDDLE, LENGTH, KOL, TAKEN_UP, ADDRESS, SELF, DISTANCE = 0.4, 0.4, 0.1, 0.1, -0.3, -0.15, 0.008
#: Weight, where people speak in long turns, of what a line is worth to the whole evening.
WORTH = 2.0
#: Words that a quote has at least; from which on it is long enough; lines in which the KOL takes up what was said.
_ALONE, _LONG, _SOON = 4, 30, 7
#: "I ran it", "my guess": about the speaker more than about the matter. In English only: elsewhere it was not measured.
_OF_ONESELF = Pattern(r"\b(?:i|i['’](?:m|ve|ll|d)|me|my)\b", re.I)


def quotes_on(
    log: Log, stretch: Stretch, aim: Vector, told: Container[str] = (), spoken: Mapping[int, float] | None = None
) -> tuple[Quote, ...]:
    """Up to four quotes from *stretch* on the point that *aim* stands for, best first; at least one.

    No message of *told* (ids), but where there is nothing else than the line that takes the point up. *spoken*: what
    each line is worth, of a talk in long turns; there the end of a stretch says as much as its beginning.
    """
    span = range(stretch.first, stretch.last if spoken else min(stretch.last, stretch.first + REACH))
    middle = centroid(log.lines[k].vector for k in span)
    # The first line asks; what asks or greets says nothing on the point.
    fresh = [k for k in span[1:] if log.lines[k].message.id not in told]
    telling = [k for k in fresh if _is_telling(log.lines[k])] or _else(log, span, fresh)
    rated = {
        k: _worth(log, k, aim, middle, 0 if spoken else KOL)
        + (WORTH * spoken.get(k, 0.0) if spoken else -DISTANCE * (k - stretch.first))
        for k in telling
    }
    best = sorted(rated, key=lambda k: (-rated[k], k))[:PICKED]
    together = runs(log.lines, best)
    together.sort(key=lambda run: (-max(rated[k] for k in run), run[0]))
    return tuple(quote_of([log.lines[k] for k in run]) for run in together[:MOST_QUOTES])


def _else(log: Log, span: range, fresh: Sequence[int]) -> list[int]:
    """What stands for a point on which nobody said more: short answers, else the very line that takes it up.

    A point that was found never stands without a quote.
    """
    return [k for k in fresh if log.lines[k].is_talk and not log.lines[k].is_question] or [span[0]]


def _is_telling(line: Line) -> bool:
    return line.is_talk and not line.is_question and len(line.words) >= _ALONE


def _worth(log: Log, k: int, aim: Vector, middle: Vector, kol: float) -> float:
    line = log.lines[k]
    length = min(1.0, math.log1p(len(line.words)) / math.log(_LONG))
    return (
        cosine(aim, line.vector)
        + MIDDLE * cosine(middle, line.vector)
        + LENGTH * length
        + kol * line.is_kol
        + TAKEN_UP * _is_taken_up(log, k)
        + ADDRESS * bool(addresses(line.message.text))
        + SELF * _OF_ONESELF.is_in(line.message.text)
    )


def _is_taken_up(log: Log, k: int) -> bool:
    """Whether the KOL soon addresses the author of line *k*."""
    soon = log.lines[k + 1 : k + 1 + _SOON]
    return any(line.is_kol and names(line, log.lines[k].message.name) for line in soon)
