"""The web room as one ASGI application: a table of routes, and what is said when something is refused."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from salon.errors import NotFound, Refused, SalonError
from salon.house import House
from salon.moments.by_hand import watch as watch_codes
from salon.moments.disband import watch
from salon.moments.finish import Finisher
from salon.moments.seats import watch as watch_offers
from salon.poster.portrait import BadPortrait, face
from salon.web import (
    archive,
    board,
    cards,
    console,
    door,
    editing,
    host,
    invites,
    landing,
    leader,
    leader_training,
    leaders,
    linting,
    moderation,
    paper,
    parts,
    polling,
    posters,
    questions,
    register,
    report,
    room,
    sending,
    stream,
)
from salon.web.http import Answer, Ask, Gone, Receive, Scope, Send, WrongMethod, json_answer
from salon.web.openapi import description
from salon.web.proof import of_the_house
from salon.web.routes import CODE, EVENT, HOST, KOL, LEADS, OWNER, ROOM, Handler
from salon.web.site import STATIC, Site, language_for, page_of
from salon.web.writes import OnItsWay, Write
from salon.web.writes import handler as handler_of

log = logging.getLogger("salon.web")


async def health(site: Site, ask: Ask) -> Answer:
    """`GET /health`: 200 when the database answers."""
    await site.house.journal.events()
    return json_answer({"ok": True})


async def static(site: Site, ask: Ask) -> Answer:
    """`GET /static/FILE`: style and script; their address changes with their content."""
    name = ask.parts["name"]
    keep = (b"cache-control", b"public, max-age=31536000, immutable"), (b"vary", b"accept-encoding")
    if ask.takes_gzip:
        packed = (b"content-encoding", b"gzip")
        return Answer(body=site.gzipped[name], type=STATIC[name], headers=(*keep, packed))
    return Answer(body=site.static[name], type=STATIC[name], headers=keep)


async def portrait(site: Site, ask: Ask) -> Answer:
    """`GET /portrait/EVENT`: the KOL's picture, small enough for a weak line whatever a phone took."""
    event = await site.house.event(ask.parts["event"])
    path = event.kol.portrait
    if not path:
        raise NotFound("there is no picture of this guest")
    if path not in site.portraits:
        try:
            site.portraits[path] = await asyncio.to_thread(_small, path)
        except BadPortrait as bad:
            raise NotFound("the picture of this guest cannot be read") from bad
    keep = (b"cache-control", b"public, max-age=3600")
    return Answer(body=site.portraits[path], type=b"image/jpeg", headers=(keep,))


def _small(path: str) -> bytes:
    """The picture as a JPEG, three device pixels for each of the 64 that the door shows."""
    packed = io.BytesIO()
    face(path, 192).save(packed, "JPEG", quality=80)
    return packed.getvalue()


async def openapi(site: Site, ask: Ask) -> Answer:
    """`GET /openapi.json`: this interface, described."""
    return json_answer(description())


async def root(site: Site, ask: Ask) -> Answer:
    """`GET /`: nothing to see but the way in."""
    return site.page(ask, "notice", None, title_key="root_title", text_key="root_text")


_REPORT_FILES = r"report\.(?:html|md|json)|article\.html|transcript(?:-[0-9]{1,4})?\.html"
_FILES = "|".join(map(re.escape, STATIC))

#: What many send at once: pattern of the path, what is done, and which of its fields may come several times.
WRITES: list[tuple[re.Pattern[str], Write, Mapping[str, str]]] = [
    (re.compile(pattern), write, joined)
    for pattern, write, joined in (
        (rf"{CODE}/seat", door.claim, {}),
        (rf"{ROOM}/messages", room.say, {}),
        *polling.WRITES,
    )
]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = [
    (method, re.compile(pattern), handler)
    for method, pattern, handler in (
        ("GET", CODE, door.door),
        ("GET", rf"{CODE}/seat", door.standing),
        ("GET", ROOM, room.room),
        ("GET", rf"{ROOM}/stream", stream.listen),
        ("GET", rf"{ROOM}/entries", stream.poll),
        ("POST", rf"{ROOM}/leave", door.leave),
        ("DELETE", rf"{ROOM}/seat", door.leave),
        ("GET", HOST, host.host),
        ("GET", KOL, host.kol),
        ("GET", rf"{LEADS}/stream", host.private_stream),
        ("GET", rf"{LEADS}/entries", host.private_poll),
        ("POST", rf"{LEADS}/messages", host.speak),
        ("POST", rf"{KOL}/confirm", host.confirm),
        ("POST", rf"{HOST}/prompts", host.prompt),
        ("POST", rf"{HOST}/messages/(?P<seq>[0-9]{{1,12}})/hide", host.hide),
        ("POST", rf"{HOST}/end", host.end),
        ("GET", OWNER, host.owner),
        ("GET", rf"/report/{EVENT}(?:/(?P<file>{_REPORT_FILES}))?", report.report),
        ("GET", rf"/static/(?P<name>{_FILES})", static),
        ("GET", rf"/portrait/{EVENT}", portrait),
        ("GET", r"/openapi\.json", openapi),
        ("GET", r"/health", health),
        ("GET", r"/", root),
        *archive.ROUTES,
        *board.ROUTES,
        *cards.ROUTES,
        *console.ROUTES,
        *editing.ROUTES,
        *invites.ROUTES,
        *landing.ROUTES,
        *leader.ROUTES,
        *leader_training.ROUTES,
        *leaders.ROUTES,
        *linting.ROUTES,
        *moderation.ROUTES,
        *paper.ROUTES,
        *parts.ROUTES,
        *polling.ROUTES,
        *posters.ROUTES,
        *questions.ROUTES,
        *sending.ROUTES,
        *register.ROUTES,
        *(("POST", pattern.pattern, handler_of(write, **joined)) for pattern, write, joined in WRITES),
    )
]


