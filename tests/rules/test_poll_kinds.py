"""Votes for several options, values and orders; rounds; what is no vote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evenings import Evening

from salon.entries import Draft, Entry
from salon.errors import PollNotOpen, Refused, WrongUse
from salon.model import Event, Poll
from salon.polls import Polls, as_data, poll_in
from salon.rules.polls import (
    BadPoll,
    PollBegunAnew,
    VoteEmpty,
    VoteShort,
    VoteTooMany,
    VoteTwice,
    cast_vote,
    close_poll,
    ensure_sound,
    open_poll,
    reset_poll,
    scale,
)
from salon.rules.seats import take_seat
from salon.rules.week import shut_room
from salon.state import State

MULTIPLE = Poll(id="m", question="Which?", options=("a", "b", "c"), kind="multiple", choices=2)
SCALE = Poll(id="s", question="How much?", options=scale(1, 5), kind="scale", ends=("little", "much"))
RANK = Poll(id="r", question="In which order?", options=("a", "b", "c"), kind="rank")


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open room with Ann on seat 1, Ben on seat 2, and a poll of each kind."""
    evening = Evening.opened(event)
    for guest in ("ann", "ben"):
        evening.ask(take_seat(event, guest, source="readers"))
    for poll in (MULTIPLE, SCALE, RANK):
        evening.ask(open_poll(event, poll, by="host"))
    return evening


def vote(evening: Evening, guest: str, poll: str, *said: int, round: int = 0) -> list[Draft]:
    return evening.ask(cast_vote(evening.event, guest, poll, said, round=round))


def test_several_options_are_one_vote_that_can_be_changed_and_sent_again(evening: Evening) -> None:
    (cast,) = vote(evening, "ann", "m", 2, 0)
    assert (cast.kind, cast.data, cast.holds) == (
        "vote_cast",
        {"poll": "m", "seat": 1, "options": [0, 2]},
        ("vote:m:1",),
    )
    assert vote(evening, "ann", "m", 0, 2) == []
    assert [d.kind for d in vote(evening, "ann", "m", 1)] == ["vote_changed"]
    vote(evening, "ben", "m", 1, 2)
    poll = evening.state.polls["m"]
    assert (poll.tally(), len(poll.votes), poll.whole()) == ([0, 2, 1], 2, 2)


def test_a_scale_takes_its_values_and_nothing_beside_them(evening: Evening) -> None:
    (cast,) = vote(evening, "ann", "s", 4)
    assert cast.data == {"poll": "s", "seat": 1, "option": 3}
    for value in (0, 6):
        with pytest.raises(WrongUse, match="values 1 to 5"):
            vote(evening, "ben", "s", value)
    assert evening.state.polls["s"].tally() == [0, 0, 0, 1, 0]


def test_a_rank_is_counted_in_points(evening: Evening) -> None:
    vote(evening, "ann", "r", 2, 0, 1)
    vote(evening, "ben", "r", 2, 1, 0)
    poll = evening.state.polls["r"]
    assert (poll.tally(), poll.whole()) == ([3, 3, 6], 6)
    assert [d.kind for d in vote(evening, "ben", "r", 2, 0, 1)] == ["vote_changed"], "the order is the vote"


@pytest.mark.parametrize(
    ("poll", "said", "error"),
    [
        ("m", (), VoteEmpty),
        ("m", (0, 1, 2), VoteTooMany),
        ("m", (1, 1), VoteTwice),
        ("s", (1, 2), VoteTooMany),
        ("r", (0, 1), VoteShort),
        ("r", (0, 1, 1), VoteTwice),
        ("r", (), VoteEmpty),
        ("r", (0, 1, 3), WrongUse),
    ],
)
def test_what_is_no_vote_is_refused_and_nothing_is_counted(
    evening: Evening, poll: str, said: tuple[int, ...], error: type[Refused]
) -> None:
    with pytest.raises(error):
        vote(evening, "ann", poll, *said)
    assert evening.state.polls[poll].votes == {}


