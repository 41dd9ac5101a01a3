"""The report of one evening as values: what every document is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from salon.analysis.links import Link
from salon.analysis.minuted import Minutes
from salon.analysis.participation import Bucket, Source, Voice
from salon.analysis.questions import Asked
from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.ballots import whole
from salon.model import SINGLE, Coming, PollResult, Sentence

__all__ = [
    "Candidate",
    "Coming",
    "Finding",
    "Note",
    "Outcome",
    "Point",
    "Report",
    "Share",
    "outcomes",
    "quotes_in",
]


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
    #: Whether an editor put the quotes in this order; else they are best first, and printed in the order of time.
    is_arranged: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One poll as it ended."""

    id: str
    question: str
    options: tuple[str, ...]
    votes: tuple[int, ...]
    section: int
    #: The first choice of each seat, counted per option: with *votes* it says how opinions moved. Empty: not known.
    first_votes: tuple[int, ...] = ()
    #: Seats whose last choice is not their first.
    changed: int = 0
    #: As in `salon.model.PollResult`.
    kind: str = SINGLE
    voters: int = 0
    places: int = 0
    low: int = 0
    round: int = 1
    rounds: int = 1

    @property
    def total(self) -> int:
        """How many voted."""
        return self.voters or sum(self.votes)

    @property
    def whole(self) -> int:
        """What an option's votes are a part of, as `salon.ballots.whole`."""
        return whole(self.kind, self.votes, self.voters, self.places)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that came of the evening: an agreement, a disagreement, an action, an idea."""

    #: A kind of `commands.TAGS`: "agreement", "disagreement", "rejected", "inconclusive", "action", "idea", "point",
    #: "open_question" or "quote".
    kind: str
    quote: Quote
    #: Section of the outline in which it was said, counted from 1; 0: before the first.
    section: int
    #: Whether a person marked it (a minute tag); else it was found by its wording.
    is_marked: bool
    #: Shown name of who will do it (actions only); empty: nobody is named.
    owner: str = ""
    #: Other voices on the same matter, minority views among them.
    others: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one group brought to the evening."""

    name: str
    #: How often the page behind its code was opened, roughly: views are not seats, and not in what everybody reads.
    views: int = 0
    seats: int
    waiting: int
    speakers: int
    messages: int
    #: Questions asked by its members, and those of them that were answered.
    questions: int
    answered: int
    voters: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A member who might lead an evening: what they said, and nothing else, speaks for them."""

    name: str
    #: Messages that others answered or that are quoted in the report.
    message_ids: tuple[str, ...]
    messages: int
    replies: int
    quotes: int


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence of the editor's own, printed as such: no message stands behind it."""

    #: "top", "polls", "questions", "notable", "end", or "point:3" for the third of `Report.sections`.
    place: str
    text: str
    #: Who wrote it, as they called themselves; empty: the owner.
    by: str = ""


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
    #: A day alone, or an hour alone, where the source tells no more; None: it tells neither.
    began_at: datetime | date | time | None
    ended_at: datetime | date | time | None
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
    voices: tuple[Voice, ...]
    bucket_width: timedelta
    buckets: tuple[Bucket, ...]
    sources: tuple[Source, ...]
    unread_lines: int
    #: Agreements, disagreements, actions, ideas: in the order of the evening.
    findings: tuple[Finding, ...] = ()
    #: A row per group, most seats first; empty for a discussion held elsewhere.
    shares: tuple[Share, ...] = ()
    #: Who might lead next, best first; for the team's report only, never ranked in public.
    candidates: tuple[Candidate, ...] = ()
    #: None: nothing is planned yet.
    coming: Coming | None = None
    #: What a language model drafted and the messages bear out; printed with its mark and its messages.
    drafted: tuple[Sentence, ...] = ()
    #: How many polls an editor left out.
    polls_left_out: int = 0
    #: The editor's own sentences, in the order in which they are printed.
    notes: tuple[Note, ...] = ()
    #: Minutes of a meeting that was led by command; None: it was none.
    meeting: Minutes | None = None
    #: Id of the message that the editor chose to open with; empty: none was chosen.
    lead: str = ""

    @property
    def answered(self) -> tuple[Asked, ...]:
        """Questions with an answer that is sure enough to print."""
        return tuple(asked for asked in self.questions if asked.answer)

    @property
    def open_questions(self) -> tuple[Asked, ...]:
        """Questions for which no answer was found."""
        return tuple(asked for asked in self.questions if not asked.answer)

    @property
    def has_topics_by_command(self) -> bool:
        """Whether the points are topics that were set by command: then the minutes of the meeting have them too."""
        return self.meeting is not None and {p.title for p in self.sections} <= {t.title for t in self.meeting.topics}

    def is_bare(self, number: int) -> bool:
        """Whether point *number*, from 1, is such a topic and has nothing to print besides its title."""
        told = {*(note.place for note in self.notes), *(s.place.replace("-", ":") for s in self.drafted)}
        is_told = bool(self.sections[number - 1].quotes) or f"point:{number}" in told
        return self.has_topics_by_command and not is_told

    @property
    def carried_over(self) -> tuple[Finding, ...]:
        """What the next evening inherits: questions marked as open, those that nobody answered, then actions.

        A message stands in it once.
        """
        waiting = [found for found in self.findings if found.kind == "open_question"]
        marked = {id for found in waiting for id in found.quote.message_ids}
        waiting += [
            Finding(kind="open_question", quote=asked.question, section=asked.section, is_marked=False)
            for asked in self.open_questions
            if marked.isdisjoint(asked.question.message_ids)
        ]
        return (*waiting, *(found for found in self.findings if found.kind == "action"))


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
    for finding in report.findings:
        yield finding.quote
        yield from finding.others


def outcomes(polls: Iterable[PollResult]) -> tuple[Outcome, ...]:
    """*polls* as the report tells them."""
    return tuple(
        Outcome(
            id=p.id,
            question=p.question,
            options=p.options,
            votes=p.votes,
            section=p.section,
            first_votes=p.first_votes,
            changed=p.changed,
            kind=p.kind,
            voters=p.voters,
            places=p.places,
            low=p.low,
            round=p.round,
            rounds=p.rounds,
        )
        for p in polls
    )
