"""One vote per seat stands in the database: with the rule's check, with the hold alone, and never without both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import pytest

from salon.clock import HandClock
from salon.entries import Draft, Rule
from salon.errors import JournalConflict
from salon.journal import Journal, store_at
from salon.model import Event, Poll
from salon.rules.polls import cast_vote, open_poll
from salon.rules.seats import take_seat
from salon.rules.week import open_room
from salon.state import State

POLL = Poll(id="daily", question="?", options=("a", "b"), kind="multiple")


@pytest.fixture
async def other(database_url: str, clock: HandClock) -> AsyncIterator[Journal]:
    """A second journal on the same database, as another process has it."""
    async with Journal(store_at(database_url), clock) as opened:
        yield opened


async def begin(journal: Journal, event: Event, seats: int) -> None:
    """An open room with members on *seats* seats and an open poll."""
    await journal.decide(event.id, open_room(event, by="clock"))
    await asyncio.gather(*(journal.decide(event.id, take_seat(event, f"g{k}", source="a")) for k in range(seats)))
    await journal.decide(event.id, open_poll(event, POLL, by="host"))


def careless(rule: Rule, *, has_holds: bool = True) -> Rule:
    """A mutant: *rule* asked as if nobody had voted yet; without its holds nothing at all stands behind it."""

    def ask(state: State, now: datetime) -> Iterator[Draft]:
        poll = state.polls["daily"]
        votes, poll.votes = poll.votes, {}
        try:
            drafts = list(rule(state, now))
        finally:
            poll.votes = votes
        for draft in drafts:
            yield draft if has_holds else Draft(kind=draft.kind, by=draft.by, data=draft.data)

    return ask


async def votes_in(journal: Journal, event: Event) -> int:
    return sum(entry.kind in ("vote_cast", "vote_changed") for entry in await journal.entries(event.id))


async def ask_often(journals: tuple[Journal, Journal], event: Event, rule: Rule) -> list[object]:
    """200 asks of one seat from two processes at once."""
    asks = (journals[k % 2].decide(event.id, rule) for k in range(200))
    return await asyncio.gather(*asks, return_exceptions=True)


async def test_200_submits_of_one_seat_from_two_processes_count_one(
    journal: Journal, other: Journal, event: Event
) -> None:
    await begin(journal, event, 1)
    answers = await ask_often((journal, other), event, cast_vote(event, "g0", "daily", (0, 1)))
    assert sum(bool(answer) for answer in answers) == 1
    assert await votes_in(journal, event) == 1


async def test_where_the_rule_forgets_to_look_the_database_refuses(
    journal: Journal, other: Journal, event: Event
) -> None:
    await begin(journal, event, 1)
    answers = await ask_often((journal, other), event, careless(cast_vote(event, "g0", "daily", (0,))))
    assert sum(isinstance(answer, JournalConflict) for answer in answers) == 199
    assert await votes_in(journal, event) == 1


async def test_without_rule_and_hold_a_seat_votes_many_times(journal: Journal, other: Journal, event: Event) -> None:
    await begin(journal, event, 1)
    rule = careless(cast_vote(event, "g0", "daily", (0,)), has_holds=False)
    await ask_often((journal, other), event, rule)
    assert await votes_in(journal, event) == 200, "or the two tests above prove nothing"


async def test_a_hundred_seats_in_the_same_instant_are_a_hundred_votes(
    journal: Journal, other: Journal, event: Event
) -> None:
    await begin(journal, event, 100)
    asks = ((journal, other)[k % 2].decide(event.id, cast_vote(event, f"g{k}", "daily", (k % 2,))) for k in range(100))
    await asyncio.gather(*asks)
    for which in (journal, other):
        assert (await which.refresh(event.id)).state.polls["daily"].tally() == [50, 50]
