"""The minute tags that stand in a room: those of KOL, host and note takers, typed in chat or put by button."""

from __future__ import annotations

from collections.abc import Iterable

from salon.analysis.commands import commands_in, may_command
from salon.analysis.tags import Tagged, led, tagged
from salon.model import Message
from salon.rhythm import Mark
from salon.state import Said, State


def marks_of(state: State) -> tuple[Tagged, ...]:
    """Every mark that stands, in the order of what was said; nothing of what is hidden. Ids are numbers of entries.

    For the room alone, where `#startmeeting` is talk for members: the report reads the evening with all its rules.
    """
    pressed = [(str(m.message), m.kind) for m in state.rhythm.marks.values() if not state.messages[m.message].is_hidden]
    numbers = {number for number, _ in pressed}
    said = (m for m in state.messages.values() if not m.is_hidden and not m.is_question)
    # Nothing else is a mark, and a long evening has thousands of lines.
    messages = _messages(m for m in said if may_command(m.text) or str(m.seq) in numbers)
    return led(tagged(messages, pressed), messages, pressed)


def undone_by(state: State, by: str, text: str) -> Mark | None:
    """The mark by button that *by* takes back by saying *text*: the last of all that they marked, by button or in
    chat; None where it says something else, or their last mark stands in the chat."""
    if next((command.verb for command in commands_in(text)), "") != "undo":
        return None
    pressed = max((mark for mark in state.rhythm.marks.values() if mark.by == by), key=_number, default=None)
    if pressed is None:
        return None
    mine = (m for m in state.messages.values() if m.author == by and may_command(m.text))
    typed = max((int(mark.message_id) for mark in tagged(_messages(mine))), default=0)
    return pressed if pressed.number > typed else None


def _number(mark: Mark) -> int:
    return mark.number


def _messages(said: Iterable[Said]) -> list[Message]:
    return [
        Message(id=str(m.seq), author=m.author, name=m.name, text=m.text, at=m.at, reply_to=m.reply_to, role=m.role)
        for m in said
    ]
