"""The report's page: the files as written, or made anew from the journal, byte for byte the same."""

from __future__ import annotations

import asyncio
import hashlib

from salon.model import Event
from salon.moments.report import make_report
from salon.state import State
from salon.web.http import Answer, Ask, json_answer
from salon.web.site import Site

_TYPES = {
    "report.html": b"text/html; charset=utf-8",
    "report.md": b"text/markdown; charset=utf-8",
    "report.json": b"application/json",
}


async def report(site: Site, ask: Ask) -> Answer:
    """`GET /report/EVENT` (and `/report/EVENT/report.md`, `.json`): the report, or when it will be there."""
    event, _, state = await site.room(ask.parts["event"])
    name = ask.parts.get("file") or "report.html"
    if not state.report:
        if ask.wants_json or name == "report.json":
            return json_answer({"error": "the report is not written yet", "reason": "no_report"}, 404)
        return site.page(ask, "notice", event, status=404, title_key="no_report_title", text_key="no_report_text")
    body = (await _files(site, event, state))[name]
    tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    # A proxy that compresses makes the tag a weak one: W/"…".
    if tag in ask.headers.get(b"if-none-match", "").encode("latin-1"):
        return Answer(status=304, headers=((b"etag", tag),))
    return Answer(body=body, type=_TYPES[name], headers=((b"etag", tag), (b"cache-control", b"no-cache")))


async def _files(site: Site, event: Event, state: State) -> dict[str, bytes]:
    """The report's files, made once for all who ask at the same moment, and anew when a message was hidden since."""
    mark = f"{state.report} {sum(said.is_hidden for said in state.messages.values())}"
    known = site.reports.get(event.id)
    if known is None or known[0] != mark:
        known = site.reports[event.id] = mark, asyncio.ensure_future(make_report(site.house, event))
    try:
        # Shielded: one reader who hangs up takes it from nobody else.
        return await asyncio.shield(known[1])
    except Exception:
        site.reports.pop(event.id, None)
        raise
