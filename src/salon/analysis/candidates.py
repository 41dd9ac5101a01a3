"""Members who might lead an evening. What they said speaks for them, and each name comes with its messages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from salon.analysis.log import Log
from salon.analysis.quotes import Quote
from salon.analysis.told import Candidate

#: Names proposed, messages shown for each, messages that somebody must have written to be proposed.
MOST, SHOWN, LEAST = 5, 6, 3


def candidates(
    log: Log, kols: frozenset[str], quoted: Iterable[Quote], answers: Mapping[int, int], unnamed: Container[str]
) -> tuple[Candidate, ...]:
    """Up to five members, best first: by how often they are quoted and how many others took up what they said.

    Whoever led (*kols*, or the host), shares a name with them, or asked not to be named (*unnamed*) is not proposed.
    A person counts once for each message that they take up, so that nobody talks a friend into it.
    """
    ids = {id for quote in quoted for id in quote.message_ids}
    led = {line.message.author for line in log.lines if line.message.role in ("kol", "host")} | kols
    names = {line.message.name.casefold() for line in log.lines if line.message.author in led}
    theirs: dict[str, list[int]] = {}
    for k, line in enumerate(log.lines):
        theirs.setdefault(line.message.author, []).append(k)
    taken_up = _taken_up(log, answers)
    found = [
        _candidate(log, said, ids, taken_up)
        for author, said in theirs.items()
        if author not in led
        and author not in unnamed
        and len(said) >= LEAST
        and not any(log.lines[k].message.name.casefold() in names for k in said)
    ]
    # Whoever talked alone was heard by nobody.
    best = sorted((c for c in found if c.quotes and len(theirs) > 1), key=lambda c: -(c.quotes + c.replies))
    return tuple(best[:MOST])


def _taken_up(log: Log, answers: Mapping[int, int]) -> Mapping[int, int]:
    """Index of a line → how many others answered it."""
    others: dict[int, set[str]] = {}
    for k, about in answers.items():
        others.setdefault(about, set()).add(log.lines[k].message.author)
    return {k: len(authors) for k, authors in others.items()}


def _candidate(log: Log, said: Sequence[int], quoted: Container[str], taken_up: Mapping[int, int]) -> Candidate:
    told = [k for k in said if log.lines[k].message.id in quoted]
    answered = [k for k in said if k in taken_up]
    best = sorted({*told, *answered}, key=lambda k: (log.lines[k].message.id not in quoted, -taken_up.get(k, 0), k))
    return Candidate(
        name=log.lines[said[-1]].message.name,
        message_ids=tuple(log.lines[k].message.id for k in sorted(best[:SHOWN])),
        messages=len(said),
        replies=sum(taken_up[k] for k in answered),
        quotes=len(told),
    )
