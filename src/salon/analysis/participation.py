"""Who spoke, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from salon.model import Message

_MOST_BUCKETS = 24
#: Widths in minutes that people count in.
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 10080, 43200, 525600)


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Messages said from *at* on, for the width of the bucket."""

    #: The hour alone where the source tells no day.
    at: datetime | time
    messages: int
    #: How many of them were the KOL's.
    kol_messages: int
    #: First and last of them; empty when there are none.
    message_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One person who spoke."""

    name: str
    messages: int
    is_kol: bool
    #: First and last of them.
    message_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One group whose code brought members."""

    name: str
    seats: int
    #: How many of them spoke, and how many messages they wrote.
    speakers: int
    messages: int


def bucket_width(messages: Sequence[Message]) -> timedelta:
    """The narrowest usual width that needs no more than 24 buckets."""
    if not messages:
        return timedelta(minutes=_WIDTHS[0])
    span = max(m.at for m in messages) - min(m.at for m in messages)
    fitting = (w for w in _WIDTHS if span < timedelta(minutes=w) * _MOST_BUCKETS)
    return timedelta(minutes=next(fitting, _WIDTHS[-1]))


def buckets(messages: Sequence[Message], kols: frozenset[str]) -> tuple[Bucket, ...]:
    """Messages over time, gaps included, oldest first. *kols* are authors who led."""
    if not messages:
        return ()
    began, width = min(m.at for m in messages), bucket_width(messages)
    filled: dict[int, list[Message]] = {}
    for message in messages:
        filled.setdefault((message.at - began) // width, []).append(message)
    return tuple(_bucket(began + k * width, filled.get(k, []), kols) for k in range(max(filled) + 1))


def _bucket(at: datetime, messages: Sequence[Message], kols: frozenset[str]) -> Bucket:
    return Bucket(
        at=at,
        messages=len(messages),
        kol_messages=sum(m.author in kols for m in messages),
        message_ids=_ends(messages),
    )


def voices(messages: Sequence[Message], kols: frozenset[str]) -> tuple[Voice, ...]:
    """Everyone who spoke, in the order of their first message: nobody is ranked."""
    theirs: dict[str, list[Message]] = {}
    for message in messages:
        theirs.setdefault(message.author, []).append(message)
    return tuple(
        Voice(name=said[-1].name, messages=len(said), is_kol=author in kols, message_ids=_ends(said))
        for author, said in theirs.items()
    )


def sources(messages: Sequence[Message], seats_by_source: Sequence[tuple[str, int]]) -> tuple[Source, ...]:
    """What each group brought, in the order given; a group without a seat that spoke comes last."""
    said = Counter(m.source for m in messages if m.source)
    speakers = Counter(source for source, _ in {(m.source, m.author) for m in messages if m.source})
    seats = dict(seats_by_source)
    names = [*seats, *sorted(set(said) - set(seats))]
    return tuple(
        Source(name=name, seats=seats.get(name, 0), speakers=speakers[name], messages=said[name]) for name in names
    )


def _ends(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((messages[0].id, messages[-1].id))) if messages else ()
