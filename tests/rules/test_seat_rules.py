"""Seats: first come, first served, one for each, and nobody after the close."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.entries import Draft
from salon.errors import NoSeat, RoomClosed, RoomNotOpen
from salon.model import Event
from salon.rules.ending import extend_evening
from salon.rules.seats import (
    NO_OFFERS_IN,
    OFFER,
    DoorBarred,
    bar_door,
    is_to_be_settled,
    leave_seat,
    settle_offers,
    take_seat,
    unbar_door,
)
from salon.rules.week import open_room, shut_room
from salon.state import Guest


@pytest.fixture
def evening(event: Event) -> Evening:
    """A room of two seats, open."""
    return Evening.opened(replace(event, seats=2))


def seated(seat: int, guest: str, source: str = "readers", name: str = "") -> Draft:
    """What `take_seat` adds while there are seats."""
    data = {"seat": seat, "guest": guest, "source": source, "name": name}
    return Draft(kind="seat_taken", by=guest, data=data, holds=(f"seat:{seat}", f"guest:{guest}"))


def waits(guest: str, source: str = "readers", name: str = "") -> Draft:
    """What `take_seat` adds when there are none."""
    data = {"guest": guest, "source": source, "name": name}
    return Draft(kind="waiting_list_joined", by=guest, data=data, holds=(f"guest:{guest}",))


def take(evening: Evening, guest: str, source: str = "readers", name: str = "") -> list[Draft]:
    return evening.ask(take_seat(evening.event, guest, source=source, name=name))


def leave(evening: Evening, guest: str) -> list[Draft]:
    return evening.ask(leave_seat(evening.event, guest))


def test_seats_go_in_the_order_of_the_claims_and_then_people_wait(evening: Evening) -> None:
    assert take(evening, "ann", name="Ann") == [seated(1, "ann", name="Ann")]
    assert take(evening, "ben", "tea-room") == [seated(2, "ben", "tea-room")]
    assert take(evening, "cem", "tea-room", "Cem") == [waits("cem", "tea-room", "Cem")]
    assert take(evening, "dan") == [waits("dan")]
    state = evening.state
    assert state.guest_by_seat == {1: "ann", 2: "ben"}
    assert [state.place_of(guest) for guest in ("ann", "cem", "dan")] == [0, 1, 2]
    assert state.guests["cem"] == Guest("Cem", "tea-room")


def test_twenty_claims_and_another_groups_code_are_one_seat_and_the_first_source_is_kept(evening: Evening) -> None:
    take(evening, "ann")
    for source in ("readers", "builders-2", "tea-room") * 7:
        assert take(evening, "ann", source) == []
    assert evening.state.seats_taken() == 1
    assert evening.state.guests["ann"].source == "readers"


def test_a_second_claim_does_not_lose_the_place_in_the_waiting_list(evening: Evening) -> None:
    for guest in ("ann", "ben", "cem", "dan", "cem"):
        take(evening, guest)
    assert list(evening.state.waiting) == ["cem", "dan"]


def offered(evening: Evening, seat: int, guest: str) -> Draft:
    """What keeps *seat* for *guest* from now on."""
    data = {"guest": guest, "seat": seat, "until": (evening.now + OFFER).isoformat()}
    return Draft(kind="seat_offered", by="waiting_list", data=data, holds=(f"seat:{seat}",))


#: The entry that keeps seat 1 for Cem once Ann has left.
CEMS = "offer:8"


def ended(seat: int, guest: str, why: str) -> Draft:
    by = guest if why == "declined" else "waiting_list"
    data = {"guest": guest, "seat": seat, "why": why}
    return Draft(kind="offer_ended", by=by, data=data, holds=(CEMS,), frees=(f"seat:{seat}", f"guest:{guest}"))


def settle(evening: Evening) -> list[Draft]:
    return evening.ask(settle_offers(evening.event))


@pytest.fixture
def full(evening: Evening) -> Evening:
    """Ann and Ben sit; Cem, Dan and Eva wait."""
    for guest, source in (("ann", "readers"), ("ben", "readers"), ("cem", "tea-room"), ("dan", "readers"), ("eva", "")):
        take(evening, guest, source, guest.title())
    return evening


def test_a_seat_that_is_given_up_is_kept_for_the_first_who_waits(full: Evening) -> None:
    assert leave(full, "ann") == [
        Draft(kind="seat_left", by="ann", data={"guest": "ann", "seat": 1}, frees=("seat:1", "guest:ann")),
        offered(full, 1, "cem"),
    ]
    assert (full.state.seats_left(2), full.state.seats_taken(), full.state.place_of("cem")) == (0, 1, 1)
    assert [draft.kind for draft in take(full, "new")] == ["waiting_list_joined"], "a kept seat is nobody else's"
    moved = {"seat": 1, "guest": "cem", "source": "tea-room", "name": ""}
    holds = ("seat:1", "guest:cem")
    assert take(full, "cem") == [Draft(kind="seat_taken", by="cem", data=moved, holds=(*holds, CEMS), frees=holds)]
    assert full.state.guest_by_seat == {1: "cem", 2: "ben"}
    assert full.state.guests["cem"].name == "Cem"
    assert list(full.state.waiting) == ["dan", "eva", "new"]


def test_an_offer_that_nobody_took_goes_to_the_next_once(full: Evening) -> None:
    leave(full, "ann")
    full.now += OFFER - timedelta(microseconds=1)
    assert settle(full) == []
    full.now += timedelta(microseconds=1)
    assert take(full, "cem") == [], "too late, whether or not anybody has passed it on"
    assert settle(full) == [ended(1, "cem", "expired"), offered(full, 1, "dan")]
    assert settle(full) == []
    assert (list(full.state.waiting), full.state.missed) == (["dan", "eva"], {"cem"})
    assert [draft.kind for draft in take(full, "cem")] == ["waiting_list_joined"]
    assert full.state.missed == set()


def test_an_offer_that_is_declined_goes_to_the_next_and_a_second_time_is_refused(full: Evening) -> None:
    leave(full, "ann")
    assert leave(full, "cem") == [ended(1, "cem", "declined"), offered(full, 1, "dan")]
    with pytest.raises(NoSeat):
        leave(full, "cem")
    take(full, "dan")
    assert [draft.kind for draft in leave(full, "dan")] == ["seat_left", "seat_offered"]
    assert (full.state.seats_taken(), full.state.seats_left(2)) == (1, 0)


def test_several_seats_are_offered_in_the_order_of_arrival(event: Event) -> None:
    evening = Evening.opened(replace(event, seats=7))
    guests = [f"g{k}" for k in range(17)]
    for guest in guests:
        take(evening, guest)
    for guest in guests[:7]:
        leave(evening, guest)
    assert list(evening.state.offers) == guests[7:14]
    evening.now += OFFER
    assert [draft.data["guest"] for draft in settle(evening)][7:] == guests[14:]
    assert evening.state.seats_left(7) == 4


def test_behind_a_barred_door_who_sits_stays_who_waits_moves_up_and_nobody_new_gets_in(full: Evening) -> None:
    barred = Draft(kind="door_barred", by="host", data={})
    assert [full.ask(bar_door(full.event, by="host")) for _ in range(2)] == [[barred], []]
    with pytest.raises(DoorBarred):
        take(full, "new")
    assert (take(full, "ann"), take(full, "cem")) == ([], []), "who sits or waits may come again"
    leave(full, "ann")
    # The seat is kept for the first who waits, as ever; who left is somebody new.
    with pytest.raises(DoorBarred):
        take(full, "ann")
    take(full, "cem")
    assert full.state.seat_of("cem") == 1
    assert "new" not in full.state.guests
    assert [len(full.ask(unbar_door(full.event, by="host"))) for _ in range(2)] == [1, 0]
    assert take(full, "new") == [waits("new")]
    full.now = full.event.times.disbands_at
    with pytest.raises(RoomClosed):
        full.ask(bar_door(full.event, by="host"))


def test_a_seat_that_nobody_is_left_to_take_is_free_again(full: Evening) -> None:
    leave(full, "ann")
    for _ in range(3):
        full.now += OFFER
        settle(full)
    assert (full.state.offers, full.state.seats_left(2), full.state.lowest_free_seat(2)) == ({}, 1, 1)
    assert take(full, "new") == [seated(1, "new")]


def test_in_the_last_minutes_nothing_is_kept_for_anybody(full: Evening) -> None:
    leave(full, "ann")
    full.now = full.event.times.disbands_at - NO_OFFERS_IN
    assert settle(full) == [ended(1, "cem", "expired")]
    assert leave(full, "ben")[1:] == []
    assert full.state.seats_left(2) == 2
    assert [draft.kind for draft in take(full, "eva")] == ["seat_taken"], "who waits may take it, as anybody may"
    assert take(full, "new") == [seated(2, "new")]
    full.now = full.event.times.disbands_at
    with pytest.raises(RoomClosed):
        settle(full)


def test_who_waited_is_asked_before_anybody_new_when_the_close_is_put_off(full: Evening) -> None:
    full.now = full.event.times.disbands_at - NO_OFFERS_IN
    leave(full, "ann")
    assert not is_to_be_settled(full.event, full.state, full.now), "in the last minutes whoever comes first has it"
    full.ask(extend_evening(full.event, 10, "Wang", 0, lambda event: "Until ten past", by="host"))
    assert is_to_be_settled(full.event, full.state, full.now)
    assert [draft.kind for draft in take(full, "new")] == ["waiting_list_joined"], "nobody goes past who waits"
    assert [(draft.kind, draft.data["guest"]) for draft in settle(full)] == [("seat_offered", "cem")]
    assert not is_to_be_settled(full.event, full.state, full.now)
    assert [draft.kind for draft in take(full, "cem")] == ["seat_taken"]


def test_who_is_next_need_not_wait_to_be_asked(full: Evening) -> None:
    full.now = full.event.times.disbands_at - NO_OFFERS_IN
    leave(full, "ann")
    full.ask(extend_evening(full.event, 10, "Wang", 0, lambda event: "Until ten past", by="host"))
    assert [draft.kind for draft in take(full, "cem")] == ["seat_taken"], "the button that their page shows does it"


def test_a_seat_that_nobody_waits_for_is_free_for_the_next(evening: Evening) -> None:
    take(evening, "ann")
    take(evening, "ben")
    assert [draft.kind for draft in leave(evening, "ann")] == ["seat_left"]
    assert evening.state.lowest_free_seat(2) == 1
    assert take(evening, "cem") == [seated(1, "cem")]


def test_who_comes_back_sits_where_there_is_room_and_keeps_the_first_source(evening: Evening) -> None:
    for guest in ("ann", "ben", "cem"):
        take(evening, guest)
    leave(evening, "ann")
    assert [draft.kind for draft in take(evening, "ann", "tea-room")] == ["waiting_list_joined"]
    take(evening, "cem")
    leave(evening, "ben")
    take(evening, "ann")
    assert evening.state.guest_by_seat == {1: "cem", 2: "ann"}
    assert evening.state.guests["ann"].source == "readers"


def test_who_waits_may_go_and_a_second_time_is_refused(evening: Evening) -> None:
    for guest in ("ann", "ben", "cem", "dan"):
        take(evening, guest)
    gone = Draft(kind="waiting_list_left", by="cem", data={"guest": "cem"}, frees=("guest:cem",))
    assert leave(evening, "cem") == [gone]
    with pytest.raises(NoSeat):
        leave(evening, "cem")
    assert list(evening.state.waiting) == ["dan"]
    assert evening.state.seats_taken() == 2


def test_a_seat_is_given_up_once(evening: Evening) -> None:
    take(evening, "ann")
    leave(evening, "ann")
    with pytest.raises(NoSeat):
        leave(evening, "ann")
    with pytest.raises(NoSeat):
        leave(evening, "stranger")


def test_nobody_gets_in_before_the_room_is_opened(event: Event) -> None:
    early = Evening(event, event.times.opens_at)
    with pytest.raises(RoomNotOpen):
        take(early, "ann")


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=3)])
def test_nobody_gets_in_after_ten_even_if_no_flow_has_said_so(evening: Evening, late: timedelta) -> None:
    take(evening, "ann")
    evening.now = evening.event.times.disbands_at - timedelta(microseconds=1)
    take(evening, "ben")
    evening.now = evening.event.times.disbands_at + late
    for verb in (take, leave):
        for guest in ("ann", "cem"):
            with pytest.raises(RoomClosed):
                verb(evening, guest)


def test_an_evening_that_the_host_ended_is_closed_before_ten(evening: Evening) -> None:
    evening.ask(shut_room(by="host"))
    with pytest.raises(RoomClosed):
        take(evening, "ann")
    with pytest.raises(RoomClosed):
        evening.ask(open_room(evening.event, by="clock"))


def test_five_thousand_claims_from_fifty_groups_are_a_hundred_seats_in_order_of_arrival(event: Event) -> None:
    evening, dice = Evening.opened(event), random.Random(7)
    claims = [(f"g{dice.randrange(5_000)}", f"group-{dice.randrange(50)}") for _ in range(9_000)]
    for guest, source in claims:
        take(evening, guest, source)
    first = {}
    for guest, source in claims:
        first.setdefault(guest, source)
    assert list(evening.state.guest_by_seat.values()) + list(evening.state.waiting) == list(first)
    assert sorted(evening.state.guest_by_seat) == list(range(1, 101))
    assert {guest: known.source for guest, known in evening.state.guests.items()} == first


@pytest.mark.parametrize("guest", ["ann", "cem"])
def test_a_name_given_later_is_the_name_from_then_on_and_nothing_else_changes(full: Evening, guest: str) -> None:
    named = Draft(kind="guest_named", by=guest, data={"guest": guest, "name": "Zoe"})
    before = (dict(full.state.guest_by_seat), list(full.state.waiting))
    assert take(full, guest, "other", "Zoe") == [named]
    assert take(full, guest, "other", "Zoe") == take(full, guest) == []
    assert (full.state.guests[guest].name, full.state.guests[guest].source) in (("Zoe", "readers"), ("Zoe", "tea-room"))
    assert (dict(full.state.guest_by_seat), list(full.state.waiting)) == before
