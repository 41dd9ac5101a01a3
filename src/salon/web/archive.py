"""All published reports: a list with search, and a feed. Works without JavaScript."""

from __future__ import annotations

import asyncio
from typing import Any

from salon.archive import Evening, evening_of
from salon.archive_pages import archive_page, feed_of
from salon.issue import issued
from salon.model import Event
from salon.state import State
from salon.web.describe import PAGE, op
from salon.web.http import Answer, Ask
from salon.web.report import public_files
from salon.web.routes import Route
from salon.web.site import Site, language_for

_SERIES = r"(?:/(?P<series>[a-z0-9-]{1,60}))?"
_FEED = b"application/atom+xml; charset=utf-8"
#: Reports that are made at the same time, when many are asked for at first.
_AT_ONCE = 2


async def archive(site: Site, ask: Ask) -> Answer:
    """`GET /archive` (and `/archive/SERIES`): every published report; `?q=` searches them."""
    language, series = language_for(ask, None), ask.parts.get("series") or ""
    here = f"/archive/{series}" if series else "/archive"
    other = "en" if language == "zh" else "zh"
    evenings = await _evenings(site, series)
    body = await asyncio.to_thread(
        archive_page,
        site.house.wording,
        evenings,
        language,
        lambda event: f"/report/{event}",
        query=ask.query.get("q", ""),
        form=here,
        feed=f"{here}/feed.xml",
        other={"link": f"{here}?lang={other}", "name": "English" if other == "en" else "中文", "code": other},
    )
    kept = [(b"set-cookie", f"lang={language}; Path=/; Max-Age=31536000; SameSite=Lax".encode())]
    return Answer(body=body, headers=tuple(kept if "lang" in ask.query else ()))


async def feed(site: Site, ask: Ask) -> Answer:
    """`GET /archive/feed.xml` (and `/archive/SERIES/feed.xml`): the newest reports, for feed readers."""
    language, series = language_for(ask, None), ask.parts.get("series") or ""
    page = site.house.settings.public_url + (f"/archive/{series}" if series else "/archive")
    evenings = await _evenings(site, series)
    body = feed_of(site.house.wording, evenings, language, site.house.links.report, here=f"{page}/feed.xml", page=page)
    return Answer(body=body, type=_FEED, headers=((b"cache-control", b"no-cache"),))


async def _evenings(site: Site, series: str) -> list[Evening]:
    """What is public of *series* (empty: of all), by each report's own JSON as everybody reads it."""
    turn = asyncio.Semaphore(_AT_ONCE)
    events = [event for event in (await site.house.plan()).events() if series in ("", event.series)]

    async def one(event: Event) -> Evening | None:
        async with turn:
            return await _evening(site, event)

    return [found for found in await asyncio.gather(*map(one, events)) if found is not None]


async def _evening(site: Site, event: Event) -> Evening | None:
    # Asked of the journal itself: what another process has just taken back is found no more.
    _, state = await site.now(event.id)
    mark, at = state.editions.mark, state.editions.published_at
    if not state.editions.published or at is None:
        return None
    known = site.evenings.get(event.id)
    if known is None or known[0] != mark:
        day = f"{event.times.starts_at:%Y-%m-%d}"
        report = await _report(site, event, state)
        known = site.evenings[event.id] = mark, evening_of(event.id, event.series, day, at, report)
    return known[1]


async def _report(site: Site, event: Event, state: State) -> bytes:
    """The public `report.json`: as it was issued, where it says what the journal says now; else made anew."""
    folder = site.house.settings.reports / event.id
    report = await asyncio.to_thread(issued, folder, state.editions.mark)
    if report is None:
        files = await public_files(site, event, state)
        assert files is not None, "who asks has seen that it is published"
        report = files["report.json"]
    return report


ROUTES: list[Route] = [
    ("GET", rf"/archive{_SERIES}/feed\.xml", feed),
    ("GET", rf"/archive{_SERIES}", archive),
]
_LIST, _ATOM = "Every published report, newest first; with `q` those that have all of its words", "The same as a feed"
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    "/archive": {"get": op(_LIST, PAGE, query={"q": "string"})},
    "/archive/{series}": {"get": op(_LIST, PAGE, query={"q": "string"})},
    "/archive/feed.xml": {"get": op(_ATOM, "application/atom+xml")},
    "/archive/{series}/feed.xml": {"get": op(_ATOM, "application/atom+xml")},
}
SCHEMAS: dict[str, Any] = {}
