"""The week: a room opens and shuts once, a step is taken once, a group hears once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon.entries import Draft, Rule
from salon.errors import RoomClosed, RoomNotOpen
from salon.model import Event, Poll
from salon.rules.polls import cast_vote, close_poll, open_poll
from salon.rules.seats import take_seat
from salon.rules.week import (
    begin_delivery,
    confirm_brief,
    end_delivery,
    finish_slot,
    note_plan,
    open_room,
    shut_room,
    take_step,
    tell_owner,
    write_report,
)
from salon.state import Delivery, PartDone, SlotDone


@pytest.fixture
def before(event: Event) -> Evening:
    """An event of which nothing is written yet."""
    return Evening(event, event.times.opens_at)


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room."""
    return Evening.opened(event)


def once(evening: Evening, rule: Rule, *expected: Draft) -> None:
    """The rule adds exactly *expected*, and nothing when it is asked again."""
    assert evening.ask(rule) == list(expected)
    assert evening.ask(rule) == []


def test_a_plan_is_noted_when_it_differs(before: Evening) -> None:
    plans = [{"event": {"topic": topic, "kol": {"name": topic}}, "groups": []} for topic in ("tea", "rice")]
    for plan in plans:
        once(before, note_plan(plan), Draft(kind="plan_noted", by="owner", data=plan))
    assert (before.state.plan, before.state.first_kol) == (plans[1], "tea")


def test_a_room_opens_once(before: Evening) -> None:
    opened = Draft(kind="room_opened", by="clock", data={"seats": 100}, holds=("room:opened",))
    once(before, open_room(before.event, by="clock"), opened)
    assert before.state.opened_at == before.now


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)])
def test_a_room_is_not_opened_after_its_end(before: Evening, late: timedelta) -> None:
    before.now = before.event.times.disbands_at + late
    with pytest.raises(RoomClosed):
        before.ask(open_room(before.event, by="clock"))


def test_shutting_closes_every_open_poll_first_and_counts(evening: Evening) -> None:
    event = replace(evening.event, seats=1)
    for poll in ("one", "two", "three"):
        evening.ask(open_poll(event, Poll(id=poll, question="?", options=("a", "b")), by="host"))
    evening.ask(close_poll("two", by="host"))
    for guest in ("ann", "ben", "cem"):
        evening.ask(take_seat(event, guest, source="readers"))
    evening.ask(cast_vote(event, "ann", "one", 1))
    evening.now = event.times.disbands_at
    once(
        evening,
        shut_room(by="clock"),
        Draft(kind="poll_closed", by="clock", data={"poll": "one"}, holds=("closed:one",)),
        Draft(kind="poll_closed", by="clock", data={"poll": "three"}, holds=("closed:three",)),
        Draft(kind="room_disbanded", by="clock", data={"seats_taken": 1, "waiting": 2}, holds=("room:disbanded",)),
    )
    assert evening.ask(shut_room(by="watchdog")) == []
    assert evening.state.disbanded_at == evening.now
    assert evening.state.polls["one"].tally() == [0, 1]


def test_a_room_that_never_opened_is_shut_all_the_same(before: Evening) -> None:
    shut = Draft(kind="room_disbanded", by="clock", data={"seats_taken": 0, "waiting": 0}, holds=("room:disbanded",))
    once(before, shut_room(by="clock"), shut)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("section_started", {"section": 1, "title": "Tea"}),
        ("precautions_posted", {"lines": ["one"]}),
        ("notice_posted", {"text": "ten minutes"}),
        ("recap_posted", {"text": "well"}),
        ("prompt_posted", {"section": 1, "text": "Why?"}),
    ],
)
def test_a_step_is_taken_once(evening: Evening, kind: str, data: dict[str, object]) -> None:
    step = take_step(evening.event, kind, "step-1", data, by="host")
    once(evening, step, Draft(kind=kind, by="host", data={"step": "step-1", **data}, holds=("step:step-1",)))
    assert evening.state.steps == {"step-1": 2}
    assert evening.state.prompts == ([(1, "Why?", evening.now)] if kind == "prompt_posted" else [])


def test_there_are_no_steps_before_or_after(before: Evening, evening: Evening) -> None:
    evening.now = evening.event.times.disbands_at
    for there, error in ((before, RoomNotOpen), (evening, RoomClosed)):
        with pytest.raises(error):
            there.ask(take_step(there.event, "notice_posted", "s", {"text": "?"}, by="host"))


