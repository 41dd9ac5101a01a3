"""The live codes of one event: what they lead to, who came by them, and the owner's hand on all of them at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from urllib.parse import quote

from salon.calendar_file import calendar_file, opening_file
from salon.errors import NotFound
from salon.model import Event
from salon.rules.landing import (
    HOLDING_LENGTH,
    count_views,
    drop_reminder,
    move_codes,
    recall,
    restore,
    wish_reminder,
)
from salon.state import State
from salon.web.describe import PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.lines import clean
from salon.web.linting import ensure_free_sharing
from salon.web.routes import CODE, OWNER_EVENT, Route
from salon.web.site import Site, language_for

#: Views are written down this often, in seconds; what a killed process has not written yet is lost with it.
VIEWS_EVERY = 5.0


async def calendar(site: Site, ask: Ask) -> Answer:
    """`GET /c/CODE/salon.ics`: the evening as a calendar file that rings half an hour before."""
    event, _ = await site.behind(ask.parts["code"])
    link = site.house.links.door(ask.parts["code"].lower())
    return _calendar("salon.ics", calendar_file(event, link, (await site.house.plan()).seq))


async def opening(site: Site, ask: Ask) -> Answer:
    """`GET /c/CODE/open.ics`: the opening as a calendar file, which is all that can ring a phone without its number."""
    event, _ = await site.behind(ask.parts["code"])
    link = site.house.links.door(ask.parts["code"].lower())
    title = site.words[language_for(ask, event)]["take_seat"]
    return _calendar("open.ics", opening_file(event, link, (await site.house.plan()).seq, title))


def _calendar(name: str, body: bytes) -> Answer:
    named = (b"content-disposition", f'attachment; filename="{name}"'.encode())
    return Answer(body=body, type=b"text/calendar; charset=utf-8", headers=(named,))


async def wish(site: Site, ask: Ask) -> Answer:
    """`POST /c/CODE/reminder` (`stop=yes` takes it back): be told when the door opens."""
    event, group = await site.behind(ask.parts["code"])
    fields = await ask.fields()
    guest = site.guests.known(ask) or site.guests.new()
    is_over = fields.get("stop") == "yes"
    rule = drop_reminder(guest) if is_over else wish_reminder(event, guest, group)
    await site.house.journal.decide(event.id, rule)
    answer = json_answer({"wished": not is_over}) if ask.wants_json else redirect(f"/c/{ask.parts['code']}")
    return answer.with_headers(site.guests.cookie(guest))


async def codes(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/codes`: what each group's code brought, and where all of them lead."""
    event, state = await _owned(site, ask)
    book = await site.house.plan()
    others = [other for other in book.events() if other.series == event.series and other.id != event.id]
    rows = await _rows(site, event, state)
    if ask.wants_json:
        landing = {"recalled": state.landing.recalled, "moved_to": state.landing.moved_to}
        return json_answer({**landing, "wishes": len(state.landing.wishes), "groups": rows})
    return site.page(
        ask, "codes", event, rows=rows, landing=state.landing, others=others, event_id=event.id,
        base=f"/owner/{ask.parts['token']}", holding_length=HOLDING_LENGTH,
    )  # fmt: skip


