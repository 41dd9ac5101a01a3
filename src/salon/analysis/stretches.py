"""The log cut at the places where points were taken up: which lines belong to which point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Lines `first` to `last` (both counted from 0, *last* not included) in which *point* was talked about."""

    #: Index of the point; None before the first one was taken up.
    point: int | None
    first: int
    last: int


def stretches(places: Sequence[int | None], lines: int) -> tuple[Stretch, ...]:
    """All *lines* in order, cut where a point was taken up. Points at one and the same place share its stretch."""
    starts = sorted({place for place in places if place is not None})
    cuts = [0, *starts, lines] if not starts or starts[0] else [*starts, lines]
    owner = {place: point for point, place in reversed(tuple(enumerate(places))) if place is not None}
    return tuple(
        Stretch(point=owner.get(first), first=first, last=last) for first, last in pairwise(cuts) if first < last
    )
