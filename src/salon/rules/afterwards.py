"""Rules of what members say once the evening is over: how they rate it, and that they would lead one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salon.cards import RATINGS
from salon.entries import Draft, Rule
from salon.errors import BadText, NoSeat, Refused, RoomNotOpen, WrongUse
from salon.model import Event
from salon.state import State

#: Longest topic of somebody who would lead, in characters.
TOPIC_LENGTH = 120


class NotOverYet(Refused):
    """The evening is rated when it is over."""

    reason = "not_over_yet"


def rate_evening(event: Event, guest: str, value: int) -> Rule:
    """Rate the evening from *guest*'s seat, once it is over; another rating replaces it. Again adds nothing.

    Raises `NoSeat`, `NotOverYet`, `WrongUse` for another value than 1 to 5.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        seat = _seat_afterwards(event, state, guest, now)
        if value not in RATINGS:
            raise WrongUse(f"value: {value} is no rating; write 1 to 5")
        data = {"seat": seat, "value": value}
        if seat not in state.cards.ratings:
            yield Draft(kind="rating_given", by=guest, data=data, holds=(f"rating:{seat}",))
        elif state.cards.ratings[seat] != value:
            yield Draft(kind="rating_changed", by=guest, data=data)

    return rule


def offer_to_lead(event: Event, guest: str, topic: str = "", *, offers: bool = True) -> Rule:
    """*guest* would lead an evening, about *topic* if they say so; or no more. Again adds nothing.

    Raises `NoSeat`, `NotOverYet`, `BadText` for a topic that is too long.
    """
    about = " ".join(topic.split())

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _seat_afterwards(event, state, guest, now)
        if len(about) > TOPIC_LENGTH:
            raise BadText(f"{len(about)} characters are too many for a topic; {TOPIC_LENGTH} at most")
        known, hold = state.cards.candidacies.get(guest), (f"candidacy:{guest}",)
        data = {"guest": guest, "topic": about}
        if not offers:
            if known:
                yield Draft(kind="candidacy_withdrawn", by=guest, data={"guest": guest}, frees=hold)
        elif known is None:
            yield Draft(kind="candidacy_offered", by=guest, data=data, holds=hold)
        elif about and known.topic != about:
            yield Draft(kind="candidacy_changed", by=guest, data=data)

    return rule


def _seat_afterwards(event: Event, state: State, guest: str, now: datetime) -> int:
    seat = state.seat_of(guest)
    if state.opened_at is None:
        raise RoomNotOpen
    if not seat:
        raise NoSeat
    if state.disbanded_at is None and now < state.rhythm.moved(event).times.disbands_at:
        raise NotOverYet
    return seat
