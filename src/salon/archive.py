"""All published reports as one list that can be searched: for the archive's page, its feed, and its static copy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from markupsafe import Markup, escape

from salon.report_view import anchor
from salon.wording import calm

#: Excerpts shown of one evening, points listed of it, and characters and words of a query that count.
EXCERPTS, POINTS, QUERY, WORDS = 4, 6, 100, 8
#: Characters that XML 1.0 has no place for (section 2.2), and that nobody sees.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """One quote, and where it stands in its report."""

    text: str
    name: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Evening:
    """One published report, as far as a list shows it."""

    event: str
    series: str
    series_name: str
    number: int
    title: str
    kols: tuple[str, ...]
    #: The day it took place, `2026-11-19`; empty: not known.
    day: str
    published_at: datetime
    points: tuple[str, ...]
    excerpts: tuple[Excerpt, ...]

    @property
    def head(self) -> str:
        """What a search finds besides the excerpts."""
        return "\n".join((self.title, self.series_name, *self.kols, *self.points))


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An evening that a search found, and its excerpts that have the words."""

    evening: Evening
    excerpts: tuple[Excerpt, ...]


def evening_of(event: str, series: str, day: str, published_at: datetime, report_json: bytes) -> Evening:
    """The evening of one published `report.json`: nothing that is not in it can be found."""
    told = orjson.loads(report_json)
    quotes = {quote["text"]: quote for quote in _quotes(told)}
    return Evening(
        event=event,
        series=series,
        series_name=calm(told["series_name"]),
        number=told["number"],
        title=calm(told["topic"]),
        kols=tuple(calm(name) for name in told["kols"]),
        day=day,
        published_at=published_at,
        points=tuple(calm(point["title"]).replace("`", "") for point in told["sections"]),
        excerpts=tuple(
            Excerpt(text=calm(q["text"]), name=calm(q["name"]), anchor=anchor(q["message_ids"][0]))
            for q in quotes.values()
        ),
    )


def _quotes(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every quote of a report, those on its points first."""
    for point in told["sections"]:
        yield from point["quotes"]
    for finding in told.get("findings", ()):
        yield finding["quote"]
        yield from finding["others"]
    for asked in told["questions"]:
        yield from (quote for quote in (asked["question"], asked["answer"]) if quote)
    yield from told["notable"]
    yield from told["prologue"]


def newest_first(evenings: Sequence[Evening]) -> list[Evening]:
    """*evenings* by day, then by id."""
    return sorted(evenings, key=lambda evening: (evening.day, evening.event), reverse=True)


def terms_of(query: str) -> list[str]:
    """Words of *query* as they are compared: without regard to case, width or accents on their own."""
    return _plain(calm(query)[:QUERY]).split()[:WORDS]


def search(evenings: Sequence[Evening], query: str) -> list[Hit]:
    """Evenings in which every word of *query* stands, in *evenings*' order; all of them for an empty query."""
    terms = terms_of(query)
    return [hit for evening in evenings if (hit := _hit(evening, terms))]


def _hit(evening: Evening, terms: Sequence[str]) -> Hit | None:
    if not terms:
        return Hit(evening=evening, excerpts=())
    head = _plain(evening.head)
    texts = [_plain(f"{excerpt.text} {excerpt.name}") for excerpt in evening.excerpts]
    if not all(term in head or any(term in text for text in texts) for term in terms):
        return None
    found = [e for e, text in zip(evening.excerpts, texts, strict=True) if any(term in text for term in terms)]
    return Hit(evening=evening, excerpts=tuple(found[:EXCERPTS]))


def marked(text: str, terms: Sequence[str]) -> Markup:
    """*text* for a page, with every one of *terms* in it marked."""
    plain = _plain(text)
    if not terms or len(plain) != len(text):
        # Letters that are written out in full when compared ("ﬁ") shift all places: nothing is marked then.
        return escape(text)
    found = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))
    pieces, at = [], 0
    for place in found.finditer(plain):
        pieces += [
            escape(text[at : place.start()]),
            Markup("<mark>{}</mark>").format(text[place.start() : place.end()]),
        ]
        at = place.end()
    return Markup("").join([*pieces, escape(text[at:])])


def index_of(evenings: Sequence[Evening], addresses: Mapping[str, str], issue: str) -> bytes:
    """The index that a static page searches: a list of evenings, safe within a page.

    *addresses*: event → its page; *issue*: as `line_of` takes it.
    """
    rows = [
        {
            "address": addresses[e.event],
            "title": e.title,
            "head": e.head,
            "line": line_of(e, issue),
            "quotes": [[q.text, q.name, q.anchor] for q in e.excerpts],
        }
        for e in evenings
    ]
    return orjson.dumps(rows).replace(b"<", b"\\u003c").replace(b"&", b"\\u0026")


def line_of(evening: Evening, issue: str) -> str:
    """The line above an evening's title: series, number (by the phrase *issue*, `No. {n}`), day, KOLs."""
    number = issue.replace("{n}", str(evening.number)) if evening.number else ""
    return " · ".join(part for part in (evening.series_name, number, evening.day, ", ".join(evening.kols)) if part)


def for_xml(text: str) -> str:
    """*text* without what XML has no place for: a filter for the feed."""
    return _NOT_XML.sub("", calm(text))


def stamp(at: datetime) -> str:
    """*at* as feeds write it (RFC 3339), to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
