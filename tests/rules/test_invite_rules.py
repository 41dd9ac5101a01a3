"""Rooms that people open by hand: only codes that fit stand behind them, and each seat is sent to one group."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.errors import NoSeat, NotFound, RoomClosed, RoomNotOpen
from salon.invites import CodeRefused
from salon.model import BY_HAND, OWN, Event
from salon.moments.by_hand import trouble
from salon.rules.invites import (
    MOST_GROUPS,
    NewCode,
    NoCode,
    add_code,
    claim_code,
    free_code,
    give_code,
    replace_code,
    withdraw_code,
)
from salon.rules.seats import leave_seat, take_seat
from salon.rules.week import shut_room

WEEK = timedelta(days=7)


@pytest.fixture
def event(event: Event) -> Event:
    return replace(event, room=BY_HAND)


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room by hand, without a code."""
    return Evening.opened(event)


def code(event: Event, mark: str = "one", *, cap: int = 200, life: timedelta = WEEK) -> NewCode:
    """A code that was shown a minute before the opening."""
    dies_at = event.times.opens_at + life
    return NewCode(platform="wechat", sealed=f"~{mark}", mark=mark, dies_at=dies_at, cap=cap, life=WEEK, joins=200)


def seated(evening: Evening, *guests: str) -> None:
    for guest in guests:
        evening.ask(take_seat(evening.event, guest, source="readers"))


def given(evening: Evening, guest: str) -> int:
    evening.ask(give_code(evening.event, guest))
    found = evening.state.invites.of(guest, evening.now)
    assert found is not None
    return found.number


def test_a_code_must_live_until_after_the_close_and_not_a_minute_less(evening: Evening, event: Event) -> None:
    until_close = event.times.disbands_at - event.times.opens_at
    with pytest.raises(CodeRefused) as refused:
        evening.ask(add_code(event, code(event, life=until_close), by="owner"))
    assert (refused.value.reason, evening.state.invites.codes) == ("code_dies", {})
    (draft,) = evening.ask(add_code(event, code(event, life=until_close + timedelta(seconds=1)), by="owner"))
    assert (draft.kind, draft.holds) == ("invite_added", ("invite:one",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dies_at": timedelta(days=8, seconds=1)}, "code_too_long"),
        ({"cap": 0}, "code_cap"),
        ({"cap": 201}, "code_cap"),
    ],
)
def test_a_slip_of_the_pen_is_refused(evening: Evening, event: Event, changes: dict[str, object], reason: str) -> None:
    if isinstance(late := changes.get("dies_at"), timedelta):
        changes = {"dies_at": evening.now + late}
    with pytest.raises(CodeRefused) as refused:
        evening.ask(add_code(event, replace(code(event), **changes), by="owner"))
    assert refused.value.reason == reason


def test_a_room_of_our_own_takes_no_code(event: Event) -> None:
    own = Evening.opened(replace(event, room=OWN))
    with pytest.raises(CodeRefused, match="our own room"):
        own.ask(add_code(own.event, code(event), by="owner"))


def test_a_room_that_is_over_takes_no_code(evening: Evening, event: Event) -> None:
    evening.ask(shut_room(by="host"))
    with pytest.raises(RoomClosed):
        evening.ask(add_code(event, code(event), by="owner"))


def test_the_same_code_stands_behind_a_room_once(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event), by="owner"))
    for rule in (add_code(event, code(event), by="owner"), replace_code(event, 1, code(event), by="owner")):
        with pytest.raises(CodeRefused) as refused:
            evening.ask(rule)
        assert refused.value.reason == "code_again"
    evening.ask(withdraw_code(1, by="owner"))
    evening.ask(add_code(event, code(event), by="owner"))
    assert [invite.is_withdrawn for invite in evening.state.invites.codes.values()] == [True, False]


def test_a_code_of_another_event_is_refused_until_that_one_is_done_with_it(evening: Evening) -> None:
    plan = Evening(evening.event, evening.now)
    assert [len(plan.ask(claim_code("one", "thursday", by="owner"))) for _ in range(2)] == [1, 0]
    with pytest.raises(CodeRefused) as refused:
        plan.ask(claim_code("one", "friday", by="owner"))
    assert (refused.value.reason, refused.value.detail) == ("code_elsewhere", "thursday")
    assert plan.ask(free_code("one", "friday", by="owner")) == []
    (freed,) = plan.ask(free_code("one", "thursday", by="owner"))
    assert freed.frees == ("invite:one",)
    plan.ask(claim_code("one", "friday", by="owner"))


def test_there_are_only_so_many_groups(evening: Evening, event: Event) -> None:
    for number in range(MOST_GROUPS):
        evening.ask(add_code(event, code(event, str(number)), by="owner"))
    with pytest.raises(CodeRefused) as refused:
        evening.ask(add_code(event, code(event, "more"), by="owner"))
    assert refused.value.reason == "code_enough"
    evening.ask(withdraw_code(3, by="owner"))
    evening.ask(add_code(event, code(event, "more"), by="owner"))
    assert max(evening.state.invites.codes) == MOST_GROUPS + 1


def test_only_a_seat_holder_is_sent_anywhere(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event), by="owner"))
    with pytest.raises(NoSeat):
        evening.ask(give_code(event, "stranger"))
    full = Evening.opened(replace(event, seats=1))
    full.ask(add_code(full.event, code(event), by="owner"))
    seated(full, "first", "waiting")
    with pytest.raises(NoSeat):
        full.ask(give_code(full.event, "waiting"))
    assert given(full, "first") == 1


