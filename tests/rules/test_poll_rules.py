"""Polls: one vote per seat, which may be changed while the poll is open."""

from __future__ import annotations

import pytest
from tests.evenings import Evening

from salon.entries import Draft
from salon.errors import NoSeat, NotFound, PollNotOpen, RoomClosed, RoomNotOpen, WrongUse
from salon.model import Event, Poll
from salon.rules.polls import cast_vote, close_poll, open_poll
from salon.rules.seats import leave_seat, take_seat

POLL = Poll(id="daily", question="How long?", options=("short", "long", "never"), section=2)


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room with Ann on seat 1, Ben on seat 2, and an open poll."""
    evening = Evening.opened(event)
    for guest in ("ann", "ben"):
        evening.ask(take_seat(event, guest, source="readers"))
    evening.ask(open_poll(event, POLL, by="host"))
    return evening


def vote(evening: Evening, guest: str, option: int, poll: str = "daily") -> list[Draft]:
    return evening.ask(cast_vote(evening.event, guest, poll, option))


def test_a_poll_opens_once(event: Event) -> None:
    evening = Evening.opened(event)
    data = {"poll": "daily", "question": "How long?", "options": ["short", "long", "never"], "section": 2}
    opened = Draft(kind="poll_opened", by="host", data=data, holds=("poll:daily",))
    assert evening.ask(open_poll(event, POLL, by="host")) == [opened]
    assert evening.ask(open_poll(event, POLL, by="clock")) == []
    evening.ask(close_poll("daily", by="host"))
    assert evening.ask(open_poll(event, POLL, by="host")) == []
    assert not evening.state.polls["daily"].is_open


def test_a_vote_belongs_to_the_seat_and_counts_once(evening: Evening) -> None:
    data = {"poll": "daily", "seat": 1, "option": 2}
    assert vote(evening, "ann", 2) == [Draft(kind="vote_cast", by="ann", data=data, holds=("vote:daily:1",))]
    for _ in range(200):
        assert vote(evening, "ann", 2) == []
    assert evening.state.polls["daily"].tally() == [0, 0, 1]


def test_a_changed_vote_replaces_the_first(evening: Evening) -> None:
    vote(evening, "ann", 2)
    changed = Draft(kind="vote_changed", by="ann", data={"poll": "daily", "seat": 1, "option": 0})
    assert vote(evening, "ann", 0) == [changed]
    assert [draft.kind for draft in vote(evening, "ann", 2)] == ["vote_changed"]
    assert evening.state.polls["daily"].tally() == [0, 0, 1]


def test_a_hundred_seats_are_a_hundred_votes(event: Event) -> None:
    evening = Evening.opened(event)
    evening.ask(open_poll(event, POLL, by="host"))
    for k in range(100):
        evening.ask(take_seat(event, f"g{k}", source="readers"))
        vote(evening, f"g{k}", k % 3)
    assert evening.state.polls["daily"].tally() == [34, 33, 33]


def test_another_guest_on_the_same_seat_replaces_the_vote_that_lies_on_it(evening: Evening) -> None:
    vote(evening, "ann", 0)
    evening.ask(leave_seat(evening.event, "ann"))
    evening.ask(take_seat(evening.event, "cem", source="readers"))
    assert evening.state.seat_of("cem") == 1
    poll = evening.state.polls["daily"]
    assert (poll.voter(1, "ann"), poll.voter(1, "cem")) == (1, 0), "nobody is shown what another chose"
    assert [draft.kind for draft in vote(evening, "cem", 0)] == ["vote_changed"], "the same choice is theirs now"
    assert vote(evening, "cem", 0) == []
    assert (poll.voter(1, "ann"), poll.voter(1, "cem")) == (0, 1)
    assert [draft.kind for draft in vote(evening, "cem", 1)] == ["vote_changed"]
    assert sum(evening.state.polls["daily"].tally()) == 1


@pytest.mark.parametrize("option", [-1, 3, 99])
def test_an_option_that_is_not_there_is_refused(evening: Evening, option: int) -> None:
    with pytest.raises(WrongUse, match="options 0 to 2"):
        vote(evening, "ann", option)


def test_who_has_no_seat_does_not_vote(evening: Evening) -> None:
    with pytest.raises(NoSeat):
        vote(evening, "stranger", 0)


def test_a_poll_that_was_never_opened_is_not_there(evening: Evening) -> None:
    with pytest.raises(NotFound):
        vote(evening, "ann", 0, "trust")
    with pytest.raises(NotFound):
        evening.ask(close_poll("trust", by="host"))


def test_a_closed_poll_takes_no_votes_and_closes_once(evening: Evening) -> None:
    vote(evening, "ann", 1)
    closed = Draft(kind="poll_closed", by="host", data={"poll": "daily"}, holds=("closed:daily",))
    assert evening.ask(close_poll("daily", by="host")) == [closed]
    assert evening.ask(close_poll("daily", by="host")) == []
    for guest in ("ann", "ben"):
        with pytest.raises(PollNotOpen):
            vote(evening, guest, 0)
    assert evening.state.polls["daily"].tally() == [0, 1, 0]


def test_there_are_no_polls_before_or_after(event: Event, evening: Evening) -> None:
    early = Evening(event, event.times.opens_at)
    evening.now = event.times.disbands_at
    for there, error in ((early, RoomNotOpen), (evening, RoomClosed)):
        with pytest.raises(error):
            there.ask(open_poll(event, POLL, by="host"))
        with pytest.raises(error):
            there.ask(cast_vote(event, "ann", "daily", 0))
