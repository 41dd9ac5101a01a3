"""The report's page: the public edition, made anew from the journal whenever it says something else."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re

from salon.errors import NotFound
from salon.issue import digest_of, make_report
from salon.model import Event
from salon.state import State
from salon.web.http import SAFETY, Answer, Ask, json_answer
from salon.web.publishing import issue_soon
from salon.web.site import Site

TYPES = {
    "html": b"text/html; charset=utf-8",
    "md": b"text/markdown; charset=utf-8",
    "json": b"application/json",
}
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.S)


async def report(site: Site, ask: Ask) -> Answer:
    """`GET /report/EVENT` (and `/report/EVENT/report.md`, …): the public edition, or when there will be one."""
    event, state = await site.now(ask.parts["event"])
    name = ask.parts.get("file") or "report.html"
    if not state.editions.published:
        return nothing_yet(site, ask, event, state, name)
    files = await _files(site, event, state)
    if digest_of(files) != state.report:
        # Whoever should have written it down was killed; readers have it already.
        issue_soon(site, event)
    body = files.get(name)
    if body is None:
        # Only a long evening has its messages in a file of their own.
        raise NotFound(f"the report of {event.id} has no {name}")
    tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    # A proxy that compresses makes the tag a weak one: W/"…".
    if tag in ask.header(b"if-none-match").encode("latin-1"):
        return Answer(status=304, headers=((b"etag", tag),))
    return as_page(name, body).with_headers((b"etag", tag), (b"cache-control", b"no-cache"))


def as_page(name: str, body: bytes) -> Answer:
    """File *name* of a report as an answer; of scripts only those run that stand in the page itself."""
    answer = Answer(body=body, type=TYPES[name.rpartition(".")[2]])
    scripts = _SCRIPT.findall(body) if name.endswith(".html") else []
    if not scripts:
        return answer
    hashes = b" ".join(b"'sha256-%s'" % base64.b64encode(hashlib.sha256(script).digest()) for script in scripts)
    policy = dict(SAFETY)[b"content-security-policy"].replace(b"script-src 'self'", b"script-src " + hashes)
    return answer.with_headers((b"content-security-policy", policy))


def nothing_yet(site: Site, ask: Ask, event: Event, state: State, name: str) -> Answer:
    """Why there is nothing to read: not yet, or no more."""
    is_recalled = state.editions.is_recalled
    status, key = (410, "report_recalled") if is_recalled else (404, "no_report")
    if ask.wants_json or name == "report.json":
        sentence = "the report was taken back" if is_recalled else "the report is not written yet"
        return json_answer({"error": sentence, "reason": key}, status)
    return site.page(ask, "notice", event, status=status, title_key=f"{key}_title", text_key=f"{key}_text")


async def public_files(site: Site, event: Event, state: State) -> dict[str, bytes] | None:
    """Name → content of the public edition; None while there is none, or no more."""
    return await _files(site, event, state) if state.editions.published else None


async def _files(site: Site, event: Event, state: State) -> dict[str, bytes]:
    """The report's files, made once for all who ask at the same moment, and anew when something was withdrawn since."""
    mark = state.editions.mark
    known = site.reports.get(event.id)
    if known is None or known[0] != mark:
        known = site.reports[event.id] = mark, asyncio.ensure_future(make_report(site.house, event))
    try:
        # Shielded: one reader who hangs up takes it from nobody else.
        return await asyncio.shield(known[1])
    except Exception:
        site.reports.pop(event.id, None)
        raise
