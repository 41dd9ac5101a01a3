"""The report of one evening: told from a discussion, and proven against it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from salon.analysis import participation
from salon.analysis.align import align
from salon.analysis.alone import is_whole
from salon.analysis.candidates import candidates
from salon.analysis.drafted import kept
from salon.analysis.exchange import targets
from salon.analysis.findings import findings
from salon.analysis.highlights import best_first, worths
from salon.analysis.hosting import hosting
from salon.analysis.links import addresses, links
from salon.analysis.log import Line, Log, log_of, named_leaders, names_that_lead
from salon.analysis.meeting import meeting_of, topic_places
from salon.analysis.picks import quotes_on
from salon.analysis.proof import NotProven, verify
from salon.analysis.questions import questions
from salon.analysis.quotes import Quote, faults, quote_of, runs
from salon.analysis.shares import shares
from salon.analysis.stretches import Stretch, stretches
from salon.analysis.tags import tagged
from salon.analysis.timing import has_chart, hour_told, written
from salon.analysis.told import Outcome, Point, Report, outcomes, quotes_in
from salon.analysis.turns import has_long_turns
from salon.analysis.words import words
from salon.model import Discussion, Message

__all__ = ["NotProven", "Outcome", "Point", "Report", "points_of", "quotes_in", "report_of", "verify"]

#: Notable contributions that are few; as many as are told; those of an evening that has no point to tell along; lines
#: said before the first point.
FEW, NOTABLE, ALL_THERE_IS, PROLOGUE = 3, 6, 12, 2
#: Words of topic that a sentence on its own must have.
_ALONE = 6


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
    on what was said by whom in which order, not on when, nor on where prompts stood in between. No quote is in it
    that `verify` would refuse."""
    points = points_of(discussion)
    log = log_of(discussion, [point for _, _, point in points])
    meeting = meeting_of(discussion)
    # Topics that were set by command need not be looked for.
    known = topic_places(meeting, log.points, [line.message.id for line in log.lines])
    places = known or align(log)
    cut = stretches(places, len(log.lines))
    worth = worths(log, cut, [log.space.vector(words(point)) for point in log.points])
    ranked = best_first(worth)
    parts = _parts(points, cut)
    leading = _leading(discussion, log, places)
    # Of what was spoken, a line's worth tells more than how soon after the headline it was said.
    spoken = worth if has_long_turns(log) else None
    sections, prologue = _sections(log, points, places, cut, spoken), _prologue(log, cut, ranked, leading)
    sections = _without_commands(sections) if known else sections
    asked = questions(log, frozenset(place for place in places if place is not None), parts)
    told = [*prologue, *(quote for point in sections for quote in point.quotes)]
    told += [quote for pair in asked for quote in (pair.question, pair.answer) if quote is not None]
    messages = [line.message for line in log.lines]
    withheld = {m.id for m in messages if m.is_withheld}
    marks = tuple(mark for mark in tagged(messages, discussion.marks) if mark.message_id not in withheld)
    answers = targets(log)
    came_of_it = findings(log, ranked, marks, answers, parts)
    told += [quote for finding in came_of_it for quote in (finding.quote, *finding.others)]
    report = Report(
        **_plan(discussion),
        **_participation(discussion, log, messages),
        sections=sections,
        prologue=prologue,
        highlights=tuple(log.lines[k].message.id for k in ranked),
        notable=_notable(log, ranked, told, leading),
        questions=asked,
        minutes=marks,
        links=links(messages),
        findings=came_of_it,
        meeting=meeting,
    )
    return _weighed(_provable(report, messages), discussion, log, answers)


def _without_commands(sections: Sequence[Point]) -> tuple[Point, ...]:
    """*sections* without quotes of the command that set their topic: it says the title again."""
    return tuple(
        replace(point, quotes=tuple(quote for quote in point.quotes if point.message_id not in quote.message_ids))
        for point in sections
    )


def _weighed(report: Report, discussion: Discussion, log: Log, answers: Mapping[int, int]) -> Report:
    """*report* with what is counted over all that it quotes: each group's share, who might lead next."""
    messages = [line.message for line in log.lines]
    kols = named_leaders(names_that_lead(discussion), messages)
    return replace(
        report,
        shares=shares(discussion.turnout, messages, report.questions),
        candidates=candidates(log, kols, quotes_in(report), answers, discussion.unnamed),
    )


def _parts(points: Sequence[tuple[int, str, str]], cut: Sequence[Stretch]) -> tuple[int, ...]:
    """For each line its section of the outline, counted from 1; 0 before the first point was taken up."""
    sections = ((points[s.point][0] if s.point is not None else 0, s.last - s.first) for s in cut)
    return tuple(section for section, lines in sections for _ in range(lines))


