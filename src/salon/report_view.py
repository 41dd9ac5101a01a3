"""What the report's templates are filled with: texts, numbers already formatted, places already worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salon.analysis.charts import activity, percent
from salon.analysis.quotes import Quote
from salon.model import Discussion, Message
from salon.report import Outcome, Point, Report

View = dict[str, Any]
_PLAIN_ID = re.compile(r"[A-Za-z0-9.-]")
#: Answered and open questions, and addresses, that are printed; the JSON has all of them.
_MOST_QUESTIONS, _MOST_LINKS, _MOST_VOICES = 12, 40, 60


class _Row(NamedTuple):
    """One message of the log, and which point *begins* there; templates find attributes faster than keys."""

    anchor: str
    begins: str
    hour: str
    name: str
    is_same: bool
    is_kol: bool
    text: str


def anchor(message_id: str) -> str:
    """Name of a message's place in the page: `m-` and the id, other signs than letters and digits as numbers."""
    return "m-" + "".join(c if _PLAIN_ID.fullmatch(c) else f"_{ord(c):x}_" for c in message_id)


def view_of(report: Report, discussion: Discussion) -> View:
    """Everything that `templates/report/*` may use, by name; the first line of each template lists it."""
    return _Telling(report, discussion).view()


class _Telling:
    """Report and discussion, put into words and numbers for one reader's language."""

    def __init__(self, report: Report, discussion: Discussion) -> None:
        self.report = report
        self.zone = _zone(report.timezone)
        self.messages: Mapping[str, Message] = {m.id: m for m in discussion.messages if m.role != "system"}
        # By author, not by name: a member may have taken the KOL's name.
        self.kols = {self.messages[v.message_ids[0]].author for v in report.voices if v.is_kol}

    def view(self) -> View:
        """The whole of it."""
        r = self.report
        found = [p for p in r.sections if p.message_id is not None]
        return {
            **self._head(),
            "found": str(len(found)),
            "points": str(len(r.sections)),
            "parts": self._parts(),
            "best": self._quote(best) if (best := _best(r)) else None,
            "vote": max((self._poll(p) for p in r.polls if p.total), key=lambda p: int(p["total"]), default=None),
            "polls": [self._poll(p) for p in r.polls],
            "prologue": [self._quote(q) for q in r.prologue],
            "notable": [self._quote(q) for q in r.notable],
            "answered": [self._asked(a.question, a.answer) for a in r.answered[:_MOST_QUESTIONS]],
            "open_questions": [self._asked(a.question, None) for a in r.open_questions[:_MOST_QUESTIONS]],
            "minutes": [self._minute(kind) for kind in dict.fromkeys(m.kind for m in r.minutes)],
            "links": [self._link(link.url, link.host, link.message_ids) for link in r.links[:_MOST_LINKS]],
            "more_links": _count(len(r.links) - _MOST_LINKS),
            "chart": self._chart(),
            "voices": [
                {"name": v.name, "messages": str(v.messages), "is_kol": v.is_kol} for v in r.voices[:_MOST_VOICES]
            ],
            "more_voices": _count(len(r.voices) - _MOST_VOICES),
            "sources": self._sources(),
            "unread_lines": _count(r.unread_lines),
            "log": list(self._log()),
        }

    def _head(self) -> View:
        r = self.report
        return {
            "topic": r.topic,
            "series_name": r.series_name,
            "number": _count(r.number),
            "kols": list(r.kols),
            "kol_title": r.kol_title,
            "kol_bio": r.kol_bio,
            "day": f"{self._local(r.began_at):%Y-%m-%d}" if r.began_at else "",
            "began": self._hour(r.began_at),
            "ended": self._hour(r.ended_at),
            "timezone": r.timezone,
            "messages": str(r.messages),
            "speakers": str(r.speakers),
            "seats": _count(r.seats),
            "waiting": _count(r.waiting),
        }

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _hour(self, at: datetime | None) -> str:
        return f"{self._local(at):%H:%M}" if at else ""

    def _parts(self) -> list[View]:
        """Sections of the outline, each with its points, prompts and polls."""
        parts: dict[int, View] = {}
        for number, point in enumerate(self.report.sections, 1):
            part = parts.setdefault(point.section, self._part(point))
            part["points"].append(self._point(str(number), point))
        return list(parts.values())

    def _part(self, point: Point) -> View:
        r = self.report
        return {
            "number": str(point.section),
            "title": point.section_title,
            # A section without questions is its own point: its title is printed once.
            "is_point": point.title == point.section_title,
            "points": [],
            "prompts": [text for section, text in r.prompts if section == point.section],
        }

    def _point(self, number: str, point: Point) -> View:
        message = self.messages[point.message_id] if point.message_id is not None else None
        return {
            "number": number,
            "title": point.title,
            "anchor": anchor(message.id) if message else "",
            "hour": self._hour(message.at) if message else "",
            "by": message.name if message else "",
            "messages": str(point.messages),
            "quotes": [self._quote(q) for q in point.quotes],
        }

    def _quote(self, quote: Quote) -> View:
        first = self.messages[quote.message_ids[0]]
        return {
            "pieces": [piece for piece in quote.text.split("\n") if piece.strip()],
            "name": quote.name,
            "is_kol": first.author in self.kols,
            "anchor": anchor(first.id),
            "hour": self._hour(first.at),
        }

    def _asked(self, question: Quote, answer: Quote | None) -> View:
        return {"question": self._quote(question), "answer": self._quote(answer) if answer else None}

    def _poll(self, poll: Outcome) -> View:
        most = max(poll.votes, default=0)
        rows = [
            {
                "option": option,
                "votes": str(votes),
                "percent": str(percent(votes, poll.total)),
                "is_first": 0 < votes == most,
            }
            for option, votes in zip(poll.options, poll.votes, strict=True)
        ]
        leading = [row for row in rows if row["is_first"]]
        return {
            "question": poll.question,
            "total": str(poll.total),
            "rows": rows,
            # None where nobody voted or two options lead.
            "leading": leading[0] if len(leading) == 1 else None,
        }

    def _minute(self, kind: str) -> View:
        marks = [m for m in self.report.minutes if m.kind == kind]
        return {
            "kind": kind,
            "marks": [{"text": m.text, "name": m.name, "anchor": anchor(m.message_id)} for m in marks],
        }

    def _link(self, url: str, host: str, ids: Sequence[str]) -> View:
        first = self.messages[ids[0]]
        shown = url.split("://", 1)[1].removeprefix("www.").rstrip("/")
        return {
            "url": url,
            "host": host,
            "shown": shown if len(shown) <= 80 else shown[:79] + "…",
            "name": first.name,
            "anchor": anchor(first.id),
            "hour": self._hour(first.at),
        }

    def _chart(self) -> View:
        r = self.report
        marks = [
            (self.messages[p.message_id].at, str(number))
            for number, p in enumerate(r.sections, 1)
            if p.message_id is not None
        ]
        laid = activity(r.buckets, [self._hour(b.at) for b in r.buckets], marks)
        return {**asdict(laid), "minutes": str(int(r.bucket_width.total_seconds() // 60)), "most": str(laid.most)}

    def _sources(self) -> list[View]:
        most = max((s.seats for s in self.report.sources), default=0)
        return [
            {
                "name": s.name,
                "seats": str(s.seats),
                "speakers": str(s.speakers),
                "messages": str(s.messages),
                "percent": str(percent(s.seats, most)),
            }
            for s in self.report.sources
        ]

    def _log(self) -> Iterator[_Row]:
        """Everything that was said, in order, with the number of the point that began there."""
        # Backwards, so that of points at one place the first is named.
        begins = {p.message_id: str(k) for k, p in reversed([*enumerate(self.report.sections, 1)])}
        before = ("", "")
        for message in self.messages.values():
            voice = (message.author, message.name)
            yield _Row(
                anchor=anchor(message.id),
                begins=begins.get(message.id, ""),
                hour=self._hour(message.at),
                name=message.name,
                is_same=voice == before and message.id not in begins,
                is_kol=message.author in self.kols,
                text=message.text,
            )
            before = voice


def _best(report: Report) -> Quote | None:
    """The one sentence to show first: of the quotes on the points, else of the others, that of the best message."""
    rank = {id: k for k, id in enumerate(report.highlights)}
    told = [quote for point in report.sections for quote in point.quotes[:2]] or list(report.notable)
    return min(told, key=lambda quote: rank.get(quote.message_ids[0], len(rank)), default=None)


def _count(n: int) -> str:
    """*n* as text; empty for nothing, so that templates can ask with `if`."""
    return str(n) if n > 0 else ""


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
