"""Questions that members asked, with the answer where one can be told, and those left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salon.analysis.likeness import cosine
from salon.analysis.log import Line, Log
from salon.analysis.quotes import Quote, quote_of

#: A pair is printed from the first on; a question is open where nothing reaches the second; between, it is left out.
SURE, OPEN = 0.6, 0.4
#: Lines after a question in which its answer is looked for.
REACH = 20
#: Fewer words than this make no question that can be read alone.
_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question, and the answer if one was found."""

    question: Quote
    answer: Quote | None
    #: 0 to 1: how sure the pair is; 0 without one.
    confidence: float


def questions(log: Log, points: frozenset[int]) -> tuple[Asked, ...]:
    """Questions of members in order; *points* are the lines that take up a point of the outline and are left out."""
    found = []
    for k, line in enumerate(log.lines):
        if k in points or line.is_kol or not line.is_question or not _stands_alone(line):
            continue
        at, confidence = _answer(log, k)
        if at is not None and confidence >= SURE:
            answer = quote_of(_with_next(log, at))
            found.append(Asked(question=quote_of([line]), answer=answer, confidence=round(confidence, 2)))
        elif confidence < OPEN:
            found.append(Asked(question=quote_of([line]), answer=None, confidence=0.0))
    return tuple(found)


def _stands_alone(line: Line) -> bool:
    return len(line.words) >= _WORDS and line.is_talk


def _answer(log: Log, asked: int) -> tuple[int | None, float]:
    """The likeliest answer to line *asked*: (index, confidence), or (None, 0.0)."""
    replied = log.replies.get(log.lines[asked].message.id)
    if replied is not None:
        return replied, 1.0
    window = range(asked + 1, min(len(log.lines), asked + 1 + REACH))
    best, at = max(((_confidence(log, asked, k), -k) for k in window), default=(0.0, 0))
    return (-at, best) if best > 0 else (None, 0.0)


def _confidence(log: Log, asked: int, k: int) -> float:
    question, line = log.lines[asked], log.lines[k]
    if line.message.author == question.message.author:
        return 0.0
    like, near = cosine(question.vector, line.vector), 1 - (k - asked - 1) / REACH
    if names(line, question.message.name):
        return 0.6 + 0.2 * near + 0.2 * like
    if not line.is_talk or line.is_question or not like:
        return 0.0
    if line.is_kol:
        return min(0.9, 0.2 * near + 1.2 * like)
    return min(0.8, 0.15 * near + like)


def names(line: Line, name: str) -> bool:
    """Whether *line* begins by addressing *name*: `name: …`, `@name …`, `name，…`."""
    text, name = line.message.text.lstrip("@ ").casefold(), name.casefold()
    following = text[len(name) : len(name) + 1]
    return len(name) > 1 and text.startswith(name) and following in (":", ",", " ", "，", "：", "")


def _with_next(log: Log, k: int) -> Sequence[Line]:
    """Line *k* and the next one when the same person goes on."""
    following = log.lines[k + 1 : k + 2]
    goes_on = following and following[0].message.author == log.lines[k].message.author and not following[0].is_question
    return [log.lines[k], *following] if goes_on else [log.lines[k]]
