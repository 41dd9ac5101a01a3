"""What Prefect is told to start: exact times ahead, and the next attempt at what nobody is doing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from salon import moments
from salon.channels import Announcement, Outcome, Result
from salon.channels.folder import Folder
from salon.clock import HandClock
from salon.errors import Mistakes
from salon.house import House
from salon.model import Event, Group, Programme
from salon.moments.finish import Finisher
from salon.planbook import PLAN
from salon.planning import apply_plan, due_runs
from salon.rules.editions import approve_report, draft_report


async def test_the_next_48_hours_are_planned_ahead_of_their_time(house: House, event: Event) -> None:
    runs = await due_runs(house)
    assert [run.slot_key for run in runs] == ["brief-1", "brief-2", "warm_up"]
    assert {run.attempt for run in runs} == {1}
    assert [run.wall_at for run in runs] == [run.at - house.clock.lead for run in runs]


async def test_disbanding_has_a_guard_run_five_seconds_later(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    runs = [run for run in await due_runs(house) if run.moment == "disband"]
    assert [(run.is_guard, run.wall_at - event.times.disbands_at) for run in runs] == [
        (False, -house.clock.lead),
        (True, timedelta(seconds=5)),
    ]
    assert len({run.key for run in runs}) == 2


async def test_asked_again_it_names_the_same_runs(house: House) -> None:
    assert [run.key for run in await due_runs(house)] == [run.key for run in await due_runs(house)]


async def test_what_is_done_is_not_planned(house: House, event: Event) -> None:
    await moments.run(house, event.id, "brief", 1)
    assert "brief-1" not in {run.slot_key for run in await due_runs(house)}


async def test_what_is_overdue_and_left_alone_gets_another_attempt_every_twenty_seconds(
    house: House, event: Event, clock: HandClock
) -> None:
    keys = []
    for late in (0, 19, 20, 39, 40):
        clock.turn_to(event.times.brief_at + timedelta(seconds=late))
        keys.append(next(run.attempt for run in await due_runs(house) if run.slot_key == "brief-1"))
    assert keys == [1, 1, 2, 2, 3]


async def test_what_somebody_is_doing_is_left_alone(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.brief_at + timedelta(minutes=1))
    async with house.lease(event.id, "brief") as is_mine:
        assert is_mine
        assert "brief-1" not in {run.slot_key for run in await due_runs(house)}
    assert "brief-1" in {run.slot_key for run in await due_runs(house)}


async def test_a_moved_event_gets_runs_of_its_own(house: House, event: Event, programme: Programme) -> None:
    before = {run.key for run in await due_runs(house)}
    times = replace(event.times, warm_up_at=event.times.warm_up_at + timedelta(hours=1))
    await apply_plan(house, replace(programme, events=(replace(event, times=times),)))
    assert len({run.key for run in await due_runs(house)} - before) == 1


async def test_an_event_long_past_is_left_alone(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.reports_at + timedelta(days=8))
    assert await due_runs(house) == []


async def test_the_same_programme_again_changes_nothing(house: House, programme: Programme) -> None:
    before = await house.journal.entries(PLAN)
    assert await apply_plan(house, programme) == 0
    assert await house.journal.entries(PLAN) == before


async def test_every_change_says_who_made_it(house: House, event: Event, programme: Programme) -> None:
    changed = replace(programme, events=(replace(event, topic="另一个话题"),))
    assert await apply_plan(house, changed, by="lin") == 1
    last = (await house.journal.entries(PLAN))[-1]
    assert (last.kind, last.by, last.data["plan"]["topic"]) == ("event_planned", "lin", "另一个话题")
    assert (await house.event(event.id)).topic == "另一个话题"


async def test_the_hours_of_a_room_that_has_opened_stay(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    times = replace(event.times, disbands_at=event.times.disbands_at + timedelta(hours=1))
    with pytest.raises(Mistakes, match="can no longer be changed"):
        await apply_plan(house, replace(programme, events=(replace(event, times=times),)))
    assert (await house.event(event.id)).times == event.times


async def test_an_event_id_belongs_to_one_series(house: House, programme: Programme) -> None:
    other = replace(programme, series=replace(programme.series, id="other"), groups=())
    with pytest.raises(Mistakes, match="choose another id"):
        await apply_plan(house, other)


async def test_a_clash_of_codes_is_drawn_again(house: House, programme: Programme, event: Event) -> None:
    from salon.rules.plan import apply_programme

    taken = next(iter((await house.plan()).codes))
    drawn = iter([taken, taken, "freshone"])
    wider = replace(programme, groups=(*programme.groups, replace(programme.groups[0], id="one-more")))
    await house.journal.decide(PLAN, apply_programme(wider, by="owner", make_code=lambda: next(drawn)))
    assert (await house.plan()).code(event.id, "one-more") == "freshone"


async def test_an_event_whose_room_is_open_cannot_be_dropped(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    later = replace(event, id="another", number=event.number + 1)
    await apply_plan(house, replace(programme, events=(event, later)))
    clock.turn_to(event.times.opens_at)
    with pytest.raises(Mistakes, match="its room is open"):
        await apply_plan(house, replace(programme, events=(later,)))
    assert (await house.event(event.id)).id == event.id


async def test_a_group_that_joins_after_an_evening_hears_nothing_of_it(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    clock.turn_to(event.times.disbands_at)
    newcomer = replace(programme.groups[0], id="newcomer")
    await apply_plan(house, replace(programme, groups=(*programme.groups, newcomer), events=()))
    assert "newcomer" not in {group.id for group in await house.groups(event)}
    assert (await moments.run(house, event.id, "disband")).text == "3 delivered"


async def test_a_report_that_somebody_has_not_heard_of_is_due_again(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    await apply_plan(house, replace(programme, series=replace(programme.series, report="approve")))
    clock.turn_to(event.times.reports_at + timedelta(minutes=1))
    await moments.run(house, event.id, "report")

    async def due() -> list[str]:
        return [run.slot_key for run in await due_runs(house) if run.moment == "report"]

    assert await due() == []
    await house.journal.decide(event.id, approve_report(1))
    assert await due() == ["report"]
    async with house.lease(event.id, "report"):
        assert await due() == []
    await moments.run(house, event.id, "report")
    assert await due() == []


async def test_what_was_cut_off_is_finished_by_itself_and_once(
    house: House, event: Event, programme: Programme, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await apply_plan(house, replace(programme, series=replace(programme.series, report="approve")))
    clock.turn_to(event.times.reports_at + timedelta(minutes=1))
    await moments.run(house, event.id, "report")
    finisher = Finisher(house)
    assert await finisher.look() == []
    await house.journal.decide(event.id, approve_report(1))
    say, said = Folder.say, iter(range(9))

    async def dies(self: Folder, group: Group, announcement: Announcement) -> Outcome:
        if next(said) == 1:
            raise Killed
        return await say(self, group, announcement)

    monkeypatch.setattr(Folder, "say", dies)
    with pytest.raises(Killed):
        await finisher.look()
    monkeypatch.undo()
    assert await finisher.look() == [event.id]
    assert await finisher.look() == []
    begun = [e.data for e in await house.journal.entries(event.id) if e.kind == "announcement_begun"]
    told = sorted(data["group"] for data in begun if data["announcement"] == "report")
    assert told == sorted(group.id for group in programme.groups)


async def test_what_goes_wrong_each_time_is_tried_less_and_less_often(
    house: House, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.turn_to(event.times.reports_at + timedelta(minutes=1))
    await house.journal.decide(event.id, draft_report(by="report"))
    await house.journal.decide(event.id, approve_report(1))
    monkeypatch.setattr(Folder, "say", lambda *_: _postponed())
    finisher, tries = Finisher(house), 0
    for _ in range(60):
        tries += bool(await finisher.look())
        clock.turn_to(clock.now() + timedelta(seconds=1))
    # After 0, 4, 12 and 28 seconds.
    assert tries == 4


class Killed(BaseException):
    """The process ends here."""


async def _postponed() -> Outcome:
    return Outcome(result=Result.RETRY)
