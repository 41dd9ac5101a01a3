"""Minute tags: what a member marks as a point, an agreement, an action, in so many words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from salon.analysis.commands import TAGS
from salon.analysis.minutes import Minutes, minutes_of
from salon.model import Message

__all__ = ["TAGS", "Tagged", "led", "marks_in", "tagged"]

#: Roles of those who lead an evening in our own room.
LEADING = frozenset(("kol", "host", "note_taker"))
#: Links have a list of their own.
_NOT_TOLD = {"link"}


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """One marked sentence: *text* stands in the message."""

    kind: str
    text: str
    name: str
    message_id: str


def tagged(messages: Iterable[Message], by_button: Iterable[tuple[str, str]] = ()) -> tuple[Tagged, ...]:
    """What was marked, in order. `#undo` takes back the same author's last mark; an unknown or empty tag is talk.

    In a meeting by command (`#startmeeting`) the rules are those of `minutes_of`. *by_button*: (id of a message, kind)
    for messages that somebody who leads marked as a whole; one that is marked so in its own words counts once.
    """
    messages = tuple(messages)
    typed = marks_in(minutes_of(messages))
    pressed = list(dict.fromkeys(by_button))
    if not pressed:
        return typed
    place = {message.id: k for k, message in enumerate(messages)}
    known = {(mark.message_id, mark.kind) for mark in typed}
    whole = (
        Tagged(kind=kind, text=messages[place[id]].text.strip(), name=messages[place[id]].name, message_id=id)
        for id, kind in pressed
        if id in place and (id, kind) not in known
    )
    return tuple(sorted((*typed, *whole), key=lambda mark: place[mark.message_id]))


def led(
    marks: Iterable[Tagged], messages: Iterable[Message], by_button: Iterable[tuple[str, str]] = ()
) -> tuple[Tagged, ...]:
    """Those of *marks* that KOL, host or note takers typed or put by button: what the room is told that it came to.

    What a member tags is in the report, under the member's name, and speaks for nobody else.
    """
    leads, pressed = {message.id for message in messages if message.role in LEADING}, set(by_button)
    return tuple(mark for mark in marks if mark.message_id in leads or (mark.message_id, mark.kind) in pressed)


def marks_in(minutes: Minutes) -> tuple[Tagged, ...]:
    """The marks of *minutes* as the report tells them."""
    return tuple(
        Tagged(kind=item.kind, text=item.text, name=item.name, message_id=item.message_id)
        for item in minutes.items()
        if item.kind not in _NOT_TOLD
    )
