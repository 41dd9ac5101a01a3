"""The report in the forms that people forward and keep: PDF and long pictures, drawn when somebody first asks."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from salon.errors import NotFound
from salon.issue import telling
from salon.model import Event
from salon.report_command import Paper, on_paper
from salon.state import State
from salon.web.describe import PAGE, op
from salon.web.http import Answer, Ask
from salon.web.report import nothing_yet
from salon.web.routes import EVENT, Route
from salon.web.site import Site

_TYPES = {"pdf": b"application/pdf", "png": b"image/png"}
#: Forms kept in memory: a few megabytes each.
_KEPT = 8


async def paper(site: Site, ask: Ask) -> Answer:
    """`GET /report/EVENT/report.pdf` and `/report/EVENT/long-N.png`: the public edition on paper."""
    event, state = await site.now(ask.parts["event"])
    name = ask.parts["file"]
    if not state.editions.published:
        return nothing_yet(site, ask, event, state, name)
    made = await _forms(site, event, state, is_pdf=name == "report.pdf")
    if name not in made:
        raise NotFound(f"{name}: this report has {len(made)} long pictures")
    tag = b'"%s"' % hashlib.sha256(made[name]).hexdigest()[:20].encode()
    if tag in ask.header(b"if-none-match").encode("latin-1"):
        return Answer(status=304, headers=((b"etag", tag),))
    # Asked for again each time: what was withdrawn must not come out of somebody's cache.
    answer = Answer(body=made[name], type=_TYPES[name.rpartition(".")[2]])
    return answer.with_headers((b"etag", tag), (b"cache-control", b"no-cache"))


async def pictures(site: Site, ask: Ask) -> Answer:
    """`GET /report/EVENT/pictures`: all long pictures one below the other, to be kept with a long press."""
    event, state = await site.now(ask.parts["event"])
    if not state.editions.published:
        return nothing_yet(site, ask, event, state, "pictures")
    made = await _forms(site, event, state, is_pdf=False)
    return site.page(ask, "pictures", event, report=f"/report/{event.id}", names=list(made))


async def _forms(site: Site, event: Event, state: State, *, is_pdf: bool) -> dict[str, bytes]:
    """The PDF, or all pictures, by name: drawn once for all who ask, and anew when the report says something else."""
    key, mark = (event.id, is_pdf), state.editions.mark
    known = site.papers.pop(key, None)
    if known is None or known[0] != mark:
        known = mark, asyncio.ensure_future(_drawn(site, event, is_pdf=is_pdf))
    # Put in last: what nobody asked for longest goes first.
    site.papers[key] = known
    while len(site.papers) > _KEPT:
        site.papers.pop(next(iter(site.papers)))
    try:
        # Shielded: one reader who hangs up takes it from nobody else.
        return await asyncio.shield(known[1])
    except Exception:
        site.papers.pop(key, None)
        raise


async def _drawn(site: Site, event: Event, *, is_pdf: bool) -> dict[str, bytes]:
    """One at a time for the whole process, so that memory stays bounded and the room keeps answering."""
    wanted, link = Paper(has_pdf=is_pdf, has_pictures=not is_pdf), site.house.links.report(event.id)
    async with site.drawing:
        told = await telling(site.house, event)
        return await asyncio.to_thread(on_paper, told.report, told.discussion, site.house.wording, wanted, link)


ROUTES: list[Route] = [
    ("GET", rf"/report/{EVENT}/(?P<file>report\.pdf|long-[1-9][0-9]?\.png)", paper),
    ("GET", rf"/report/{EVENT}/pictures", pictures),
]
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    "/report/{event}/report.pdf": {"get": op("The report as a PDF", "application/pdf", refused=(404, 410))},
    "/report/{event}/long-{number}.png": {"get": op("The report as a long picture", "image/png", refused=(404, 410))},
    "/report/{event}/pictures": {"get": op("All its long pictures on one page", PAGE, refused=(404, 410))},
}
SCHEMAS: dict[str, Any] = {}
