"""What people type to mark a discussion: minute tags, and the commands of meeting bots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from salon.model import Message

#: Tag as typed → kind of mark. The English ones are those of MeetBot and its descendants (manuals read November 2026).
TAGS = {
    "要点": "point", "info": "point", "point": "point",
    "共识": "agreement", "agreed": "agreement", "agree": "agreement", "agreement": "agreement",
    "accepted": "agreement", "accept": "agreement", "通过": "agreement",
    "分歧": "disagreement", "disagreed": "disagreement", "disagreement": "disagreement",
    "rejected": "rejected", "reject": "rejected", "failed": "rejected", "否决": "rejected",
    "inconclusive": "inconclusive",
    "行动": "action", "action": "action",
    "待答": "open_question", "open": "open_question", "help": "open_question", "halp": "open_question",
    "金句": "quote", "quote": "quote", "idea": "idea", "想法": "idea",
    "link": "link", "链接": "link",
}  # fmt: skip
#: Command as typed → what it does; the rest of the MeetBot, hcoop-meetbot, OpenStack and Ubuntu sets.
VERBS = {
    "startmeeting": "start", "开始会议": "start", "endmeeting": "end", "结束会议": "end",
    "meetingtopic": "title", "meetingname": "title", "topic": "topic", "话题": "topic", "subtopic": "topic",
    "chair": "chair", "unchair": "unchair", "nick": "nick", "here": "here",
    "undo": "undo", "撤销": "undo",
    "motion": "motion", "动议": "motion", "second": "second", "startvote": "startvote",
    "vote": "vote", "表决": "vote", "showvote": "save", "close": "close", "endvote": "close",
    "save": "save", "lurk": "save", "unlurk": "save", "restrictlogs": "save", "voters": "save",
}  # fmt: skip
#: `#tag text`, the same with full-width signs, and `#tag# text` as hashtags are written on Chinese platforms.
_COMMAND = re.compile(r"\s*[#\uff03](?P<word>\w+)(?:[#\uff03]\s*(?=\S)|(?P<gap>[\s:：]+)|\s*$)(?P<text>.*)", re.S)
_LINE = re.compile(r"\n(?=[ \t]*[#\uff03]\w)")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command in a message: *text* stands in the message; it may be empty."""

    #: A value of `VERBS`, or "mark".
    verb: str
    #: Kind of a mark, a value of `TAGS`; else empty.
    kind: str
    text: str


def may_command(text: str) -> bool:
    """Whether *text* has a sign with which a command begins: nearly no message has."""
    return "#" in text or "\uff03" in text


def commands_in(text: str) -> Iterator[Command]:
    """Every command in *text*, in order; a word that is none is talk.

    A command runs from its line to the next one; only marks are heard in later lines of a message.
    """
    if not may_command(text):
        return
    for number, part in enumerate(_LINE.split(text)):
        found = _COMMAND.match(part)
        word = found["word"].casefold() if found else ""
        if found and word in TAGS:
            yield Command(verb="mark", kind=TAGS[word], text=found["text"].strip())
        elif found and word in VERBS and number == 0:
            yield Command(verb=VERBS[word], kind="", text=found["text"].strip())


def is_marked(message: Message) -> bool:
    """Whether *message* is a mark or a command of a meeting, and so not talk."""
    return next(iter(commands_in(message.text)), None) is not None
