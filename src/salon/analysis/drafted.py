"""Sentences of a language model: which of them the messages bear out.

A model may only say again what messages say. Every number, name and link of a sentence must stand in the messages
that it names, and so must most of its words; a "not" more or less than the nearest clause has ends it too. This
catches inventions, not every misreading: what is printed is marked as drafted by a model, with its messages beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from salon.analysis.words import words
from salon.model import Discussion, Message, Sentence

#: Longest sentence, in characters, and the most for one place.
LONGEST, MOST = 240, 3
#: Part of a sentence's words that its messages must have.
_BORNE_OUT = 0.6

_LINK = re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s，。；）]*[\w/]|\b[\w-]+\.(?:com|cn|org|net|io)\b[\w/.-]*", re.I)
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
#: A number in Chinese characters: two of its signs in a row, or one with a measure.
_CHINESE_NUMBER = re.compile(
    r"[零一二两三四五六七八九十百千万亿半几数]{2,}|[零一二两三四五六七八九十百千万亿半]+[成倍分点块元年月天号期人席家位票次%]"
)
_NAME = re.compile(r"\b[A-Z][A-Za-z'’-]+")
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]+)[”\"」』]")
_MARKUP = re.compile(r"[<>`*_#|\[\]{}\\]|&\w+;")
_CLAUSE = re.compile(r"[，。；！？,;!?\n]|\.(?=\s|$)")
_NEVER = re.compile(r"不|没|无|未|别|\b(?:not|no|never|none|nobody|nothing|cannot|without)\b|n['’]t\b", re.I)


def kept(discussion: Discussion) -> tuple[Sentence, ...]:
    """The sentences of `discussion.drafted` that hold, in their order; what fails is left out without a trace."""
    found: dict[str, list[Sentence]] = {}
    wrong = {sentence for sentence, _ in faulty(discussion.drafted, discussion)}
    for sentence in discussion.drafted:
        place = found.setdefault(sentence.place, [])
        if len(place) < MOST and sentence not in wrong:
            place.append(sentence)
    return tuple(sentence for place in found.values() for sentence in place)


def faulty(sentences: Iterable[Sentence], discussion: Discussion) -> Iterator[tuple[Sentence, str]]:
    """Those of *sentences* that the messages of *discussion* do not bear out, each with why."""
    sentences = tuple(sentences)
    if not sentences:
        return
    by_id = {message.id: message for message in discussion.messages if message.role != "system"}
    names = frozenset(name for message in by_id.values() if len(name := message.name.strip()) > 1)
    context = " ".join([discussion.topic, *(p for s in discussion.outline for p in (s.title, *s.questions))])
    for sentence in sentences:
        if why := fault(sentence, by_id, context, names):
            yield sentence, why


def fault(sentence: Sentence, by_id: Mapping[str, Message], context: str, names: Iterable[str]) -> str:
    """Why *sentence* may not be printed, or an empty text.

    *context* is topic and outline, whose words (never numbers or names) a sentence may use too; *names* are those of
    all members.
    """
    text = sentence.text
    if not 0 < len(text.strip()) <= LONGEST or "\n" in text or _MARKUP.search(text):
        return "it is empty, too long, or more than plain text"
    if not sentence.message_ids or any(id not in by_id for id in sentence.message_ids):
        return "it names no message, or one that is not there"
    source = " ".join(f"{by_id[id].name} {by_id[id].text}" for id in dict.fromkeys(sentence.message_ids))
    if missing := _missing(text, source, names):
        return f"its messages do not say {missing!r}"
    if bool(_NEVER.search(text)) != bool(
        _NEVER.search(_nearest(text, [by_id[id].text for id in sentence.message_ids]))
    ):
        return "it says no where its messages say yes, or yes where they say no"
    return "" if _is_borne_out(text, source, context) else "too few of its words are in its messages"


def _missing(text: str, source: str, names: Iterable[str]) -> str:
    """The first link, number, quotation or name of *text* that *source* does not have."""
    low = source.casefold()
    named = [
        *(found[0] for found in _LINK.finditer(text)),
        *_QUOTED.findall(text),
        # Whatever has a capital may be a name, but for fillers at the beginning of a sentence.
        *(found for found in _NAME.findall(text) if words(found)),
        *(name for name in names if name in text),
    ]
    numbers = {*_NUMBER.findall(source), *_CHINESE_NUMBER.findall(source)}
    counted = [*_NUMBER.findall(text), *(n for n in _CHINESE_NUMBER.findall(text) if n not in source)]
    # Digits count as a whole: the 3 of 13 is no 3.
    loose = [name for name in named if name.casefold() not in low] + [n for n in counted if n not in numbers]
    return loose[0] if loose else ""


def _nearest(text: str, sources: Iterable[str]) -> str:
    """The clause of *sources* that shares most words with *text*."""
    wanted = set(words(text))
    clauses = [clause for source in sources for clause in _CLAUSE.split(source) if clause.strip()]
    return max(clauses, key=lambda clause: len(wanted & {*words(clause)}), default="")


def _is_borne_out(text: str, source: str, context: str) -> bool:
    said, known = words(text), {*words(source), *words(context)}
    return bool(said) and sum(word in known for word in said) >= _BORNE_OUT * len(said)
