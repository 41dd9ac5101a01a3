"""What came of the evening: what people marked, then what their wording says. What is unsure is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import islice

from salon.analysis.cue import Texts
from salon.analysis.cues import (
    PROMISE,
    PROPOSAL,
    SETTLED,
    assents,
    is_settled,
    objects,
    promises,
    proposes,
)
from salon.analysis.likeness import cosine
from salon.analysis.log import Line, Log
from salon.analysis.quotes import Quote, quote_of
from salon.analysis.tags import Tagged
from salon.analysis.told import Finding
from salon.analysis.words import words

#: Findings of one kind that are found by wording, and other voices beside one, at most.
MOST, MOST_OTHERS = 5, 4
#: Of a longer talk only so many lines, the best, are read for their wording: more than any evening has.
SIGHT = 3000
#: People who must agree with a statement in so many words before it is an agreement.
ASSENTS = 2
#: Words of topic that a finding has at least; a finding this like a marked one says the same.
_ALONE, _SAME = 4, 0.6
_NAME = re.compile(r"@?([^\s@:,，：。、；;！!?？（）()]+)")
_AFTER = re.compile(r"[@由请]")
_LONGEST_NAME = 24
_FIRST_PERSON = re.compile(r"^\s*我|我来|我负责|由我|\b(?:i'll|i will|i'm going to|i am going to)\b", re.I)

Voices = Mapping[int, Sequence[int]]


def findings(
    log: Log, ranked: Sequence[int], marks: Sequence[Tagged], answers: Mapping[int, int], parts: Sequence[int]
) -> tuple[Finding, ...]:
    """Findings in the order of the evening.

    *ranked* are lines, best first; *marks* what people marked; *answers* says which line answers which (as
    `exchange.targets`); *parts* gives each line its section of the outline, counted from 1, 0 before the first.
    """
    agreeing, objecting = _voices(log, answers, assents), _voices(log, answers, objects)
    people = {line.message.name.casefold(): line.message.name for line in log.lines}
    at = {line.message.id: k for k, line in enumerate(log.lines)}
    found: list[tuple[int, Finding]] = []
    for mark in marks:
        k = at.get(mark.message_id)
        if k is not None:
            found.append((k, _marked(log, mark, k, parts[k], people, objecting)))
    taken = {id for _, finding in found for id in finding.quote.message_ids}
    said = [log.space.vector(words(mark.text)) for mark in marks]
    # Only talk that can be read alone; what says the same as a mark was told by the mark.
    free = [k for k in ranked[:SIGHT] if _can_stand(log.lines[k]) and log.lines[k].message.id not in taken]
    for k, finding in _by_wording(log, free, parts, agreeing, objecting):
        if not any(cosine(log.lines[k].vector, other) > _SAME for other in said):
            found.append((k, finding))
    return tuple(finding for _, finding in sorted(found, key=lambda pair: pair[0]))


def _voices(log: Log, answers: Mapping[int, int], says: Callable[[str], bool]) -> Voices:
    """Index of a line → the lines of others that say so of it, one for each author."""
    voices: dict[int, dict[str, int]] = {}
    for k, about in answers.items():
        line = log.lines[k].message
        if says(line.text):
            voices.setdefault(about, {}).setdefault(line.author, k)
    return {k: tuple(authors.values()) for k, authors in voices.items()}


def _marked(log: Log, mark: Tagged, k: int, section: int, people: Mapping[str, str], objecting: Voices) -> Finding:
    return Finding(
        kind=mark.kind,
        quote=Quote(text=mark.text, name=mark.name, message_ids=(mark.message_id,)),
        section=section,
        is_marked=True,
        owner=owner_of(mark.text, mark.name, people) if mark.kind == "action" else "",
        others=_quotes(log, objecting.get(k, ())),
    )


def _by_wording(
    log: Log, free: Sequence[int], parts: Sequence[int], agreeing: Voices, objecting: Voices
) -> Iterable[tuple[int, Finding]]:
    """Findings of every kind, the best of each kind first; a line is one of them at most."""
    taken: set[int] = set()
    texts = Texts([log.lines[k].message.text for k in free])
    # Where a word of the kind stands: nearly all lines are none of it, and need no closer look.
    settled, promised, proposed = ({free[n] for n in texts.near(*cues)} for cues in (SETTLED, PROMISE, PROPOSAL))
    kinds: tuple[tuple[str, Container[int], Callable[[int], bool]], ...] = (
        ("disagreement", objecting, lambda k: _is_disputed(log, k, agreeing, objecting)),
        ("agreement", settled | agreeing.keys(), lambda k: _is_agreed(log, k, agreeing, objecting)),
        ("action", promised, lambda k: promises(log.lines[k].message.text)),
        ("idea", proposed, lambda k: proposes(log.lines[k].message.text)),
    )
    for kind, among, fits in kinds:
        for k in islice((k for k in free if k in among and k not in taken and fits(k)), MOST):
            taken.add(k)
            yield k, _found(log, k, kind, parts[k], agreeing, objecting)


def _is_disputed(log: Log, k: int, agreeing: Voices, objecting: Voices) -> bool:
    """Whether a statement was objected to, by as many as agreed; "I don't think so" after a question answers it."""
    return not log.lines[k].is_question and len(objecting[k]) >= len(agreeing.get(k, ()))


def _is_agreed(log: Log, k: int, agreeing: Voices, objecting: Voices) -> bool:
    if log.lines[k].is_question:
        return False
    if len(agreeing.get(k, ())) >= ASSENTS:
        return True
    return k not in objecting and is_settled(log.lines[k].message.text)


def _found(log: Log, k: int, kind: str, section: int, agreeing: Voices, objecting: Voices) -> Finding:
    line = log.lines[k]
    # Those who object come first: a minority is not to be lost behind a majority. A bare "+1" is no voice to print.
    others = [*objecting.get(k, ()), *(v for v in agreeing.get(k, ()) if _can_stand(log.lines[v]))]
    return Finding(
        kind=kind,
        quote=quote_of([line]),
        section=section,
        is_marked=False,
        owner=line.message.name if kind == "action" else "",
        others=_quotes(log, others) if kind in ("agreement", "disagreement") else (),
    )


def _quotes(log: Log, lines: Iterable[int]) -> tuple[Quote, ...]:
    return tuple(quote_of([log.lines[k]]) for k in islice(lines, MOST_OTHERS))


def _can_stand(line: Line) -> bool:
    return line.is_talk and len(line.words) >= _ALONE


def owner_of(text: str, author: str, people: Mapping[str, str]) -> str:
    """Shown name of who will do what *text* says: somebody it names, of *people* (lower case → shown name); the
    *author*, where it says "I"; else nobody."""
    for start in (0, *(found.end() for found in _AFTER.finditer(text))):
        named = _name_at(text, start, people)
        if named:
            return named
    if _FIRST_PERSON.search(text):
        return author
    tokens = (people.get(token.casefold(), "") for token in _NAME.findall(text) if len(token) > 1)
    return next((name for name in tokens if name), "")


def _name_at(text: str, start: int, people: Mapping[str, str]) -> str:
    """The longest name that stands at *start*; a Latin one ends where its word does."""
    for end in range(min(len(text), start + _LONGEST_NAME), start + 1, -1):
        name = people.get(text[start:end].casefold())
        if name and not (text[end - 1].isascii() and text[end : end + 1].isascii() and text[end : end + 1].isalnum()):
            return name
    return ""
