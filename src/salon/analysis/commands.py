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
    # The same in traditional characters.
    "要點": "point", "共識": "agreement", "行動": "action", "連結": "link",
}  # fmt: skip
#: Command as typed → what it does; the rest of the MeetBot, hcoop-meetbot, OpenStack and Ubuntu sets.
VERBS = {
    "startmeeting": "start", "开始会议": "start", "endmeeting": "end", "结束会议": "end",
    "meetingtopic": "title", "meetingname": "title", "topic": "topic", "话题": "topic", "subtopic": "topic",
    "chair": "chair", "unchair": "unchair", "nick": "nick", "here": "here",
    "undo": "undo", "撤销": "undo", "撤銷": "undo",
    "motion": "motion", "动议": "motion", "second": "second", "startvote": "startvote",
    "vote": "vote", "表决": "vote", "showvote": "save", "close": "close", "endvote": "close",
    "save": "save", "lurk": "save", "unlurk": "save", "restrictlogs": "save", "voters": "save",
}  # fmt: skip
#: What nobody sees: it comes along when something is pasted.
_UNSEEN = "\u200b-\u200f\u2060\ufeff"
#: `#tag text`, the same with full-width signs, and `#tag# text` as hashtags are written on Chinese platforms.
_COMMAND = re.compile(
    rf"[\s{_UNSEEN}]*[#\uff03](?P<word>\w+)"
    rf"(?:[#\uff03]\s*(?=\S)|(?P<gap>[\s:：{_UNSEEN}]+)|[\s。.]*$)(?P<text>.*)",
    re.S,
)
_CHINESE = "要点|共识|分歧|行动|待答|金句|要點|共識|行動"
#: What makes another word of a tag, or a question of it.
_LONGER = "[力派度者性点點击擊評评赞讚]|起来|起來|是什么|是什麼|有哪些|在哪"
#: In Chinese nothing stands between words: `#要点价格要先谈`, `#行动@小林`. A short word is a hashtag (`#共识度很高`,
#: `#行动派的人`), and so is one that another sign closes.
_JOINED = re.compile(
    rf"[\s{_UNSEEN}]*[#\uff03](?P<word>{_CHINESE})"
    rf"(?P<text>(?:[^\w\s#\uff03?？/、]|[0-9]{{1,2}}[.\uff0e、)）]|(?!{_LONGER})\w{{3}})"
    r"(?![^\s#\uff03]*[#\uff03]).*)",
    re.S,
)
_LINE = re.compile(r"\n(?=[ \t]*[#\uff03]\w)")
#: A further tag in the line of a first one.
_NEXT = re.compile(r"[ \t\u3000]+(?=[#\uff03](\w+)(?:[#\uff03]?[ \t\u3000]|[:：])\s*\S)")
#: So many tags may share one text.
_TOGETHER = 2
#: What may stand between a tag and its text where no space does.
_BETWEEN = "，,、。；;.!！~～-—–|\u3000 "


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
        if found and word in VERBS and number == 0:
            yield Command(verb=VERBS[word], kind="", text=found["text"].strip())
        else:
            yield from _marks_in(part)


def _marks_in(line: str) -> Iterator[Command]:
    """The marks of a *line* that begins with a tag; two tags side by side share the text, more of them are talk."""
    if _mark_of(line) is None:
        return
    kinds: list[str] = []
    for piece in _pieces(line):
        kind, text = _mark_of(piece) or ("", "")
        kinds.append(kind)
        if text and len(kinds) <= _TOGETHER:
            yield from (Command(verb="mark", kind=one, text=text) for one in dict.fromkeys(kinds))
        if text:
            kinds = []
    yield from (Command(verb="mark", kind=kind, text="") for kind in kinds)


def _mark_of(piece: str) -> tuple[str, str] | None:
    """Kind and text of the tag with which *piece* begins; None where it begins with none."""
    found = _COMMAND.match(piece)
    if found and found["word"].casefold() in TAGS:
        return TAGS[found["word"].casefold()], found["text"].strip()
    joined = _JOINED.match(piece)
    return (TAGS[joined["word"]], joined["text"].strip().lstrip(_BETWEEN)) if joined else None


def _pieces(line: str) -> Iterator[str]:
    """*line* cut before each further tag in it."""
    begin = 0
    for found in _NEXT.finditer(line):
        if found[1].casefold() in TAGS:
            yield line[begin : found.start()]
            begin = found.end()
    yield line[begin:]


def is_marked(message: Message) -> bool:
    """Whether *message* is a mark or a command of a meeting, and so not talk."""
    return next(iter(commands_in(message.text)), None) is not None
