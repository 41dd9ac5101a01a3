"""The web room as one ASGI application: a table of routes, and what is said when something is refused."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from salon.errors import NotFound, Refused, SalonError
from salon.house import House
from salon.moments.disband import watch
from salon.web import door, host, report, room, stream
from salon.web.http import Answer, Ask, Receive, Scope, Send, json_answer
from salon.web.openapi import description
from salon.web.site import STATIC, Site

log = logging.getLogger("salon.web")

#: An answer to send, or None when the handler has sent it itself (streams).
Handler = Callable[[Site, Ask], Awaitable[Answer | None]]

_EVENT = r"(?P<event>[a-z0-9-]{1,60})"
_TOKEN = r"(?P<token>[a-z2-7]{1,64})"
_CODE = r"/c/(?P<code>[A-Za-z0-9]{1,40})"
_HOST = rf"/(?P<role>host)/{_EVENT}/{_TOKEN}"
_KOL = rf"/(?P<role>kol)/{_EVENT}/{_TOKEN}"
_LEADS = rf"/(?P<role>host|kol)/{_EVENT}/{_TOKEN}"
_ROOM = rf"/room/{_EVENT}"


async def health(site: Site, ask: Ask) -> Answer:
    """`GET /health`: 200 when the journal answers."""
    await site.house.plan()
    return json_answer({"ok": True})


async def static(site: Site, ask: Ask) -> Answer:
    """`GET /static/FILE`: style and script; their address changes with their content."""
    name = ask.parts["name"]
    keep = (b"cache-control", b"public, max-age=31536000, immutable")
    return Answer(body=site.static[name], type=STATIC[name], headers=(keep,))


async def portrait(site: Site, ask: Ask) -> Answer:
    """`GET /portrait/EVENT`: the KOL's picture."""
    event = await site.house.event(ask.parts["event"])
    path = Path(event.kol.portrait)
    kinds = {".png": b"image/png", ".webp": b"image/webp", ".jpg": b"image/jpeg", ".jpeg": b"image/jpeg"}
    if not event.kol.portrait or path.suffix.lower() not in kinds or not path.is_file():
        raise NotFound("there is no picture of this guest")
    body = await asyncio.to_thread(path.read_bytes)
    keep = (b"cache-control", b"public, max-age=3600")
    return Answer(body=body, type=kinds[path.suffix.lower()], headers=(keep,))


async def openapi(site: Site, ask: Ask) -> Answer:
    """`GET /openapi.json`: this interface, described."""
    return json_answer(description())


async def root(site: Site, ask: Ask) -> Answer:
    """`GET /`: nothing to see but the way in."""
    return site.page(ask, "notice", None, title_key="root_title", text_key="root_text")


ROUTES: list[tuple[str, re.Pattern[str], Handler]] = [
    (method, re.compile(pattern), handler)
    for method, pattern, handler in (
        ("GET", _CODE, door.door),
        ("POST", rf"{_CODE}/seat", door.claim),
        ("GET", rf"{_CODE}/seat", door.standing),
        ("GET", _ROOM, room.room),
        ("GET", rf"{_ROOM}/stream", stream.listen),
        ("GET", rf"{_ROOM}/entries", stream.poll),
        ("POST", rf"{_ROOM}/messages", room.say),
        ("POST", rf"{_ROOM}/polls/(?P<poll>[a-z0-9-]{{1,60}})/vote", room.vote),
        ("POST", rf"{_ROOM}/leave", door.leave),
        ("DELETE", rf"{_ROOM}/seat", door.leave),
        ("GET", _HOST, host.host),
        ("GET", _KOL, host.kol),
        ("GET", rf"{_LEADS}/stream", host.private_stream),
        ("GET", rf"{_LEADS}/entries", host.private_poll),
        ("POST", rf"{_LEADS}/messages", host.speak),
        ("POST", rf"{_KOL}/confirm", host.confirm),
        ("POST", rf"{_HOST}/prompts", host.prompt),
        ("POST", rf"{_HOST}/polls/(?P<poll>[a-z0-9-]{{1,60}})/(?P<verb>open|close)", host.poll),
        ("POST", rf"{_HOST}/messages/(?P<seq>[0-9]{{1,12}})/hide", host.hide),
        ("POST", rf"{_HOST}/end", host.end),
        ("GET", rf"/owner/{_TOKEN}", host.owner),
        ("GET", rf"/report/{_EVENT}(?:/(?P<file>report\.(?:html|md|json)))?", report.report),
        ("GET", r"/static/(?P<name>salon\.css|room\.js)", static),
        ("GET", rf"/portrait/{_EVENT}", portrait),
        ("GET", r"/openapi\.json", openapi),
        ("GET", r"/health", health),
        ("GET", r"/", root),
    )
]


class App:
    """The ASGI application of one house. Streams end when `close` is called."""

    def __init__(self, house: House) -> None:
        self.site = Site.of(house)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ask = Ask(scope, receive, send)
        try:
            answer = await self._answer(ask)
        except SalonError as error:
            answer = refusal(self.site, ask, error)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("%s %s", ask.method, scope["path"])
            answer = refusal(self.site, ask, SalonError("something broke here; it has been written down"))
        if answer is not None:
            await answer.send(ask)

    def close(self) -> None:
        """End every open stream at once."""
        self.site.rooms.close()

    async def _answer(self, ask: Ask) -> Answer | None:
        path, method = ask.scope["path"], "GET" if ask.method == "HEAD" else ask.method
        allowed = []
        for route, pattern, handler in ROUTES:
            found = pattern.fullmatch(path)
            if found and route == method:
                ask.parts = {name: text or "" for name, text in found.groupdict().items()}
                return await handler(self.site, ask)
            if found:
                allowed.append(route)
        if allowed:
            names = ", ".join(sorted(set(allowed)))
            return json_answer({"error": f"{method} does not go here; use {names}"}, 405).with_headers(
                (b"allow", names.encode())
            )
        raise NotFound("there is no such page here")


def refusal(site: Site, ask: Ask, error: SalonError) -> Answer:
    """What a refusal looks like: a sentence in the member's language, or JSON with the reason for a program."""
    reason = error.reason if isinstance(error, Refused) else type(error).__name__
    if ask.wants_json:
        return json_answer({"error": str(error), "reason": reason}, error.status)
    key = f"refused_{reason}"
    if f"{key}_title" not in site.words["en"]:
        key = f"refused_{error.status}" if f"refused_{error.status}_title" in site.words["en"] else "refused"
    return site.page(ask, "notice", None, status=error.status, title_key=f"{key}_title", text_key=f"{key}_text")


@contextlib.asynccontextmanager
async def background(app: App) -> AsyncIterator[None]:
    """What runs beside the pages: the pulse of the streams, and the watchdog that shuts rooms without Prefect."""
    tasks = [asyncio.create_task(_forever(job)) for job in (app.site.rooms.pulse, lambda: watch(app.site.house))]
    try:
        yield
    finally:
        app.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forever(job: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await job()
        except SalonError:
            log.exception("a background job stopped; it is started again")
        await asyncio.sleep(1.0)
