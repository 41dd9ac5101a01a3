"""`live`: one list in memory that is the committed journal, whoever writes and whenever one begins to follow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from tests.mutants import Around

from salon.clock import HandClock
from salon.entries import Draft, Entry, Rule
from salon.journal import Journal, Live, store_at
from salon.journal.store import StoreDown


def note(text: str) -> Rule:
    """A rule that adds one entry of no consequence."""
    return lambda state, now: [Draft(kind="noted", by="host", data={"text": text})]


@pytest.fixture
async def other(database_url: str, clock: HandClock) -> AsyncIterator[Journal]:
    """A second journal on the same database, as another process has it."""
    async with Journal(store_at(database_url), clock) as opened:
        yield opened


async def write(journal: Journal, writer: str, times: int) -> None:
    for k in range(times):
        await journal.decide("e", note(f"{writer}-{k}"))


async def follow(journal: Journal, until: int, after: int = 0) -> list[Entry]:
    """What one follower sees until entry *until*."""
    seen: list[Entry] = []
    async for entries in (await journal.live("e")).follow(after):
        seen += entries
        if seen[-1].seq >= until:
            break
    return seen


async def test_followers_see_exactly_the_journal_while_two_processes_write(journal: Journal, other: Journal) -> None:
    writers = [write(which, f"{k}", 40) for k, which in enumerate((journal, other, journal, other))]

    async def follow_later(which: Journal, seconds: float) -> list[Entry]:
        await asyncio.sleep(seconds)
        return await follow(which, until=160)

    followers = [follow_later(which, k / 100) for k in range(10) for which in (journal, other)]
    async with asyncio.timeout(30):
        _, *seen = await asyncio.gather(asyncio.gather(*writers), *followers)
    entries = await journal.entries("e")
    assert [entry.seq for entry in entries] == list(range(1, 161))
    assert all(what == entries for what in seen)


async def test_a_follower_goes_on_from_its_cursor(journal: Journal) -> None:
    await write(journal, "w", 5)
    assert [entry.seq for entry in await follow(journal, until=5, after=3)] == [4, 5]


async def test_a_slow_follower_takes_all_that_it_missed_at_once(journal: Journal) -> None:
    live = await journal.live("e")
    slow = live.follow()
    await write(journal, "w", 1)
    assert [entry.seq for entry in await anext(slow)] == [1]
    await write(journal, "w", 7)
    assert [entry.seq for entry in await anext(slow)] == [2, 3, 4, 5, 6, 7, 8]


async def test_what_another_process_wrote_is_seen_within_a_second(journal: Journal, other: Journal) -> None:
    live = await journal.live("e")
    await write(other, "w", 1)
    async with asyncio.timeout(1):
        while live.state.seq == 0:
            await live.more()
    assert live.entries == await other.entries("e")


async def test_refresh_has_what_another_process_wrote_until_now(journal: Journal, other: Journal) -> None:
    await journal.live("e")
    for k in range(1, 20):
        await write(other, "w", 1)
        assert (await journal.refresh("e")).state.seq == k


async def test_rules_see_what_another_process_wrote(journal: Journal, other: Journal) -> None:
    def count(text: str) -> Rule:
        return lambda state, now: [Draft(kind="noted", by="host", data={"text": text, "after": state.seq})]

    for k in range(10):
        await (journal, other)[k % 2].decide("e", count("?"))
    assert [entry.data["after"] for entry in await journal.entries("e")] == list(range(10))


class _SlowRead(Around):
    """Reads, and takes its time to bring what it has read."""

    reads = 0

    def read(self, event: str, after: int = 0) -> list[Entry]:
        found = list(self.inner.read(event, after))
        self.reads += 1
        time.sleep(0.1)
        return found

    def wait_for_others(self, seconds: float) -> bool:
        # Nobody looks: only the loading itself can bring what it missed.
        time.sleep(0.05)
        return False


async def test_what_is_committed_while_a_live_is_loaded_is_in_it(database_url: str, clock: HandClock) -> None:
    store = _SlowRead(store_at(database_url))
    async with Journal(store, clock) as journal:
        await write(journal, "before", 3)
        loading = asyncio.create_task(journal.live("e"))
        while store.reads == 0:
            await asyncio.sleep(0.005)
        # Read already, not yet brought: this one is in neither.
        await write(journal, "meanwhile", 1)
        again = await journal.live("e")
        assert again.state.seq == 4, "who was answered does not find the answer"
        assert (await loading).entries == await journal.entries("e")


class _FailsOnce(Around):
    """Cannot read once, when told so."""

    is_failing = False

    def read(self, event: str, after: int = 0) -> list[Entry]:
        if self.is_failing:
            self.is_failing = False
            raise StoreDown("busy")
        return list(self.inner.read(event, after))


async def test_a_wake_up_is_not_lost_when_the_database_cannot_be_read_just_then(
    database_url: str, other: Journal, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.journal.journal.POLL_SECONDS", 0.1)
    store = _FailsOnce(store_at(database_url))
    async with Journal(store, clock) as journal, asyncio.timeout(3):
        live = await journal.live("e")
        await asyncio.sleep(0.3)
        store.is_failing = True
        await write(other, "w", 1)
        while live.state.seq == 0:
            await live.more()
        assert not store.is_failing


async def test_of_a_thousand_who_look_at_once_one_reads_for_all(database_url: str, clock: HandClock) -> None:
    store = _SlowRead(store_at(database_url))
    async with Journal(store, clock) as journal:
        await write(journal, "before", 3)
        lives = await asyncio.gather(*(journal.live("e") for _ in range(1_000)))
        assert {live.state.seq for live in lives} == {3}
        assert store.reads == 1
        await journal.live("nothing yet")
        await journal.live("nothing yet")
        assert store.reads == 2


async def test_a_listener_that_stumbles_keeps_nobody_waiting(journal: Journal) -> None:
    live = await journal.live("e")
    heard: list[int] = []

    def stumble(entries: Sequence[Entry]) -> None:
        heard.append(len(entries))
        raise ValueError("stumbled")

    live.listeners.append(stumble)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context["exception"]))
    async with asyncio.timeout(2):
        await write(journal, "w", 2)
    assert heard == [1, 1]
    assert [str(error) for error in complaints] == ["stumbled"] * 2
    assert live.entries == await journal.entries("e")


async def test_known_entries_are_passed_over_and_a_gap_is_an_error(journal: Journal) -> None:
    await write(journal, "w", 4)
    one, two, three, four = await journal.entries("e")
    live = Live("e")
    live.publish([one, two])
    live.publish([two, one, two, three])
    assert live.entries == [one, two, three]
    fresh = Live("e")
    with pytest.raises(ValueError, match="cannot follow"):
        fresh.publish([one, three, four])