@pytest.mark.parametrize("outcome", ["done", "skipped"])
def test_what_came_of_a_moment_is_noted_once_for_each_slot(before: Evening, outcome: str) -> None:
    for slot in before.event.slots():
        data = {"slot": slot.key, "planned_at": slot.at.isoformat(), "text": "fine"}
        noted = Draft(kind=f"moment_{outcome}", by=str(slot.moment), data=data, holds=(f"slot:{slot.key}",))
        once(before, finish_slot(slot, outcome, "fine"), noted)
        assert before.ask(finish_slot(slot, "skipped", "again")) == []
        assert before.state.slots[slot.key] == SlotDone(slot.key, outcome, before.now, "fine")
    assert len(before.state.slots) == len(before.event.slots())


def begun() -> Draft:
    data = {"announcement": "warm_up", "group": "readers", "channel": "folder"}
    return Draft(kind="announcement_begun", by="warm_up", data=data, holds=("delivery:warm_up:readers",))


def begin(evening: Evening) -> list[Draft]:
    return evening.ask(begin_delivery("warm_up", "readers", "folder", by="warm_up"))


def end(evening: Evening, outcome: str) -> list[Draft]:
    return evening.ask(end_delivery("warm_up", "readers", outcome, "why", by="warm_up"))


def test_a_group_hears_each_announcement_once(before: Evening) -> None:
    assert begin(before) == [begun()]
    assert begin(before) == []
    place = {"announcement": "warm_up", "group": "readers", "channel": "folder"}
    data = {**place, "outcome": "delivered", "detail": "why"}
    assert end(before, "delivered") == [Draft(kind="announcement_delivered", by="warm_up", data=data)]
    assert begin(before) == []
    parts = {"": PartDone("delivered", "why")}
    delivery = Delivery("warm_up", "readers", "folder", "delivered", "why", before.now, parts)
    assert before.state.deliveries == {("warm_up", "readers"): delivery}
    # Another group and another announcement are another matter.
    assert len(before.ask(begin_delivery("warm_up", "tea-room", "folder", by="warm_up"))) == 1
    assert len(before.ask(begin_delivery("remind-1", "readers", "folder", by="remind"))) == 1


@pytest.mark.parametrize("outcome", ["delivered", "refused", "unknown"])
def test_what_has_an_outcome_is_never_sent_again(before: Evening, outcome: str) -> None:
    begin(before)
    assert len(end(before, outcome)) == 1
    assert end(before, outcome) == []
    assert begin(before) == []


@pytest.mark.parametrize("outcome", ["delivered", "refused"])
def test_an_end_is_kept_and_an_unknown_one_may_become_known(before: Evening, outcome: str) -> None:
    begin(before)
    end(before, "unknown")
    assert [draft.kind for draft in end(before, outcome)] == [f"announcement_{outcome}"]
    for other in ("delivered", "refused", "unknown", "postponed"):
        assert end(before, other) == []
    assert before.state.outcome_of("warm_up", "readers") == outcome


def test_a_postponed_delivery_is_begun_again(before: Evening) -> None:
    begin(before)
    (postponed,) = end(before, "postponed")
    assert postponed.frees == ("delivery:warm_up:readers",)
    assert end(before, "delivered") == []
    assert begin(before) == [begun()]
    assert len(end(before, "delivered")) == 1


def test_a_delivery_that_was_never_begun_has_no_end(before: Evening) -> None:
    assert end(before, "delivered") == []


def test_the_kol_confirms_once(before: Evening) -> None:
    once(
        before,
        confirm_brief("Ann"),
        Draft(kind="kol_confirmed", by="kol", data={"kol": "Ann"}, holds=("confirmed:Ann",)),
    )
    assert before.state.confirmed_at == {"Ann": before.now}


def test_the_owner_is_told_each_thing_once(before: Evening) -> None:
    data = {"about": "kol_unconfirmed", "text": "not yet"}
    told = Draft(kind="owner_told", by="brief", data=data, holds=("told:kol_unconfirmed",))
    once(before, tell_owner("kol_unconfirmed", "not yet", by="brief"), told)
    assert before.ask(tell_owner("kol_unconfirmed", "in other words", by="brief")) == []
    assert len(before.ask(tell_owner("delivery_unknown", "hm", by="brief"))) == 1


def test_an_equal_report_is_written_down_once(before: Evening) -> None:
    for digest in ("aa", "bb", "aa"):
        written = Draft(kind="report_written", by="report", data={"digest": digest, "files": {"report.md": 7}})
        once(before, write_report(digest, {"report.md": 7}, by="report"), written)
