"""Opening a database: by many at once, again and again, and on a server that is set up in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.servers import PostgresServer

from salon.clock import HandClock
from salon.entries import Draft, Rule
from salon.journal import Journal, Store, store_at
from salon.journal.postgres import PostgresStore


def count(writer: str) -> Rule:
    """A rule that notes how many entries it sees."""
    return lambda state, now: [Draft(kind="noted", by=writer, data={"after": state.seq})]


def test_many_may_open_an_empty_database_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores: list[Store] = list(pool.map(store_at, [database_url] * 8))
    assert [store.events() for store in stores] == [[]] * 8
    for store in stores:
        store.close()


async def test_opening_again_changes_nothing(database_url: str, clock: HandClock) -> None:
    for k in range(3):
        async with Journal(store_at(database_url), clock) as journal:
            await journal.decide("e", count("host"))
            assert [entry.data for entry in await journal.entries("e")] == [{"after": n} for n in range(k + 1)]


@pytest.fixture
def peculiar(postgres_server: PostgresServer) -> Iterator[str]:
    """A server that would rather isolate fully, and answer before it has written."""
    url = postgres_server.fresh_database()
    more = "%20-cdefault_transaction_isolation%3Dserializable%20-csynchronous_commit%3Doff"
    # Fail here, if these settings did not reach it at all.
    with psycopg.connect(url + more) as connection:
        assert connection.execute("SHOW default_transaction_isolation").fetchone() == ("serializable",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("off",)
    yield url + more
    postgres_server.drop(url)


async def test_two_processes_agree_whatever_isolation_the_server_prefers(peculiar: str, clock: HandClock) -> None:
    async with Journal(store_at(peculiar), clock) as one, Journal(store_at(peculiar), clock) as two:

        async def write(journal: Journal, name: str) -> None:
            for _ in range(30):
                await journal.decide("e", count(name))

        await asyncio.gather(write(one, "one"), write(two, "two"), write(one, "one"), write(two, "two"))
        assert [entry.data["after"] for entry in await one.entries("e")] == list(range(120))


def test_a_commit_is_durable_whatever_the_server_prefers(peculiar: str) -> None:
    store = store_at(peculiar)
    assert isinstance(store, PostgresStore)
    assert store._ask("SHOW synchronous_commit").fetchone() == ("on",)
    store.close()
