"""Where the points of a spoken discussion begin: of a round table that somebody wrote down.

In a chat a point is taken up by a line that asks it. At a table people speak for minutes; the points are headlines,
which nobody reads out, and the words of one fall anywhere. There the whole log is cut at once, where somebody else
begins to speak, so that each stretch is about its own point more than about the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import median_high

from salon.analysis.likeness import Vector, centroid
from salon.analysis.log import Log, likenesses
from salon.analysis.words import words

#: Lines that one person says in a row, on average, from which on people speak rather than write.
LONG = 2.5
#: Likeness of a line to a point (as `align` counts it) that is more than chance; that of half the points from which
#: on somebody did read them out.
TOLD, READ_OUT = 3.0, 6.0
#: Weights: what a stretch is about, a line that all but says its point, a turn of the KOL, lines before the first
#: point. What a stretch costs that is e times as long as its share of the log, or as short, is 1.
ABOUT, SAYS, KOLS, BEFORE = 2.0, 0.3, 0.3, 1.0
#: Places that are weighed; turns that each point should have to choose from, else any line may begin it.
PLACES, CHOICE = 200, 2
#: What a point is about besides its own words: so many words of so many lines that are most like it, at half weight.
LIKE_IT, THEIR_WORDS, BESIDES = 8, 20, 0.5

#: Likeliest places of a point: (score, index), best first.
Places = Sequence[tuple[float, int]]


def has_long_turns(log: Log) -> bool:
    """Whether people speak on and on, as nobody does who types."""
    return len(log.lines) >= LONG * len(_turns(log)) > 0


def is_spoken(log: Log, found: Sequence[Places]) -> bool:
    """Whether people speak in long turns, and do not read the points out; *found* are the places of each point."""
    return (
        has_long_turns(log) and median_high([places[0][0] if places else 0.0 for places in found] or [0.0]) < READ_OUT
    )


def cut_at_turns(log: Log, found: Sequence[Places]) -> tuple[int | None, ...]:
    """For each point the line at which its stretch begins, in the order of the outline; None for those of which
    *found* knows no place at all."""
    begins = _begins(log, len(found))
    # With fewer lines than points some have to be left out.
    known = [point for point, places in enumerate(found) if places][: len(begins)]
    worth = [_worth(log, begins, found[point]) for point in known]
    best = _cut(worth, _about(log, known), len(log.lines)) if known else ()
    place = dict(zip(known, best, strict=True))
    return tuple(place.get(point) for point in range(len(found)))


def _turns(log: Log) -> list[int]:
    """Lines with which somebody else begins to speak."""
    lines = log.lines
    return [k for k in range(len(lines)) if not k or lines[k].message.author != lines[k - 1].message.author]


def _begins(log: Log, points: int) -> list[int]:
    """Lines at which a stretch may begin, few enough to weigh each against each."""
    turns, apart, begins = _turns(log), max(1, len(log.lines) // PLACES), list[int]()
    for k in turns if len(turns) >= CHOICE * points else range(len(log.lines)):
        if not begins or k - begins[-1] >= apart:
            begins.append(k)
    return begins


def _worth(log: Log, begins: Sequence[int], places: Places) -> dict[int, float]:
    """Index of each line at which a point may begin → what speaks for it."""
    turns = {*_turns(log)}
    worth = {k: KOLS * (k in turns and log.lines[k].is_kol) for k in begins}
    for score, k in places:
        if score > TOLD:
            worth[k] = worth.get(k, 0.0) + SAYS * (score - TOLD)
    return worth


def _about(log: Log, known: Sequence[int]) -> list[list[float]]:
    """For each of the points *known*: how much all lines before an index are about it more than about the others."""
    likes = [likenesses(log, _widened(log, log.points[point])) for point in known]
    lines = [[like.get(k, 0.0) for like in likes] for k in range(len(log.lines))]
    share = len(known) / (math.fsum(map(max, lines)) or 1.0)
    means = [math.fsum(line) / len(known) for line in lines]
    return [
        [0.0, *accumulate(share * (line[n] - mean) for line, mean in zip(lines, means, strict=True))]
        for n in range(len(known))
    ]


def _widened(log: Log, point: str) -> Vector:
    """What *point* is about, in its own words and in those of the lines most like it: a headline has few."""
    aim = log.space.vector(words(point))
    like = likenesses(log, aim)
    nearest = sorted((k for k in like if log.lines[k].is_talk), key=lambda k: (-like[k], k))[:LIKE_IT]
    theirs = centroid(log.lines[k].vector for k in nearest)
    widened = dict(aim)
    for word in sorted(theirs, key=lambda word: (-theirs[word], word))[:THEIR_WORDS]:
        widened[word] = widened.get(word, 0.0) + BESIDES * theirs[word]
    return widened


def _cut(worth: Sequence[Mapping[int, float]], about: Sequence[Sequence[float]], lines: int) -> tuple[int, ...]:
    """The places, one for each point and each behind the one before, that are best all together."""
    share = lines / len(worth)

    def stretch(point: int, first: int, last: int) -> float:
        return ABOUT * (about[point][last] - about[point][first]) - math.log((last - first) / share) ** 2

    best: dict[int, tuple[float, tuple[int, ...]]] = {
        k: (said - BEFORE * k / share, (k,)) for k, said in worth[0].items()
    }
    for point in range(1, len(worth)):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for k, said in worth[point].items():
            ways = [
                (total + stretch(point - 1, last, k) + said, (*path, k))
                for last, (total, path) in best.items()
                if last < k
            ]
            if ways:
                reached[k] = max(ways)
        best = reached
    return max((total + stretch(len(worth) - 1, last, lines), path) for last, (total, path) in best.items())[1]
