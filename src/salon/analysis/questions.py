"""Questions that members asked, with the answer where one can be told, and those left open."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from salon.analysis.cue import Pattern
from salon.analysis.likeness import cosine
from salon.analysis.log import Line, Log, greets
from salon.analysis.quotes import Quote, can_join, quote_of

_FIRST_WORD = re.compile(r"\s*@?([^\s:,，：@]+)(?:[\s:,，：]|$)")
_THANKS = Pattern(r"谢|多谢|\b(?:thanks|thank you|thx|ty)\b", re.I)
#: "Same question": whoever would know it too does not answer.
_ASKS_TOO = Pattern(
    r"^\W*(?:同问|同求|蹲|\+1(?!\d)|我也(?:想|要)(?:问|知道)|(?:same question|me too|following|bump)\b)", re.I
)
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
    starts, found = _starts(log, people), []
    for k, line in enumerate(log.lines):
        # What goes on after dots is no question by itself.
        if line.message.text.lstrip().startswith(("..", "…")):
            continue
        if k in points or line.is_kol or not line.is_question or len(line.words) < _WORDS or not line.is_talk:
            continue
        asked, section = addressee(line, people), parts[k] if parts else 0
        at, confidence = _answer(log, k, asked, starts)
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


def _answer(log: Log, asked: int, addressed: str, starts: Sequence[str]) -> tuple[int | None, float]:
    """The likeliest answer to line *asked*, put to *addressed*: (index, confidence), or (None, 0.0)."""
    question = log.lines[asked].message
    author = question.author
    replies = [k for k in log.replies.get(question.id, ()) if log.lines[k].message.author != author]
    if told := [k for k in replies if _tells(log.lines[k])]:
        return told[0], 1.0
    if any(_asks_back(log.lines[k]) for k in replies):
        # That is no answer, and yet the question was heard.
        return None, OPEN
    name, best, at = question.name.casefold(), 0.0, None
    words = log.lines[asked].vector.keys()
    for k, line in enumerate(log.lines[asked + 1 : asked + 1 + REACH], asked + 1):
        if line.message.author == author:
            continue
        by_name = starts[k].startswith(name) and _begins_with(starts[k], name)
        # Whoever neither names who asked nor takes up a word of it answers something else, as most lines do.
        if by_name or (line.is_talk and not line.is_question and not words.isdisjoint(line.vector)):
            confidence = _confidence(log, asked, k, addressed, by_name)
            if confidence > best:
                best, at = confidence, k
    return at, best


def _tells(reply: Line) -> bool:
    """Whether a line that replies to a question says something on it: no thanks, no "same question"."""
    return not (_asks_back(reply) or greets(reply) or _ASKS_TOO.is_in(reply.message.text))


def _asks_back(reply: Line) -> bool:
    return not reply.is_kol and reply.message.text.rstrip().endswith(("?", "？"))


def _confidence(log: Log, asked: int, k: int, addressed: str, by_name: bool) -> float:
    """How likely line *k*, of somebody else, answers line *asked*; *by_name*: it begins by addressing who asked."""
    question, line = log.lines[asked], log.lines[k]
    like, near = cosine(question.vector, line.vector), 1 - (k - asked - 1) / REACH
    meant = 1.0 if not addressed or line.message.name.casefold() == addressed else 0.6
    if by_name:
        if line.is_question or _asks_again(log, asked, k):
            # Asked back, or the answer to what the same person asked later: no answer to print, nor an open question.
            return OPEN
        if _THANKS.is_in(line.message.text):
            return 0.0
        # A greeting is neither an answer nor a sign that there is none.
        return OPEN if greets(line) else meant * (0.6 + 0.2 * near + 0.2 * like)
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
    name = name.casefold()
    return _begins_with(_start(line, len(name)), name)


def _starts(log: Log, people: Iterable[str]) -> list[str]:
    """The beginning of each line in lower case, as long as the longest name of *people* (in lower case)."""
    longest = max(map(len, people), default=0)
    return [_start(line, longest) for line in log.lines]


def _start(line: Line, length: int) -> str:
    # No more than is compared: a letter folds to one or more.
    return line.message.text.lstrip("@ ")[: length + 1].casefold()


def _begins_with(start: str, name: str) -> bool:
    following = start[len(name) : len(name) + 1]
    return len(name) > 1 and start.startswith(name) and following in (":", ",", " ", "，", "：", "")


def _with_next(log: Log, k: int) -> Sequence[Line]:
    """Line *k* and the next one when the same person goes on."""
    two = log.lines[k : k + 2]
    goes_on = len(two) == 2 and can_join(*two) and not two[1].is_question
    return two if goes_on else two[:1]
