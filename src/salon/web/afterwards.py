"""After the close: whoever sat here rates the evening with one tap, offers to lead one, and finds the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from salon.cards import RATINGS
from salon.errors import WrongUse
from salon.model import Event
from salon.rules.afterwards import TOPIC_LENGTH, offer_to_lead, rate_evening
from salon.state import State
from salon.web.describe import NUMBER, TEXT, TRUTH, member_op, object_of
from salon.web.http import Answer, Ask
from salon.web.lines import clean, is_yes
from salon.web.readers import Reader, back, reader_of
from salon.web.routes import MEMBER, Route
from salon.web.site import Site


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/afterwards.html` needs; None for those who lead, and before the close."""
    is_over = state.disbanded_at is not None or site.house.clock.now() >= event.times.disbands_at
    if reader.leads or not is_over:
        return None
    offer = state.cards.candidacies.get(reader.guest)
    return {
        "rating": state.cards.ratings.get(reader.seat, 0),
        "ratings": RATINGS,
        "offers": offer is not None,
        "topic_offered": offer.topic if offer else "",
        "topic_length": TOPIC_LENGTH,
        "report": f"/report/{event.id}" if state.report else "",
        # Who has said all that they have to say goes on by themselves.
        "goes_on": bool(state.report) and not has_more_to_say(state, reader.guest),
    }


def has_more_to_say(state: State, guest: str) -> bool:
    """Whether *guest* is shown the page after the close: until there is a report, and they rated and offered to lead.

    Who does not want to lead has the report one tap away there; who is sent on could offer it nowhere.
    """
    seat = state.seat_of(guest)
    has_said = seat in state.cards.ratings and guest in state.cards.candidacies
    return bool(seat) and not (state.report and has_said)


def looks_again(state: State, guest: str) -> bool:
    """Whether their page without a script may look again by itself: nobody is typing what they would talk about."""
    offer = state.cards.candidacies.get(guest)
    return not state.report and (offer is None or bool(offer.topic))


async def rate(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/rating` (`value`: 1 to 5): one per seat, the last one counts."""
    event, _, reader = await reader_of(site, ask)
    text = (await ask.fields()).get("value", "")
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise WrongUse("value: write a number from 1 to 5")
    added = await site.house.journal.decide(event.id, rate_evening(event, reader.guest, int(text)))
    return back(ask, reader, {"rated": int(text)}, status=201 if added else 200)


async def offer(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/candidacy` (`topic`, `offers`: yes or no): "I would lead one"; the owner reads it."""
    event, _, reader = await reader_of(site, ask)
    fields = await ask.fields()
    offers, topic = is_yes(fields.get("offers", "yes")), clean(fields.get("topic", ""))
    added = await site.house.journal.decide(event.id, offer_to_lead(event, reader.guest, topic, offers=offers))
    return back(ask, reader, {"offers": offers}, status=201 if added else 200)


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {"afterwards": facts}
ROUTES: list[Route] = [("POST", rf"{MEMBER}/rating", rate), ("POST", rf"{MEMBER}/candidacy", offer)]
PATHS: dict[str, Any] = {
    "/room/{event}/rating": {
        "post": member_op(
            "Rate the evening, once it is over; the last rating counts",
            body="Rating",
            answer="Rated",
            status=201,
            refused=(400, 403, 404, 409),
        )
    },
    "/room/{event}/candidacy": {
        "post": member_op(
            "Offer to lead an evening, or no more",
            body="Candidacy",
            answer="Offered",
            status=201,
            refused=(400, 403, 404, 409, 422),
        )
    },
}
SCHEMAS: dict[str, Any] = {
    "Rating": object_of(("value",), value={**NUMBER, "minimum": 1, "maximum": 5}),
    "Rated": object_of(("rated",), rated=NUMBER),
    "Candidacy": object_of(topic={**TEXT, "maxLength": TOPIC_LENGTH}, offers={"enum": ["yes", "no"]}),
    "Offered": object_of(("offers",), offers=TRUTH),
}
