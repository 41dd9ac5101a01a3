"""A room that people open by hand: the opening waits for the group's code, and the owner hears of it in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.moments.conftest import OpenHouse

from salon import moments
from salon.clock import HandClock
from salon.filenames import safe_name
from salon.house import House
from salon.model import BY_HAND, OWN, Event, Programme
from salon.moments.brief import OWNER_GROUP
from salon.moments.by_hand import look_after, watch
from salon.planning import apply_plan
from salon.rules.invites import NewCode, add_code, give_code, replace_code
from salon.rules.seats import take_seat
from salon.rules.week import open_room

WEEK = timedelta(days=7)


class StillClock(HandClock):
    """A clock that only the test turns: whoever waits for a time really waits."""

    async def reach(self, at: datetime) -> None:
        while self.now() < at:
            await asyncio.sleep(0.01)


@pytest.fixture
def event(event: Event) -> Event:
    return replace(event, room=BY_HAND)


@pytest.fixture
def clock(event: Event) -> StillClock:
    return StillClock(event.times.opens_at)


@pytest.fixture
async def opening(house: House, event: Event) -> AsyncIterator[asyncio.Task[moments.MomentOutcome]]:
    """The opening as its flow runs it, waiting."""
    task = asyncio.create_task(moments.run(house, event.id, "open_room"))
    await until(lambda: told(house, event))
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(is_so: Callable[[], object]) -> None:
    """Wait until *is_so*; the tests' own time limit stands behind it."""
    while not is_so():
        await asyncio.sleep(0.01)


def told(house: House, event: Event) -> list[str]:
    """What the owner was told, by name."""
    folder = house.settings.outbox / event.id / safe_name(OWNER_GROUP)
    # What is still being written begins with a dot.
    return sorted(path.name for path in folder.glob("[!.]*"))


def code(event: Event, mark: str = "one", *, cap: int = 200) -> NewCode:
    dies_at = event.times.opens_at + WEEK
    return NewCode(platform="wechat", sealed=f"~{mark}", mark=mark, dies_at=dies_at, cap=cap, life=WEEK, joins=200)


async def upload(house: House, event: Event, mark: str = "one", **more: int) -> None:
    await house.journal.decide(event.id, add_code(event, code(event, mark, **more), by="owner"))


async def kinds(house: House, event: Event) -> list[str]:
    return [entry.kind for entry in await house.journal.entries(event.id)]


