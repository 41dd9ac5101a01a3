"""How votes are counted, whatever their kind: one option, several, a value, an order. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from salon.model import MULTIPLE, RANK, SINGLE

#: One seat's vote: its options, counted from 0; of a rank the first place comes first.
Choice = tuple[int, ...]
#: A cell of a table by group that counts fewer is not told: among few people a vote is nobody's secret.
FEWEST = 5
#: Stands for a cell that is not told.
UNTOLD = -1

GroupRow = tuple[str, tuple[int, ...]]


def tally(kind: str, size: int, choices: Iterable[Choice]) -> tuple[int, ...]:
    """What each of *size* options got: votes, or of a rank points: the first of n places gives n, the last 1."""
    counts = [0] * size
    for choice in choices:
        for place, option in enumerate(choice):
            counts[option] += len(choice) - place if kind == RANK else 1
    return tuple(counts)


def whole(kind: str, votes: Sequence[int], voters: int, places: int) -> int:
    """What an option's votes are a part of: all that it could have got.

    Of several options that is the number of voters, of a rank the points of being first with everybody.
    """
    if kind == RANK and voters:
        return voters * places
    return voters if kind == MULTIPLE and voters else sum(votes)


def mean_of(votes: Sequence[int], low: int) -> tuple[float, float] | None:
    """Mean and standard deviation of a scale that begins at *low*; None where nobody voted."""
    if not (voters := sum(votes)):
        return None
    mean = sum((low + k) * n for k, n in enumerate(votes)) / voters
    return mean, math.sqrt(sum(n * (low + k - mean) ** 2 for k, n in enumerate(votes)) / voters)


def one_place(number: float) -> str:
    """*number* with one decimal, half rounded up: `3.8`."""
    return f"{math.floor(number * 10 + 0.5) / 10:.1f}"


def by_group(kind: str, size: int, votes: Mapping[int, Choice], groups: Mapping[int, str]) -> tuple[GroupRow, ...]:
    """Per group (seat → its shown name) how many chose each option, few of them `UNTOLD`; empty where nothing can be.

    Cells under `FEWEST` are not told, nor a second one of their row or column, from which they could be worked out.
    Of a rank first places are counted.
    """
    names = sorted({name for seat, name in groups.items() if name and seat in votes})
    rows = []
    for name in names:
        own = (votes[seat] for seat, group in groups.items() if group == name and seat in votes)
        rows.append(list(tally(SINGLE, size, (choice[:1] for choice in own) if kind == RANK else own)))
    _hide(rows)
    told = tuple((name, tuple(row)) for name, row in zip(names, rows, strict=True))
    return told if any(cell != UNTOLD for row in rows for cell in row) else ()


def _hide(rows: list[list[int]]) -> None:
    """Put `UNTOLD` where too few are, then into every row and column that has one such cell alone."""
    for row in rows:
        row[:] = [cell if cell >= FEWEST else UNTOLD for cell in row]
    lines = [[(y, x) for x in range(len(row))] for y, row in enumerate(rows)]
    lines += [list(column) for column in zip(*lines, strict=True)] if lines else []
    while alone := next((line for line in lines if sum(rows[y][x] == UNTOLD for y, x in line) == 1), None):
        told = [(rows[y][x], y, x) for y, x in alone if rows[y][x] != UNTOLD]
        if not told:
            # The only cell of its line: there is nothing beside it, but the total gives it away.
            lines.remove(alone)
            continue
        _, y, x = min(told)
        rows[y][x] = UNTOLD
