"""The archive's page and feed, filled in: the same for the web room and for a static copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from salon.archive import (
    POINTS,
    Evening,
    Hit,
    for_xml,
    index_of,
    line_of,
    marked,
    newest_first,
    search,
    stamp,
    terms_of,
)
from salon.documents.phrasing import put, words_of
from salon.wording import Wording, calm

#: Event → the address of its report.
Address = Callable[[str], str]
#: Entries of a feed: readers ask again, so the newest are enough.
_FEED = 50


def archive_page(
    wording: Wording,
    evenings: Sequence[Evening],
    language: str,
    address: Address,
    *,
    query: str = "",
    form: str = "",
    feed: str,
    other: Mapping[str, str] | None = None,
    has_index: bool = False,
) -> bytes:
    """The list of *evenings*, or of those that *query* finds. *has_index*: it also searches by itself, offline."""
    words = words_of(wording, language)
    listed = newest_first(evenings)
    query = calm(query)[:100]
    hits = search(listed, query)
    places = {e.event: address(e.event) for e in listed}
    index = index_of(listed, places, words["issue"]).decode() if has_index else ""
    return wording.fill(
        "web/archive.html",
        w=words,
        a=words["archive"],
        query=query,
        hits=[_row(hit, address, terms_of(query), words["issue"]) for hit in hits],
        found=_found(words["archive"], query, len(hits)),
        feed=feed,
        form=form,
        other=other or {},
        index=Markup(index),
    ).encode()


def _found(words: Mapping[str, str], query: str, hits: int) -> str:
    if not query:
        return ""
    return put(words["found"], query=query, n=hits) if hits else put(words["found_none"], query=query)


def _row(hit: Hit, address: Address, terms: Sequence[str], issue: str) -> dict[str, object]:
    e = hit.evening
    return {
        "line": line_of(e, issue),
        "title": marked(e.title, terms),
        "address": address(e.event),
        "points": [marked(point, terms) for point in e.points[:POINTS]],
        "more": max(0, len(e.points) - POINTS),
        "excerpts": [{"text": marked(x.text, terms), "name": x.name, "anchor": x.anchor} for x in hit.excerpts],
    }


def feed_of(
    wording: Wording, evenings: Sequence[Evening], language: str, address: Address, *, here: str, page: str
) -> bytes:
    """An Atom feed (RFC 4287) of *evenings*, newest first; *here* and *page*: full addresses of feed and archive."""
    words = words_of(wording, language)
    listed = newest_first(evenings)[:_FEED]
    latest = max((evening.published_at for evening in evenings), default=None)
    rows = [
        {
            "title": for_xml(e.title),
            "address": address(e.event),
            "updated": stamp(e.published_at),
            # Every entry needs an author (RFC 4287, 4.1.2).
            "kols": [for_xml(kol) for kol in e.kols] or [for_xml(e.series_name) or words["report"]],
            "summary": for_xml(_summary(e)),
        }
        for e in listed
    ]
    return wording.fill(
        "web/feed.xml",
        a=words["archive"],
        language=words["lang"],
        here=here,
        page=page,
        updated=stamp(latest) if latest else "1970-01-01T00:00:00Z",
        evenings=rows,
    ).encode()


def _summary(evening: Evening) -> str:
    told = [f"“{x.text}” — {x.name}" for x in evening.excerpts[:2]]
    return " · ".join([*evening.points[:POINTS], *told])
