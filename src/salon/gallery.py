"""Every picture of one evening, for those who look at them before anyone else: owner and KOL.

Cards (`CARDS`) tell what came of an evening: quotes, votes, the KOL's numbers, the report's cover.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from salon.documents.phrasing import phrased, words_of
from salon.errors import NotFound, SalonError, WrongUse
from salon.house import House
from salon.issue import Telling, telling
from salon.model import Event, Group
from salon.polls import PollState
from salon.poster import (
    CODED,
    Cover,
    Facts,
    Quote,
    SeatsLeft,
    Shared,
    Vote,
    base_picture,
    companion,
    companion_of,
    picture,
    poster,
)
from salon.poster.files import CARD_FORMAT, EVENING, formats, template_for
from salon.poster.fonts import drawable
from salon.poster.theme import theme_named, words_in
from salon.report import Report
from salon.report_view import view_of
from salon.state import State

#: Kinds that tell what came of an evening, in the order in which they are offered.
CARDS = ("share", "cover", "vote", "quote")
#: Pictures of quotes and votes that are offered, of each.
MOST = 8
#: Options of a vote that a card has room for.
MOST_OPTIONS = 10
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


def formats_of(kind: str) -> tuple[str, ...]:
    """Formats in which *kind* (`vote-2`) can be drawn, the usual one of a card first."""
    kind = kind.partition("-")[0]
    known = formats() if kind in EVENING else (CARD_FORMAT, *formats())
    return tuple(name for name in dict.fromkeys(known) if _is_drawn(kind, name))


def _is_drawn(kind: str, format: str) -> bool:
    try:
        template_for(kind, format)
    except WrongUse:
        return False
    return True


async def offered(house: House, event: Event) -> tuple[str, ...]:
    """Kinds of pictures that the event has something for now, those of the evening first."""
    state = (await house.live(event.id)).state
    names = [kind for kind in EVENING if kind != "few" or state.seats_left(event.seats)]
    told = await telling(house, event) if state.messages else None
    if told:
        names += ["share", "cover"]
    names += _votes(event, state)
    if told:
        names += _quotes(event, told.report)
    return tuple(names)


async def cards(house: House, event: Event, kind: str, language: str) -> dict[str, Facts]:
    """Name (`share`, `vote-2`) → what the picture tells, for every card of *kind* that the evening has; never empty.

    Raises `NotFound` with a sentence on when there will be one, `WrongUse` for a kind that is no card.
    """
    state = (await house.journal.refresh(event.id)).state
    if kind == "vote":
        return _some(_votes(event, state), event, "no poll with votes has been closed yet, so that there is no result")
    if kind not in CARDS:
        raise WrongUse(f"picture {kind!r}: nothing is known that it could tell; choose one of: {', '.join(CARDS)}")
    if not state.messages:
        raise NotFound(f"{event.id}: nobody has said anything yet; make the {kind} picture after the evening")
    told = await telling(house, event)
    if kind == "share":
        return {"share": kols_numbers(event, state, told.report)}
    if kind == "cover":
        return {"cover": report_cover(house, event, told, language)}
    nothing = f"nothing that was said fits a card yet (marked or notable, {QUOTE_LENGTH} characters at most)"
    return _some(_quotes(event, told.report), event, nothing)


async def draw(house: House, event: Event, wanted: Wanted) -> bytes:
    """The PNG of *wanted*; pictures with a code carry that of the first group.

    Raises `NotFound` for a kind that the event has nothing for, and as `salon.poster.picture`.
    """
    state = (await house.live(event.id)).state
    if wanted.kind in CODED:
        return await _coded(house, event, state, wanted)
    kind = wanted.kind.partition("-")[0]
    facts: Facts | Event = event if wanted.kind in EVENING else await _card(house, event, wanted.kind, wanted.language)

    def make() -> bytes:
        return picture(kind, facts, theme=wanted.theme, format=wanted.format, language=wanted.language)

    return await asyncio.to_thread(make)


async def text_of(house: House, event: Event, kind: str, language: str) -> str:
    """The picture *kind* (`vote-2`) in words, for those who cannot see it. Raises `NotFound`."""
    if kind not in EVENING:
        return companion_of(kind.partition("-")[0], (await _card(house, event, kind, language)), language)
    state = (await house.live(event.id)).state
    facts = _left(event, state) if kind == "few" else None
    return "\n".join(companion.evening(event, language, words_in(language), kind, facts))


def label_of(theme: str, language: str) -> str:
    """What people call *theme*; its file's name when it has no other."""
    try:
        found = theme_named(theme)
    except SalonError:
        return theme
    return found.zh if language == "zh" else found.en