class App:
    """The ASGI application of one house. Streams end when `close` is called."""

    def __init__(self, house: House) -> None:
        self.site = Site.of(house)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ask = Ask(scope, receive=receive, send=send)
        try:
            answer = of_the_house(self.site, ask, await self._handler(ask)(self.site, ask))
        except Gone:
            return
        except Exception as error:
            answer = self._refused(ask, error)
        if answer is not None:
            await answer.send(ask)

    def short(self, scope: Scope, headers: dict[bytes, bytes]) -> OnItsWay | None:
        """Who takes a POST that comes the short way (`salon.web.server`); None: it is not one of those."""
        for pattern, write, joined in WRITES:
            if found := pattern.fullmatch(scope["path"]):
                ask = Ask(scope, found.groupdict(""), headers)
                return OnItsWay(self.site, ask, write, joined, self._refused)
        return None

    @property
    def is_closing(self) -> bool:
        """Whether `close` was called."""
        return self.site.rooms.is_closing

    def close(self) -> None:
        """End every open stream at once."""
        self.site.rooms.close()

    def _handler(self, ask: Ask) -> Handler:
        """Who answers *ask*, with the parts of its path put in. Raises `NotFound`."""
        path, method = ask.scope["path"], "GET" if ask.method == "HEAD" else ask.method
        for route, pattern, handler in ROUTES:
            if route == method and (found := pattern.fullmatch(path)):
                ask.parts = found.groupdict("")
                return handler
        if any(pattern.fullmatch(path) for _, pattern, _ in ROUTES):
            return _wrong_method
        raise NotFound("there is no such page here")

    def _refused(self, ask: Ask, error: Exception) -> Answer:
        refused = error if isinstance(error, SalonError) else Broken()
        if refused.status >= 500:
            # The member reads a sentence, the operator the cause. Private links stay out of the log.
            parts = ask.scope["path"].split("/")
            where = "/".join(parts[: 2 if parts[1] == "owner" else 3])
            log.error("%s %s: %s", ask.method, where, error, exc_info=error if refused.status == 500 else None)
        return _told(self.site, ask, refused)


async def _wrong_method(site: Site, ask: Ask) -> Answer:
    """What is there, but not by that method."""
    allowed = {route for route, pattern, _ in ROUTES if pattern.fullmatch(ask.scope["path"])}
    names = ", ".join(sorted(allowed | {"HEAD"} if "GET" in allowed else allowed))
    refused = refusal(site, ask, WrongMethod(f"{ask.method} does not go here; use {names}"))
    return refused.with_headers((b"allow", names.encode()))


class Broken(SalonError):
    """Something broke here; it has been written down."""


def _told(site: Site, ask: Ask, error: SalonError) -> Answer:
    """`refusal`, or the bare sentence when the templates themselves are what is broken."""
    try:
        return refusal(site, ask, error)
    except Exception:
        log.exception("the page for a refusal cannot be made")
        return Answer(status=error.status, body=str(error).encode(), type=b"text/plain; charset=utf-8")


def refusal(site: Site, ask: Ask, error: SalonError) -> Answer:
    """What a refusal looks like: a sentence in the member's language, or JSON with the reason for a program."""
    reason = error.reason if isinstance(error, Refused) else type(error).__name__
    values = error.values if isinstance(error, Refused) else {}
    key, event = f"refused_{reason}", site.event_of(ask)
    if f"{key}_title" not in site.words["en"]:
        key = f"refused_{error.status}" if f"refused_{error.status}_title" in site.words["en"] else "refused"
    if ask.wants_json:
        # `say` is what the room's script shows to a member.
        words = site.words[language_for(ask, event)]
        said = f"{words[f'{key}_title']}: {_filled(words[f'{key}_text'], values)}"
        return json_answer({"error": str(error), "reason": reason, "say": said, **values}, error.status)
    page: dict[str, Any] = {"status": error.status, "title_key": f"{key}_title", "text_key": f"{key}_text"}
    if (up := page_of(ask)) != ask.scope["path"]:
        # From a page below another one there is a way back: what it was about may just have been hidden.
        page["back"] = up
    if values:
        words = site.words[language_for(ask, event)]
        page["w"] = {**words, f"{key}_text": _filled(words[f"{key}_text"], values)}
    answer = site.page(ask, "notice", event, **page)
    # Whoever only looked need not do anything: the page comes by itself once it can.
    return answer.with_headers((b"refresh", b"8")) if error.status == 503 and ask.method == "GET" else answer


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@contextlib.asynccontextmanager
async def background(app: App) -> AsyncIterator[None]:
    """What runs beside the pages: the pulse of the streams, and the watchdog that shuts rooms without Prefect."""
    house = app.site.house
    jobs = (
        app.site.rooms.pulse,
        lambda: watch(house),
        lambda: watch_codes(house),
        lambda: watch_offers(house),
        Finisher(house).watch,
        lambda: landing.write_views(app.site),
        lambda: cards.write_seen(app.site),
    )
    tasks = [asyncio.create_task(_forever(job, app)) for job in jobs]
    try:
        yield
    finally:
        app.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forever(job: Callable[[], Awaitable[None]], app: App) -> None:
    # What fails while it ends, as its last write without a database does, is not begun again.
    while not app.is_closing:
        try:
            await job()
        except Exception:
            # A database that is away for a minute, or a mistake of ours: without these the doors stay open.
            log.exception("a background job stopped")
        await asyncio.sleep(0 if app.is_closing else 1.0)
