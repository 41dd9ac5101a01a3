"""The discussion as the analysis reads it: what was said, in order, each line with its words and its speaker's part."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from salon.analysis.cue import Pattern, Texts
from salon.analysis.likeness import Space, Vector, cosine
from salon.analysis.words import words, words_of_all
from salon.model import Discussion, Message

#: Commands of meeting bots and minute tags are not talk: what is tagged is told on its own.
_COMMAND = re.compile(r"^\s*[#\uff03!/][^\W\d]")
_BOT = Pattern(r"(?:^|[\W_])bot$|[a-z]bot\d*$|机器人", re.I)
_GREETING = Pattern(
    r"你好|您好|大家好|(?:早上|晚上|下午|老师|各位)好|谢谢|感谢|多谢|辛苦|再见|拜拜|晚安|鼓掌|占个?座|签到|来了|报到"
    r"|\b(?:hi|hello|hey|thanks|thank you|thx|welcome|bye|good (?:morning|evening|night)|cheers|congrats)\b",
    re.I,
)
#: Fewer words of topic than this are nothing to quote; a greeting has at most so many.
_SHORT, _POLITE = 2, 5
#: More than two ways to add the same few hundred numbers can differ.
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message that somebody said."""

    message: Message
    words: tuple[str, ...]
    vector: Vector
    is_kol: bool
    #: Ends in, or holds, a question mark.
    is_question: bool

    #: False for greetings, thanks, commands and single words: never a quote, never a highlight.
    is_talk: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """Everything that was said, in order; system lines and bots left out."""

    lines: tuple[Line, ...]
    space: Space
    #: Points of the outline, as written.
    points: tuple[str, ...]
    #: Word → indices of the lines that have it.
    index: Mapping[str, Sequence[int]]
    #: Id of a message → indices of the lines that are replies to it, in order.
    replies: Mapping[str, Sequence[int]]
    #: What the lines say, for looking for words in all of them at once.
    texts: Texts


def likenesses(log: Log, aim: Vector) -> dict[int, float]:
    """Index of each line that has a word in common with *aim* → likeness, 0 to 1: all lines for the price of few."""
    like: dict[int, float] = {}
    lines, so_far = log.lines, like.get
    for word, weight in aim.items():
        for k in log.index.get(word, ()):
            like[k] = so_far(k, 0.0) + weight * lines[k].vector[word]
    return like


@lru_cache(1 << 12)
def is_bot(name: str) -> bool:
    """Whether a shown name says that a program speaks."""
    return _BOT.is_in(name.strip())


def said(discussion: Discussion) -> tuple[Message, ...]:
    """Messages that people said, in order: no system lines, no bots, nothing empty."""
    # No call for each message, and each name is looked at once.
    bots = {name for name in {m.name for m in discussion.messages} if is_bot(name)}
    return tuple(
        m for m in discussion.messages if m.role != "system" and m.name not in bots and m.text and not m.text.isspace()
    )


def is_said(message: Message) -> bool:
    """Whether a person said *message*: it is no system line, no bot's, not empty."""
    return message.role != "system" and bool(message.text.strip()) and not is_bot(message.name)


def log_of(discussion: Discussion, points: Sequence[str]) -> Log:
    """Prepare *discussion* for the analysis of its outline *points*."""
    messages = said(discussion)
    cut = words_of_all(m.text for m in messages)
    asked = [words(point) for point in points]
    space = Space([*cut, *asked])
    vectors = [space.vector(text) for text in cut]
    index = _index(vectors)
    led = _leaders(discussion, messages, vectors, index, [space.vector(text) for text in asked])
    lines = tuple(
        Line(
            message=m,
            words=w,
            vector=v,
            is_kol=m.author in led,
            is_question=m.is_question or "?" in m.text or "？" in m.text,
            is_talk=_is_talk(m.text, w) and not m.is_withheld,
        )
        for m, w, v in zip(messages, cut, vectors, strict=True)
    )
    replies: defaultdict[str, list[int]] = defaultdict(list)
    for k, m in enumerate(messages):
        if m.reply_to:
            replies[m.reply_to].append(k)
    texts = Texts([m.text for m in messages])
    return Log(lines=lines, space=space, points=tuple(points), index=index, replies=replies, texts=texts)


def _index(vectors: Sequence[Vector]) -> dict[str, list[int]]:
    index: defaultdict[str, list[int]] = defaultdict(list)
    for k, vector in enumerate(vectors):
        for word in vector:
            index[word].append(k)
    return dict(index)


def _is_talk(text: str, said: Sequence[str]) -> bool:
    if len(said) < _SHORT or _COMMAND.match(text):
        return False
    return len(said) > _POLITE or not _GREETING.is_in(text)


def greets(line: Line) -> bool:
    """Whether *line* is a greeting or thanks and nothing more."""
    return len(line.words) <= _SHORT and _GREETING.is_in(line.message.text)


def _leaders(
    discussion: Discussion,
    messages: Sequence[Message],
    vectors: Sequence[Vector],
    index: Mapping[str, Sequence[int]],
    asked: Sequence[Vector],
) -> frozenset[str]:
    """Authors who led: by role or name; failing that, whoever said the lines most like the outline."""
    named = named_leaders(names_that_lead(discussion), messages)
    if named or not asked or not messages:
        return named
    voices: Counter[str] = Counter()
    for point in asked:
        # Lines without a common word are not like it at all: the first line stands for all of those.
        near = _roughly(point, vectors, index) or [0]
        likest = max(near, key=lambda k: (cosine(point, vectors[k]), -k))
        voices[messages[likest].author] += 1
    return frozenset(author for author, _ in voices.most_common(1))


def _roughly(point: Vector, vectors: Sequence[Vector], index: Mapping[str, Sequence[int]]) -> list[int]:
    """Indices of the lines most like *point*, those that rounding could have put behind among them."""
    like: dict[int, float] = {}
    for word, weight in point.items():
        for k in index.get(word, ()):
            like[k] = like.get(k, 0.0) + weight * vectors[k][word]
    most = max(like.values(), default=0.0)
    return [k for k, found in like.items() if found >= most - _ROUNDING]


def named_leaders(kols: Sequence[str], messages: Sequence[Message]) -> frozenset[str]:
    """Authors with the KOL's part; where nobody has one, with a KOL's key; where nobody has that, with the name.

    In this order, so that a member who takes the KOL's name does not become the KOL; nor does anybody where several
    have the name.
    """
    parts = frozenset(m.author for m in messages if m.role == "kol")
    if parts:
        return parts
    names = {name.casefold() for name in kols}
    # Each person once, not once a message.
    people = {(m.name, m.author) for m in messages}
    keys = {author for _, author in people if author.casefold() in names}
    missing = names - {key.casefold() for key in keys}
    named: dict[str, set[str]] = {}
    for name, author in people:
        named.setdefault(name.casefold(), set()).add(author)
    return frozenset(keys | {next(iter(named[name])) for name in missing if len(named.get(name, ())) == 1})


def names_that_lead(discussion: Discussion) -> tuple[str, ...]:
    """Names by which a KOL may be known; none in our own room, where whoever leads has the KOL's own link."""
    return () if discussion.kol else discussion.kols