async def shown_group(house: House, event: Event) -> Group | None:
    """The group whose code the gallery's pictures carry."""
    return next(iter(await house.groups(event)), None)


async def _coded(house: House, event: Event, state: State, wanted: Wanted) -> bytes:
    group = await shown_group(house, event)
    if group is None:
        raise NotFound(f"{event.id}: no group hears of it yet, so that there is no code to show")
    link = house.links.door((await house.plan()).code(event.id, group.id))
    facts = _left(event, state) if wanted.kind == "few" else None

    def make() -> bytes:
        base = base_picture(
            event, wanted.theme, format=wanted.format, kind=wanted.kind, language=wanted.language, facts=facts
        )
        return poster(base, group, link)

    return await asyncio.to_thread(make)


def _left(event: Event, state: State) -> SeatsLeft:
    """The ledger's own number, though they be many: a picture that is kept and passed on tells no other."""
    left = state.seats_left(event.seats)
    if not left:
        raise NotFound(f"{event.id}: no seat is left; look at the picture that says so")
    return SeatsLeft(left=left)


async def _card(house: House, event: Event, kind: str, language: str) -> Facts:
    word = kind.partition("-")[0]
    found = await cards(house, event, word, language) if word in CARDS else {}
    if kind not in found:
        raise NotFound(f"picture {kind!r}: this evening has none of that name")
    return found[kind]


def report_cover(house: House, event: Event, told: Telling, language: str) -> Cover:
    """The first page of the report as *told*, with up to three lines that say why to open it."""
    view = phrased(view_of(told.report, told.discussion), words_of(house.wording, language))
    lines = [line["text"] for line in view["why_lines"] if _can_be_set(line["text"])]
    return Cover(
        kol=event.kol, topic=event.topic, lines=tuple(lines[:3]),
        series=event.series_name, number=event.number, date=event.times.starts_at,
    )  # fmt: skip


def kols_numbers(event: Event, state: State, report: Report) -> Shared:
    """What the KOL may show of the evening: counts of the ledger."""
    return Shared(
        kol=event.kol, topic=event.topic, series=event.series_name, number=event.number, date=event.times.starts_at,
        seats=state.seats_taken(), speakers=report.speakers, messages=report.messages,
        votes=sum(len(poll.votes) for poll in state.polls.values() if poll.is_public) or None,
        questions=len(report.questions) or None,
    )  # fmt: skip


def _some(found: dict[str, Facts], event: Event, nothing: str) -> dict[str, Facts]:
    if not found:
        raise NotFound(f"{event.id}: {nothing}; make the picture after the evening")
    return found


def _votes(event: Event, state: State) -> dict[str, Facts]:
    """Results only, which everybody may know: what changes with the next vote is no card."""
    return {
        f"vote-{k}": Vote(
            question=poll.asked.question, options=poll.asked.options, votes=tuple(poll.tally()),
            series=event.series_name, number=event.number,
        )
        for k, poll in list(enumerate(state.polls.values(), 1))[:MOST]
        if _is_result(poll) or (state.disbanded_at is not None and _is_result(replace(poll, is_open=False)))
    }  # fmt: skip


def _is_result(poll: PollState) -> bool:
    """Where one seat has several votes, or points, the card's shares of a whole would say something else."""
    fits = len(poll.asked.options) <= MOST_OPTIONS and poll.whole() == sum(poll.tally())
    return fits and bool(poll.votes) and not poll.is_open and poll.is_public


def _quotes(event: Event, report: Report) -> dict[str, Facts]:
    """What may stand alone on a card: marked as worth quoting first, then what is notable."""
    marked = [(m.text, m.name) for m in report.minutes if m.kind == "quote"]
    rest = [(q.text, q.name) for q in report.notable]
    found = [(" ".join(text.split()), name) for text, name in dict.fromkeys([*marked, *rest])]
    fitting = [(text, name) for text, name in found if len(text) <= QUOTE_LENGTH and _can_be_set(text, name)]
    return {
        f"quote-{k}": Quote(
            text=text, speaker=name, topic=event.topic, series=event.series_name, number=event.number
        )
        for k, (text, name) in enumerate(fitting[:MOST], 1)
    }  # fmt: skip


def _can_be_set(text: str, name: str = "-") -> bool:
    """Whether the fonts have every character: one odd sign in a message must not cost the others."""
    try:
        drawable(text, "quote")
        drawable(name, "name", is_name=True)
    except SalonError:
        return False
    return True
