"""An event is moved after groups have heard of it: what is unsent moves, what was sent is corrected, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from salon import moments
from salon.clock import HandClock
from salon.house import House
from salon.model import Event, Programme, Times
from salon.moments.correct import NothingToCorrect, correct, correction_of
from salon.planning import apply_plan, due_runs

DAY = timedelta(days=1)


def _a_day_later(event: Event) -> Event:
    moved = {
        name: tuple(at + DAY for at in value) if isinstance(value, tuple) else value + DAY
        for name, value in vars(event.times).items()
    }
    return replace(event, times=Times(**moved))


async def _moved_after_the_warm_up(house: House, event: Event, programme: Programme, clock: HandClock) -> Event:
    clock.turn_to(event.times.warm_up_at)
    await moments.run(house, event.id, "warm_up")
    await apply_plan(house, replace(programme, events=(_a_day_later(event),)))
    return await house.event(event.id)


def _said(house: House, event: Event, group: str) -> dict[str, str]:
    folder = house.settings.outbox / event.id / group
    return {place.name: (place / "text.txt").read_text("utf-8") for place in folder.iterdir()}


async def test_what_is_unsent_moves_and_what_was_sent_does_not(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    await _moved_after_the_warm_up(house, event, programme, clock)
    due = {run.slot_key: run.at for run in await due_runs(house, timedelta(days=5))}
    assert "warm_up" not in due
    assert due["open_room"] == event.times.opens_at + DAY
    assert due["disband"] == event.times.disbands_at + DAY


async def test_a_correction_is_drafted_for_who_has_heard_and_sent_once(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    moved = await _moved_after_the_warm_up(house, event, programme, clock)
    draft = await correction_of(house, moved)
    assert draft is not None
    assert [group.id for group in draft.groups] == ["readers", "builders-2", "tea-room"]
    assert draft.name not in _said(house, event, "readers")
    assert (await correct(house, moved)).text() == "3 delivered"
    text = _said(house, event, "readers")[draft.name]
    assert "原为 11月26日 周四 20:00–22:00，现为 11月27日 周五 20:00–22:00" in text
    with pytest.raises(NothingToCorrect):
        await correct(house, moved)


async def test_nothing_is_corrected_where_nothing_was_said_or_nothing_matters(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    assert await correction_of(house, event) is None
    clock.turn_to(event.times.warm_up_at)
    await moments.run(house, event.id, "warm_up")
    assert await correction_of(house, await house.event(event.id)) is None
    await apply_plan(house, replace(programme, events=(replace(event, summary="another summary"),)))
    assert await correction_of(house, await house.event(event.id)) is None


async def test_only_those_who_were_told_are_corrected_and_the_rest_after_a_failure(
    house: House, event: Event, programme: Programme, clock: HandClock, tmp_path: Path
) -> None:
    moved = await _moved_after_the_warm_up(house, event, programme, clock)
    # One group's place in the outbox cannot be written to for a while.
    blocked = house.settings.outbox / event.id / "tea-room"
    blocked.rename(tmp_path / "aside")
    blocked.write_text("in the way")
    with pytest.raises(Exception, match="postponed"):
        await correct(house, moved)
    blocked.unlink()
    (tmp_path / "aside").rename(blocked)
    draft = await correction_of(house, moved)
    assert draft is not None
    assert [group.id for group in draft.groups] == ["tea-room"]
    assert (await correct(house, moved)).text() == "1 delivered"


async def test_another_guest_and_another_topic_are_said_too(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    clock.turn_to(event.times.warm_up_at)
    await moments.run(house, event.id, "warm_up")
    other = replace(event, topic="另一个话题", kol=replace(event.kol, name="周正"))
    await apply_plan(house, replace(programme, events=(other,)))
    draft = await correction_of(house, other)
    assert draft is not None
    await correct(house, other)
    text = _said(house, event, "readers")[draft.name]
    assert f"主题：原为「{event.topic}」" in text
    assert f"嘉宾：原为 {event.kol.name}，现为 周正" in text
