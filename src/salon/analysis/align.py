"""Where each point of the outline was taken up in the log."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from salon.analysis.likeness import Vector, cosine
from salon.analysis.log import Line, Log, likenesses
from salon.analysis.turns import cut_at_turns, is_spoken
from salon.analysis.words import pieces, sentences, words

#: Who leads asks; guests answer in the words of the question. What a line's likeness is multiplied with.
KOL, ASKED = 1.6, 1.4
#: Weights beside the likeness itself: share of the point's words in the line, and in what follows.
COVER, AFTER = 0.8, 0.6
#: Weights of the likest single sentence: its likeness to the point, the pairs of neighbouring words that it repeats.
CLOSE, TURNS = 1.0, 0.5
#: What a step back in the log costs, and one to a question of the KOL, who says it in so many words when the order
#: changes; two points at one place, and a leap over much of the log.
BACK, BACK_ASKED, SAME, LEAP = 1.6, 0.8, 0.8, 2.8
#: Lines looked at closely for one point, places weighed against those of other points, lines that follow a place.
SIGHT, CANDIDATES, FOLLOWING = 120, 14, 9
#: Lines after a question of the KOL that count as its answers.
ANSWERS = 6
#: Below this no message is looked at closely; below this none is called the place of a point.
LEAST, ENOUGH = 0.15, 0.5

Place = tuple[float, int]


def align(log: Log) -> tuple[int | None, ...]:
    """For each outline point the index in `log.lines` where it is taken up, or None where no message is like it.

    Points are looked for in the order of the outline; a step back is possible and has its price. What was spoken in
    long turns is cut at these instead.
    """
    found = [_candidates(log, point) for point in log.points]
    if is_spoken(log, found):
        return cut_at_turns(log, found)
    places = _path(found, log)
    return tuple(None if place is None else _asked_at(log, place) for place in places)


def _asked_at(log: Log, place: int) -> int:
    """The KOL's question a few lines before *place* where a guest spoke there: the guest answered it."""
    if log.lines[place].is_kol:
        return place
    before = range(place - 1, max(-1, place - 1 - ANSWERS), -1)
    return next((k for k in before if log.lines[k].is_kol and log.lines[k].is_question), place)


def _candidates(log: Log, point: str) -> list[Place]:
    """The likeliest places of *point*: (score, index), best first."""
    wanted = words(point)
    aim, turns = log.space.vector(wanted), turns_of(point)
    rough = [(_likeness(log, k, aim, wanted) * _part(log.lines[k]), -k) for k in _in_question(log, aim)]
    best = sorted((pair for pair in rough if pair[0] >= LEAST), reverse=True)[: 2 * CANDIDATES]
    scored = [
        (score + _closely(log, -k, aim, turns) * _part(log.lines[-k]) + AFTER * _taken_up(log, -k, wanted), k)
        for score, k in best
    ]
    return [(score, -k) for score, k in sorted(scored, reverse=True)[:CANDIDATES] if score >= ENOUGH]


def _in_question(log: Log, aim: Vector) -> list[int]:
    """Indices of the lines worth a closer look: the likest to *aim* at first sight, in order."""
    sight = likenesses(log, aim)
    talk = [k for k in sight if log.lines[k].is_talk]
    return sorted(sorted(talk, key=lambda k: (-sight[k], k))[:SIGHT])


def _part(line: Line) -> float:
    """How likely the speaker and form of *line* are for taking up a point."""
    return (KOL if line.is_kol else 1) * (ASKED if line.is_kol and line.is_question else 1)


def _likeness(log: Log, k: int, aim: Vector, wanted: Sequence[str]) -> float:
    """How much line *k*, alone or with its author's next one, is about *aim*."""
    line = log.lines[k]
    like = cosine(aim, line.vector)
    if not like:
        return 0.0
    said = line.words
    following = log.lines[k + 1] if k + 1 < len(log.lines) else None
    if following is not None and following.message.author == line.message.author:
        said = line.words + following.words
        like = max(like, 0.95 * cosine(aim, log.space.vector(said)))
    return like + COVER * log.space.covered(wanted, said)


def _closely(log: Log, k: int, aim: Vector, turns: frozenset[tuple[str, str]]) -> float:
    """Likeness of the likest sentence of line *k*, as a whole and turn by turn."""
    best = 0.0
    for sentence in sentences(log.lines[k].message.text):
        said = log.space.vector(words(sentence))
        repeated = len(turns & turns_of(sentence)) / len(turns) if turns else 0.0
        best = max(best, CLOSE * cosine(aim, said) + TURNS * repeated)
    return best


def turns_of(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of neighbouring words, fillers included."""
    run = pieces(text)
    return frozenset(pairwise(run))


def _taken_up(log: Log, k: int, wanted: Sequence[str]) -> float:
    """Share of the point's words that what follows line *k* goes on with."""
    following = (word for line in log.lines[k + 1 : k + 1 + FOLLOWING] for word in line.words)
    return log.space.covered(wanted, following)


def _path(found: Sequence[Sequence[Place]], log: Log) -> tuple[int | None, ...]:
    """One place for each point, so that all together are likeliest."""
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {0: (0.0, ())}
    for places in found:
        reached: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for last, (total, path) in best.items():
            for score, place in places:
                _keep(reached, place, total + score - _price(log, last, place, path), (*path, place))
            if not places:
                _keep(reached, last, total, (*path, None))
        best = reached
    return max(best.values(), key=lambda state: state[0])[1]


def _price(log: Log, last: int, place: int, path: Sequence[int | None]) -> float:
    if place in path:
        return SAME
    if place < last:
        line = log.lines[place]
        return BACK_ASKED if line.is_kol and line.is_question else BACK
    return LEAP * (place - last) / len(log.lines)


def _keep(
    states: dict[int, tuple[float, tuple[int | None, ...]]], place: int, total: float, path: tuple[int | None, ...]
) -> None:
    if place not in states or total > states[place][0]:
        states[place] = (total, path)