async def test_the_opening_waits_for_the_code_and_goes_on_when_it_comes(
    house: House, event: Event, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    assert told(house, event) == ["code-missing"]
    assert "room_opened" not in await kinds(house, event)
    assert "open_room" in await house.journal.leases(event.id)
    await upload(house, event)
    outcome = await opening
    assert (outcome.outcome, {row["outcome"] for row in outcome.table}) == ("done", {"delivered"})
    found = await kinds(house, event)
    assert found.index("invite_added") < found.index("room_opened") < found.index("moment_done")
    assert found[found.index("room_opened") :].count("announcement_delivered") == 3
    assert told(house, event) == ["code-missing"]


async def test_another_process_may_bring_the_code(
    another_house: OpenHouse, event: Event, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    await upload(await another_house(), event)
    assert (await opening).outcome == "done"


async def test_a_code_that_is_there_before_keeps_nobody_waiting(house: House, event: Event) -> None:
    await upload(house, event)
    assert (await moments.run(house, event.id, "open_room")).outcome == "done"
    assert told(house, event) == []


async def test_whoever_comes_after_a_kill_waits_on(
    house: House, event: Event, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    opening.cancel()
    with suppress(asyncio.CancelledError):
        await opening
    again = asyncio.create_task(moments.run(house, event.id, "open_room"))
    await asyncio.sleep(0)
    await upload(house, event)
    assert (await again).outcome == "done"
    assert told(house, event) == ["code-missing"]


async def test_two_who_wait_open_once(house: House, another_house: OpenHouse, event: Event) -> None:
    other = await another_house()
    both = [asyncio.create_task(moments.run(one, event.id, "open_room")) for one in (house, other)]
    await until(lambda: told(house, event))
    await upload(house, event)
    assert sorted([(await run).outcome for run in both]) == ["done", "held"]
    assert (await kinds(house, event)).count("room_opened") == 1


async def test_without_a_code_until_the_close_nothing_is_announced(
    house: House, event: Event, clock: StillClock, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    clock.turn_to(event.times.disbands_at)
    assert "no group code came" in (await opening).text
    assert "room_opened" not in await kinds(house, event)
    assert [path.name for path in (house.settings.outbox / event.id).iterdir()] == [safe_name(OWNER_GROUP)]


async def test_a_room_of_our_own_that_is_planned_instead_opens_at_once(
    house: House, event: Event, programme: Programme, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    await apply_plan(house, replace(programme, events=(replace(event, room=OWN),)))
    assert (await opening).outcome == "done"


async def test_reminders_and_host_say_nothing_while_the_opening_waits(
    house: House, event: Event, clock: StillClock, opening: asyncio.Task[moments.MomentOutcome]
) -> None:
    clock.turn_to(event.times.reminds_at[0])
    assert "not open yet" in (await moments.run(house, event.id, "remind", 1)).text
    clock.turn_to(event.times.hosts_at)
    hosting = asyncio.create_task(moments.run(house, event.id, "host"))
    await asyncio.sleep(0.05)
    assert not (house.settings.outbox / event.id / "readers").exists()
    await upload(house, event)
    await opening
    await until(lambda: (house.settings.outbox / event.id / "readers" / "host").exists())
    clock.turn_to(event.times.disbands_at)
    await hosting


async def test_the_owner_is_told_once_some_hours_before(house: House, event: Event, clock: StillClock) -> None:
    clock.turn_to(event.times.opens_at - timedelta(hours=2, seconds=1))
    await look_after(house, event)
    assert told(house, event) == []
    clock.turn_to(event.times.opens_at - timedelta(hours=2))
    for _ in range(3):
        await look_after(house, event)
    assert told(house, event) == ["code-due"]
    (said,) = [entry for entry in await house.journal.entries(event.id) if entry.kind == "owner_told"]
    assert house.links.room_codes(event.id) in said.data["text"]


@pytest.mark.parametrize("hours", [1, 24])
async def test_how_long_before_is_planned(house: House, event: Event, clock: StillClock, hours: int) -> None:
    event = replace(event, code_hours=hours)
    clock.turn_to(event.times.opens_at - timedelta(hours=hours, seconds=1))
    await look_after(house, event)
    assert told(house, event) == []
    clock.turn_to(event.times.opens_at - timedelta(hours=hours))
    await look_after(house, event)
    assert told(house, event) == ["code-due"]


async def test_nobody_is_told_when_the_code_is_there(house: House, event: Event, clock: StillClock) -> None:
    await upload(house, event)
    clock.turn_to(event.times.opens_at - timedelta(minutes=1))
    await look_after(house, event)
    assert told(house, event) == []


async def test_the_owner_is_told_each_time_that_a_code_is_used_up(house: House, event: Event) -> None:
    await upload(house, event, cap=1)
    await house.journal.decide(event.id, open_room(event, by="clock"))
    for guest in "ab":
        await house.journal.decide(event.id, take_seat(event, guest, source="readers"))
    await look_after(house, event)
    assert told(house, event) == []
    await house.journal.decide(event.id, give_code(event, "a"))
    for _ in range(2):
        await look_after(house, event)
    assert told(house, event) == ["code-gone-1"]
    fresh = replace(code(event, "two"), cap=2)
    await house.journal.decide(event.id, replace_code(event, 1, fresh, by="owner"))
    await look_after(house, event)
    assert told(house, event) == ["code-gone-1"]
    await house.journal.decide(event.id, give_code(event, "b"))
    await look_after(house, event)
    assert told(house, event) == ["code-gone-1", "code-gone-2"]


async def test_two_watchers_tell_the_owner_once(house: House, another_house: OpenHouse, event: Event) -> None:
    watchers = [asyncio.create_task(watch(one)) for one in (house, await another_house())]
    await until(lambda: told(house, event))
    for watcher in watchers:
        watcher.cancel()
    await asyncio.gather(*watchers, return_exceptions=True)
    begun = [entry for entry in await house.journal.entries(event.id) if entry.kind == "announcement_begun"]
    assert [entry.data["announcement"] for entry in begun] == ["code-missing"]


async def test_an_event_that_waits_for_nothing_is_not_looked_after(
    another_house: Callable[[], Awaitable[House]], event: Event
) -> None:
    house = await another_house()
    await look_after(house, replace(event, room=OWN))
    assert told(house, event) == []
