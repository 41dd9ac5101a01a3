"""Why to read it: three lines out of what this evening itself brought."""

from __future__ import annotations

from collections.abc import Iterator

from salon.analysis.quotes import Quote
from salon.report import Report
from salon.report_view.quoting import Quoting, View

LINES = 3
#: A quote of fewer letters is shown first only where there is no longer one.
_SHORT = 60


def best_of(report: Report) -> list[Quote]:
    """Quotes worth showing first, best first: those on the points, else the others; one of each person."""
    rank = {id: k for k, id in enumerate(report.highlights)}
    told = [quote for point in report.sections for quote in point.quotes[:2]] or list(report.notable)
    ranked = sorted(told, key=lambda quote: (_is_short(quote.text), rank.get(quote.message_ids[0], len(rank))))
    return list({quote.name: quote for quote in reversed(ranked)}.values())[::-1]


def _is_short(text: str) -> bool:
    """Whether *text* says too little to stand alone; a Chinese character says as much as three letters."""
    return len(text) + 2 * sum("\u3400" <= char <= "\u9fff" for char in text) < _SHORT


def why_of(report: Report, quoting: Quoting, vote: View | None) -> list[View]:
    """At most three lines, each with its *kind*: vote, agreement, disagreement, action, quote, questions, numbers."""
    lines: list[View] = []
    for line in _candidates(report, quoting, vote):
        quotes = [known["quote"]["anchor"] for known in lines if "quote" in known]
        if len(lines) < LINES and line.get("quote", {}).get("anchor") not in quotes:
            lines.append(line)
    return lines


def _candidates(report: Report, quoting: Quoting, vote: View | None) -> Iterator[View]:
    found = {f.kind: f for f in reversed(report.findings)}
    best = [quoting.quote(quote, is_placed=False) for quote in best_of(report)[:LINES]]
    if vote:
        yield {"kind": "vote", "poll": vote}
    yield from ({"kind": "quote", "quote": quote} for quote in best[:1])
    # Somebody marked these: they need no program to tell that they matter.
    for kind in ("disagreement", "agreement", "action"):
        if kind in found and found[kind].is_marked:
            yield {"kind": kind, "quote": quoting.quote(found[kind].quote, is_placed=False)}
    yield from ({"kind": "quote", "quote": quote} for quote in best[1:2])
    if report.answered or report.open_questions:
        yield {"kind": "questions", "answered": str(len(report.answered)), "open": str(len(report.open_questions))}
    yield {"kind": "numbers"}
