"""Each moment does its work once, whenever and however often it is run."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.moments.conftest import OpenHouse

from salon import moments
from salon.announce import NotAllHeard
from salon.channels import Announcement, Outcome, Result
from salon.channels.folder import Folder
from salon.clock import HandClock
from salon.errors import NotFound, WrongUse
from salon.filenames import safe_name
from salon.house import House
from salon.model import Event, Group, Moment, Programme
from salon.moments.disband import WATCHDOG_AFTER, watch
from salon.moments.report import make_report
from salon.planning import apply_plan
from salon.rules.polls import cast_vote
from salon.rules.questions import ask_question
from salon.rules.seats import bar_door, take_seat
from salon.rules.talk import Line, hide_message, post_as, post_message
from salon.rules.week import confirm_brief, open_room, shut_room
from salon.rundown import rundown
from salon.wording import BadTemplate, Wording

WEEK = ("brief", "warm_up", "open_room", "remind", "host", "disband", "report")


async def kinds(house: House, event: Event) -> Counter[str]:
    return Counter(entry.kind for entry in await house.journal.entries(event.id))


def outbox(house: House, event: Event, group: str) -> Path:
    return house.settings.outbox / event.id / safe_name(group)


def said_to(house: House, event: Event, group: str) -> list[str]:
    return sorted(path.name for path in outbox(house, event, group).iterdir())


async def play_week(house: House, event: Event) -> None:
    for slot in event.slots():
        await moments.run(house, event.id, slot.moment, slot.number)


def weeks_later(event: Event, weeks: int) -> Event:
    by = timedelta(days=7 * weeks)
    moved = {name: value + by for name, value in vars(event.times).items() if name != "reminds_at"}
    reminds_at = tuple(at + by for at in event.times.reminds_at)
    times = replace(event.times, **moved, reminds_at=reminds_at)
    return replace(event, id=f"{event.id}-{weeks}", number=event.number + weeks, times=times)


async def test_what_was_left_over_comes_to_the_next_evening_that_opens_though_one_fell_out(
    house: House, event: Event, clock: HandClock, programme: Programme
) -> None:
    fell_out, opened = weeks_later(event, 1), weeks_later(event, 2)
    await apply_plan(house, replace(programme, events=(event, fell_out, opened)))
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    await house.journal.decide(event.id, take_seat(event, "ann", source="readers"))
    asked = Line(text="Still open?", client_id="1")
    await house.journal.decide(event.id, ask_question(event, "ann", asked, is_anonymous=False))
    clock.turn_to(opened.times.opens_at)
    await moments.run(house, opened.id, "open_room")
    state = (await house.live(opened.id)).state
    assert [question.text for question in state.questions.by_number.values()] == ["Still open?"]


async def test_a_week_leaves_one_announcement_of_each_moment_with_every_group_also_when_it_is_played_twice(
    house: House, event: Event
) -> None:
    await play_week(house, event)
    expected = ["disband", "host", "open_room", "remind-1", "remind-2", "remind-3", "report", "warm_up"]
    for group in await house.groups(event):
        assert said_to(house, event, group.id) == expected
    assert (await kinds(house, event))["announcement_delivered"] == 3 * len(expected) + 4  # and twice KOL and owner
    before = await house.journal.entries(event.id)
    # Each moment is written down with its planned time.
    assert [(e.data["slot"], e.data["planned_at"]) for e in before if e.kind == "moment_done"] == [
        (slot.key, slot.at.isoformat()) for slot in event.slots()
    ]
    outcomes = {(await moments.run(house, event.id, slot.moment, slot.number)).outcome for slot in event.slots()}
    assert outcomes == {"already"}
    assert await house.journal.entries(event.id) == before


async def test_a_moment_waits_for_its_time(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.warm_up_at - timedelta(hours=1))
    await moments.run(house, event.id, "warm_up")
    assert clock.now() == event.times.warm_up_at


@pytest.mark.parametrize(("moment", "number"), [("warm_up", 1), ("open_room", 1), ("remind", 2), ("host", 1)])
async def test_a_moment_that_comes_too_late_tells_nobody_anything(
    house: House, event: Event, clock: HandClock, moment: str, number: int
) -> None:
    slot = next(s for s in event.slots() if s.moment == moment and s.number == number)
    assert slot.deadline is not None
    clock.turn_to(slot.deadline)
    outcome = await moments.run(house, event.id, moment, number)
    assert outcome.outcome == "skipped"
    assert not house.settings.outbox.exists()
    clock.turn_to(slot.deadline - timedelta(seconds=1))
    assert (await moments.run(house, event.id, moment, number)).outcome == "already"


async def test_a_reminder_is_stale_once_the_next_one_is_due(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    clock.turn_to(event.times.reminds_at[1])
    assert (await moments.run(house, event.id, "remind", 1)).outcome == "skipped"
    assert (await moments.run(house, event.id, "remind", 2)).outcome == "done"
    assert "remind-1" not in said_to(house, event, "readers")
    assert "remind-2" in said_to(house, event, "readers")


@pytest.mark.parametrize("is_full", [True, False])
async def test_a_room_that_is_full_or_lets_nobody_in_is_not_advertised(
    house: House, event: Event, clock: HandClock, is_full: bool
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    guests = [take_seat(event, f"guest{number}", source="readers") for number in range(event.seats)]
    for rule in guests if is_full else [bar_door(event, by="host")]:
        await house.journal.decide(event.id, rule)
    await moments.run(house, event.id, "remind", 1)
    assert said_to(house, event, "readers") == ["open_room"]


async def test_a_reminder_says_the_seats_that_are_left(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    for number in range(7):
        await house.journal.decide(event.id, take_seat(event, f"guest{number}", source="readers"))
    await moments.run(house, event.id, "remind", 1)
    text = (house.settings.outbox / event.id / "readers" / "remind-1" / "text.txt").read_text("utf-8")
    assert "还剩 93 席" in text


async def test_the_owner_is_told_once_of_a_kol_who_has_not_confirmed(house: House, event: Event) -> None:
    await moments.run(house, event.id, "brief", 1)
    assert not outbox(house, event, "_owner").exists()
    await moments.run(house, event.id, "brief", 2)
    await moments.run(house, event.id, "brief", 2)
    assert said_to(house, event, "_owner") == ["brief-unconfirmed"]
    assert (await kinds(house, event))["owner_told"] == 1


async def test_the_owner_is_left_alone_when_the_kol_has_confirmed(house: House, event: Event) -> None:
    await moments.run(house, event.id, "brief", 1)
    await house.journal.decide(event.id, confirm_brief(event.kol.name))
    await moments.run(house, event.id, "brief", 2)
    assert not outbox(house, event, "_owner").exists()


async def test_the_brief_carries_the_private_link_to_confirm(house: House, event: Event) -> None:
    await moments.run(house, event.id, "brief", 1)
    text = (outbox(house, event, "_kol") / "brief" / "text.txt").read_text("utf-8")
    assert house.links.kol(event) in text
    for section in event.outline:
        assert section.title in text


async def test_the_evening_follows_the_run_of_show(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    await moments.run(house, event.id, "host")
    posted = [e for e in await house.journal.entries(event.id) if e.kind in {step.kind for step in rundown(event)}]
    steps = rundown(event)
    assert [(e.kind, e.at) for e in posted] == [(step.kind, step.at) for step in steps]
    assert clock.now() == event.times.disbands_at - timedelta(minutes=5)


async def test_a_host_who_comes_back_makes_up_for_what_was_missed(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    clock.turn_to(event.times.disbands_at - timedelta(minutes=20))
    await moments.run(house, event.id, "host")
    assert (await kinds(house, event))["prompt_posted"] == sum(len(s.prompts) for s in event.outline)


async def test_a_room_that_the_host_has_closed_ends_the_run_of_show(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    await house.journal.decide(event.id, shut_room(by="host"))
    outcome = await moments.run(house, event.id, "host")
    assert "closed before" in outcome.text
    assert (await kinds(house, event))["prompt_posted"] == 0


async def test_the_room_is_shut_at_the_hour_even_while_another_process_holds_the_lease(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    assert await house.journal.lease(event.id, "disband", "somebody else", 60)
    outcome = await moments.run(house, event.id, "disband")
    assert outcome.outcome == "held"
    shut = [e for e in await house.journal.entries(event.id) if e.kind == "room_disbanded"]
    assert [(e.at, e.by) for e in shut] == [(event.times.disbands_at, "clock")]


async def test_the_watchdog_shuts_what_no_flow_has_shut(house: House, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    clock.turn_to(event.times.disbands_at + WATCHDOG_AFTER - timedelta(seconds=1))
    watching = asyncio.create_task(watch(house))
    await asyncio.sleep(0.3)
    assert (await kinds(house, event))["room_disbanded"] == 0
    clock.turn_to(event.times.disbands_at + WATCHDOG_AFTER)
    await asyncio.sleep(1.5)
    watching.cancel()
    shut = [e for e in await house.journal.entries(event.id) if e.kind == "room_disbanded"]
    assert [e.by for e in shut] == ["watchdog"]


async def test_two_at_once_do_it_once(house: House, another_house: OpenHouse, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.warm_up_at)
    other = await another_house()
    outcomes = await asyncio.gather(moments.run(house, event.id, "warm_up"), moments.run(other, event.id, "warm_up"))
    assert "done" in {o.outcome for o in outcomes}
    assert (await kinds(house, event))["announcement_begun"] == 3


class Stopped(BaseException):
    """The process is killed: nothing after this line runs."""


class Dying(Folder):
    """A folder channel in a process that is killed at its *n*-th word, before or after it went out."""

    def __init__(self, outbox: Path, *, at: int, after: bool, repeatable: bool) -> None:
        super().__init__(outbox)
        self.is_repeatable = repeatable  # type: ignore[misc]
        self.left, self.after = at, after
        self.heard: list[str] = []

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        self.left -= 1
        if self.left < 0:
            raise Stopped
        if self.left == 0 and not self.after:
            raise Stopped
        self.heard.append(group.id)
        outcome = await super().say(group, announcement)
        if self.left == 0:
            raise Stopped
        return outcome


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_sender_that_was_killed_is_finished_by_the_next_and_nobody_hears_twice(
    house: House, another_house: OpenHouse, event: Event, clock: HandClock, at: int, after: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    clock.turn_to(event.times.warm_up_at)
    dying = Dying(house.settings.outbox, at=at, after=after, repeatable=True)
    monkeypatch.setattr(House, "channel", lambda self, name: dying)
    with pytest.raises(Stopped):
        await moments.run(house, event.id, "warm_up")
    monkeypatch.undo()
    next_one = await another_house()
    assert (await moments.run(next_one, event.id, "warm_up")).text == "3 delivered"
    ends = [e for e in await house.journal.entries(event.id) if e.kind.startswith("announcement_")]
    assert Counter(e.kind for e in ends) == {"announcement_begun": 3, "announcement_delivered": 3}


async def test_where_saying_it_again_would_be_heard_twice_a_person_decides(
    house: House, another_house: OpenHouse, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.turn_to(event.times.warm_up_at)
    dying = Dying(house.settings.outbox, at=1, after=True, repeatable=False)
    monkeypatch.setattr(House, "channel", lambda self, name: dying)
    with pytest.raises(Stopped):
        await moments.run(house, event.id, "warm_up")
    healthy = Dying(house.settings.outbox, at=99, after=True, repeatable=False)
    monkeypatch.setattr(House, "channel", lambda self, name: healthy)
    outcome = await moments.run(await another_house(), event.id, "warm_up")
    found = {row["group"]: row["outcome"] for row in outcome.table}
    begun = {e.data["group"]: e.by for e in await house.journal.entries(event.id) if e.kind == "announcement_lost"}
    assert begun
    # What had begun when the process died is not repeated blindly; what had not is said now, once.
    assert found == {group.id: "unknown" if group.id in begun else "delivered" for group in await house.groups(event)}
    assert begun.keys().isdisjoint(healthy.heard)


class Busy(Folder):
    """A folder channel that says "later" to some groups the first time."""

    def __init__(self, outbox: Path, later: set[str]) -> None:
        super().__init__(outbox)
        self.later = later

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        if group.id in self.later:
            self.later.remove(group.id)
            return Outcome(result=Result.RETRY, detail="come back later")
        return await super().say(group, announcement)


async def test_who_could_not_be_reached_for_now_is_reached_by_the_next_run(
    house: House, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.turn_to(event.times.warm_up_at)
    busy = Busy(house.settings.outbox, {"builders-2"})
    monkeypatch.setattr(House, "channel", lambda self, name: busy)
    with pytest.raises(NotAllHeard, match="2 delivered, 1 postponed"):
        await moments.run(house, event.id, "warm_up")
    assert (await moments.run(house, event.id, "warm_up")).text == "3 delivered"


async def test_the_same_journal_gives_the_same_report_byte_for_byte(
    house: House, another_house: OpenHouse, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    for number in range(5):
        await house.journal.decide(event.id, take_seat(event, f"guest{number}", source="readers", name=f"客人{number}"))
    clock.turn_to(event.times.starts_at + timedelta(minutes=40))
    running = asyncio.create_task(moments.run(house, event.id, "host"))
    await asyncio.sleep(0.2)
    for number in range(5):
        line = Line(text=f"我觉得定价要看第 {number} 个因素，先算成本。", client_id=f"m{number}")
        await house.journal.decide(event.id, post_message(event, f"guest{number}", line))
    await house.journal.decide(event.id, post_as(event, "kol", event.kol.name, Line(text="说得好。", client_id="k")))
    await running
    poll = event.polls[0]
    for number in range(3):
        await house.journal.decide(event.id, cast_vote(event, f"guest{number}", poll.id, 0))
    await moments.run(house, event.id, "disband")
    await moments.run(house, event.id, "report")
    folder = house.settings.reports / event.id
    written = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name[0] != "."}
    assert await make_report(await another_house(), event) == written
    assert set(written) >= {"report.md", "report.html", "report.json"}
    assert "说得好" in written["report.html"].decode()


async def test_an_unknown_event_or_number_is_a_clear_sentence(house: House, event: Event) -> None:
    with pytest.raises(NotFound, match=event.id):
        await moments.run(house, "no-such-event", "warm_up")
    with pytest.raises(WrongUse, match="remind-3"):
        await moments.run(house, event.id, Moment.REMIND, 9)


async def test_every_group_gets_a_poster_that_leads_to_its_own_door(
    house: House, event: Event, clock: HandClock
) -> None:
    import zxingcpp
    from PIL import Image

    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    book = await house.plan()
    for group in await house.groups(event):
        picture = house.settings.outbox / event.id / group.id / "open_room" / "poster.png"
        with Image.open(picture) as opened:
            codes = zxingcpp.read_barcodes(opened.convert("L"))
        assert [code.text for code in codes] == [house.links.door(book.code(event.id, group.id))]


async def test_a_group_that_joins_late_gets_its_own_code_and_old_codes_stay(
    house: House, event: Event, programme: Programme
) -> None:
    before = dict((await house.plan()).codes)
    late = Group(id="late-group", name="晚来的群")
    await apply_plan(house, replace(programme, groups=(*programme.groups, late)))
    after = (await house.plan()).codes
    assert before.items() <= after.items()
    assert set(after.values()) - set(before.values()) == {(event.id, "late-group")}


async def test_what_cannot_be_written_has_not_been_begun(
    house: House, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.turn_to(event.times.warm_up_at)
    console = Dying(house.settings.outbox, at=99, after=True, repeatable=False)
    monkeypatch.setattr(House, "channel", lambda self, name: console)
    with monkeypatch.context() as broken:
        broken.setattr(Wording, "fill", _broken)
        with pytest.raises(BadTemplate):
            await moments.run(house, event.id, "warm_up")
    assert (await kinds(house, event))["announcement_begun"] == 0
    # The owner has repaired the template.
    assert (await moments.run(house, event.id, "warm_up")).text == "3 delivered"


def _broken(self: Wording, name: str, /, **values: object) -> str:
    raise BadTemplate(f"templates/{name}:1: unexpected end")


class Stumbling(Folder):
    """A folder channel with a fault of its own for one group, and a slow line to the others."""

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        if group.id == "readers":
            raise RuntimeError("a fault in the channel")
        await asyncio.sleep(0.1)
        return await super().say(group, announcement)


async def test_a_fault_with_one_group_waits_until_all_others_had_their_turn(
    house: House, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.turn_to(event.times.warm_up_at)
    stumbling = Stumbling(house.settings.outbox)
    monkeypatch.setattr(House, "channel", lambda self, name: stumbling)
    with pytest.raises(RuntimeError, match="a fault in the channel"):
        await moments.run(house, event.id, "warm_up")
    assert (await kinds(house, event))["announcement_delivered"] == 2


async def test_once_the_host_has_ended_the_room_nobody_is_invited_any_more(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    await house.journal.decide(event.id, shut_room(by="host"))
    outcomes = [(await moments.run(house, event.id, slot.moment, slot.number)).outcome for slot in event.slots()[4:8]]
    assert outcomes == ["skipped"] * 4
    assert said_to(house, event, "readers") == ["open_room"]
    await moments.run(house, event.id, "disband")
    assert said_to(house, event, "readers") == ["disband", "open_room"]


async def test_a_kol_who_steps_in_gets_a_brief_and_a_link_of_their_own(
    house: House, event: Event, programme: Programme
) -> None:
    await moments.run(house, event.id, "brief", 1)
    await house.journal.decide(event.id, confirm_brief(event.kol.name))
    stepped_in = replace(event, kol=replace(event.kol, name="王丽"))
    assert house.links.kol(stepped_in) != house.links.kol(event)
    await apply_plan(house, replace(programme, events=(stepped_in,)))
    assert "王丽: 1 delivered" in (await moments.run(house, event.id, "brief", 1)).text
    assert "has not confirmed" in (await moments.run(house, event.id, "brief", 2)).text
    assert len(said_to(house, event, "_kol")) == 2


async def test_an_evening_planned_late_gives_the_kol_time_before_the_owner_is_told(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.confirm_by + timedelta(hours=1))
    for number in (1, 2):
        await moments.run(house, event.id, "brief", number)
    assert said_to(house, event, "_kol") == ["brief"]
    assert not outbox(house, event, "_owner").exists()


async def test_a_report_is_made_from_the_plan_as_its_journal_has_it(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    await moments.run(house, event.id, "disband")
    await moments.run(house, event.id, "report")
    before = await make_report(house, event)
    await apply_plan(house, replace(programme, events=(replace(event, topic="后来改的话题"),)))
    assert await make_report(house, await house.event(event.id)) == before


async def test_a_report_run_again_leaves_out_what_was_hidden_since(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    await moments.run(house, event.id, "open_room")
    line = Line(text="这一句后来被隐藏了，不该再出现。", client_id="k")
    (said,) = await house.journal.decide(event.id, post_as(event, "kol", event.kol.name, line))
    await moments.run(house, event.id, "disband")
    await moments.run(house, event.id, "report")
    page = house.settings.reports / event.id / "report.html"
    assert "后来被隐藏" in page.read_text("utf-8")
    await house.journal.decide(event.id, hide_message(said.seq, by="host"))
    assert (await moments.run(house, event.id, "report")).outcome == "already"
    assert "后来被隐藏" not in page.read_text("utf-8")
    assert said_to(house, event, "readers").count("report") == 1


async def test_a_run_of_an_event_that_was_moved_away_leaves_at_once(
    house: House, event: Event, clock: HandClock
) -> None:
    outcome = await moments.run(house, event.id, "report", patience=timedelta(minutes=5))
    assert outcome.outcome == "early"
    assert clock.now() == event.times.brief_at


async def test_the_deliveries_of_a_moment_are_its_own(house: House, event: Event) -> None:
    brief = await moments.run(house, event.id, "brief", 1)
    assert [row["group"] for row in brief.table] == ["_kol"]
    warm_up = await moments.run(house, event.id, "warm_up")
    assert [row["announcement"] for row in warm_up.table] == ["warm_up"] * 3


async def test_a_room_that_nobody_shut_is_shut_before_its_report_is_written(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    for rule in (open_room(event, by="clock"), take_seat(event, "a", source="readers")):
        await house.journal.decide(event.id, rule)
    clock.turn_to(event.times.reports_at)
    await moments.run(house, event.id, "report")
    folder = house.settings.reports / event.id
    written = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert (await house.live(event.id)).state.disbanded_at == event.times.reports_at
    await house.journal.decide(event.id, shut_room(by="watchdog"))
    await moments.run(house, event.id, "report")
    assert written == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
