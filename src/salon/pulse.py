"""How the talk goes, for those who lead: who speaks how much, who waits, whether it has left the outline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from salon.analysis.commands import commands_in
from salon.analysis.words import words
from salon.model import Event
from salon.state import State

#: So many members are named in the share of voice.
LOUDEST = 3
#: So many of the last messages of members are compared with the outline; one has at least so many words to tell.
LAST, TELLING = 6, 2


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One speaker's part of what was said; shares from 0 to 100."""

    #: "kol", "host" or "member".
    role: str
    name: str
    messages: int
    #: Of all messages, and of all their characters.
    share: int
    length_share: int


def voices(state: State) -> tuple[Voice, ...]:
    """KOL and host first, then the `LOUDEST` members. What was said without a name counts for nobody."""
    said = [m for m in state.messages.values() if not m.is_hidden and not m.is_anonymous]
    counts, lengths = Counter(m.author for m in said), Counter[str]()
    names = {m.author: (m.role, m.name) for m in said}
    for message in said:
        lengths[message.author] += len(message.text)
    members = [author for author, _ in counts.most_common() if names[author][0] == "member"][:LOUDEST]
    leaders = [author for author in names if names[author][0] != "member"]
    return tuple(
        Voice(
            role=names[author][0],
            name=names[author][1],
            messages=counts[author],
            share=round(100 * counts[author] / len(said)),
            length_share=round(100 * lengths[author] / max(1, sum(lengths.values()))),
        )
        for author in (*sorted(leaders, key=lambda author: names[author][0] != "kol"), *members)
    )


def quiet(state: State) -> int:
    """How many who sit now have not said anything under their name."""
    spoke = {m.author for m in state.messages.values() if not m.is_anonymous}
    return sum(guest not in spoke for guest in state.seat_by_guest)


def last_said_at(state: State) -> datetime | None:
    """When the last message came; None: nobody has said anything."""
    return next((m.at for m in reversed(state.messages.values()) if not m.is_hidden), None)


def has_strayed(event: Event, state: State) -> bool:
    """Whether the last `LAST` messages of members have no word in common with topic, outline and questions.

    Messages of few words, and marks, tell nothing; with fewer than `LAST` of the others nobody has strayed.
    """
    said = list(islice(_talk(state), LAST))
    if len(said) < LAST:
        return False
    known = {word for text in _theme(event, state) for word in words(text)}
    return not any(known & set(words(text)) for text in said)


def next_question(event: Event, state: State, section: int) -> str:
    """The question of *section* that the room has been led back to least; its title where it has none; empty: no
    section is on."""
    if not 1 <= section <= len(event.outline):
        return ""
    now = event.outline[section - 1]
    done = sum(step.startswith(f"nudge-{section}-") for step in state.steps)
    return now.questions[done % len(now.questions)] if now.questions else now.title


def _talk(state: State) -> Iterator[str]:
    """What members said, the newest first, as far as it tells what they talk about."""
    for message in reversed(state.messages.values()):
        is_talk = message.role == "member" and not message.is_hidden and not message.is_question
        if is_talk and next(commands_in(message.text), None) is None and len(words(message.text)) >= TELLING:
            yield message.text


def _theme(event: Event, state: State) -> Iterator[str]:
    yield from (event.topic, event.summary)
    for section in event.outline:
        yield from (section.title, *section.questions, *section.prompts)
    yield from (question.text for question in state.questions.by_number.values())
    # What the room was asked is the topic as well, whoever wrote it.
    yield from (poll.asked.question for poll in state.polls.values())
    yield from (text for _, text, _ in state.prompts[-5:])