def test_a_reset_keeps_the_old_round_and_begins_without_votes(evening: Evening) -> None:
    event = evening.event
    vote(evening, "ann", "m", 0)
    (reset,) = evening.ask(reset_poll(event, "m", round=1, by="host"))
    assert (reset.data, reset.holds) == ({"poll": "m", "round": 2}, ("round:m:2",))
    assert evening.ask(reset_poll(event, "m", round=1, by="host")) == [], "pressed twice it is one reset"
    poll = evening.state.polls["m"]
    assert (poll.round, poll.is_open, poll.votes) == (2, True, {})
    assert [(old.round, old.is_open, old.tally()) for old in poll.earlier] == [(1, False, [1, 0, 0])]
    (again,) = vote(evening, "ann", "m", 1)
    assert (again.kind, again.holds) == ("vote_cast", ("vote:m#2:1",)), "the database holds one vote a round"
    (closed,) = evening.ask(close_poll("m", by="host"))
    assert closed.holds == ("closed:m#2",)
    with pytest.raises(PollNotOpen):
        vote(evening, "ann", "m", 0)
    evening.ask(reset_poll(event, "m", round=2, by="host"))
    assert [round.tally() for round in evening.state.polls["m"].rounds] == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert evening.state.polls["m"].is_open


def test_a_vote_for_the_round_before_is_not_counted_in_the_next(evening: Evening) -> None:
    evening.ask(reset_poll(evening.event, "m", round=1, by="host"))
    with pytest.raises(PollBegunAnew):
        vote(evening, "ann", "m", 0, round=1)
    assert vote(evening, "ann", "m", 0, round=2)


def test_at_the_close_every_round_that_is_open_is_closed(evening: Evening) -> None:
    evening.ask(reset_poll(evening.event, "m", round=1, by="host"))
    evening.ask(shut_room(by="clock"))
    assert [poll.is_open for poll in evening.state.polls.values()] == [False, False, False]


def test_journals_of_before_there_were_kinds_are_still_understood(event: Event) -> None:
    old = [
        ("poll_opened", {"poll": "p", "question": "?", "options": ["a", "b"], "section": 2}),
        ("vote_cast", {"poll": "p", "seat": 1, "option": 1}),
        ("vote_changed", {"poll": "p", "seat": 1, "option": 0}),
        ("poll_closed", {"poll": "p"}),
    ]
    at = event.times.opens_at
    entries = [Entry(seq=k, event="e", at=at, kind=kind, by="g", data=data) for k, (kind, data) in enumerate(old, 1)]
    poll = State.of(entries).polls["p"]
    assert (poll.asked, poll.tally(), poll.is_open) == (
        Poll(id="p", question="?", options=("a", "b"), section=2),
        [1, 0],
        False,
    )
    assert poll.first == {1: (1,)}


@pytest.mark.parametrize("poll", [MULTIPLE, SCALE, RANK, replace(RANK, results="host", is_named=True, section=3)])
def test_what_is_noted_of_a_poll_is_the_whole_poll(poll: Poll) -> None:
    assert poll_in(as_data(poll)) == poll
    assert isinstance(Polls(), dict)


@pytest.mark.parametrize(
    "bad",
    [
        {"question": ""},
        {"question": "x" * 301},
        {"options": ("a",)},
        {"options": ("a", "a")},
        {"options": tuple("abcdefghijk")},
        {"options": ("a", "x" * 121)},
        {"options": ("a", "")},
        {"kind": "guess"},
        {"results": "never"},
        {"choices": 4},
        {"kind": "scale", "options": scale(1, 12)},
        {"kind": "scale", "options": scale(5, 1)},
        {"kind": "scale", "options": scale(0, 10), "ends": ("low",)},
    ],
)
def test_a_poll_that_cannot_be_asked_is_refused(bad: dict[str, object]) -> None:
    ensure_sound(MULTIPLE)
    with pytest.raises(BadPoll):
        ensure_sound(replace(Poll(id="x", question="?", options=("a", "b", "c")), **bad))  # type: ignore[arg-type]
