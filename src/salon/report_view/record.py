"""The record of an evening: who spoke, from which groups, when, and every message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from salon.analysis.charts import activity, percent
from salon.report import Report
from salon.report_view.quoting import Quoting, View, anchor
from salon.report_view.results import count

#: Names that are printed; the JSON has all of them.
_MOST_VOICES = 60


class Row(NamedTuple):
    """One message of the log, and which point *begins* there; templates find attributes faster than keys."""

    anchor: str
    begins: str
    hour: str
    name: str
    is_same: bool
    is_kol: bool
    is_double: bool
    text: str


def chart_of(report: Report, q: Quoting) -> View:
    """Messages over time, laid out for the template that draws them."""
    marks = [(q.messages[id].at, number) for id, number in q.begins.items()]
    laid = activity(report.buckets, [q.hour(b.at) for b in report.buckets], marks)
    return {**asdict(laid), "minutes": str(int(report.bucket_width.total_seconds() // 60)), "most": str(laid.most)}


def voices_of(report: Report, q: Quoting) -> View:
    """Who spoke, the KOL first, then as they first spoke: nobody is ranked in public."""
    order = {id: k for k, id in enumerate(q.messages)}
    voices = sorted(report.voices, key=lambda v: (not v.is_kol, order[v.message_ids[0]]))
    shown = [{"name": v.name, **q.person(q.messages[v.message_ids[0]], v.name)} for v in voices[:_MOST_VOICES]]
    return {"voices": shown, "more_voices": count(len(voices) - _MOST_VOICES)}


def sources_of(report: Report) -> list[View]:
    """Seats and speakers per group, most seats first."""
    most = max((s.seats for s in report.sources), default=0)
    return [
        {
            "name": s.name,
            "seats": str(s.seats),
            "speakers": str(s.speakers),
            "messages": str(s.messages),
            "percent": str(percent(s.seats, most)),
            # Known only where the journal tells it: see `results.shares_of`.
            "questions": "",
            "answered": "0",
        }
        for s in report.sources
    ]


def log_of(report: Report, q: Quoting) -> Iterator[Row]:
    """Every message that people wrote, and which points begin there."""
    begins: dict[str, str] = {}
    for number, point in enumerate(report.sections, 1):
        if point.message_id is not None:
            begins.setdefault(point.message_id, str(number))
    before = ("", "")
    for message in q.messages.values():
        voice = (message.author, message.name)
        is_same = voice == before and message.id not in begins
        person = {"is_kol": False, "is_double": False} if is_same else q.person(message, message.name)
        yield Row(
            anchor=anchor(message.id),
            begins=begins.get(message.id, ""),
            hour=q.hour(message.at),
            name=message.name,
            is_same=is_same,
            is_kol=bool(person["is_kol"]) or message.author in q.kols,
            is_double=bool(person["is_double"]),
            text=message.text,
        )
        before = voice
