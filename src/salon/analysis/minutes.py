"""The minutes of a discussion by command: topics and what was marked under each, votes, chairs.

With `#startmeeting` the rules are those of MeetBot: whoever starts is a chair, and only chairs set topics, agree,
undo, put to the vote and end. Without it the whole discussion is one sitting: everybody may mark what was said, and
those who lead (role KOL or host, or *chairs*) set topics; where nobody is known to lead, whoever first sets one does.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from salon.analysis.commands import may_command
from salon.analysis.log import is_bot
from salon.analysis.minuted import Item, Minutes, Refusal, Topic
from salon.model import Message, PollResult, Section

__all__ = ["Item", "Minutes", "Refusal", "Topic", "minutes_of", "outline_from", "polls_from"]

_LEADS = {"kol", "host", "note_taker"}


def minutes_of(
    messages: Iterable[Message], *, chairs: Iterable[str] = (), closes_at: datetime | None = None
) -> Minutes:
    """The minutes of *messages*; a pure function: the same log gives the same minutes.

    *chairs* are author keys known to lead besides those with the role; *closes_at* is when the clock ends what
    nobody has ended, else the last message does. System lines and bots are not heard.
    """
    heard = [m for m in messages if m.role != "system" and not is_bot(m.name)]
    roles = {m.author for m in heard if m.role in _LEADS}
    if not any(may_command(m.text) for m in heard):
        return _nothing_marked(heard, roles | set(chairs), closes_at)
    # As the rules of motions and chairs, loaded only where somebody gave a command.
    from salon.analysis.sitting import Sitting

    sitting = Sitting(roles=roles, leads=roles | set(chairs))
    if not any(sitting.would_start(m) for m in heard if m.text.lstrip()[:1] in ("#", "\uff03")):
        sitting.open(heard[0].at if heard else None)
    for message in heard:
        sitting.hear(message)
    return sitting.told(closes_at or (heard[-1].at if heard else None))


def _nothing_marked(heard: Sequence[Message], leads: Container[str], closes_at: datetime | None) -> Minutes:
    """One sitting in which nobody marked anything, as most are: who led, and when."""
    chaired: dict[str, str] = {}
    for message in heard:
        if message.author in leads:
            chaired.setdefault(message.name, message.id)
    began, ended = (heard[0].at, heard[-1].at) if heard else (None, None)
    return Minutes(
        chairs=tuple(chaired),
        chair_ids=tuple(chaired.values()),
        began_at=began,
        ended_at=closes_at or ended,
        is_closed_by_clock=True,
    )


def outline_from(minutes: Minutes) -> tuple[Section, ...]:
    """The topics as an outline, for a discussion that was given none; a repeated title counts once."""
    return tuple(Section(title=title, minutes=0) for title in _titles(minutes))


def polls_from(minutes: Minutes) -> tuple[PollResult, ...]:
    """The motions that somebody voted on, as polls; their section is the topic's place in `outline_from`."""
    place = {title: number for number, title in enumerate(_titles(minutes), 1)}
    section = {topic.message_id: place[topic.title] for topic in minutes.topics}
    return tuple(
        PollResult(
            id=motion.message_id,
            question=motion.text,
            options=motion.options,
            votes=tuple(motion.count(option) for option in motion.options),
            section=section.get(motion.topic_id, 1),
        )
        for motion in minutes.motions
        if motion.votes
    )


def _titles(minutes: Minutes) -> list[str]:
    return list(dict.fromkeys(topic.title for topic in minutes.topics))
