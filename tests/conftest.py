"""What many tests need: a journal on both databases, a clock turned by hand, the golden evening."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.servers import PostgresServer

from salon.clock import HandClock
from salon.journal import Journal, store_at
from salon.model import Event
from salon.testing.golden import golden_event

if TYPE_CHECKING:
    from playwright.sync_api import Browser


#: Whole weeks with a real Prefect and a dozen programs each, which wait for one another: one after the other.
WEEKS = ("tests/flows/test_a_room_by_hand.py", "tests/test_a_whole_week.py", "tests/flows/test_real_prefect.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: else one processor waits minutes for the other at the end."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    file = item.nodeid.partition("::")[0]
    if file in WEEKS:
        return WEEKS.index(file)
    if item.get_closest_marker("slow"):
        return len(WEEKS)
    return len(WEEKS) + 1 + ("browser" not in getattr(item, "fixturenames", ()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out file by file, and all weeks to one worker: two at once would only slow each other down."""
    from xdist.scheduler import LoadFileScheduling

    class WeekByWeek(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return WEEKS[0] if file in WEEKS else file

    return WeekByWeek(config, log) if config.getvalue("dist") == "loadfile" else None


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
