"""The check that a report invents nothing: every quote, id and count against the discussion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from salon.analysis import participation
from salon.analysis.drafted import faulty
from salon.analysis.log import named_leaders, names_that_lead, said
from salon.analysis.meeting import ids_in, meeting_of, public
from salon.analysis.quotes import faults
from salon.analysis.shares import shares
from salon.analysis.timing import has_chart
from salon.analysis.told import Report, outcomes, quotes_in
from salon.errors import SalonError
from salon.model import Discussion, Message


class NotProven(SalonError):
    """The report says something that the discussion does not."""


def verify(report: Report, discussion: Discussion) -> None:
    """Check every quote, id and count of *report* against *discussion*.

    Raises `NotProven` with all that is wrong, a line each. Changes nothing.
    """
    by_id = {m.id: m for m in discussion.messages if m.role != "system"}
    wrong = [
        *_unknown(report, by_id),
        *_misquoted(report, by_id),
        *_misnamed(report, by_id),
        *_miscounted(report, discussion),
        *(f"drafted {s.text[:80]!r}: {why}" for s, why in faulty(report.drafted, discussion)),
    ]
    if wrong:
        raise NotProven("\n".join(wrong))


def _named_ids(report: Report) -> Iterator[str]:
    yield from report.highlights
    yield from (point.message_id for point in report.sections if point.message_id is not None)
    for quote in quotes_in(report):
        yield from quote.message_ids
    for named in (
        *(link.message_ids for link in report.links),
        *(voice.message_ids for voice in report.voices),
        *(bucket.message_ids for bucket in report.buckets),
    ):
        yield from named
    yield from (mark.message_id for mark in report.minutes)
    for candidate in report.candidates:
        yield from candidate.message_ids
    if report.meeting is not None:
        yield from ids_in(report.meeting)


def _unknown(report: Report, by_id: Mapping[str, Message]) -> list[str]:
    missing = dict.fromkeys(id for id in _named_ids(report) if id not in by_id)
    return [f"message {id}: the report names it; the discussion has no such message" for id in missing]


def _misquoted(report: Report, by_id: Mapping[str, Message]) -> Iterator[str]:
    for quote in quotes_in(report):
        for piece in faults(quote, by_id):
            yield f"messages {', '.join(quote.message_ids)}: {quote.name} did not write {piece!r}"
    for mark in report.minutes:
        message = by_id.get(mark.message_id)
        if message is not None and (mark.text not in message.text or mark.name != message.name):
            yield f"message {mark.message_id}: {mark.name} did not write {mark.text!r}"
    for link in report.links:
        for id in link.message_ids:
            if id in by_id and link.url not in by_id[id].text:
                yield f"message {id}: does not name {link.url}"


def _miscounted(report: Report, discussion: Discussion) -> Iterator[str]:
    """Counts, each worked out again from the messages alone."""
    messages = said(discussion)
    if report.messages != len(messages):
        yield f"messages: the report says {report.messages}, there are {len(messages)}"
    authors = Counter(m.author for m in messages)
    if report.speakers != len(authors):
        yield f"speakers: the report says {report.speakers}, there are {len(authors)}"
    kols = named_leaders(names_that_lead(discussion), messages)
    if report.voices != participation.voices(messages, kols):
        yield "voices: names, counts or who led are not those of the discussion"
    if sum(b.messages for b in report.buckets) != (len(messages) if has_chart(discussion, messages) else 0):
        yield "participation: the buckets do not add up to the messages"
    polls, shown = outcomes(discussion.polls), {poll.id: poll for poll in report.polls}
    # An editor may put them in another order, or leave one out and say so; never change one.
    is_whole = len(shown) + report.polls_left_out == len(polls) and tuple(shown.values()) == report.polls
    if not is_whole or any(poll not in polls for poll in report.polls):
        yield "polls: the votes are not those of the discussion"
    if report.sources != participation.sources(messages, discussion.seats_by_source):
        yield "sources: the counts are not those of the discussion"
    if (report.seats, report.waiting) != (discussion.seats, discussion.waiting):
        yield "seats: the counts are not those of the discussion"
    if report.unread_lines != discussion.unread_lines:
        yield f"unread lines: the report says {report.unread_lines}, there are {discussion.unread_lines}"
    counted = shares(discussion.turnout, messages, report.questions)
    # Views are left out of what everybody reads: they are counted roughly.
    if [replace(s, views=0) for s in report.shares] != [replace(s, views=0) for s in counted]:
        yield "shares: the counts of the groups are not those of the discussion"
    if report.coming != discussion.coming:
        yield "coming: the next evening is not the one that is planned"
    told, held = report.meeting, meeting_of(discussion)
    # What was refused is left out of what everybody reads.
    if told != (public(held) if told and not told.refusals else held):
        yield "meeting: the minutes are not what the commands in the discussion say"


def _misnamed(report: Report, by_id: Mapping[str, Message]) -> Iterator[str]:
    """Owners that no message names, and candidates who are not the author of the messages that speak for them."""
    for finding in report.findings:
        named = [by_id[id] for id in finding.quote.message_ids if id in by_id]
        who = finding.owner.casefold()
        if who and not any(who in m.text.casefold() or who == m.name.casefold() for m in named):
            yield f"messages {', '.join(finding.quote.message_ids)}: do not name {finding.owner}"
    names: dict[str, set[str]] = {}
    for message in by_id.values():
        names.setdefault(message.author, set()).add(message.name)
    wrote = Counter(m.author for m in by_id.values() if m.text.strip())
    for candidate in report.candidates:
        authors = {by_id[id].author for id in candidate.message_ids if id in by_id}
        if len(authors) != 1 or any(
            candidate.name not in names[author] or candidate.messages != wrote[author] for author in authors
        ):
            yield f"candidate {candidate.name}: the messages are not theirs, or miscounted"
