"""Quotes as templates print them: pieces, whose they are, when, in which part of the evening, and where to look."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import accumulate, count
from typing import Any
from unicodedata import normalize

from salon.analysis.log import said
from salon.analysis.quotes import Quote
from salon.analysis.tags import Tagged
from salon.analysis.timing import zone_named
from salon.model import Discussion, Message
from salon.report import Report

View = dict[str, Any]
#: Numbers of a clock as it shows them.
_TWO = [f"{number:02}" for number in range(60)]
#: What is printable and yet nothing to see: fillers, selectors, a joiner.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_NOTE = re.compile(r"[(\[【「<《][^)\]】」>》]*[)\]】」>》]$")
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
        self.order = dict(zip(self.messages, count(), strict=False))
        self._ids = list(self.messages)
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
        # The owner may have named the KOL by a key: what is imitated is the name that everybody saw.
        shown = {m.name for m in said(discussion) if m.author in self.kols}
        self._kol_names = {_folded(name) for name in (*report.kols, *shown)}
        spoken = {m.id for m in said(discussion)}
        #: How many messages that count were before each.
        self._spoken = [0, *accumulate(id in spoken for id in self.messages)]
        self._starts = sorted(self.order[id] for id in self.begins)
        self._shown: Counter[str] = Counter()

    def _number(self, id: str) -> str:
        """Number of the point that was being talked about when message *id* was said; empty where there was none."""
        place = self.order[id]
        found = bisect_right(self._starts, place)
        if not found:
            return ""
        start = self._starts[found - 1]
        point = self._ids[start]
        return self.begins[point] if self._spoken[place] - self._spoken[start] < self._lengths[point] else ""

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
            "number": self._number(first.id),
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
            "number": self._number(message.id),
        }

    def place(self, message: Message) -> str:
        """Where to look for *message*: its hour, `20:15`; where the source tells none its number, `#12`."""
        return self.hour(message.at) if self.has_hours else f"#{self.order[message.id] + 1}"

    def hour(self, at: datetime | date | time | None) -> str:
        """*at* as `20:15`, in the evening's own zone; empty for none, and for a day alone."""
        if isinstance(at, datetime):
            at = self.local(at)
        # By hand: every message of the log has one, and strftime takes ten times as long.
        return f"{_TWO[at.hour]}:{_TWO[at.minute]}" if isinstance(at, (datetime, time)) else ""

    def local(self, at: datetime) -> datetime:
        """*at* in the evening's own zone."""
        return at.astimezone(self.zone)


def _folded(name: str) -> str:
    """*name* as it looks: whatever case, width and spaces it has, with signs that nobody sees, or a note in brackets
    behind it (`林嘉（嘉宾）`), it is the same name to whoever reads it."""
    letters = (sign for sign in normalize("NFKC", name) if sign.isprintable() and not sign.isspace())
    plain = _UNSEEN.sub("", "".join(letters)).casefold()
    return _NOTE.sub("", plain) or plain
