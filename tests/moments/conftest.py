"""A house on a temporary folder, with the golden evening planned and a clock that tests turn by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from salon.clock import HandClock
from salon.house import House, open_house
from salon.model import Event, Programme, Series
from salon.planning import apply_plan
from salon.settings import Settings
from salon.testing.golden import golden_event, golden_groups

OpenHouse = Callable[[], Awaitable[House]]


@pytest.fixture
def event() -> Event:
    return golden_event("zh")


@pytest.fixture
def programme(event: Event) -> Programme:
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone, owner_address="owner")
    return Programme(series=series, groups=golden_groups("zh"), events=(event,))


@pytest.fixture
def clock(event: Event) -> HandClock:
    return HandClock(event.times.brief_at)


@pytest.fixture
async def another_house(tmp_path: Path, clock: HandClock, programme: Programme) -> AsyncIterator[OpenHouse]:
    """Opens the same installation once more, as another process would."""
    settings = Settings.from_env({"SALON_HOME": str(tmp_path / "home")})
    async with AsyncExitStack() as stack:

        async def opened() -> House:
            house = await stack.enter_async_context(open_house(settings, clock))
            await apply_plan(house, programme)
            return house

        yield opened


@pytest.fixture
async def house(another_house: OpenHouse) -> House:
    return await another_house()