def test_nobody_is_sent_anywhere_before_the_opening_or_after_the_close(evening: Evening, event: Event) -> None:
    shut = Evening(event, event.times.opens_at)
    with pytest.raises(RoomNotOpen):
        shut.ask(give_code(event, "early"))
    evening.ask(add_code(event, code(event), by="owner"))
    seated(evening, "late")
    evening.now = event.times.disbands_at
    with pytest.raises(RoomClosed):
        evening.ask(give_code(event, "late"))


def test_a_seat_is_sent_to_one_group_and_stays_there(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event, "one", cap=2), by="owner"))
    evening.ask(add_code(event, code(event, "two", cap=2), by="owner"))
    seated(evening, "a", "b", "c", "d", "e")
    assert [given(evening, guest) for guest in "abcd"] == [1, 1, 2, 2]
    with pytest.raises(NoCode):
        evening.ask(give_code(event, "e"))
    assert [given(evening, guest) for guest in "dcba"] == [2, 2, 1, 1]
    assert sum(draft.kind == "invite_given" for draft in evening.drafts) == 4


def test_who_takes_over_a_seat_goes_where_the_seat_goes(event: Event) -> None:
    evening = Evening.opened(replace(event, seats=2))
    evening.ask(add_code(event, code(event, "one", cap=1), by="owner"))
    evening.ask(add_code(event, code(event, "two", cap=5), by="owner"))
    seated(evening, "a", "b", "c")
    assert [given(evening, guest) for guest in "ab"] == [1, 2]
    evening.ask(leave_seat(evening.event, "b"))
    evening.ask(take_seat(evening.event, "c", source="readers"))
    assert evening.state.seat_of("c") == 2
    assert given(evening, "c") == 2


def test_who_has_left_may_still_be_in_the_group_and_counts(event: Event) -> None:
    evening = Evening.opened(replace(event, seats=1))
    evening.ask(add_code(event, code(event, cap=2), by="owner"))
    for guest in "abc":
        seated(evening, guest)
        if guest == "c":
            with pytest.raises(NoCode):
                evening.ask(give_code(evening.event, guest))
        else:
            given(evening, guest)
            evening.ask(leave_seat(evening.event, guest))
    assert evening.state.invites.left(1) == 0


def test_a_replaced_code_is_at_once_the_code_of_all_who_were_sent_there(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event, "one", cap=1), by="owner"))
    seated(evening, "a")
    given(evening, "a")
    (draft,) = evening.ask(replace_code(event, 1, code(event, "two", cap=1), by="owner"))
    assert (draft.holds, draft.frees) == (("invite:two",), ("invite:one",))
    found = evening.state.invites.of("a", evening.now)
    assert found is not None
    assert (found.number, found.sealed) == (1, "~two")
    assert evening.ask(give_code(event, "a")) == []


def test_who_was_sent_to_a_withdrawn_group_goes_to_another(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event, "one"), by="owner"))
    evening.ask(add_code(event, code(event, "two"), by="owner"))
    seated(evening, "a")
    assert given(evening, "a") == 1
    assert [len(evening.ask(withdraw_code(1, by="owner"))) for _ in range(2)] == [1, 0]
    assert given(evening, "a") == 2


def test_a_dead_code_is_given_to_nobody(evening: Evening, event: Event) -> None:
    evening.ask(add_code(event, code(event), by="owner"))
    seated(evening, "a")
    given(evening, "a")
    evening.event = event = replace(event, times=replace(event.times, disbands_at=event.times.disbands_at + 2 * WEEK))
    evening.now = event.times.opens_at + WEEK
    assert evening.state.invites.of("a", evening.now) is None
    with pytest.raises(NoCode):
        evening.ask(give_code(event, "a"))


@pytest.mark.parametrize("rule", ["replace", "withdraw"])
def test_a_group_that_is_not_there_cannot_be_changed(evening: Evening, event: Event, rule: str) -> None:
    rules = {"replace": replace_code(event, 7, code(event), by="owner"), "withdraw": withdraw_code(7, by="owner")}
    with pytest.raises(NotFound, match="group 7"):
        evening.ask(rules[rule])


def test_the_owner_is_told_what_is_wrong_and_when(event: Event) -> None:
    evening = Evening(event, event.times.opens_at)
    due = event.times.opens_at - timedelta(hours=2)

    def told(at: timedelta) -> str:
        return trouble(event, evening.state, due + at)

    second = timedelta(seconds=1)
    assert [told(-second), told(0 * second), told(timedelta(hours=2))] == ["", "code_due", "code_missing"]
    assert trouble(replace(event, room=OWN), evening.state, due) == ""
    evening.ask(add_code(event, code(event, cap=1), by="owner"))
    assert told(second) == ""
    opened = Evening.opened(event)
    assert trouble(event, opened.state, opened.now) == "code_gone_0"
    opened.ask(add_code(event, code(event, cap=1), by="owner"))
    assert trouble(event, opened.state, opened.now) == ""
    seated(opened, "a")
    given(opened, "a")
    assert trouble(event, opened.state, opened.now) == "code_gone_1"
    longer = replace(event, times=replace(event.times, disbands_at=event.times.opens_at + WEEK))
    assert trouble(longer, evening.state, due) == "code_due"
