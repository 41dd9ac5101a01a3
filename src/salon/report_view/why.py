"""Why to read it: three lines out of what this evening itself brought, each to be understood alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salon.analysis.alone import passage, statement
from salon.analysis.quotes import Quote
from salon.report import Report
from salon.report_view.quoting import Quoting, View, anchor

LINES = 3
#: Characters of a quote in one of the lines.
_LONGEST = {"zh": 90, "en": 190}


def best_of(report: Report, quoting: Quoting) -> list[View]:
    """The few quotes worth showing first, the KOL's and the others', best first, one of each person: quote, and of it
    *text*, whole sentences that are understood alone, with the *anchor* of their message. What the editor opens with
    comes first, whatever it is."""
    rank = {id: k for k, id in enumerate(report.highlights)}
    told = [quote for point in report.sections for quote in point.quotes]
    told += [*report.prologue, *report.notable, *(asked.answer for asked in report.answered if asked.answer)]
    told += [finding.quote for finding in report.findings if not finding.is_marked]
    told.sort(key=lambda quote: (quote.message_ids[0] != report.lead, rank.get(quote.message_ids[0], len(rank))))
    found: list[tuple[tuple[bool, int, int], View]] = []
    sure: dict[bool, set[str]] = {True: set(), False: set()}
    for quote in told:
        first = quote.message_ids[0]
        is_kol = quoting.messages[first].author in quoting.kols
        # No more are shown, and what comes later is no better: to look at all may take half as long as the report.
        if len(sure[is_kol]) < LINES:
            for doubt, line in _alone(quote, report, quoting):
                found.append(((first != report.lead, doubt, rank.get(first, len(rank))), line))
                sure[is_kol] |= {quote.name} if not doubt else set()
    best: dict[str, View] = {}
    for _, line in sorted(found, key=lambda pair: pair[0]):
        # By the best line of each, not the last: whoever is quoted often does not go behind for it.
        best.setdefault(line["quote"]["name"], line)
    return list(best.values())


def _alone(quote: Quote, report: Report, quoting: Quoting) -> Iterator[tuple[int, View]]:
    """(doubt, line) for each message of *quote* that has a sentence to be understood alone."""
    longest = _LONGEST.get(report.language, _LONGEST["en"])
    found = [(id, passage(quoting.messages[id].text, quoting.names, longest)) for id in quote.message_ids]
    shown = quoting.quote(quote, is_placed=False)
    yield from ((one.doubt // 2, {"quote": shown, "text": one.text, "anchor": anchor(id)}) for id, one in found if one)
    if quote.message_ids[0] == report.lead and not found[0][1]:
        yield 0, {"quote": shown, "text": "", "anchor": shown["anchor"]}


def why_of(report: Report, quoting: Quoting, vote: View | None, best: Sequence[View]) -> list[View]:
    """At most three lines, each with its *kind*: vote, agreement, disagreement, quote, questions, numbers.

    *best*: as `best_of` finds them. A line with a *quote* has the *text* of it to print (empty: as much as fits) and
    the *anchor* of its message.
    """
    lines: list[View] = []
    for line in _candidates(report, quoting, vote, best):
        known = [shown.get("anchor") for shown in lines if "quote" in shown]
        if len(lines) < LINES and line.get("anchor", "") not in known:
            lines.append(line)
    return lines


def _candidates(report: Report, quoting: Quoting, vote: View | None, found: Sequence[View]) -> Iterator[View]:
    best = [{"kind": "quote", **line} for line in _kol_first(found, report)[:LINES]]
    if vote:
        yield {"kind": "vote", "poll": vote}
    yield from best[:1]
    yield from _marked(report, quoting)
    yield from best[1:LINES] if not (report.answered or report.open_questions) else best[1:2]
    if report.answered or report.open_questions:
        yield {"kind": "questions", "answered": str(len(report.answered)), "open": str(len(report.open_questions))}
    yield {"kind": "numbers"}


def _kol_first(lines: Sequence[View], report: Report) -> list[View]:
    """*lines* with the KOL's before all others, but for what the editor opens with."""
    start = 1 if report.lead and lines and lines[0]["quote"]["anchor"] == anchor(report.lead) else 0
    kols = [line for line in lines[start:] if line["quote"]["is_kol"]]
    return [*lines[:start], *kols[:1], *(line for line in lines[start:] if line not in kols[:1])]


def _marked(report: Report, quoting: Quoting) -> Iterator[View]:
    """The first disagreement and agreement that somebody marked: they need no program to tell that they matter.

    One that has no whole sentence of fitting length is left out.
    """
    found = {f.kind: f for f in reversed(report.findings)}
    for kind in ("disagreement", "agreement"):
        if kind in found and found[kind].is_marked:
            quote = quoting.quote(found[kind].quote, is_placed=False)
            text = statement(quote["pieces"][0], quoting.names, _LONGEST.get(report.language, _LONGEST["en"]))
            if text:
                yield {"kind": kind, "quote": quote, "text": text, "anchor": quote["anchor"]}
