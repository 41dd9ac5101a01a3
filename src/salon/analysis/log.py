"""The discussion as the analysis reads it: what was said, in order, each line with its words and its speaker's part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from salon.analysis.likeness import Space, Vector, cosine
from salon.analysis.words import words
from salon.model import Discussion, Message

#: A programme's own voice: commands of meeting bots and our own are not talk.
_COMMAND = re.compile(r"^\s*[#!/][A-Za-z]+\b")
_BOT = re.compile(r"(?:^|[\W_])bot$|[a-z]bot\d*$|机器人", re.I)
_SHORT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message that somebody said."""

    message: Message
    words: tuple[str, ...]
    vector: Vector
    is_kol: bool
    #: Ends in, or holds, a question mark.
    is_question: bool

    @property
    def is_talk(self) -> bool:
        """False for greetings, thanks, commands and single words: never a quote, never a highlight."""
        return len(self.words) >= _SHORT and not _COMMAND.match(self.message.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """Everything that was said, in order; system lines and bots left out."""

    lines: tuple[Line, ...]
    space: Space
    #: Point of the outline → its words.
    points: tuple[str, ...]


def is_bot(name: str) -> bool:
    """Whether a shown name says that a program speaks."""
    return bool(_BOT.search(name.strip()))


def said(discussion: Discussion) -> tuple[Message, ...]:
    """Messages that people said, in order: no system lines, no bots, nothing empty."""
    return tuple(m for m in discussion.messages if m.role != "system" and m.text.strip() and not is_bot(m.name))


def log_of(discussion: Discussion, points: Sequence[str]) -> Log:
    """Prepare *discussion* for the analysis of its outline *points*."""
    messages = said(discussion)
    cut = [words(m.text) for m in messages]
    asked = [words(point) for point in points]
    space = Space([*cut, *asked])
    vectors = [space.vector(text) for text in cut]
    led = _leaders(discussion, messages, vectors, [space.vector(text) for text in asked])
    lines = tuple(
        Line(message=m, words=w, vector=v, is_kol=m.author in led, is_question="?" in m.text or "？" in m.text)
        for m, w, v in zip(messages, cut, vectors, strict=True)
    )
    return Log(lines=lines, space=space, points=tuple(points))


def _leaders(
    discussion: Discussion, messages: Sequence[Message], vectors: Sequence[Vector], asked: Sequence[Vector]
) -> frozenset[str]:
    """Authors who led: by role or name; failing that, whoever said the lines most like the outline."""
    names = {name.casefold() for name in discussion.kols}
    named = {m.author for m in messages if m.role == "kol" or {m.name.casefold(), m.author.casefold()} & names}
    if named or not asked:
        return frozenset(named)
    voices: Counter[str] = Counter()
    for point in asked:
        likest = max(zip(messages, vectors, strict=True), key=lambda pair: cosine(point, pair[1]), default=None)
        if likest is not None:
            voices[likest[0].author] += 1
    return frozenset(author for author, _ in voices.most_common(1))
