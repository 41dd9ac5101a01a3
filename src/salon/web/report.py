"""The report's page: the files as written, or made anew from the journal, byte for byte the same."""

from __future__ import annotations

import hashlib

from salon.moments.report import make_report
from salon.web.http import Answer, Ask
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
        return site.page(ask, "notice", event, status=404, title_key="no_report_title", text_key="no_report_text")
    if state.report not in site.reports:
        site.reports[state.report] = await make_report(site.house, event)
    body = site.reports[state.report][name]
    tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    if ask.headers.get(b"if-none-match", "").encode() == tag:
        return Answer(status=304, headers=((b"etag", tag),))
    return Answer(body=body, type=_TYPES[name], headers=((b"etag", tag), (b"cache-control", b"no-cache")))
