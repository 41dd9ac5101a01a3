"""Questionnaires and promotions in the room: shown, answered, followed, and steered by the host."""

from __future__ import annotations

import asyncio
import io
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from salon.errors import NotFound, WrongUse
from salon.model import Event, Promotion
from salon.poster.portrait import BadPortrait, fitted
from salon.programme.cards import LINK, PROMOTION_TEXT, is_https
from salon.programme.parts import TITLE
from salon.rules.cards import (
    ANSWER_LENGTH,
    QUESTION_LENGTH,
    follow_promotion,
    see_promotion,
    show_promotion,
)
from salon.rundown import section_now
from salon.state import State
from salon.web import afterwards, catchup, forms
from salon.web.describe import TEXT as WORDS
from salon.web.describe import member_op, object_of, op
from salon.web.forms import by_id, form_view
from salon.web.http import Answer, Ask, redirect
from salon.web.lines import clean
from salon.web.readers import HOST, Reader, back, reader_of
from salon.web.routes import HOST as HOST_PATH
from salon.web.routes import READER, Route
from salon.web.site import Site

#: Who has seen a promotion is written down this often, in seconds.
SEEN_EVERY = 5.0
#: Sides of a promotion's picture as pages have it, in pixels: it fits into them.
PICTURE = (720, 480)


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/cards.html` needs; None before the room opens. A member's page that has a promotion is noted."""
    if state.opened_at is None:
        return None
    is_over = state.disbanded_at is not None or site.house.clock.now() >= event.times.disbands_at
    cards, leads_now = state.cards, reader.role == HOST and not is_over
    if not reader.leads and not is_over:
        for id, card in cards.promotions.items():
            if reader.seat not in card.seen_by:
                site.seen.setdefault((event.id, id), set()).add(reader.seat)
    views = [form_view(form, reader, is_over) for form in reversed(cards.forms.values())]
    return {
        # A member has no use for one that closed before they answered it.
        "forms": [form for form in views if reader.leads or form["is_open"]],
        "promotions": [
            {"card": c.card, "seen": len(c.seen_by), "followed": len(c.followed_by)} for c in cards.promotions.values()
        ],
        "planned_forms": [form for form in event.questionnaires if form.id not in cards.forms] if leads_now else [],
        "planned_cards": [card for card in event.promotions if card.id not in cards.promotions] if leads_now else [],
        "leads_now": leads_now,
        "answer_length": ANSWER_LENGTH,
        "question_length": QUESTION_LENGTH,
        "card_lengths": {"title": TITLE, "link": LINK, "text": PROMOTION_TEXT},
        "fresh_id": secrets.token_hex(8),
    }


async def show(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/cards/ID/show`: a planned promotion before its time; one for each section.

    It is the promotion of the section that is on, whichever it was planned for: members see one in each.
    """
    event, state, reader = await reader_of(site, ask)
    await ask.fields()
    planned = [*(shown.card for shown in state.cards.promotions.values()), *event.promotions]
    card = replace(by_id(planned, ask.parts["id"]), section=max(section_now(state, event), 1))
    added = await site.house.journal.decide(event.id, show_promotion(event, card, by=reader.by))
    return back(ask, reader, {"done": True, "changed": bool(added)}, f"card-{card.id}")


async def own(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/cards` (`title`, `link`, `text`): one that is in no plan, once per `client_id`.

    It belongs to the section that is on, which may have one in all.
    """
    event, state, reader = await reader_of(site, ask)
    fields = await ask.fields()
    id = fields.get("client_id", "").lower() or secrets.token_hex(8)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", id):
        raise WrongUse("client_id: 1 to 40 of a-z, 0-9 and hyphens, new for each promotion")
    title, text = (clean(fields.get(name, "")).strip() for name in ("title", "text"))
    link = fields.get("link", "").strip()
    if not 0 < len(title) <= TITLE or len(text) > PROMOTION_TEXT:
        raise WrongUse(f"title: 1 to {TITLE} characters; text: {PROMOTION_TEXT} at most")
    if len(link) > LINK or not is_https(link):
        raise WrongUse(f'link: write an address with "https://", {LINK} characters at most')
    card = Promotion(id=f"own-{id}", title=title, link=link, text=text, section=max(section_now(state, event), 1))
    added = await site.house.journal.decide(event.id, show_promotion(event, card, by=reader.by))
    return back(ask, reader, {"done": True, "changed": bool(added)}, f"card-{card.id}")


