"""What a rehearsal plays: the programme, the evening's lines, and who is to say them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from salon.elsewhere import read_discussion
from salon.errors import WrongUse
from salon.model import Discussion, Event, Kol, Message, Poll, Programme, Section
from salon.programme import read_programme
from salon.shipped import shipped

#: How many people try for the seats of one room of a hundred.
PEOPLE = 130
#: Options of the poll that is made from an outline, and their length in characters.
_OPTIONS, _OPTION_LENGTH = 6, 60


@dataclass(frozen=True, kw_only=True)
class Script:
    """One week to play."""

    programme: Programme
    event: Event
    #: What is said, in order; each author is somebody with a seat, but for the KOL.
    lines: tuple[Message, ...]
    #: Names of the people who try for a seat, those who speak first of all.
    people: tuple[str, ...]


def script_of(programme: Path | None, *, chat: Path | None, outline: Path | None, kol: str | None) -> Script:
    """Read and check everything that a rehearsal needs. Raises `WrongUse` or `Mistakes`."""
    given = [name for name, value in (("--chat", chat), ("--outline", outline), ("--kol", kol)) if value]
    if 0 < len(given) < 3:
        raise WrongUse(f"{', '.join(given)}: --chat, --outline and --kol go together; give all three or none")
    if chat and outline and kol:
        spoken = read_discussion(chat, outline, kol)
        planned = read_programme(programme or shipped(f"examples/thursday.{spoken.language}.toml"))
        event = _about(_first(planned, programme), spoken, has_own_polls=programme is not None)
    else:
        planned = read_programme(programme or shipped("examples/thursday.zh.toml"))
        event = _first(planned, programme)
        spoken = _own_evening(event)
    lines = tuple(line for line in spoken.messages if line.text.strip())
    return Script(
        programme=replace(planned, events=(event,)),
        event=event,
        lines=lines,
        people=tuple(_people(event, lines)),
    )


def _first(planned: Programme, file: Path | None) -> Event:
    if not planned.events or not planned.groups:
        raise WrongUse(f"{file}: a rehearsal needs a group and an event; add [[groups]] and [[events]]")
    return planned.events[0]


def _own_evening(event: Event) -> Discussion:
    evening = f"examples/evening.{event.languages[0]}"
    return read_discussion(shipped(f"{evening}.chat.jsonl"), shipped(f"{evening}.outline.md"), event.kol.name)


def _about(event: Event, spoken: Discussion, *, has_own_polls: bool) -> Event:
    """*event*, but about the outline of the discussion that was given."""
    if not spoken.outline:
        raise WrongUse("--outline: the file has no points; write each as a line that begins with a dash")
    sections = _spread(event, spoken.outline)
    kol = Kol(name=spoken.kols[0] if spoken.kols else event.kol.name)
    polls = event.polls if has_own_polls else _poll_about(sections, spoken.language)
    return replace(
        event,
        topic=spoken.topic[:120] or event.topic,
        summary="",
        kol=kol,
        languages=(spoken.language,),
        outline=sections,
        polls=tuple(replace(poll, section=min(poll.section, len(sections))) for poll in polls),
    )


def _spread(event: Event, points: Sequence[Section]) -> tuple[Section, ...]:
    """The points as sections that share the evening evenly, up to the wrap-up."""
    minutes = int((event.times.disbands_at - event.times.starts_at) / timedelta(minutes=1)) - 15
    return tuple(replace(point, minutes=minutes // len(points), prompts=(point.title,)) for point in points)


def _poll_about(sections: Sequence[Section], language: str) -> tuple[Poll, ...]:
    options = tuple(dict.fromkeys(section.title[:_OPTION_LENGTH] for section in sections[:_OPTIONS]))
    if len(options) < 2:
        options = ("有", "没有") if language == "zh" else ("yes", "no")
    question = "今晚哪一条对你最有用？" if language == "zh" else "Which point was of most use to you?"
    return (Poll(id="most-useful", question=question, options=options, section=len(sections)),)


def _people(event: Event, lines: Sequence[Message]) -> Iterator[str]:
    leads = event.kol.name.casefold()
    speakers = list(dict.fromkeys(line.name for line in lines if line.name.casefold() != leads))
    # Two seats stay with people who say nothing: one is given up, one is taken by who waited.
    speakers = speakers[: max(event.seats - 2, 0)]
    yield from speakers
    word = "来客" if event.languages[0] == "zh" else "Guest"
    for number in range(max(PEOPLE * event.seats // 100, event.seats + 2) - len(speakers)):
        yield f"{word} {number + 1}"
