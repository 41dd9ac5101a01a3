"""Quotes as templates print them: pieces, whose they are, when, in which part of the evening, and where to look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.model import Discussion, Message
from salon.report import Report

View = dict[str, Any]
_PLAIN_ID = re.compile(r"[A-Za-z0-9.-]")


def anchor(message_id: str) -> str:
    """Name of a message's place in the page: `m-` and the id, other signs than letters and digits as numbers."""
    return "m-" + "".join(c if _PLAIN_ID.fullmatch(c) else f"_{ord(c):x}_" for c in message_id)


class Quoting:
    """The messages of one discussion, and how its quotes are shown."""

    def __init__(self, report: Report, discussion: Discussion) -> None:
        self.zone = zone_named(report.timezone)
        self.messages: Mapping[str, Message] = {m.id: m for m in discussion.messages if m.role != "system"}
        #: Message at which a point of the outline begins → its number.
        self.begins = {p.message_id: str(number) for number, p in enumerate(report.sections, 1) if p.message_id}
        # By author, not by name: a member may have taken the KOL's name.
        self.kols = {self.messages[v.message_ids[0]].author for v in report.voices if v.is_kol}
        self._kol_names = {_folded(name) for name in report.kols}
        self._numbers = self._numbered()
        self._shown: Counter[str] = Counter()

    def _numbered(self) -> dict[str, str]:
        """Id of each message → number of the point that was being talked about; empty before the first."""
        numbers, now = {}, ""
        for id in self.messages:
            now = self.begins.get(id, now)
            numbers[id] = now
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
            "hour": self.hour(first.at),
            "number": self._numbers[first.id],
        }

    def person(self, message: Message, name: str) -> View:
        """Who said *message*: name, is_kol, is_double (a member who goes by the KOL's name)."""
        is_kol = message.author in self.kols
        return {"name": name, "is_kol": is_kol, "is_double": not is_kol and _folded(name) in self._kol_names}

    def mark(self, mark: Tagged) -> View:
        """One sentence that somebody marked."""
        said = self.messages[mark.message_id]
        return {
            "text": mark.text,
            **self.person(said, mark.name),
            "anchor": anchor(said.id),
            "hour": self.hour(said.at),
            "number": self._numbers[said.id],
        }

    def hour(self, at: datetime | None) -> str:
        """*at* as `20:15`, in the evening's own zone; empty for none."""
        return f"{self.local(at):%H:%M}" if at else ""

    def local(self, at: datetime) -> datetime:
        """*at* in the evening's own zone."""
        return at.astimezone(self.zone)


def zone_named(name: str) -> tzinfo:
    """The zone of that IANA name; UTC where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