def _provable(report: Report, messages: Sequence[Message]) -> Report:
    """*report* without what it cannot prove: one quote must not cost the evening its report.

    A question whose answer cannot be quoted (somebody replied with dots) is left out too: it is not open either.
    """
    by_id = {m.id: m for m in messages}

    def proven(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        return tuple(quote for quote in quotes if not faults(quote, by_id))

    return replace(
        report,
        sections=tuple(replace(point, quotes=proven(point.quotes)) for point in report.sections),
        prologue=proven(report.prologue),
        notable=proven(report.notable),
        questions=tuple(a for a in report.questions if all(proven([q]) for q in (a.question, a.answer) if q)),
        findings=tuple(replace(f, others=proven(f.others)) for f in report.findings if proven([f.quote])),
    )


def _plan(discussion: Discussion) -> dict[str, Any]:
    """What the report takes over as it is."""
    kol = discussion.kol
    return {
        "topic": discussion.topic,
        "kols": (kol.name,) if kol else discussion.kols,
        "kol_title": kol.title if kol else "",
        "kol_bio": kol.bio if kol else "",
        "series_name": discussion.series_name,
        "number": discussion.number,
        "language": discussion.language,
        "timezone": discussion.timezone,
        "seats": discussion.seats,
        "waiting": discussion.waiting,
        "prompts": tuple((section, text) for section, text, _ in discussion.prompts),
        "polls": outcomes(discussion.polls),
        "coming": discussion.coming,
        "drafted": kept(discussion),
        "unread_lines": discussion.unread_lines,
    }


def _participation(discussion: Discussion, log: Log, messages: Sequence[Message]) -> dict[str, Any]:
    """Who spoke, how much and when."""
    # Only who is named: whoever led by the look of it helps to find things, and is called nothing.
    kols = named_leaders(names_that_lead(discussion), messages)
    return {
        "began_at": written(discussion.began_at or min((m.at for m in messages), default=None), discussion),
        "ended_at": written(discussion.ended_at or max((m.at for m in messages), default=None), discussion),
        "messages": len(messages),
        "speakers": len({m.author for m in messages}),
        "voices": participation.voices(messages, kols),
        **_over_time(discussion, messages, kols),
        "sources": participation.sources(messages, discussion.seats_by_source),
    }


def _over_time(discussion: Discussion, messages: Sequence[Message], kols: frozenset[str]) -> dict[str, Any]:
    """Messages over time, where it is known when they were said."""
    if messages and not has_chart(discussion, messages):
        return {"bucket_width": timedelta(), "buckets": ()}
    found = participation.buckets(messages, kols)
    if not discussion.has_days:
        found = tuple(replace(bucket, at=hour_told(bucket.at, discussion) or bucket.at) for bucket in found)
    return {"bucket_width": participation.bucket_width(messages), "buckets": found}


def _sections(
    log: Log,
    points: Sequence[tuple[int, str, str]],
    places: Sequence[int | None],
    cut: Sequence[Stretch],
    worth: Mapping[int, float] | None,
) -> tuple[Point, ...]:
    by_start = {stretch.first: stretch for stretch in cut}
    told: set[str] = set()
    sections = []
    for point, place in zip(points, places, strict=True):
        # Points at one place share a stretch: what one of them quotes the next does not say again.
        stretch = by_start[place] if place is not None else None
        aim = log.space.vector(words(point[2]))
        quotes = quotes_on(log, stretch, aim, told, worth) if stretch is not None else ()
        sections.append(_point(log, point, stretch, quotes))
        told.update(id for quote in quotes for id in quote.message_ids)
    return tuple(sections)


def _point(log: Log, point: tuple[int, str, str], stretch: Stretch | None, quotes: tuple[Quote, ...]) -> Point:
    number, section_title, title = point
    return Point(
        title=title,
        section=number,
        section_title=section_title,
        message_id=log.lines[stretch.first].message.id if stretch is not None else None,
        quotes=quotes,
        messages=stretch.last - stretch.first if stretch is not None else 0,
    )


def _prologue(log: Log, cut: Sequence[Stretch], ranked: Sequence[int], leading: Container[int]) -> tuple[Quote, ...]:
    """The best of what was said before the first point, if it is understood alone; nothing where no point was taken
    up."""
    before = cut[0].last if cut and cut[0].point is None and len(cut) > 1 else 0
    names = {line.message.name for line in log.lines}
    good = (k for k in ranked if k < before and k not in leading and _stands_alone(log.lines[k]))
    best = list(islice((k for k in good if is_whole(log.lines[k].message.text, names)), PROLOGUE))
    return tuple(quote_of([log.lines[k]]) for k in sorted(best))


def _leading(discussion: Discussion, log: Log, places: Sequence[int | None]) -> frozenset[int]:
    """Lines that only lead through the evening: whoever hosts is no contributor, the KOL is."""
    kols = named_leaders(names_that_lead(discussion), [line.message for line in log.lines])
    asked = [*log.points, *(text for _, text, _ in discussion.prompts)]
    aims = [log.space.vector(words(text)) for text in asked]
    return hosting(log, kols, frozenset(place for place in places if place is not None), aims)


def _notable(log: Log, ranked: Sequence[int], told: Sequence[Quote], leading: Container[int] = ()) -> tuple[Quote, ...]:
    """The best that is not quoted elsewhere already; where nothing else is, more of it, in the order of time.

    Lines that lead through the evening only where there are no others; those that answer or ask somebody only where
    few others are.
    """
    names = {line.message.name for line in log.lines}
    quoted = {id for quote in told for id in quote.message_ids}
    fresh = [k for k in ranked if log.lines[k].message.id not in quoted and _stands_alone(log.lines[k])]
    fresh = [k for k in fresh if k not in leading] or fresh
    # No more than are shown: to look at every line takes a third of the whole report.
    whole = list(islice((k for k in fresh if is_whole(log.lines[k].message.text, names)), max(FEW, ALL_THERE_IS)))
    fresh = whole if len(whole) >= FEW else [*whole, *(k for k in fresh if k not in whole)][:FEW]
    best = fresh[: NOTABLE if log.points else ALL_THERE_IS]
    together = [[k] for k in best] if log.points else runs(log.lines, best)
    return tuple(quote_of([log.lines[k] for k in run]) for run in together)


def _stands_alone(line: Line) -> bool:
    """Whether *line* can be read on its own: a statement of some length; addresses are listed elsewhere."""
    return line.is_talk and not line.is_question and len(line.words) >= _ALONE and not addresses(line.message.text)
