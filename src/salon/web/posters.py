"""Posters to look at before anyone else does, for owner and KOL."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from salon.errors import NotFound, WrongUse
from salon.gallery import Wanted, draw, formats_of, label_of, offered, shown_group, text_of, theme_of
from salon.links import kol_key
from salon.model import Event
from salon.poster import CODED, themes
from salon.rules.landing import choose_theme
from salon.state import State
from salon.web.describe import PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.routes import KOL, OWNER_EVENT, Route
from salon.web.site import Site, language_for

#: Pictures that are kept, so that going back and forth between themes costs nothing.
KEPT = 24
#: The format that is shown first, and the order of the others.
_FIRST = ("portrait", "three-four", "square", "wide")


async def owners_gallery(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/posters`: every picture of the evening in every theme, and the choice between them."""
    event, state = await _for_owner(site, ask)
    return await _gallery(site, ask, event, state, f"/owner/{ask.parts['token']}/{event.id}", is_owner=True)


async def kols_gallery(site: Site, ask: Ask) -> Answer:
    """`GET /kol/EVENT/TOKEN/posters`: the same to look at and keep, for the one whose face is on it."""
    event, state = await _for_kol(site, ask)
    return await _gallery(site, ask, event, state, f"/kol/{event.id}/{ask.parts['token']}", is_owner=False)


async def owners_picture(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/posters/KIND.FORMAT.THEME.LANGUAGE.png`."""
    event, state = await _for_owner(site, ask)
    return await _picture(site, ask, event, state)


async def kols_picture(site: Site, ask: Ask) -> Answer:
    """`GET /kol/EVENT/TOKEN/posters/KIND.FORMAT.THEME.LANGUAGE.png`."""
    event, state = await _for_kol(site, ask)
    return await _picture(site, ask, event, state)


async def choose(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/theme` with `theme`: pictures that are made from now on look like that."""
    event, _ = await _for_owner(site, ask)
    theme = (await ask.fields()).get("theme", "")
    if theme not in themes():
        raise WrongUse(f"theme {theme[:40]!r} is not known; choose one of: {', '.join(themes())}")
    await site.house.journal.decide(event.id, choose_theme(theme, by="owner"))
    where = f"/owner/{ask.parts['token']}/{event.id}/posters?theme={theme}"
    return json_answer({"theme": theme}) if ask.wants_json else redirect(where)


async def _gallery(site: Site, ask: Ask, event: Event, state: State, base: str, *, is_owner: bool) -> Answer:
    chosen, language = theme_of(event, state), language_for(ask, event)
    kinds = await offered(site.house, event)
    kind = _one_of(ask.query.get("kind", ""), kinds, kinds[0])
    shapes, group = _shapes(kind), await shown_group(site.house, event)
    return site.page(
        ask, "posters", event, base=base, is_owner=is_owner, chosen=chosen, kinds=kinds, kind=kind,
        themes=themes(), labels={name: label_of(name, language) for name in (*themes(), chosen)},
        theme=_one_of(ask.query.get("theme", ""), themes(), chosen),
        shapes=shapes, shape=_one_of(ask.query.get("format", ""), shapes, shapes[0]),
        picture_language=language, alt=await text_of(site.house, event, kind, language),
        code_of=group.name if group and kind in CODED else "",
    )  # fmt: skip


def _shapes(kind: str) -> tuple[str, ...]:
    """Formats in which *kind* is drawn, the usual one first."""
    known = formats_of(kind)
    return tuple(sorted(known, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)))


def _one_of(wanted: str, known: tuple[str, ...], default: str) -> str:
    return wanted if wanted in known else default


async def _picture(site: Site, ask: Ask, event: Event, state: State) -> Answer:
    name = Wanted(**{part: ask.parts[part] for part in ("kind", "format", "theme", "language")})
    # What the pictures tell changes with the evening; before it, only with the plan.
    mark = f"{event.id} {(await site.house.plan()).seq} {state.seq} {name}"
    if mark not in site.pictures:
        while len(site.pictures) >= KEPT:
            site.pictures.pop(next(iter(site.pictures)))
        # One at a time, in the order in which they are asked for: a look at a poster must not slow down a full room.
        site.pictures[mark] = asyncio.ensure_future(_draw_in_turn(site, event, name))
    try:
        body = await asyncio.shield(site.pictures[mark])
    except Exception:
        site.pictures.pop(mark, None)
        raise
    tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    if tag.decode() in ask.header(b"if-none-match"):
        return Answer(status=304, headers=((b"etag", tag),))
    return Answer(body=body, type=b"image/png", headers=((b"etag", tag), (b"cache-control", b"private, no-cache")))


async def _draw_in_turn(site: Site, event: Event, name: Wanted) -> bytes:
    async with site.drawing:
        return await draw(site.house, event, name)


async def _for_owner(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


async def _for_kol(site: Site, ask: Ask) -> tuple[Event, State]:
    known = (await site.house.plan()).event(ask.parts["event"])
    if known is None:
        raise NotFound("there is no such evening")
    site.check("kol", kol_key(known), ask.parts["token"])
    event, _, state = await site.room(known.id)
    return event, state


_FILE = (
    r"/posters/(?P<kind>[a-z]{1,20}(?:-[1-9])?)\.(?P<format>[a-z-]{1,30})\.(?P<theme>[A-Za-z0-9_-]{1,40})"
    r"\.(?P<language>zh|en)\.png"
)
ROUTES: list[Route] = [
    ("GET", rf"{OWNER_EVENT}/posters", owners_gallery),
    ("GET", rf"{KOL}/posters", kols_gallery),
    ("GET", rf"{OWNER_EVENT}{_FILE}", owners_picture),
    ("GET", rf"{KOL}{_FILE}", kols_picture),
    ("POST", rf"{OWNER_EVENT}/theme", choose),
]
_OWNED, _KOLS = "/owner/{token}/{event}", "/kol/{event}/{token}"
_NAME = "/posters/{kind}.{format}.{theme}.{language}.png"
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    f"{_OWNED}/posters": {"get": op("The evening's pictures, for the owner", PAGE, refused=(403, 404))},
    f"{_KOLS}/posters": {"get": op("The same for the KOL", PAGE, refused=(403, 404))},
    f"{_OWNED}{_NAME}": {"get": op("One picture", "image/png", refused=(400, 403, 404))},
    f"{_KOLS}{_NAME}": {"get": op("One picture", "image/png", refused=(400, 403, 404))},
    f"{_OWNED}/theme": {"post": op("Choose the theme", body="Theme", answer="Done", refused=(400, 403, 404))},
}
SCHEMAS: dict[str, Any] = {"Theme": object_of(("theme",), theme=TEXT)}
