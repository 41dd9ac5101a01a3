"""Who gets in: a hundred numbered seats, first come, first served, then the waiting list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import NoSeat, RoomClosed, RoomNotOpen
from salon.model import Event
from salon.rules.landing import ensure_not_recalled
from salon.state import State

#: Longest shown name, in characters.
NAME_LENGTH = 30


def ensure_open(event: Event, state: State, now: datetime) -> None:
    """Raise `RoomNotOpen` until the room was opened, `RoomClosed` from the disbanding on.

    The closing is the clock's: nobody gets in after it, whether or not a flow has written it down.
    """
    if state.disbanded_at is not None or now >= event.times.disbands_at:
        raise RoomClosed
    if state.opened_at is None:
        raise RoomNotOpen


def take_seat(event: Event, guest: str, *, source: str, name: str = "") -> Rule:
    """Give *guest* the lowest free seat, or the one they hold, or the next place in the waiting list.

    *source* counts only the first time. A repeat adds nothing. Raises as `ensure_open`, and `Recalled`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        ensure_not_recalled(state)
        if guest in state.seat_by_guest or guest in state.waiting:
            return
        known = state.guests.get(guest)
        first = known.source if known else source
        free = state.lowest_free_seat(event.seats)
        if free:
            yield seat_taken(free, guest, first, name, by=guest)
        else:
            yield _joined(guest, first, name)

    return rule


def leave_seat(event: Event, guest: str) -> Rule:
    """Release *guest*'s seat, or place in the waiting list; the first of those who wait moves up at once.

    Raises `NoSeat` when they hold neither, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if guest in state.waiting:
            yield Draft(kind="waiting_list_left", by=guest, data={"guest": guest}, frees=(f"guest:{guest}",))
            return
        seat = state.seat_of(guest)
        if not seat:
            raise NoSeat
        yield Draft(
            kind="seat_left",
            by=guest,
            data={"guest": guest, "seat": seat},
            frees=(f"seat:{seat}", f"guest:{guest}"),
        )
        first = next(iter(state.waiting), None)
        if first is not None:
            known = state.guests[first]
            yield seat_taken(seat, first, known.source, known.name, by="waiting_list")

    return rule


def seat_taken(seat: int, guest: str, source: str, name: str, *, by: str) -> Draft:
    """The entry that seats *guest*; the database keeps the seat and the guest unique."""
    # Who moves up from the waiting list already holds their own name in the ledger.
    moves_up = by == "waiting_list"
    return Draft(
        kind="seat_taken",
        by=by,
        data={"seat": seat, "guest": guest, "source": source, "name": name},
        holds=(f"seat:{seat}", f"guest:{guest}"),
        frees=(f"guest:{guest}",) if moves_up else (),
    )


def _joined(guest: str, source: str, name: str) -> Draft:
    return Draft(
        kind="waiting_list_joined",
        by=guest,
        data={"guest": guest, "source": source, "name": name},
        holds=(f"guest:{guest}",),
    )
