"""The door behind every QR code: what it is about, the seats left, one button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from salon.entries import Entry, Rule
from salon.errors import BadText
from salon.model import Event
from salon.rules.questions import QUESTION_LENGTH, ask_question
from salon.rules.seats import NAME_LENGTH, NO_OFFERS_IN, leave_seat, take_seat
from salon.rules.talk import Line
from salon.state import State
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.landing import moved_door
from salon.web.lines import clean, is_yes
from salon.web.moderation import reasons_for
from salon.web.proof import note_scan
from salon.web.site import Site
from salon.web.writes import Decision
from salon.wording import calm


async def door(site: Site, ask: Ask) -> Answer:
    """`GET /c/CODE`: the page for whoever scanned; after the evening it leads to the report."""
    event, group = await site.behind(ask.parts["code"])
    # Read anew, not as this process has heard: what another one has just recalled or closed shows at once.
    state = (await site.house.journal.refresh(event.id)).state
    event = state.rhythm.moved(event)
    if ask.method == "GET":
        site.views.setdefault(event.id, Counter())[group] += 1
        await note_scan(site, ask, event, state, group)
    if state.landing.recalled is not None:
        return site.page(ask, "recalled", event, text=state.landing.recalled).with_headers((b"refresh", b"60"))
    if state.landing.moved_to:
        return redirect(moved_door(site, state.landing.moved_to, group, (await site.house.plan()).codes))
    if state.report and state.disbanded_at is not None:
        return redirect(f"/report/{event.id}")
    guest = site.guests.known(ask)
    facts = _standing(site, event, state, guest)
    answer = site.page(ask, "door", event, code=ask.parts["code"], **facts)
    if seconds := _look_again(facts):
        answer = answer.with_headers((b"refresh", str(seconds).encode()))
    if not guest:
        # Known from the first look on: two taps on the button are one person.
        return answer.with_headers(site.guests.cookie(site.guests.new()))
    return answer.with_headers(*site.guests.seat_cookies(ask, event.id, guest, facts["seat"]))


def claim(site: Site, ask: Ask, fields: Mapping[str, str]) -> Decision:
    """`POST /c/CODE/seat`: take a seat, or the next place in the waiting list. Again: the same one.

    Members get a page; programs 201 (200 when repeated) and `{"seat": 17}` or `{"waiting": 3}`.
    """
    event, group = site.behind_now(ask.parts["code"])
    guest = site.guests.known(ask) or site.guests.new()
    name = calm(clean(fields.get("name", "")))[:NAME_LENGTH].strip()
    question = _question(site, event, guest, name, fields)

    done = partial(_claimed, site, ask, event, guest)
    then = done if question is None else lambda added: Decision(event.id, question, lambda _: done(added))
    return Decision(event.id, take_seat(event, guest, source=group, name=name), then)


def _claimed(site: Site, ask: Ask, event: Event, guest: str, added: Sequence[Entry]) -> Answer:
    state = site.house.now(event.id)
    seat = state.seat_of(guest)
    cookies = site.guests.cookie(guest), *site.guests.seat_cookies(ask, event.id, guest, seat)
    if ask.wants_json:
        is_new = any(entry.kind in ("seat_taken", "waiting_list_joined") for entry in added)
        return json_answer(_place(event, state, guest), 201 if is_new else 200, *cookies)
    return redirect(f"/room/{event.id}" if seat else f"/c/{ask.parts['code']}", *cookies)


def _question(site: Site, event: Event, guest: str, name: str, fields: Mapping[str, str]) -> Rule | None:
    """What somebody asks at the door, if anything; asked once. Raises `BadText`, before any seat is taken."""
    text = fields.get("question", "") and " ".join(clean(fields["question"]).split())
    if not text:
        return None
    if len(text) > QUESTION_LENGTH:
        raise BadText(f"{len(text)} characters are too many for one question; {QUESTION_LENGTH} at most")
    line = Line(text=text, client_id="door")
    why = reasons_for(site, event, f"{name}\n{text}")
    return ask_question(event, guest, line, is_anonymous=is_yes(fields.get("anonymous", "")), why=why)


async def standing(site: Site, ask: Ask) -> Answer:
    """`GET /c/CODE/seat`: where the asker stands, as JSON; for pages that wait."""
    event, _ = await site.behind(ask.parts["code"])
    _, _, state = await site.room(event.id)
    guest = site.guests.known(ask)
    left = state.seats_left(event.seats)
    facts = {"seats_left": left, "phase": phase(site, event, state), "is_barred": state.landing.is_barred}
    return json_answer({**_place(event, state, guest), **facts})


async def leave(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/leave` (or `DELETE /room/EVENT/seat`): release seat or place; who waits moves up at once."""
    event = await site.house.event(ask.parts["event"])
    await ask.fields()
    added = await site.house.journal.decide(event.id, leave_seat(event, site.guests.known(ask)))
    if ask.wants_json:
        return json_answer({"left": True})
    title = "left_title" if added[0].kind == "seat_left" else "left_list_title"
    return site.page(ask, "notice", event, title_key=title, text_key="left_text", back="")


def phase(site: Site, event: Event, state: State) -> str:
    """Where the evening stands for members: before, open, closed."""
    if state.disbanded_at is not None or site.house.clock.now() >= state.rhythm.moved(event).times.disbands_at:
        return "closed"
    return "before" if state.opened_at is None else "open"


def _place(event: Event, state: State, guest: str) -> dict[str, Any]:
    seat = state.seat_of(guest)
    if seat:
        return {"event": event.id, "seat": seat, "room": f"/room/{event.id}"}
    place, offer = state.place_of(guest), state.offers.get(guest)
    if offer:
        return {"event": event.id, "waiting": place, "offered_until": offer.until.isoformat()}
    return {"event": event.id, "waiting": place} if place else {"event": event.id}


def _look_again(facts: dict[str, Any]) -> int:
    """After how many seconds the page looks again by itself, without any script; 0: never, somebody may be typing."""
    if facts["phase"] == "open":
        return 15 if facts["place"] else 30 if facts["is_barred"] and not facts["seat"] else 0
    return 20 if facts["is_wished"] else 60


def _standing(site: Site, event: Event, state: State, guest: str) -> dict[str, Any]:
    offer = state.offers.get(guest)
    return {
        "phase": phase(site, event, state),
        "seats_left": state.seats_left(event.seats),
        "seat": state.seat_of(guest),
        "place": state.place_of(guest),
        "waiting": len(state.waiting),
        "offer_until": f"{offer.until.astimezone(event.times.opens_at.tzinfo):%H:%M}" if offer else "",
        "has_missed": guest in state.missed,
        "event_id": event.id,
        "is_barred": state.landing.is_barred,
        "is_removed": guest in state.moderation.removed,
        "removed_why": state.moderation.removed.get(guest, ""),
        "is_wished": guest in state.landing.wishes,
        "is_late": site.house.clock.now() >= event.times.opens_at,
        "keeps_seats": site.house.clock.now() < event.times.disbands_at - NO_OFFERS_IN,
        "is_ahead": site.house.clock.now() < event.times.starts_at,
        "portrait": f"/portrait/{event.id}" if event.kol.portrait else "",
        "name_length": NAME_LENGTH,
        "question_length": QUESTION_LENGTH,
    }
