"""Questions that members asked, with the answer where one can be told, and those left open."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from salon.analysis.likeness import cosine
from salon.analysis.log import Line, Log
from salon.analysis.quotes import Quote, can_join, quote_of

_FIRST_WORD = re.compile(r"\s*@?([^\s:,，：@]+)(?:[\s:,，：]|$)")
_THANKS = re.compile(r"谢|多谢|\b(?:thanks|thank you|thx|ty)\b", re.I)
#: A pair is printed from the first on; a question is open where nothing reaches the second; between, it is left out.
SURE, OPEN = 0.6, 0.4
#: Lines after a question in which its answer is looked for.
REACH = 20
#: Lines after a question in which whoever takes up a word of it may be answering.
SOON = 1
#: Fewer words than this make no question that can be read alone.
_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question, and the answer if one was found."""

    question: Quote
    answer: Quote | None
    #: 0 to 1: how sure the pair is; 0 without one.
    confidence: float
    #: Section of the outline in which it was asked, counted from 1; 0: before the first, or not known.
    section: int = 0


def questions(log: Log, points: frozenset[int], parts: Sequence[int] = ()) -> tuple[Asked, ...]:
    """Questions of members in order; *points* are the lines that take up a point of the outline and are left out.

    *parts* gives each line its section of the outline; empty: not known.
    """
    people = {line.message.name.casefold(): line.is_kol for line in log.lines}
    found = []
    for k, line in enumerate(log.lines):
        if k in points or line.is_kol or not line.is_question or len(line.words) < _WORDS or not line.is_talk:
            continue
        asked, section = addressee(line, people), parts[k] if parts else 0
        at, confidence = _answer(log, k, asked)
        if at is not None and confidence >= SURE:
            answer = quote_of(_with_next(log, at))
            question = quote_of([line])
            found.append(Asked(question=question, answer=answer, confidence=round(confidence, 2), section=section))
        elif confidence < OPEN and people.get(asked, True) and not _goes_on(log, k):
            # What one member asks another by name is their own talk, and who talks on asks of nobody.
            found.append(Asked(question=quote_of([line]), answer=None, confidence=0.0, section=section))
    return tuple(found)


def _goes_on(log: Log, k: int) -> bool:
    following = log.lines[k + 1 : k + 2]
    return bool(following) and following[0].message.author == log.lines[k].message.author


def _answer(log: Log, asked: int, addressed: str) -> tuple[int | None, float]:
    """The likeliest answer to line *asked*, put to *addressed*: (index, confidence), or (None, 0.0)."""
    replied = log.replies.get(log.lines[asked].message.id)
    if replied is not None:
        return replied, 1.0
    window = range(asked + 1, min(len(log.lines), asked + 1 + REACH))
    name = log.lines[asked].message.name.casefold()
    best, at = max(((_confidence(log, asked, k, addressed, name), -k) for k in window), default=(0.0, 0))
    return (-at, best) if best > 0 else (None, 0.0)


def _confidence(log: Log, asked: int, k: int, addressed: str, name: str) -> float:
    """How likely line *k* answers line *asked*, whose author is shown as *name* (folded)."""
    question, line = log.lines[asked], log.lines[k]
    if line.message.author == question.message.author:
        return 0.0
    by_name = _names(line, name)
    if not by_name and (not line.is_talk or line.is_question):
        return 0.0
    like, near = cosine(question.vector, line.vector), 1 - (k - asked - 1) / REACH
    meant = 1.0 if not addressed or line.message.name.casefold() == addressed else 0.6
    if by_name:
        if line.is_question or _asks_again(log, asked, k):
            # Asked back, or the answer to what the same person asked later: no answer to print, nor an open question.
            return OPEN
        return 0.0 if _THANKS.search(line.message.text) else meant * (0.6 + 0.2 * near + 0.2 * like)
    if not like:
        return 0.0
    # Whoever takes up a word at once may well answer: too little to print a pair, too much to call the question open.
    least = OPEN if k - asked <= SOON and meant == 1.0 else 0.0
    if line.is_kol:
        return max(least, meant * min(0.9, 0.2 * near + 1.2 * like))
    return max(least, meant * min(0.8, 0.15 * near + like))


def _asks_again(log: Log, asked: int, k: int) -> bool:
    """Whether the author of line *asked* asks something else before line *k*."""
    author = log.lines[asked].message.author
    return any(line.is_question and line.message.author == author for line in log.lines[asked + 1 : k])


def addressee(line: Line, people: Container[str]) -> str:
    """Whom *line* addresses in its first word, of *people* (names in lower case); empty: nobody."""
    first = _FIRST_WORD.match(line.message.text)
    name = first[1].casefold() if first else ""
    return name if name in people else ""


def names(line: Line, name: str) -> bool:
    """Whether *line* begins by addressing *name*: `name: …`, `@name …`, `name，…`."""
    return _names(line, name.casefold())


def _names(line: Line, name: str) -> bool:
    # No more than is compared: a letter folds to one or more.
    text = line.message.text.lstrip("@ ")[: len(name) + 1].casefold()
    following = text[len(name) : len(name) + 1]
    return len(name) > 1 and text.startswith(name) and following in (":", ",", " ", "，", "：", "")


def _with_next(log: Log, k: int) -> Sequence[Line]:
    """Line *k* and the next one when the same person goes on."""
    two = log.lines[k : k + 2]
    goes_on = len(two) == 2 and can_join(*two) and not two[1].is_question
    return two if goes_on else two[:1]
