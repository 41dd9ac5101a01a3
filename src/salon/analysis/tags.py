"""Minute tags: what a member marks as a point, an agreement, an action, in so many words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from salon.model import Message

#: Tag as typed → kind. The English ones are those of MeetBot.
TAGS = {
    "要点": "point", "info": "point", "point": "point",
    "共识": "agreement", "agreed": "agreement", "agreement": "agreement",
    "分歧": "disagreement", "disagreed": "disagreement", "disagreement": "disagreement",
    "行动": "action", "action": "action",
    "待答": "open_question", "open": "open_question", "help": "open_question",
    "金句": "quote", "quote": "quote", "idea": "idea", "想法": "idea",
}  # fmt: skip
_TAG = re.compile(r"^\s*[#\uff03](\w+)(?:[\s:：]+(?P<text>\S.*))?\s*$", re.S)
_UNDO = {"undo", "撤销"}


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """One marked sentence: *text* stands in the message."""

    kind: str
    text: str
    name: str
    message_id: str


def tagged(messages: Iterable[Message]) -> tuple[Tagged, ...]:
    """What was marked, in order. `#undo` takes back the same author's last mark; an unknown or empty tag is talk."""
    marked: list[tuple[str, Tagged]] = []
    for message in messages:
        found = _TAG.match(message.text)
        if not found:
            continue
        tag, text = found[1].casefold(), found["text"]
        if tag in _UNDO:
            _take_back(marked, message.author)
        elif tag in TAGS and text:
            mark = Tagged(kind=TAGS[tag], text=text.strip(), name=message.name, message_id=message.id)
            marked.append((message.author, mark))
    return tuple(mark for _, mark in marked)


def _take_back(marked: list[tuple[str, Tagged]], author: str) -> None:
    for k in range(len(marked) - 1, -1, -1):
        if marked[k][0] == author:
            del marked[k]
            return
