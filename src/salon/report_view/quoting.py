"""Quotes as templates print them: pieces, whose they are, when, in which part of the evening, and where to look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping
from datetime import date, datetime, time
from typing import Any

from salon.analysis.log import said
from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.analysis.timing import zone_named
from salon.model import Discussion, Message
from salon.report import Report

View = dict[str, Any]
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]")


def anchor(message_id: str) -> str:
    """Name of a message's place in the page: `m-` and the id, other signs than letters and digits as numbers."""
    if message_id.isascii() and message_id.isalnum():
        return f"m-{message_id}"
    return "m-" + _NOT_PLAIN.sub(lambda sign: f"_{ord(sign[0]):x}_", message_id)


class Quoting:
    """The messages of one discussion, and how its quotes are shown."""

    def __init__(self, report: Report, discussion: Discussion) -> None:
        self.discussion = discussion
        self.zone = zone_named(report.timezone)
        self.has_hours = discussion.has_hours
        #: When the first was said, for laying out the others in order.
        self.began_at = min((m.at for m in said(discussion)), default=None)
        self.messages: Mapping[str, Message] = {m.id: m for m in discussion.messages if m.role != "system"}
        #: Message → its place in the evening, from 0.
        self.order = {id: k for k, id in enumerate(self.messages)}
        #: Message at which a point of the outline begins → its number; the first where several begin.
        self.begins: dict[str, str] = {}
        for number, point in enumerate(report.sections, 1):
            # A topic by command on which there is nothing to print has no place in the page.
            if point.message_id is not None and not report.is_bare(number):
                self.begins.setdefault(point.message_id, str(number))
        #: Messages that each of these points has: one that an editor left out may come after.
        self._lengths = {p.message_id: p.messages for p in reversed(report.sections) if p.message_id}
        #: Names under which people spoke.
        self.names = frozenset(m.name for m in self.messages.values())
        # By author, not by name: a member may have taken the KOL's name.
        self.kols = {self.messages[v.message_ids[0]].author for v in report.voices if v.is_kol}
        self._kol_names = {_folded(name) for name in report.kols}
        self._numbers = self._numbered({m.id for m in said(discussion)})
        self._shown: Counter[str] = Counter()

    def _numbered(self, spoken: Container[str]) -> dict[str, str]:
        """Id of each message → number of the point that was being talked about; empty where there was none."""
        numbers, now, left = {}, "", 0
        for id in self.messages:
            if id in self.begins:
                now, left = self.begins[id], self._lengths[id]
            numbers[id] = now if left > 0 else ""
            left -= id in spoken
        return numbers

    def quote(self, quote: Quote, *, is_placed: bool = True) -> View:
        """One quote: pieces, name, is_kol, is_double, anchor, anchors, id, hour, number (of its point).

        *is_placed*: it gets a place of its own in the page; else its id is empty.
        """
        first = self.messages[quote.message_ids[0]]
        place = anchor(first.id)
        self._shown[place] += is_placed
        again = self._shown[place]
        return {
            "pieces": [piece for piece in quote.text.split("\n") if piece.strip()],
            **self.person(first, quote.name),
            "anchor": place,
            "anchors": " ".join(anchor(id) for id in quote.message_ids),
            # The same message may be quoted twice; an id may not stand twice in a page.
            "id": (f"q{place[1:]}" + (f"_{again}" if again > 1 else "")) if is_placed else "",
            "hour": self.place(first),
            "number": self._numbers[first.id],
        }

    def person(self, message: Message, name: str) -> View:
        """Who said *message*: name, is_kol, is_double (a member who goes by the KOL's name)."""
        is_kol = message.author in self.kols
        return {"name": name, "is_kol": is_kol, "is_double": not is_kol and _folded(name) in self._kol_names}

    def mark(self, mark: Tagged) -> View:
        """One sentence that somebody marked."""
        message = self.messages[mark.message_id]
        return {
            "text": mark.text,
            **self.person(message, mark.name),
            "anchor": anchor(message.id),
            "hour": self.place(message),
            "number": self._numbers[message.id],
        }

    def place(self, message: Message) -> str:
        """Where to look for *message*: its hour, `20:15`; where the source tells none its number, `#12`."""
        return self.hour(message.at) if self.has_hours else f"#{self.order[message.id] + 1}"

    def hour(self, at: datetime | date | time | None) -> str:
        """*at* as `20:15`, in the evening's own zone; empty for none, and for a day alone."""
        if isinstance(at, datetime):
            at = self.local(at)
        # By hand: every message of the log has one, and strftime takes three times as long.
        return f"{at.hour:02}:{at.minute:02}" if isinstance(at, datetime | time) else ""

    def local(self, at: datetime) -> datetime:
        """*at* in the evening's own zone."""
        return at.astimezone(self.zone)


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
