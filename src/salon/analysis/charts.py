"""Geometry of the charts: plain numbers as text, ready for the SVG templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salon.analysis.participation import Bucket

#: Size of the participation chart in its own units; the page scales it.
WIDTH, HEIGHT, FLOOR = 720, 190, 150


@dataclass(frozen=True, kw_only=True)
class Column:
    """One bucket: the KOL's part at the foot, the members' above it."""

    x: str
    width: str
    kol_y: str
    kol_height: str
    member_y: str
    member_height: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where a point of the outline was taken up."""

    x: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A time under the chart."""

    x: str
    label: str
    #: "start", "middle" or "end", as SVG wants it.
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Messages over time as columns, with the times below and the points above."""

    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    #: Most messages in one bucket.
    most: int


def percent(part: int, whole: int) -> int:
    """*part* in hundredths of *whole*, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def activity(buckets: Sequence[Bucket], labels: Sequence[str], marks: Sequence[tuple[float, str]]) -> Activity:
    """Lay out *buckets* (each with its time in *labels*) and *marks* (place in buckets from the first, label)."""
    most = max((bucket.messages for bucket in buckets), default=0)
    step = WIDTH / max(1, len(buckets))
    return Activity(
        columns=tuple(_column(k, bucket, labels[k], step, most) for k, bucket in enumerate(buckets)),
        marks=_marks(buckets, marks, step),
        ticks=_ticks(labels, step),
        most=most,
    )


def _column(k: int, bucket: Bucket, label: str, step: float, most: int) -> Column:
    unit = (FLOOR - 34) / max(1, most)
    kol, members = bucket.kol_messages * unit, (bucket.messages - bucket.kol_messages) * unit
    return Column(
        x=_n(k * step + step * 0.12),
        width=_n(step * 0.76),
        kol_y=_n(FLOOR - kol),
        kol_height=_n(kol),
        member_y=_n(FLOOR - kol - members),
        member_height=_n(members),
        label=label,
    )


def _marks(buckets: Sequence[Bucket], marks: Sequence[tuple[float, str]], step: float) -> tuple[Mark, ...]:
    """Marks that would touch one another share a place: their labels are joined."""
    if not buckets:
        return ()
    placed: list[tuple[float, list[str]]] = []
    for place, label in sorted(marks, key=lambda mark: mark[0]):
        x = min(WIDTH - 10.0, max(10.0, place * step))
        if placed and x - placed[-1][0] < 22:
            placed[-1][1].append(label)
        else:
            placed.append((x, [label]))
    return tuple(Mark(x=_n(x), label=_joined(labels)) for x, labels in placed)


def _joined(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"


def _ticks(labels: Sequence[str], step: float) -> tuple[Tick, ...]:
    """First, middle and last time; fewer when there are few buckets."""
    if not labels:
        return ()
    last = len(labels) - 1
    wanted = {0: "start", last // 2: "middle", last: "end"} if last >= 4 else {0: "start"}
    places = {"start": 0.0, "middle": (last // 2 + 0.5) * step, "end": float(WIDTH)}
    return tuple(Tick(x=_n(places[anchor]), label=labels[k], anchor=anchor) for k, anchor in wanted.items())


def _n(number: float) -> str:
    """At most one digit after the point, the same on every machine."""
    return f"{round(number + 1e-9, 1):g}"
