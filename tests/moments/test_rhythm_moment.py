"""The flow of an evening follows those who lead: it waits, passes over, and shuts at the hour that holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from salon import moments
from salon.clock import HandClock
from salon.entries import Rule
from salon.house import House, open_house
from salon.model import Event, Programme
from salon.moments.disband import WATCHDOG_AFTER, shut_if_due
from salon.planning import apply_plan
from salon.rules.ending import edit_recap, extend_evening, waive_recap
from salon.rules.rhythm import prolong_section, replan, start_section
from salon.settings import Settings


class TappedClock(HandClock):
    """A clock on whose way somebody taps: at each time of `taps` its rule is written, as another process does."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.taps: dict[datetime, Rule] = {}
        self.house: House | None = None
        self.event = ""

    async def reach(self, at: datetime) -> None:
        due = [when for when in sorted(self.taps) if when <= at]
        if due and self.house is not None:
            self.turn_to(max(self.now(), due[0]))
            await self.house.journal.decide(self.event, self.taps.pop(due[0]))
            # Whoever waits hears of it before the time goes on.
            await asyncio.sleep(0.05)
            await self.reach(at)
        else:
            await super().reach(at)


@pytest.fixture
async def house(tmp_path: Path, event: Event, programme: Programme) -> AsyncIterator[House]:
    clock = TappedClock(event.times.opens_at)
    async with open_house(Settings.from_env({"SALON_HOME": str(tmp_path / "home")}), clock) as house:
        await apply_plan(house, programme)
        await moments.run(house, event.id, "open_room")
        clock.house, clock.event = house, event.id
        yield house


def taps(house: House, event: Event, **rules: Rule) -> None:
    """Have *rules* written at so many minutes after the beginning (`at_15`)."""
    assert isinstance(house.clock, TappedClock)
    house.clock.taps = {
        event.times.starts_at + timedelta(minutes=int(name.removeprefix("at_"))): rule for name, rule in rules.items()
    }


async def posted(house: House, event: Event, *kinds: str) -> list[tuple[str, int]]:
    """What was done, with the minutes after the beginning."""
    found = [entry for entry in await house.journal.entries(event.id) if entry.kind in kinds]
    names = [entry.data.get("step") or entry.data.get("poll") or entry.kind for entry in found]
    minutes = [round((entry.at - event.times.starts_at) / timedelta(minutes=1)) for entry in found]
    return list(zip(names, minutes, strict=True))


def extend(event: Event, minutes: int, number: int = 0) -> Rule:
    return extend_evening(event, minutes, "苏青", number, lambda moved: f"{moved.times.disbands_at:%H:%M}", by="host")


async def test_the_flow_follows_a_section_that_was_begun_by_hand(house: House, event: Event) -> None:
    taps(house, event, at_10=start_section(event, 2, by="kol"))
    await moments.run(house, event.id, "host")
    assert await posted(house, event, "section_started") == [
        ("section-1", 0),
        ("section-2", 10),
        ("section-3", 40),
        ("section-4", 70),
    ]
    # What the first section had left is passed over; the rest comes once, in order.
    prompts = [("prompt-1-1", 0), ("prompt-2-1", 10), ("prompt-3-1", 40), ("prompt-4-1", 70)]
    assert await posted(house, event, "prompt_posted") == prompts
    assert await posted(house, event, "poll_opened") == [("trust", 55)]


async def test_the_flow_follows_a_plan_that_was_made_anew_and_never_begins_what_was_cut(
    house: House, event: Event
) -> None:
    taps(
        house,
        event,
        at_20=prolong_section(event, 1, by="host"),
        at_21=prolong_section(event, 1, by="host"),
        at_22=replan(event, "cut", by="host"),
        at_23=replan(event, "scale", by="host"),
    )
    await moments.run(house, event.id, "host")
    begun = await posted(house, event, "section_started")
    assert begun == [("section-1", 0), ("section-2", 35), ("section-3", 70)]


