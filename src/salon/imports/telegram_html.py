"""Telegram, "export chat history" of its desktop program as HTML: `messages.html`, `messages2.html` and so on.

Names are all that is known of a member. Read on exports and on the program's own exporter (`export_output_html.cpp`),
November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

from salon.imports.base import Format, Reading, Source

#: `19.11.2026 20:15:01 UTC+08:00`; older programs write no zone.
_AT = re.compile(
    r"\s*(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: UTC(?P<sign>[+-])(?P<hours>\d{2}):(?P<minutes>\d{2}))?\s*"
)
_ANSWERED, _ID = re.compile(r"#go_to_message(-?\d+)"), re.compile(r"message(-?\d+)")
_MARK = re.compile(r"<div class=\"message (?:default|service)")
_PAGE = re.compile(r"(\d{1,9})\.html?$")
#: Elements that have no end.
_EMPTY = frozenset({"img", "br", "meta", "link", "input", "hr", "source"})
#: What a line of a message is, by the classes of its element.
_FIELDS = {"from_name": "name", "text": "text", "reply_to": "reply", "media_wrap": "media", "body": ""}


@dataclass
class _Row:
    """One message as far as it has been read."""

    id: str = ""
    is_news: bool = False
    is_joined: bool = False
    at: str = ""
    reply_to: str = ""
    is_forwarded: bool = False
    has_media: bool = False
    #: What it is ("name", "text", "origin", "news") → its pieces.
    words: dict[str, list[str]] = field(default_factory=dict)

    def said(self, what: str) -> str:
        """All pieces of *what*."""
        return "".join(self.words.get(what, ())).strip()


class _Page(HTMLParser):
    """The messages of one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[_Row] = []
        self.title = ""
        #: What each open element is; inner ones inherit.
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes, here = given.get("class", "").split(), self._open[-1] if self._open else ""
        if tag == "br":
            self.handle_data("\n")
        if "message" in classes and ("default" in classes or "service" in classes):
            found = _ID.fullmatch(given.get("id", ""))
            self.rows.append(
                _Row(id=found[1] if found else "", is_news="service" in classes, is_joined="joined" in classes)
            )
        elif self.rows:
            self._note(self.rows[-1], classes, given)
        if tag not in _EMPTY:
            self._open.append(self._what(classes, here))

    def _note(self, row: _Row, classes: list[str], given: dict[str, str]) -> None:
        if "date" in classes and not row.at:
            row.at = given.get("title", "")
        row.is_forwarded |= "forwarded" in classes
        row.has_media |= "media_wrap" in classes
        if found := _ANSWERED.search(given.get("href", "")):
            # A link within the text of a message is no answer.
            row.reply_to = row.reply_to or (found[1] if self._open and self._open[-1] == "reply" else "")

    def _what(self, classes: list[str], here: str) -> str:
        if not self.rows:
            return "title" if "text" in classes else here
        if here in ("media", "reply", "date"):
            return here
        if "date" in classes:
            return "date"
        if self.rows[-1].is_news and "details" in classes:
            return "news"
        named = next((_FIELDS[name] for name in classes if name in _FIELDS), here)
        return "origin" if named == "name" and self.rows[-1].is_forwarded else named

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        what = self._open[-1] if self._open else ""
        if what == "title":
            self.title += data
        elif self.rows and what:
            self.rows[-1].words.setdefault(what, []).append(data)


def _likeness(source: Source) -> float:
    return 0.95 if source.text[:1000].lstrip()[:1] == "<" and _MARK.search(source.text[:100_000]) else 0.0


def _read(source: Source, reading: Reading) -> None:
    pages = sorted([source, *(other for other in source.others() if _likeness(other))], key=_number)
    name = ""
    for page in pages:
        found = _Page()
        found.feed(page.text)
        reading.topic = reading.topic or found.title.strip()
        for row in found.rows:
            # Whoever goes on talking is named only once.
            name = name if row.is_joined and not row.said("name") else row.said("name")
            _take(reading, row, name)


def _number(page: Source) -> int:
    """Which page it is: the first has no number in its name."""
    found = _PAGE.search(page.name)
    return int(found[1]) if found else 1


def _take(reading: Reading, row: _Row, name: str) -> None:
    text = row.said("text")
    if text and row.is_forwarded and row.said("origin") not in ("", name):
        # Nobody is to be quoted with what somebody else wrote.
        text = f"[Forwarded from {row.said('origin')}]\n{text}"
    reading.add(
        id=row.id,
        author="",
        name="Telegram" if row.is_news else name,
        text=f"[{row.said('news')}]" if row.is_news else text or "[media]",
        at=_time(row.at),
        reply_to=row.reply_to,
        role="member" if text and not row.is_news else "system",
    )


def _time(written: str) -> datetime | None:
    found = _AT.fullmatch(written)
    if not found:
        return None
    day, month, year, hour, minute, second = map(int, found.groups()[:6])
    zone = None
    if found["sign"]:
        ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
        zone = timezone(ahead if found["sign"] == "+" else -ahead) if ahead < timedelta(hours=24) else None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


FORMATS = (
    Format(
        name="telegram-html",
        title="Telegram, HTML of one chat (messages.html)",
        likeness=_likeness,
        read=_read,
        takes_many=True,
    ),
)
