"""The report of one evening as values: what every document is made from, and the check that it invents nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from salon.analysis import participation
from salon.analysis.align import align
from salon.analysis.highlights import highlights
from salon.analysis.links import Link, links
from salon.analysis.log import Line, Log, log_of, said
from salon.analysis.picks import quotes_on
from salon.analysis.questions import Asked, questions
from salon.analysis.quotes import Quote, quote_of
from salon.analysis.stretches import Stretch, stretches
from salon.analysis.tags import Tagged, tagged
from salon.analysis.words import words
from salon.errors import SalonError
from salon.model import Discussion, Message

#: Notable contributions, and lines said before the first point, that are printed.
NOTABLE, PROLOGUE = 6, 2
#: Words of topic that a sentence on its own must have.
_ALONE = 6


class NotProven(SalonError):
    """The report says something that the discussion does not."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """What was said on one point of the outline."""

    title: str
    #: Its section of the outline, counted from 1.
    section: int
    section_title: str
    #: Where it was taken up; None: no matching message found, which is not to say that nobody spoke of it.
    message_id: str | None
    quotes: tuple[Quote, ...]
    #: Messages from there until the next point was taken up.
    messages: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One poll as it ended."""

    id: str
    question: str
    options: tuple[str, ...]
    votes: tuple[int, ...]
    section: int

    @property
    def total(self) -> int:
        """Votes cast."""
        return sum(self.votes)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One evening, told in pieces that each name the messages they rest on."""

    topic: str
    kols: tuple[str, ...]
    kol_title: str
    kol_bio: str
    series_name: str
    number: int
    language: str
    timezone: str
    began_at: datetime | None
    ended_at: datetime | None
    #: Messages that people wrote, and how many people wrote them; the KOL's are among both.
    messages: int
    speakers: int
    seats: int
    waiting: int
    #: One for each point of the outline, in its order.
    sections: tuple[Point, ...]
    #: (section counted from 1, text), in the order in which they were posted.
    prompts: tuple[tuple[int, str], ...]
    #: Said before the first point was taken up.
    prologue: tuple[Quote, ...]
    #: Ids of all messages that say something, best first.
    highlights: tuple[str, ...]
    notable: tuple[Quote, ...]
    polls: tuple[Outcome, ...]
    questions: tuple[Asked, ...]
    minutes: tuple[Tagged, ...]
    links: tuple[Link, ...]
    voices: tuple[participation.Voice, ...]
    bucket_width: timedelta
    buckets: tuple[participation.Bucket, ...]
    sources: tuple[participation.Source, ...]
    unread_lines: int

    @property
    def answered(self) -> tuple[Asked, ...]:
        """Questions with an answer that is sure enough to print."""
        return tuple(asked for asked in self.questions if asked.answer)

    @property
    def open_questions(self) -> tuple[Asked, ...]:
        """Questions for which no answer was found."""
        return tuple(asked for asked in self.questions if not asked.answer)


def points_of(discussion: Discussion) -> tuple[tuple[int, str, str], ...]:
    """Points of the outline in order: (section counted from 1, its title, the point); a section without questions
    is its own point."""
    return tuple(
        (number, section.title, point)
        for number, section in enumerate(discussion.outline, 1)
        for point in section.questions or (section.title,)
    )


def report_of(discussion: Discussion) -> Report:
    """Tell *discussion*. The same discussion always gives the same report; where its points were taken up depends
    on what was said by whom in which order, not on when, nor on where prompts stood in between."""
    points = points_of(discussion)
    log = log_of(discussion, [point for _, _, point in points])
    places = align(log)
    cut = stretches(places, len(log.lines))
    kols = frozenset(line.message.author for line in log.lines if line.is_kol)
    messages = [line.message for line in log.lines]
    ranked = highlights(log, cut, [log.space.vector(words(point)) for point in log.points])
    sections = _sections(log, points, places, cut)
    prologue = _prologue(log, cut, ranked)
    kol = discussion.kol
    return Report(
        topic=discussion.topic,
        kols=(kol.name,) if kol else discussion.kols,
        kol_title=kol.title if kol else "",
        kol_bio=kol.bio if kol else "",
        series_name=discussion.series_name,
        number=discussion.number,
        language=discussion.language,
        timezone=discussion.timezone,
        began_at=discussion.began_at or min((m.at for m in messages), default=None),
        ended_at=discussion.ended_at or max((m.at for m in messages), default=None),
        messages=len(messages),
        speakers=len({m.author for m in messages}),
        seats=discussion.seats,
        waiting=discussion.waiting,
        sections=sections,
        prompts=tuple((section, text) for section, text, _ in discussion.prompts),
        prologue=prologue,
        highlights=tuple(log.lines[k].message.id for k in ranked),
        notable=_notable(log, ranked, [*prologue, *(quote for point in sections for quote in point.quotes)]),
        polls=_outcomes(discussion),
        questions=questions(log, frozenset(place for place in places if place is not None)),
        minutes=tagged(messages),
        links=links(messages),
        voices=participation.voices(messages, kols),
        bucket_width=participation.bucket_width(messages),
        buckets=participation.buckets(messages, kols),
        sources=participation.sources(messages, discussion.seats_by_source),
        unread_lines=discussion.unread_lines,
    )


def _sections(
    log: Log, points: Sequence[tuple[int, str, str]], places: Sequence[int | None], cut: Sequence[Stretch]
) -> tuple[Point, ...]:
    by_start = {stretch.first: stretch for stretch in cut}
    return tuple(
        _point(log, point, place, by_start[place] if place is not None else None)
        for point, place in zip(points, places, strict=True)
    )


def _point(log: Log, point: tuple[int, str, str], place: int | None, stretch: Stretch | None) -> Point:
    number, section_title, title = point
    found = place is not None and stretch is not None
    return Point(
        title=title,
        section=number,
        section_title=section_title,
        message_id=log.lines[place].message.id if place is not None else None,
        quotes=quotes_on(log, stretch, log.space.vector(words(title))) if stretch is not None else (),
        messages=stretch.last - stretch.first if found and stretch is not None else 0,
    )


def _prologue(log: Log, cut: Sequence[Stretch], ranked: Sequence[int]) -> tuple[Quote, ...]:
    """The best of what was said before the first point; nothing where no point was taken up at all."""
    before = cut[0].last if cut and cut[0].point is None and len(cut) > 1 else 0
    best = [k for k in ranked if k < before and _stands_alone(log.lines[k])][:PROLOGUE]
    return tuple(quote_of([log.lines[k]]) for k in sorted(best))


def _notable(log: Log, ranked: Sequence[int], told: Sequence[Quote]) -> tuple[Quote, ...]:
    """The best that is not quoted elsewhere already."""
    quoted = {id for quote in told for id in quote.message_ids}
    fresh = (k for k in ranked if log.lines[k].message.id not in quoted and _stands_alone(log.lines[k]))
    return tuple(quote_of([log.lines[k]]) for k in islice(fresh, NOTABLE))


def _stands_alone(line: Line) -> bool:
    """Whether *line* can be read without what went before: a statement of some length, more than an address."""
    return line.is_talk and not line.is_question and len(line.words) >= _ALONE


def _outcomes(discussion: Discussion) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(id=p.id, question=p.question, options=p.options, votes=p.votes, section=p.section)
        for p in discussion.polls
    )


def verify(report: Report, discussion: Discussion) -> None:
    """Check every quote, id and count of *report* against *discussion*.

    Raises `NotProven` with all that is wrong, a line each. Changes nothing.
    """
    by_id = {m.id: m for m in discussion.messages if m.role != "system"}
    wrong = [*_unknown(report, by_id), *_misquoted(report, by_id), *_miscounted(report, discussion)]
    if wrong:
        raise NotProven("\n".join(wrong))


def quotes_in(report: Report) -> Iterator[Quote]:
    """Every quote of *report*."""
    for point in report.sections:
        yield from point.quotes
    yield from report.prologue
    yield from report.notable
    for asked in report.questions:
        yield asked.question
        if asked.answer:
            yield asked.answer


def _named_ids(report: Report) -> Iterator[str]:
    yield from report.highlights
    yield from (point.message_id for point in report.sections if point.message_id is not None)
    for leaf in (*quotes_in(report), *report.links, *report.voices, *report.buckets):
        yield from leaf.message_ids
    yield from (mark.message_id for mark in report.minutes)


def _unknown(report: Report, by_id: dict[str, Message]) -> list[str]:
    missing = dict.fromkeys(id for id in _named_ids(report) if id not in by_id)
    return [f"message {id}: the report names it; the discussion has no such message" for id in missing]


def _misquoted(report: Report, by_id: dict[str, Message]) -> Iterator[str]:
    for quote in quotes_in(report):
        named = [by_id[id] for id in quote.message_ids if id in by_id]
        for piece in quote.pieces or ("",):
            if not piece or not any(piece in m.text and m.name == quote.name for m in named):
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
    if sorted(v.messages for v in report.voices) != sorted(authors.values()):
        yield "voices: the counts are not those of the discussion"
    if sum(b.messages for b in report.buckets) != len(messages):
        yield "participation: the buckets do not add up to the messages"
    if report.polls != _outcomes(discussion):
        yield "polls: the votes are not those of the discussion"
    if report.sources != participation.sources(messages, discussion.seats_by_source):
        yield "sources: the counts are not those of the discussion"
    if (report.seats, report.waiting) != (discussion.seats, discussion.waiting):
        yield "seats: the counts are not those of the discussion"
    if report.unread_lines != discussion.unread_lines:
        yield f"unread lines: the report says {report.unread_lines}, there are {discussion.unread_lines}"
