"""The database is full, locked or gone: nothing is acknowledged, nothing is shown, and it comes back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.servers import PostgresServer

from salon.clock import HandClock
from salon.entries import Draft, Entry, Rule
from salon.errors import JournalUnavailable
from salon.journal import Journal, store_at
from salon.journal.sqlite import SqliteStore


def note(text: str) -> Rule:
    """A rule that adds one entry of no consequence."""
    return lambda state, now: [Draft(kind="noted", by="host", data={"text": text})]


async def ask_all(journal: Journal, texts: list[str]) -> tuple[list[Entry], list[Exception]]:
    """Ask for each text at once. Returns what was acknowledged, and what was refused."""
    asks = (journal.decide("e", note(text)) for text in texts)
    answers = await asyncio.gather(*asks, return_exceptions=True)
    added = [entry for answer in answers if isinstance(answer, tuple) for entry in answer]
    return added, [answer for answer in answers if isinstance(answer, Exception)]


@pytest.fixture
async def embedded(tmp_path: Path, clock: HandClock) -> AsyncIterator[Journal]:
    """A journal on SQLite."""
    async with Journal(store_at(f"sqlite:///{tmp_path / 'salon.db'}"), clock) as journal:
        yield journal


def writer_of(journal: Journal) -> sqlite3.Connection:
    """The connection that writes."""
    assert isinstance(journal.store, SqliteStore)
    return journal.store._writer


async def test_a_full_disk_acknowledges_nothing_and_loses_nothing(embedded: Journal) -> None:
    live = await embedded.live("e")
    kept, _ = await ask_all(embedded, ["before"])
    (pages,) = writer_of(embedded).execute("PRAGMA page_count").fetchone()
    writer_of(embedded).execute(f"PRAGMA max_page_count = {pages + 10}")
    for k in range(30):
        added, refused = await ask_all(embedded, [f"{k}-{j}-{'x' * 2_000}" for j in range(3)])
        kept += added
        assert len(added) in (0, 3)
        assert all(isinstance(error, JournalUnavailable) and "full" in str(error) for error in refused)
    assert 1 < len(kept) < 60, "the disk was never full, or always"
    assert await embedded.entries("e") == live.entries == kept

    writer_of(embedded).execute("PRAGMA max_page_count = 1000000")
    added, refused = await ask_all(embedded, ["after"])
    assert (len(added), refused) == (1, [])
    assert await embedded.entries("e") == live.entries == kept + added


async def test_a_file_locked_for_too_long_is_unavailable_and_then_works_again(embedded: Journal) -> None:
    live = await embedded.live("e")
    writer_of(embedded).execute("PRAGMA busy_timeout = 100")
    assert isinstance(embedded.store, SqliteStore)
    other = sqlite3.connect(embedded.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    added, refused = await ask_all(embedded, ["one", "two"])
    assert added == live.entries == []
    assert [type(error) for error in refused] == [JournalUnavailable] * 2
    # Each asker has an error of their own: one that is raised twice would carry the other's trace.
    assert refused[0] is not refused[1]
    other.close()
    added, refused = await ask_all(embedded, ["three"])
    assert refused == []
    assert live.entries == await embedded.entries("e") == added


async def _until(journal: Journal, texts: list[str]) -> None:
    live = await journal.live("e")
    async with asyncio.timeout(5):
        while [entry.data["text"] for entry in live.entries] != texts:
            await live.more()


async def test_a_server_that_stops_acknowledges_nothing_and_comes_back(
    postgres_server: PostgresServer, clock: HandClock
) -> None:
    url = postgres_server.fresh_database()
    async with Journal(store_at(url), clock) as here, Journal(store_at(url), clock) as there:
        await ask_all(here, ["before"])
        await ask_all(there, ["and before"])
        await _until(here, ["before", "and before"])
        postgres_server.stop()
        try:
            added, refused = await ask_all(here, ["one", "two"])
            assert added == []
            assert [type(error) for error in refused] == [JournalUnavailable] * 2
            with pytest.raises(JournalUnavailable):
                await here.events()
            with pytest.raises(JournalUnavailable):
                await here.entries("e")
        finally:
            postgres_server.start()
        added, refused = await ask_all(here, ["after"])
        assert (len(added), refused) == (1, [])
        # The other process, which asked for nothing in between, hears of it again, and is not refused even once.
        await _until(there, ["before", "and before", "after"])
        assert await there.events() == ["e"]
        added, refused = await ask_all(there, ["and after"])
        assert (len(added), refused) == (1, [])
        await _until(here, ["before", "and before", "after", "and after"])
        assert (await there.live("e")).entries == await here.entries("e")
    postgres_server.drop(url)


def path_of(journal: Journal) -> Path:
    """The journal's file."""
    assert isinstance(journal.store, SqliteStore)
    return journal.store.path


async def test_while_the_file_is_away_nothing_is_acknowledged_and_none_is_made_in_its_place(embedded: Journal) -> None:
    path = path_of(embedded)
    live = await embedded.live("e")
    kept, _ = await ask_all(embedded, ["before"])
    path.rename(path.with_name("away"))
    added, refused = await ask_all(embedded, ["one", "two"])
    assert added == []
    assert [type(error) for error in refused] == [JournalUnavailable] * 2
    assert "put it back" in str(refused[0])
    for ask in (embedded.events, lambda: embedded.entries("e"), lambda: embedded.leases("e")):
        with pytest.raises(JournalUnavailable):
            await ask()
    with pytest.raises(JournalUnavailable, match="put it back"):
        store_at(f"sqlite:///{path}")
    assert not path.exists(), "an empty house is worse than none"
    assert live.entries == kept
    path.with_name("away").rename(path)
    added, refused = await ask_all(embedded, ["after"])
    assert refused == []
    assert await embedded.entries("e") == live.entries == kept + added


async def test_what_was_committed_into_a_file_that_is_gone_does_not_count(embedded: Journal) -> None:
    path, live = path_of(embedded), await embedded.live("e")

    def take_away(statement: str) -> None:
        # Right before SQLite does it, when every look before has found the file.
        if statement == "COMMIT":
            path.rename(path.with_name("away"))

    writer_of(embedded).set_trace_callback(take_away)
    added, refused = await ask_all(embedded, ["one"])
    assert not path.exists()
    assert (added, [type(error) for error in refused]) == ([], [JournalUnavailable])
    assert live.entries == []


async def test_another_file_in_its_place_is_noticed_and_not_written_to(embedded: Journal) -> None:
    path = path_of(embedded)
    await ask_all(embedded, ["before"])
    backup = path.with_name("backup")
    copy = sqlite3.connect(backup)
    writer_of(embedded).backup(copy)
    copy.close()
    backup.replace(path)
    added, refused = await ask_all(embedded, ["lost?"])
    assert (added, [type(error) for error in refused]) == ([], [JournalUnavailable])
    async with asyncio.timeout(5):
        while not embedded.is_replaced:
            await asyncio.sleep(0.02)
