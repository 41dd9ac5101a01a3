"""One seat and two claims in one instant, with a pause forced between looking and writing: one gets it.

The controls take away the lock, then the constraints too: what they let through is what the tests above would see.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.mutant_web import UnlockedPostgres, UnlockedSqlite
from tests.mutants import Around
from tests.test_two_thousand_claims import without_constraints

from salon.clock import HandClock
from salon.entries import Entry
from salon.errors import JournalConflict
from salon.journal import Journal, Store, store_at
from salon.model import Event
from salon.rules.seats import take_seat
from salon.rules.week import open_room
from salon.state import State

#: How long whoever has looked waits for the other to look as well, in seconds; a lock lets nobody come.
PATIENCE = 0.4


class Dawdling(Around):
    """A store whose user, having looked, writes nothing before the other has looked too, or patience ends."""

    def __init__(self, inner: Store, both: threading.Barrier) -> None:
        super().__init__(inner)
        self.both, self.is_first = both, True

    def after(self, event: str, seq: int) -> list[Entry]:
        """Look, then wait; only the first time, which is the one that counts."""
        found = self.inner.after(event, seq)
        if self.is_first:
            self.is_first = False
            with suppress(threading.BrokenBarrierError):
                self.both.wait(PATIENCE)
        return found


@pytest.fixture
def event(event: Event) -> Event:
    """An evening with one seat."""
    return replace(event, seats=1)


def unlocked_at(url: str) -> Store:
    """The same store without its lock; nothing is migrated, so constraints that were taken away stay away."""
    return UnlockedSqlite(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else UnlockedPostgres(url)


class Claims:
    """What two who claimed at once were told, and what the journal says."""

    def __init__(self, answers: list[Any], entries: list[Entry]) -> None:
        self.answers, self.entries = answers, entries

    def of(self, kind: str) -> list[str]:
        """Who has that kind of place, by the journal."""
        return [entry.data["guest"] for entry in self.entries if entry.kind == kind]

    def told(self, kind: str) -> int:
        """How many were answered that they have that kind of place."""
        return sum(entry.kind == kind for answer in self.answers if isinstance(answer, tuple) for entry in answer)


async def claim_at_once(url: str, event: Event, clock: HandClock, *, is_locked: bool = True) -> Claims:
    """Two processes' journals, one claim in each, both having looked before either writes if nothing forbids it."""
    both = threading.Barrier(2)
    async with AsyncExitStack() as stack:
        stores = [Dawdling(store_at(url) if is_locked else unlocked_at(url), both) for _ in range(2)]
        journals = [await stack.enter_async_context(Journal(store, clock)) for store in stores]
        asks = (journal.decide(event.id, take_seat(event, f"g{k}", source="a")) for k, journal in enumerate(journals))
        answers = await asyncio.gather(*asks, return_exceptions=True)
        # As it is in the table: without its constraints a journal may have two entries of one number.
        return Claims(list(answers), await journals[0].entries(event.id))


@pytest.fixture
async def opened(journal: Journal, event: Event) -> None:
    """The room is open."""
    await journal.decide(event.id, open_room(event, by="clock"))


@pytest.mark.usefixtures("opened")
async def test_of_two_claims_at_once_one_gets_the_seat_and_the_other_waits(
    database_url: str, event: Event, clock: HandClock
) -> None:
    claims = await claim_at_once(database_url, event, clock)
    assert (claims.told("seat_taken"), claims.told("waiting_list_joined")) == (1, 1)
    assert sorted(claims.of("seat_taken") + claims.of("waiting_list_joined")) == ["g0", "g1"]
    assert State.of(claims.entries).seats_taken() == 1


@pytest.mark.usefixtures("opened")
async def test_without_the_lock_the_database_refuses_the_second(
    database_url: str, event: Event, clock: HandClock
) -> None:
    claims = await claim_at_once(database_url, event, clock, is_locked=False)
    assert sum(isinstance(answer, JournalConflict) for answer in claims.answers) == 1
    assert claims.told("seat_taken") == len(claims.of("seat_taken")) == 1


@pytest.mark.usefixtures("opened")
async def test_without_lock_and_constraints_both_get_the_seat(
    database_url: str, event: Event, clock: HandClock
) -> None:
    without_constraints(database_url)
    claims = await claim_at_once(database_url, event, clock, is_locked=False)
    assert claims.told("seat_taken") == 2, "or the two tests above prove nothing"
    assert sorted(claims.of("seat_taken")) == ["g0", "g1"]