async def recall_all(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/recall` with `text`: every code shows that text at once, and sending stops."""
    event, _ = await _owned(site, ask)
    text = clean((await ask.fields()).get("text", "")).strip()
    ensure_free_sharing(text)
    await site.house.journal.decide(event.id, recall(text, by="owner"))
    return _back(ask, event, {"recalled": True})


async def restore_all(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/restore`: the recall is over."""
    event, _ = await _owned(site, ask)
    await ask.fields()
    await site.house.journal.decide(event.id, restore(by="owner"))
    return _back(ask, event, {"recalled": False})


async def move(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/move` with `to`: the codes lead to another evening of the series; or, empty, home."""
    event, _ = await _owned(site, ask)
    to = (await ask.fields()).get("to", "")
    if to and ((await site.house.event(to)).series != event.series or to == event.id):
        raise NotFound(f"event {to[:60]!r} is no other evening of this series")
    await site.house.journal.decide(event.id, move_codes(to, by="owner"))
    return _back(ask, event, {"to": to})


def moved_door(site: Site, to: str, group: str, codes: dict[str, tuple[str, str]]) -> str:
    """The page behind *group*'s own code for event *to*; the evening's plain page is nobody's: raises `NotFound`."""
    for code, owner in codes.items():
        if owner == (to, group):
            return f"/c/{code}"
    raise NotFound(f"group {group!r} has no code for {to!r}")


async def write_views(site: Site) -> None:
    """Write down, once in a while, how often each door was opened. Runs for ever; the rest is written at the end."""
    try:
        while True:
            await asyncio.sleep(VIEWS_EVERY)
            await _write_views(site)
    finally:
        await _write_views(site)


async def _write_views(site: Site) -> None:
    while site.views:
        event, seen = site.views.popitem()
        try:
            await site.house.journal.decide(event, count_views(seen))
        except BaseException:
            # Told again with the next ones: a database that is away for a minute costs no view.
            site.views.setdefault(event, Counter()).update(seen)
            raise


async def _owned(site: Site, ask: Ask) -> tuple[Event, State]:
    site.check("owner", "", ask.parts["token"])
    event, _, state = await site.room(ask.parts["event"])
    return event, state


async def _rows(site: Site, event: Event, state: State) -> list[dict[str, Any]]:
    """A row per group, in the order of the plan: its code, views, seats, places in the waiting list, wishes, voices."""
    sources = {guest: known.source for guest, known in state.guests.items()}
    seats = Counter(sources[guest] for guest in state.seat_by_guest)
    waiting = Counter(sources[guest] for guest in state.waiting)
    voices = Counter(sources.get(author, "") for author in {said.author for said in state.messages.values()})
    wishes = Counter(state.landing.wishes.values())
    book = await site.house.plan()
    return [
        {
            "group": group.id,
            "name": group.name,
            "link": site.house.links.door(book.code(event.id, group.id)),
            "views": state.landing.views[group.id],
            "wishes": wishes[group.id],
            "seats": seats[group.id],
            "waiting": waiting[group.id],
            "speakers": voices[group.id],
        }
        for group in book.groups(event)
    ]


def _back(ask: Ask, event: Event, data: dict[str, Any]) -> Answer:
    return json_answer(data) if ask.wants_json else redirect(f"/owner/{ask.parts['token']}/{quote(event.id)}/codes")


ROUTES: list[Route] = [
    ("GET", rf"{CODE}/salon\.ics", calendar),
    ("GET", rf"{CODE}/open\.ics", opening),
    ("POST", rf"{CODE}/reminder", wish),
    ("GET", rf"{OWNER_EVENT}/codes", codes),
    ("POST", rf"{OWNER_EVENT}/recall", recall_all),
    ("POST", rf"{OWNER_EVENT}/restore", restore_all),
    ("POST", rf"{OWNER_EVENT}/move", move),
]
_OWNED = "/owner/{token}/{event}"
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    "/c/{code}/salon.ics": {"get": op("The evening as a calendar file", "text/calendar", refused=(404,))},
    "/c/{code}/open.ics": {"get": op("The opening as a calendar file", "text/calendar", refused=(404,))},
    "/c/{code}/reminder": {
        "post": op("Be told when the door opens", body="Reminder", answer="Done", refused=(404, 409, 413))
    },
    f"{_OWNED}/codes": {"get": op("What each group's code brought", PAGE, answer="Done", refused=(403, 404))},
    f"{_OWNED}/recall": {
        "post": op("Every code shows a text instead", body="Holding", answer="Done", refused=(403, 404, 422))
    },
    f"{_OWNED}/restore": {"post": op("The recall is over", body="Done", answer="Done", refused=(403, 404))},
    f"{_OWNED}/move": {"post": op("The codes lead elsewhere", body="Target", answer="Done", refused=(403, 404))},
}
SCHEMAS: dict[str, Any] = {
    "Reminder": object_of(stop={"enum": ["", "yes"]}),
    "Holding": object_of(("text",), text={"type": "string", "maxLength": HOLDING_LENGTH}),
    "Target": object_of(to=TEXT),
}
