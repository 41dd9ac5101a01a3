"""Which lines of a stretch say most on its point."""

from __future__ import annotations

import math

from salon.analysis.likeness import Vector, centroid, cosine
from salon.analysis.log import Log
from salon.analysis.quotes import Quote, quote_of, runs
from salon.analysis.stretches import Stretch

#: Lines of one stretch that are looked at.
REACH = 60
PICKED = 6
MOST_QUOTES = 4


def quotes_on(log: Log, stretch: Stretch, aim: Vector) -> tuple[Quote, ...]:
    """Up to four quotes from *stretch* on the point that *aim* stands for, best first."""
    span = range(stretch.first, min(stretch.last, stretch.first + REACH))
    middle = centroid(log.lines[k].vector for k in span)
    rated = {k: _worth(log, k, stretch.first, aim, middle) for k in span}
    best = sorted((k for k in rated if rated[k] > 0), key=lambda k: (-rated[k], k))[:PICKED]
    together = runs(log.lines, best)
    together.sort(key=lambda run: (-max(rated[k] for k in run), run[0]))
    return tuple(quote_of([log.lines[k] for k in run]) for run in together[:MOST_QUOTES])


def _worth(log: Log, k: int, first: int, aim: Vector, middle: Vector) -> float:
    """0 for what is never quoted; else about 0 to 2."""
    line = log.lines[k]
    if not line.is_talk or line.is_question or k == first:
        return 0.0
    length = min(1.0, math.log1p(len(line.words)) / math.log(30))
    return cosine(aim, line.vector) + 0.7 * cosine(middle, line.vector) + 0.6 * length - 0.004 * (k - first)
