"""Who gets in: a hundred numbered seats, first come, first served, then the waiting list.

A seat that is given up is kept for the first who waits, for `OFFER`; after that for the next. In the last minutes
(`NO_OFFERS_IN`) nothing is kept for anybody: whoever comes first has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from salon.entries import Draft, Rule
from salon.errors import NoSeat, Refused, Removed, RoomClosed, RoomNotOpen
from salon.model import Event
from salon.rules.landing import ensure_not_recalled
from salon.state import Offer, State

#: Longest shown name, in characters.
NAME_LENGTH = 30
#: A seat is kept so long for who is next.
OFFER = timedelta(minutes=3)
#: Nothing is kept for anybody so shortly before the close: it would be over before they are in.
NO_OFFERS_IN = timedelta(minutes=10)


class DoorBarred(Refused):
    """A host lets nobody new in."""

    reason = "door_barred"


def ensure_open(event: Event, state: State, now: datetime) -> None:
    """Raise `RoomNotOpen` until the room was opened, `RoomClosed` from the disbanding on.

    The closing is the clock's: nobody gets in after it, whether or not a flow has written it down. Only a person may
    have put it off (`salon.rules.ending.extend_evening`).
    """
    if state.disbanded_at is not None or now >= state.rhythm.moved(event).times.disbands_at:
        raise RoomClosed
    if state.opened_at is None:
        raise RoomNotOpen


def held_seat(state: State, guest: str) -> int:
    """The seat of *guest*. Raises `Removed` for who was sent out, `NoSeat` for anybody else without one."""
    if guest in state.moderation.removed:
        raise Removed(state.moderation.removed[guest])
    if not state.seat_of(guest):
        raise NoSeat
    return state.seat_of(guest)


def take_seat(event: Event, guest: str, *, source: str, name: str = "") -> Rule:
    """Give *guest* the seat that is kept for them, or the lowest free one, or the next place in the waiting list.

    *source* counts only the first time. A repeat adds nothing, but that they are called *name* from now on where that
    is another one. Raises as `ensure_open`, `Recalled`, `Removed`, and `DoorBarred` for somebody new.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        ensure_not_recalled(state)
        if guest in state.moderation.removed:
            raise Removed(state.moderation.removed[guest])
        known = state.guests.get(guest)
        if known and name and known.name != name and (guest in state.seat_by_guest or guest in state.waiting):
            # Who went back and typed a name is called by it; what they said before stays as it was said.
            yield Draft(kind="guest_named", by=guest, data={"guest": guest, "name": name})
        if guest in state.seat_by_guest:
            return
        if state.landing.is_barred and guest not in state.waiting:
            raise DoorBarred
        first = known.source if known else source
        seat = _seat_for(event, state, guest, now)
        if seat:
            kept, waited = state.offers.get(guest), guest in state.waiting
            yield seat_taken(seat, guest, first, name, by=guest, kept=kept, waited=waited)
        elif guest not in state.waiting:
            yield _joined(guest, first, name)

    return rule


def leave_seat(event: Event, guest: str) -> Rule:
    """Release *guest*'s seat, or place in the waiting list; a seat is offered to the first of those who wait.

    Raises `NoSeat` when they hold neither, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if not state.seat_of(guest) and guest not in state.waiting:
            raise NoSeat
        yield from vacate(event, state, now, guest, by=guest)

    return rule


def vacate(event: Event, state: State, now: datetime, guest: str, *, by: str) -> Iterator[Draft]:
    """*guest*'s seat, kept seat or place is free, a seat is offered to who comes next; nothing where there is none."""
    if guest in state.offers:
        yield from _passed_on(event, state, now, {guest: "declined"})
    elif guest in state.waiting:
        yield Draft(kind="waiting_list_left", by=by, data={"guest": guest}, frees=(f"guest:{guest}",))
    elif seat := state.seat_of(guest):
        holds = (f"seat:{seat}", f"guest:{guest}")
        yield Draft(kind="seat_left", by=by, data={"guest": guest, "seat": seat}, frees=holds)
        yield from _offered(event, state, now, [seat], without=())