async def go(site: Site, ask: Ask) -> Answer:
    """`GET /room/EVENT/cards/ID/go`: on to where a promotion leads. Each seat counts once, those who lead never.

    Whoever opens it without a seat (in another browser, say) is let through. Raises `NotFound` before it was shown.
    """
    id = ask.parts["id"]
    event, _, state = await site.room(ask.parts["event"])
    if ask.parts["role"] != "room":
        await reader_of(site, ask)
    elif ask.method == "GET":
        await site.house.journal.decide(event.id, follow_promotion(event, site.guests.known(ask), id))
    if id not in state.cards.promotions:
        raise NotFound(f"card {id!r}: it has not been shown in this room")
    return redirect(state.cards.promotions[id].card.link)


async def picture(site: Site, ask: Ask) -> Answer:
    """`GET …/cards/ID/picture`: a promotion's picture, from here and small enough for a weak line."""
    _, state, _ = await reader_of(site, ask)
    shown = state.cards.promotions.get(ask.parts["id"])
    if shown is None or not shown.card.picture:
        raise NotFound("there is no picture of this card")
    key = f"card {shown.card.picture}"
    if key not in site.portraits:
        try:
            site.portraits[key] = await asyncio.to_thread(_small, shown.card.picture)
        except BadPortrait as bad:
            raise NotFound("the picture of this card cannot be read") from bad
    keep = (b"cache-control", b"private, max-age=3600")
    return Answer(body=site.portraits[key], type=b"image/jpeg", headers=(keep,))


async def write_seen(site: Site) -> None:
    """Write down, once in a while, whose page had a promotion. Runs for ever; the rest is written at the end."""
    try:
        while True:
            await asyncio.sleep(SEEN_EVERY)
            await _write_seen(site)
    finally:
        await _write_seen(site)


async def _write_seen(site: Site) -> None:
    while site.seen:
        (name, card), seats = site.seen.popitem()
        try:
            event = await site.house.event(name)
            await site.house.journal.decide(name, see_promotion(event, card, seats))
        except BaseException:
            site.seen.setdefault((name, card), set()).update(seats)
            raise


def _small(path: str) -> bytes:
    packed = io.BytesIO()
    fitted(path, PICTURE).save(packed, "JPEG", quality=80)
    return packed.getvalue()


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {
    **catchup.PARTS,
    "cards": facts,
    **afterwards.PARTS,
}
_ID = r"(?P<id>[a-z0-9-]{1,60})"
ROUTES: list[Route] = [
    ("POST", rf"{HOST_PATH}/cards", own),
    ("POST", rf"{HOST_PATH}/cards/{_ID}/show", show),
    ("GET", rf"{READER}/cards/{_ID}/go", go),
    ("GET", rf"{READER}/cards/{_ID}/picture", picture),
    *forms.ROUTES,
    *afterwards.ROUTES,
]
_HOST = "/host/{event}/{token}"
PATHS: dict[str, Any] = {
    f"{_HOST}/cards": {
        "post": op(
            "Show a promotion of the host's own; one `client_id` is shown once",
            body="OwnPromotion",
            answer="Done",
            refused=(400, 403, 404, 409, 410),
        )
    },
    f"{_HOST}/cards/{{id}}/show": {
        "post": op("Show a planned promotion", body="Done", answer="Done", refused=(403, 404, 409, 410))
    },
    "/room/{event}/cards/{id}/go": {"get": op("On to where a promotion leads; each seat counts once", refused=(404,))},
    "/room/{event}/cards/{id}/picture": {"get": member_op("A promotion's picture", "image/jpeg", refused=(403, 404))},
    **forms.PATHS,
    **afterwards.PATHS,
}
SCHEMAS: dict[str, Any] = {
    **forms.SCHEMAS,
    **afterwards.SCHEMAS,
    "OwnPromotion": object_of(
        ("title", "link"),
        title=WORDS,
        link={**WORDS, "description": "An https address"},
        text=WORDS,
        client_id=WORDS,
    ),
}