async def test_a_flow_that_is_started_again_goes_on_by_the_new_plan(house: House, event: Event) -> None:
    taps(house, event, at_10=start_section(event, 2, by="kol"))
    running = asyncio.create_task(moments.run(house, event.id, "host"))
    while not await posted(house, event, "section_started"):
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await moments.run(house, event.id, "host")
    begun = await posted(house, event, "section_started")
    assert begun == [("section-1", 0), ("section-2", 10), ("section-3", 40), ("section-4", 70)]


async def test_both_notices_come_and_the_recap_says_what_somebody_wrote(house: House, event: Event) -> None:
    taps(house, event, at_112=edit_recap(event, {"points": ["账要按周算"]}, by="host"))
    await moments.run(house, event.id, "host")
    ends = await posted(house, event, "notice_posted", "recap_posted")
    assert ends == [("wrap-up", 105), ("last-call", 115), ("recap", 115)]
    said = {
        entry.data["step"]: entry.data["text"]
        for entry in await house.journal.entries(event.id)
        if "step" in entry.data and "text" in entry.data
    }
    assert "还有 15 分钟" in said["wrap-up"]
    assert "还有 5 分钟" in said["last-call"]
    assert "【记下的要点】\n· 账要按周算\n" in said["recap"]


async def test_a_recap_that_was_waived_is_not_posted(house: House, event: Event) -> None:
    taps(house, event, at_100=waive_recap(event, "苏青", by="host"))
    outcome = await moments.run(house, event.id, "host")
    assert "recap waived" in outcome.text
    assert await posted(house, event, "recap_posted") == []


async def test_the_room_is_disbanded_at_the_hour_that_was_put_off_whoever_was_waiting(
    house: House, event: Event
) -> None:
    taps(house, event, at_110=extend(event, 10), at_119=extend(event, 20, 1))
    await moments.run(house, event.id, "host")
    assert (await moments.run(house, event.id, "disband")).outcome == "done"
    ends = await posted(house, event, "notice_posted", "recap_posted", "room_disbanded")
    assert ends == [("wrap-up", 105), ("last-call", 145), ("recap", 145), ("room_disbanded", 150)]
    plans = [entry for entry in await house.journal.entries(event.id) if entry.kind == "plan_noted"]
    assert len(plans) == 1


async def test_a_run_that_was_started_for_the_planned_hour_has_the_patience_for_the_new_one(
    house: House, event: Event
) -> None:
    house.clock.turn_to(event.times.disbands_at - timedelta(minutes=2))  # type: ignore[attr-defined]
    await house.journal.decide(event.id, extend(event, 20))
    outcome = await moments.run(house, event.id, "disband", patience=timedelta(minutes=5))
    assert outcome.outcome == "done"
    assert await posted(house, event, "room_disbanded") == [("room_disbanded", 140)]


async def test_a_close_put_off_while_disband_already_waits_is_waited_for(house: House, event: Event) -> None:
    house.clock.turn_to(event.times.disbands_at - timedelta(minutes=2))  # type: ignore[attr-defined]
    taps(house, event, at_119=extend(event, 10))
    await moments.run(house, event.id, "disband")
    assert await posted(house, event, "room_disbanded") == [("room_disbanded", 130)]


async def test_the_watchdog_waits_for_the_hour_that_was_put_off(house: House, event: Event) -> None:
    house.clock.turn_to(event.times.starts_at)  # type: ignore[attr-defined]
    await house.journal.decide(event.id, extend(event, 10))
    house.clock.turn_to(event.times.disbands_at + WATCHDOG_AFTER)  # type: ignore[attr-defined]
    await shut_if_due(house, event, by="watchdog")
    assert await posted(house, event, "room_disbanded") == []
    house.clock.turn_to(event.times.disbands_at + timedelta(minutes=10))  # type: ignore[attr-defined]
    await shut_if_due(house, event, by="watchdog")
    assert await posted(house, event, "room_disbanded") == [("room_disbanded", 130)]