def bar_door(event: Event, *, by: str) -> Rule:
    """Let nobody new in: neither on a seat nor onto the waiting list. Who sits stays; who waits moves up as before.

    Again adds nothing. Raises as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if not state.landing.is_barred:
            yield Draft(kind="door_barred", by=by, data={})

    return rule


def unbar_door(event: Event, *, by: str) -> Rule:
    """Let people in again. Again adds nothing. Raises as `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if state.landing.is_barred:
            yield Draft(kind="door_unbarred", by=by, data={})

    return rule


def settle_offers(event: Event) -> Rule:
    """Pass on every offer whose time is over: its guest leaves the list, the seat is kept for the next.

    A seat that is free while somebody waits (it was given up in the last minutes, and then the close was put off) is
    kept for who comes next too. Nothing to settle adds nothing. Raises as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        over = {guest: "expired" for guest, offer in state.offers.items() if offer.until <= now}
        yield from _passed_on(event, state, now, over)
        if not over and _next_in_line(state) and (seat := state.lowest_free_seat(event.seats)):
            yield from _offered(event, state, now, [seat], without=())

    return rule


def seat_taken(
    seat: int, guest: str, source: str, name: str, *, by: str, kept: Offer | None = None, waited: bool = False
) -> Draft:
    """The entry that seats *guest*; the database keeps the seat and the guest unique.

    *kept*: the seat is already held for them; *waited*: they are in the ledger, on the waiting list.
    """
    holds = f"seat:{seat}", f"guest:{guest}"
    is_held = kept is not None, waited
    return Draft(
        kind="seat_taken",
        by=by,
        data={"seat": seat, "guest": guest, "source": source, "name": name},
        holds=(*holds, _settled(kept)) if kept else holds,
        frees=tuple(hold for hold, held in zip(holds, is_held, strict=True) if held),
    )


def _settled(offer: Offer) -> str:
    """Held by whatever became of an offer: it is taken once, or it ends once."""
    return f"offer:{offer.number}"


def _seat_for(event: Event, state: State, guest: str, now: datetime) -> int:
    """The seat that *guest* gets now: the one kept for them, or one that is free for anybody; 0: none."""
    offer = state.offers.get(guest)
    if offer is not None:
        return offer.seat if now < offer.until else 0
    seat = state.lowest_free_seat(event.seats)
    # Who waits is asked in turn, until nobody is asked any more; nobody new goes past them.
    if seat and state.waiting and _keeps_seats(event, state, now) and _next_in_line(state) not in ("", guest):
        return 0
    return seat


def is_to_be_settled(event: Event, state: State, now: datetime) -> bool:
    """Whether `settle_offers` has anything to do."""
    if any(offer.until <= now for offer in state.offers.values()):
        return True
    return bool(_next_in_line(state) and state.seats_left(event.seats) and _keeps_seats(event, state, now))


def _next_in_line(state: State) -> str:
    """The first who waits and has no seat kept for them; empty: nobody."""
    return next((guest for guest in state.waiting if guest not in state.offers), "")


def _keeps_seats(event: Event, state: State, now: datetime) -> bool:
    return now < state.rhythm.moved(event).times.disbands_at - NO_OFFERS_IN


def _passed_on(event: Event, state: State, now: datetime, ended: dict[str, str]) -> Iterator[Draft]:
    """The offers of *ended* (guest → why) end, and their seats are offered to those who come next."""
    for guest, why in ended.items():
        offer = state.offers[guest]
        data = {"guest": guest, "seat": offer.seat, "why": why}
        frees, by = (f"seat:{offer.seat}", f"guest:{guest}"), guest if why == "declined" else "waiting_list"
        yield Draft(kind="offer_ended", by=by, data=data, holds=(_settled(offer),), frees=frees)
    yield from _offered(event, state, now, [state.offers[guest].seat for guest in ended], without=ended)


def _offered(event: Event, state: State, now: datetime, seats: list[int], without: Collection[str]) -> Iterator[Draft]:
    """Each of *seats* is kept for the next who waits and was not asked yet, *without* some; others stay free."""
    if not _keeps_seats(event, state, now):
        return
    queue = (guest for guest in state.waiting if guest not in state.offers and guest not in without)
    for seat, guest in zip(sorted(seats), queue, strict=False):
        data = {"guest": guest, "seat": seat, "until": (now + OFFER).isoformat()}
        yield Draft(kind="seat_offered", by="waiting_list", data=data, holds=(f"seat:{seat}",))


def _joined(guest: str, source: str, name: str) -> Draft:
    return Draft(
        kind="waiting_list_joined",
        by=guest,
        data={"guest": guest, "source": source, "name": name},
        holds=(f"guest:{guest}",),
    )
