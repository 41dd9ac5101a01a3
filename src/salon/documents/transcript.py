"""What was said, as far as a page carries it: all of it, or of a long evening what its report names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from salon.analysis.meeting import ids_in
from salon.analysis.told import Report, quotes_in
from salon.report_view import anchor
from salon.report_view.record import Row
from salon.report_view.telling import MOST_LINKS, MOST_QUESTIONS

#: Bytes of messages that a page carries; where there are more, they stand in a file of their own.
MOST_BYTES = 900_000
#: Bytes of a message's place, time and tags.
_AROUND_TEXT = 110
#: Messages around each that the report names; fewer where it names so many that they would be the whole evening again.
_NEIGHBOURS = (3, 1, 0)
#: So many messages need not be fewer, in bytes.
_PART_BYTES = MOST_BYTES // 3
#: Bytes of messages that a page of the transcript has: some ten thousand messages, and a phone turns it still.
PAGE_BYTES = 2_400_000


def is_long(sizes: Iterable[int]) -> bool:
    """Whether messages of these *sizes* are more than a page should carry."""
    return sum(sizes) > MOST_BYTES


def sizes_of(rows: Iterable[Row]) -> list[int]:
    """About how many bytes of a page each of *rows* takes."""
    return [*map(_size_of, rows)]


def pages_of(rows: Sequence[Row], sizes: Sequence[int]) -> list[list[Row]]:
    """*rows* by the pages of a transcript, each no longer than `PAGE_BYTES`; one message is never torn apart.

    *sizes* are theirs, by `sizes_of`.
    """
    pages: list[list[Row]] = [[]]
    room = PAGE_BYTES
    for k, (row, size) in enumerate(zip(rows, sizes, strict=True)):
        room -= size
        if room < 0 and pages[-1]:
            # Who goes on speaking is named again.
            pages.append([row._replace(is_same=False, is_double=_is_double(rows, k))])
            room = PAGE_BYTES - size
        else:
            pages[-1].append(row)
    return pages


def page_name(number: int) -> str:
    """Name of the *number*-th page of a transcript, counted from 1: `transcript.html`, `transcript-2.html`."""
    return "transcript.html" if number == 1 else f"transcript-{number}.html"


def _size_of(row: Row) -> int:
    text, name = row.text, row.name
    in_text = len(text) if text.isascii() else len(text.encode())
    return in_text + (len(name) if name.isascii() else len(name.encode())) + _AROUND_TEXT


def part_of(rows: Sequence[Row], sizes: Sequence[int], report: Report) -> list[Row]:
    """Those of *rows* that *report* names, and their neighbours; each says where it stands and what is left out."""
    kept: list[int] = []
    # Where all that the report names is too much, only what a page prints of it.
    for told in (_named(report), _named(_printed(report))):
        named = {anchor(id) for id in told}
        places = [k for k, row in enumerate(rows) if row.anchor in named]
        for around in _NEIGHBOURS:
            near = (range(max(0, k - around), min(len(rows), k + around + 1)) for k in places)
            kept = sorted(set(chain.from_iterable(near)))
            if sum(sizes[k] for k in kept) <= _PART_BYTES:
                return list(_shown(rows, kept))
    return list(_shown(rows, kept))


def _printed(report: Report) -> Report:
    """*report* with no more questions and addresses than a page prints."""
    asked = (*report.answered[:MOST_QUESTIONS], *report.open_questions[:MOST_QUESTIONS])
    first = (replace(link, message_ids=link.message_ids[:1]) for link in report.links[:MOST_LINKS])
    return replace(report, questions=asked, links=tuple(first))


def _shown(rows: Sequence[Row], kept: Sequence[int]) -> Iterator[Row]:
    before = -1
    for k in kept:
        row, skipped = rows[k]._replace(place=str(k)), k - before - 1
        if skipped:
            row = row._replace(left_out=str(skipped), is_same=False, is_double=_is_double(rows, k))
        yield row
        before = k


def _is_double(rows: Sequence[Row], k: int) -> bool:
    """A speaker is told apart once for all that follows."""
    while k and rows[k].is_same:
        k -= 1
    return rows[k].is_double


def _named(report: Report) -> Iterator[str]:
    """Ids of every message that a page leads to."""
    for quote in quotes_in(report):
        yield from quote.message_ids
    yield from (point.message_id for point in report.sections if point.message_id is not None)
    yield from (mark.message_id for mark in report.minutes)
    for named in (*(link.message_ids for link in report.links), *(c.message_ids for c in report.candidates)):
        yield from named
    for sentence in report.drafted:
        yield from sentence.message_ids
    if report.meeting is not None:
        yield from ids_in(report.meeting)
