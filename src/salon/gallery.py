"""Every picture of one evening, for those who look at them before anyone else: owner and KOL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from salon.documents.phrasing import phrased, words_of
from salon.errors import NotFound
from salon.house import House
from salon.issue import telling
from salon.model import Event
from salon.poster import CODED, Cover, Facts, Quote, SeatsLeft, Shared, Vote, base_picture, picture, poster
from salon.poster.files import EVENING
from salon.report import Report
from salon.report_view import view_of
from salon.state import State

F = TypeVar("F", Quote, Vote)

#: Pictures of quotes and votes that are offered, of each.
MOST = 8
#: Longest quote that reads well on a card, in characters.
QUOTE_LENGTH = 120


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One picture: its kind, with a number where there are several (`vote-2`), and how it looks."""

    kind: str
    theme: str
    format: str
    language: str


def theme_of(event: Event, state: State) -> str:
    """The theme of the event's pictures: chosen by the owner, else as planned."""
    return state.landing.theme or event.theme


async def offered(house: House, event: Event) -> tuple[str, ...]:
    """Kinds of pictures that the event has something for now, those of the evening first."""
    state = (await house.live(event.id)).state
    votes = tuple(f"vote-{k}" for k, poll in enumerate(state.polls.values(), 1) if poll.votes)[:MOST]
    if not state.messages:
        return (*EVENING, *votes)
    report = (await telling(house, event)).report
    quotes = tuple(f"quote-{k}" for k, _ in enumerate(_quotes(report), 1))
    return (*EVENING, "share", "cover", *votes, *quotes)


async def draw(house: House, event: Event, wanted: Wanted) -> bytes:
    """The PNG of *wanted*; pictures with a code carry that of the first group.

    Raises `NotFound` for a kind that the event has nothing for, and as `salon.poster.picture`.
    """
    state = (await house.live(event.id)).state
    if wanted.kind in CODED:
        return await _coded(house, event, state, wanted)
    facts: Facts | Event = event if wanted.kind in EVENING else await _facts(house, event, state, wanted)

    def make() -> bytes:
        kind = wanted.kind.partition("-")[0]
        return picture(kind, facts, theme=wanted.theme, format=wanted.format, language=wanted.language)

    return await asyncio.to_thread(make)


async def _coded(house: House, event: Event, state: State, wanted: Wanted) -> bytes:
    groups = await house.groups(event)
    if not groups:
        raise NotFound(f"{event.id}: no group hears of it yet, so that there is no code to show")
    link = house.links.door((await house.plan()).code(event.id, groups[0].id))
    # Before anybody has come, "few" shows what it will look like.
    facts = SeatsLeft(left=min(max(event.seats - state.seats_taken(), 1), 9)) if wanted.kind == "few" else None

    def make() -> bytes:
        base = base_picture(
            event, wanted.theme, format=wanted.format, kind=wanted.kind, language=wanted.language, facts=facts
        )
        return poster(base, groups[0], link)

    return await asyncio.to_thread(make)


async def _facts(house: House, event: Event, state: State, wanted: Wanted) -> Facts:
    kind, _, number = wanted.kind.partition("-")
    k = int(number) - 1 if number.isdecimal() else 0
    if kind == "vote":
        return _at(_votes(event, state), k, wanted)
    told = await telling(house, event)
    if kind == "share":
        return _shared(event, state, told.report)
    if kind == "cover":
        view = phrased(view_of(told.report, told.discussion), words_of(house.wording.folder, wanted.language))
        return cover_of(event, [line["text"] for line in view["why_lines"]])
    if kind == "quote":
        return _at(_quote_cards(event, told.report), k, wanted)
    raise NotFound(f"picture {wanted.kind!r}: this evening has none of that name")


def cover_of(event: Event, lines: list[str]) -> Cover:
    """The report's first page, with up to three lines that say why to open it."""
    return Cover(
        kol=event.kol, topic=event.topic, lines=tuple(lines[:3]), series=event.series_name, number=event.number,
        date=event.times.starts_at,
    )  # fmt: skip


def _at(found: Sequence[F], k: int, wanted: Wanted) -> F:
    if not 0 <= k < len(found):
        raise NotFound(f"picture {wanted.kind!r}: this evening has none of that name")
    return found[k]


def _votes(event: Event, state: State) -> list[Vote]:
    return [
        Vote(question=poll.question, options=poll.options, votes=tuple(poll.tally()), series=event.series_name,
             number=event.number)
        for poll in state.polls.values()
    ]  # fmt: skip


def _quotes(report: Report) -> list[tuple[str, str]]:
    """(text, name) of what may stand alone on a card: marked as worth quoting first, then what is notable."""
    marked = [(m.text, m.name) for m in report.minutes if m.kind == "quote"]
    rest = [(q.text, q.name) for q in report.notable]
    fitting = [(text, name) for text, name in dict.fromkeys([*marked, *rest]) if len(text) <= QUOTE_LENGTH]
    return [(" ".join(text.split()), name) for text, name in fitting][:MOST]


def _quote_cards(event: Event, report: Report) -> list[Quote]:
    return [
        Quote(text=text, speaker=name, topic=event.topic, series=event.series_name, number=event.number)
        for text, name in _quotes(report)
    ]


def _shared(event: Event, state: State, report: Report) -> Shared:
    return Shared(
        kol=event.kol, topic=event.topic, series=event.series_name, number=event.number, date=event.times.starts_at,
        seats=state.seats_taken(), speakers=report.speakers, messages=report.messages,
        votes=sum(len(poll.votes) for poll in state.polls.values()) or None,
        questions=len(report.questions) or None,
    )  # fmt: skip
