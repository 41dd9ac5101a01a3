"""What an editor did to a report, done again to the report as it is made from the journal now.

A report is never edited itself: an edition is a list of operations on its pieces, which are known by keys that do
not change (the messages that a quote names, the words of a point). What a member withdrew since drops out by itself;
an operation whose piece is gone is passed over, and said. Words of a quote are never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salon.analysis.proof import NotProven
from salon.analysis.quotes import faults
from salon.analysis.told import Report, quotes_in
from salon.bench import PLACES, Bench, Operation
from salon.model import Discussion
from salon.pieces import Piece, point_key

__all__ = ["PLACES", "Edited", "Operation", "Piece", "Skipped", "check_quotes", "edited", "point_key"]


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """An operation that could not be done."""

    #: Its place in the list, from 0.
    index: int
    operation: Operation
    #: "gone": there is no such piece; "apart": the two are not of one list; "unlike": the two cannot be one.
    why: str


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A report with an editor's operations done to it."""

    report: Report
    skipped: tuple[Skipped, ...]
    #: Name of a list ("points", "notable", …, "in:KEY" for the quotes of a point, "notes") → its pieces in order,
    #: dropped ones among them.
    pieces: Mapping[str, Sequence[Piece]]


def edited(report: Report, operations: Sequence[Operation], discussion: Discussion) -> Edited:
    """*report*, which tells *discussion*, with *operations* done one after another. The same input, the same bytes."""
    bench = Bench(report, {m.id: m.author for m in discussion.messages})
    skipped = [
        Skipped(index=k, operation=operation, why=why)
        for k, operation in enumerate(operations)
        if (why := bench.do(operation))
    ]
    return Edited(report=bench.report(), skipped=tuple(skipped), pieces=bench.lists)


def check_quotes(report: Report, discussion: Discussion) -> None:
    """Raise `NotProven` unless every quote stands, letter for letter, in the messages that it names."""
    by_id = {m.id: m for m in discussion.messages}
    wrong = [f"{quote.name} did not write {piece!r}" for quote in quotes_in(report) for piece in faults(quote, by_id)]
    if wrong:
        raise NotProven("\n".join(wrong))
