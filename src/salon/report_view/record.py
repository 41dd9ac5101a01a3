"""The record of an evening: who spoke, from which groups, when, and every message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from salon.analysis.charts import activity, percent
from salon.analysis.log import said
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
    #: Number of its author, from 0, as people first spoke; -1: it counts as nobody's (a program, nothing said).
    voice: int = -1
    #: Its place among all messages, from 0; how many were left out before it. Both only where some are left out.
    place: str = ""
    left_out: str = ""


def chart_of(report: Report, q: Quoting) -> View:
    """Messages over time, laid out for the template that draws them."""
    began, width = q.began_at, report.bucket_width
    places = {id: (q.messages[id].at - began) / width for id in q.begins} if began and width else {}
    marks = [(place, q.begins[id]) for id, place in places.items()]
    # One column tells nothing over time.
    buckets = report.buckets if len(report.buckets) > 1 else ()
    laid = activity(buckets, [q.hour(b.at) for b in buckets], marks)
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


def log_of(q: Quoting) -> Iterator[Row]:
    """Every message that people wrote, and which points begin there."""
    begins, before, people, voices = q.begins, ("", ""), dict[tuple[str, str], View](), dict[str, int]()
    spoken = {m.id for m in said(q.discussion)}
    for message in q.messages.values():
        id, author, voice = message.id, message.author, (message.author, message.name)
        if (person := people.get(voice)) is None:
            person = people[voice] = q.person(message, message.name)
        is_same = voice == before and id not in begins
        # By position: there is one for every message.
        yield Row(
            anchor(id),
            begins.get(id, ""),
            q.place(message),
            message.name,
            is_same,
            person["is_kol"],
            person["is_double"] and not is_same,
            message.text,
            voices.setdefault(author, len(voices)) if id in spoken else -1,
        )
        before = voice
