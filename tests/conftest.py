"""What many tests need: a journal on both databases, a clock turned by hand, the golden evening."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.servers import PostgresServer

from salon.clock import HandClock
from salon.journal import Journal, store_at
from salon.model import Event
from salon.testing.golden import golden_event

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: else one processor waits minutes for the other at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real PostgreSQL server for the whole run, started by the first test that asks for it."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the file: its loop, left running for the whole session, would disturb asyncio's tests."""
    from tests.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind: a test that asks for it runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'salon.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.fresh_database()
    yield url
    server.drop(url)


@pytest.fixture
def event() -> Event:
    """The golden evening, in English."""
    return golden_event("en")


@pytest.fixture
def clock(event: Event) -> HandClock:
    """A clock that stands at the opening of the room."""
    return HandClock(event.times.opens_at)


@pytest.fixture
async def journal(database_url: str, clock: HandClock) -> AsyncIterator[Journal]:
    """An empty journal on each kind of database."""
    async with Journal(store_at(database_url), clock) as opened:
        yield opened
