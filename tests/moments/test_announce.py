"""One announcement to many groups: each once, at its pace, with an honest outcome."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from tests.moments.conftest import OpenHouse

from salon import moments
from salon.announce import Heard, NotAllHeard, announce
from salon.channels import POSTER, TEXT, Announcement, Outcome, Result
from salon.channels.ability import Ability
from salon.clock import HandClock
from salon.fitting import Script
from salon.house import House
from salon.model import Event, Group, Programme
from salon.pace import SENDING, Allowance, Limit
from salon.planning import PATIENCE, apply_plan, due_runs
from salon.probing import probe
from salon.rules.landing import recall, restore
from salon.rules.pace import find_credential, give_permit, pause_sending, resume_sending
from salon.rules.week import NotUnknown, begin_delivery, end_delivery, settle_delivery
from salon.sending import Permit, TooLate, permit
from salon.testing.channels import Remembering, texts_heard

PNG = b"\x89PNG\r\n\x1a\nnot much of a picture"


def _groups(how_many: int, **more: str | int) -> list[Group]:
    return [Group(id=f"g-{n}", name=f"Group {n}", channel="remembering", **more) for n in range(how_many)]  # type: ignore[arg-type]


def _script(group: Group) -> Script:
    return Script(f"Hello {group.name}", PNG)


def _with(house: House, **more: object) -> Remembering:
    channel = Remembering(**more)  # type: ignore[arg-type]
    house.channels["remembering"] = channel
    return channel


async def _told(house: House, event: Event, groups: list[Group]) -> Heard:
    return await announce(house, event, "warm_up", groups, _script)


async def _told_all(house: House, event: Event, groups: list[Group]) -> Heard:
    """A text alone."""
    return await announce(house, event, "warm_up", groups, lambda group: Script(f"Hello {group.name}"))


async def test_poster_and_text_are_parts_with_an_outcome_of_their_own(house: House, event: Event) -> None:
    channel = _with(house)
    assert (await _told(house, event, _groups(2))).text() == "2 delivered"
    assert sorted(channel.heard) == [(group, "warm_up", part) for group in ("g-0", "g-1") for part in (POSTER, TEXT)]
    delivery = (await house.live(event.id)).state.deliveries["warm_up", "g-0"]
    assert {part: done.outcome for part, done in delivery.parts.items()} == {POSTER: "delivered", TEXT: "delivered"}
    assert all(done.receipt for done in delivery.parts.values())


async def test_a_text_that_failed_for_a_while_follows_its_poster_once(house: House, event: Event) -> None:
    def answers(group: Group, said: Announcement, tries: int) -> Outcome | None:
        return Outcome(result=Result.RETRY, detail="429", wait=7) if said.part == TEXT and tries < 3 else None

    channel, before = _with(house, answers=answers), house.clock.now()
    assert (await _told(house, event, _groups(1))).text() == "1 delivered"
    assert channel.heard == [("g-0", "warm_up", POSTER), ("g-0", "warm_up", TEXT)]
    assert house.clock.now() - before >= timedelta(seconds=14)


async def test_what_a_platform_refuses_is_never_tried_again(house: House, event: Event) -> None:
    gone = Outcome(result=Result.REFUSED, detail="93000: no such hook")
    channel = _with(house, answers=lambda group, said, tries: gone)
    assert (await _told(house, event, _groups(1))).text() == "1 refused"
    assert (await _told(house, event, _groups(1))).text() == "1 refused"
    assert channel.tries["g-0", "warm_up", POSTER] == 1
    assert (await house.live(event.id)).state.deliveries["warm_up", "g-0"].detail == "93000: no such hook"


async def test_a_time_out_after_sending_is_unknown_and_a_person_is_asked(house: House, event: Event) -> None:
    lost = Outcome(result=Result.UNKNOWN, detail="after: no answer in 15 s")
    channel = _with(house, answers=lambda group, said, tries: lost if said.part == TEXT else None)
    assert (await _told(house, event, _groups(1))).text() == "1 unknown"
    assert (await _told(house, event, _groups(1))).text() == "1 unknown"
    assert texts_heard(channel) == ["g-0"]


@pytest.mark.parametrize(("is_there", "outcome", "texts"), [(True, "delivered", 1), (False, "delivered", 2)])
async def test_who_looked_settles_it_in_one_word(
    house: House, event: Event, is_there: bool, outcome: str, texts: int
) -> None:
    lost = Outcome(result=Result.UNKNOWN, detail="after: no answer")
    channel = _with(house, answers=lambda group, said, tries: lost if said.part == TEXT and tries == 1 else None)
    await _told(house, event, _groups(1))
    rule = settle_delivery("warm_up", "g-0", is_there=is_there, by="owner")
    await house.journal.decide(event.id, rule)
    with pytest.raises(NotUnknown):
        await house.journal.decide(event.id, rule)
    assert (await _told(house, event, _groups(1))).outcomes == {"g-0": outcome}
    assert len(texts_heard(channel)) == texts
    assert channel.tries["g-0", "warm_up", POSTER] == 1


async def test_what_is_to_be_said_again_is_due_again(house: House, event: Event, clock: HandClock) -> None:
    lost = Outcome(result=Result.UNKNOWN, detail="after: no answer")
    clock.turn_to(event.times.warm_up_at)
    house.channels["folder"] = Remembering(
        name="folder", answers=lambda group, said, tries: lost if tries == 1 else None
    )
    assert (await moments.run(house, event.id, "warm_up")).outcome == "done"
    clock.turn_to(clock.now() + PATIENCE)
    assert "warm_up" not in {run.slot_key for run in await due_runs(house)}
    await house.journal.decide(event.id, settle_delivery("warm_up", "readers", is_there=False, by="owner"))
    assert "warm_up" in {run.slot_key for run in await due_runs(house)}
    await moments.run(house, event.id, "warm_up")
    assert (await house.live(event.id)).state.outcome_of("warm_up", "readers") == "delivered"
    assert "warm_up" not in {run.slot_key for run in await due_runs(house)}


async def test_a_sender_that_died_between_poster_and_text_says_the_text(
    house: House, another_house: OpenHouse, event: Event
) -> None:
    channel = _with(house, answers=lambda group, said, tries: None if said.part == POSTER else _die())
    with pytest.raises(Stopped):
        await _told(house, event, _groups(1))
    other = await another_house()
    other.channels["remembering"] = survivor = Remembering()
    # It had begun the text: nobody knows whether that went out.
    assert (await _told(other, event, _groups(1))).text() == "1 unknown"
    assert (channel.heard, survivor.heard) == ([("g-0", "warm_up", POSTER)], [])


async def test_a_part_that_was_never_begun_is_said_by_the_next(house: House, event: Event) -> None:
    channel = _with(house)
    begin = begin_delivery("warm_up", "g-0", "remembering", by="x", part=POSTER, parts=(POSTER, TEXT))
    await house.journal.decide(event.id, begin)
    assert (await house.live(event.id)).state.outcome_of("warm_up", "g-0") == "sending"
    assert (await _told(house, event, _groups(1))).text() == "1 unknown"
    assert channel.heard == [("g-0", "warm_up", TEXT)]


async def test_a_text_is_still_said_by_the_next_when_its_poster_is_unknown(
    house: House, another_house: OpenHouse, event: Event
) -> None:
    lost = Outcome(result=Result.UNKNOWN, detail="after: no answer")
    _with(house, answers=lambda group, said, tries: lost if said.part == POSTER else _die())
    with pytest.raises(Stopped):
        await _told(house, event, _groups(1))
    other = await another_house()
    other.channels["remembering"] = Remembering()
    begun = (await other.live(event.id)).state.deliveries["warm_up", "g-0"].parts[TEXT].outcome
    assert begun == "sending"
    rule = end_delivery("warm_up", "g-0", "postponed", "", by="x", part=TEXT)
    await other.journal.decide(event.id, rule)
    assert (await _told(other, event, _groups(1))).text() == "1 unknown"
    assert texts_heard(other.channels["remembering"]) == ["g-0"]  # type: ignore[arg-type]


async def test_no_minute_holds_one_more_than_the_pace(house: House, event: Event, clock: HandClock) -> None:
    ability = Ability(can_picture=False, pace=(Limit(count=20, seconds=60),))
    _with(house, ability=ability)
    begin = clock.now()
    assert (await _told(house, event, _groups(65))).text() == "65 delivered"
    sent = list((await house.live(SENDING)).state.pace.sent["remembering"])
    assert len(sent) == 65
    assert all(later - first >= timedelta(seconds=60) for first, later in zip(sent, sent[20:], strict=False))
    # What the pace alone demands: three full minutes before the last five.
    assert clock.now() - begin <= timedelta(seconds=180 * 1.05)


async def test_a_call_that_was_kept_waiting_takes_another_permit(
    house: House, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = _with(house, ability=Ability(can_picture=False, pace=(Limit(count=20, seconds=60),)))
    stale = iter([True, False])
    monkeypatch.setattr(Permit, "is_stale", lambda self: next(stale))
    await _told(house, event, _groups(1))
    assert len((await house.live(SENDING)).state.pace.sent["remembering"]) == 2
    assert texts_heard(channel) == ["g-0"]


def test_a_permit_holds_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Permit(given_at=100.0, grace=0.5)
    monkeypatch.setattr("time.monotonic", lambda: 100.4)
    assert not given.is_stale()
    monkeypatch.setattr("time.monotonic", lambda: 100.6)
    assert given.is_stale()


async def test_a_permit_keeps_half_of_its_grace_for_the_way(house: House) -> None:
    """A call may reach its platform later than it began: a process that has just started needs a tenth of a second."""
    allowance = Allowance(credential="bot", group="thursday/g", pace=(Limit(count=20, seconds=60),), zone=UTC)
    given = await permit(house, allowance, "thursday/open_room", by="t", until=None)
    assert given.grace == allowance.grace.total_seconds() / 2 == 0.25


async def test_two_workers_share_one_pace(house: House, another_house: OpenHouse, event: Event) -> None:
    ability = Ability(can_picture=False, pace=(Limit(count=5, seconds=60),))
    other = await another_house()
    for one in (house, other):
        one.channels["remembering"] = Remembering(ability=ability)
    await _told(house, event, _groups(7))
    await announce(other, event, "remind-1", _groups(7), _script)
    sent = list((await house.journal.refresh(SENDING)).state.pace.sent["remembering"])
    assert len(sent) == 14
    assert all(later - first >= timedelta(seconds=60) for first, later in zip(sent, sent[5:], strict=False))


async def test_two_schedulers_in_the_same_second_send_once(
    house: House, another_house: OpenHouse, event: Event
) -> None:
    other = await another_house()
    channel = _with(house)
    other.channels["remembering"] = channel
    told = [announce(one, event, "warm_up", _groups(5), _script) for one in (house, other)]
    await asyncio.gather(*told, return_exceptions=True)
    assert Counter(channel.heard) == {(f"g-{n}", "warm_up", part): 1 for n in range(5) for part in (POSTER, TEXT)}


async def test_a_permit_is_given_by_the_journal_not_by_who_looked_before(house: House) -> None:
    allowance = Allowance(credential="bot", group="s/g", pace=(Limit(count=1, seconds=60),))
    rules = [give_permit(allowance, "e/warm_up", by="x") for _ in range(3)]
    given = await asyncio.gather(*(house.journal.decide(SENDING, rule) for rule in rules))
    assert [len(entries) for entries in given] == [1, 0, 0]


async def test_a_pause_stops_everything_and_what_is_left_is_said_later(house: House, event: Event) -> None:
    channel = _with(house)
    await house.journal.decide(SENDING, pause_sending("wrong time on the poster", by="owner"))
    with pytest.raises(NotAllHeard, match="paused"):
        await _told(house, event, _groups(3))
    assert channel.heard == []
    await house.journal.decide(SENDING, resume_sending(by="owner"))
    assert (await _told(house, event, _groups(3))).text() == "3 delivered"


async def test_whom_the_pace_leaves_no_time_is_refused_by_name(house: House, event: Event) -> None:
    ability = Ability(can_picture=False, pace=(Limit(count=1, seconds=600),))
    channel = _with(house, ability=ability)
    until = house.clock.now() + timedelta(minutes=15)
    heard = await announce(house, event, "warm_up", _groups(4), _script, until=until)
    assert heard.text() == "2 delivered, 2 refused"
    details = [d.detail for d in (await house.live(event.id)).state.deliveries.values() if d.outcome == "refused"]
    assert all("the sending pace leaves no time before" in detail for detail in details)
    assert len(texts_heard(channel)) == 2


async def test_a_group_with_a_budget_hears_no_more_than_that(house: House, event: Event, clock: HandClock) -> None:
    _with(house)
    begin = clock.now()
    for name in ("warm_up", "open_room", "remind-1"):
        await announce(house, event, name, _groups(1, per_day=1), _script)
    heard = list((await house.live(SENDING)).state.pace.counted[f"{event.series}/g-0"])
    assert len(heard) == len({at.astimezone(event.times.brief_at.tzinfo).date() for at in heard}) == 3
    assert clock.now() - begin < timedelta(days=3)


async def test_a_hook_that_is_gone_is_never_called_again_by_whatever_process(
    house: House, another_house: OpenHouse, event: Event
) -> None:
    gone = Outcome(result=Result.REFUSED, detail="404: Unknown Webhook", is_gone=True)
    channel = _with(house, answers=lambda group, said, tries: gone)
    assert (await _told_all(house, event, _groups(1))).text() == "1 refused"
    other = await another_house()
    other.channels["remembering"] = channel
    assert (await announce(other, event, "remind-1", _groups(1), _script)).text() == "1 refused"
    assert channel.tries.total() == 1
    detail = (await other.live(event.id)).state.deliveries["remind-1", "g-0"].detail
    assert detail == "404: Unknown Webhook; not called again: put its new address into the register"
    # A probe that arrives, asked for by a person, shows that it is there after all.
    await house.journal.decide(SENDING, find_credential("remembering", by="owner"))
    channel.answers = None
    assert (await announce(house, event, "remind-2", _groups(1), _script)).text() == "1 delivered"


async def test_a_try_that_was_put_off_is_no_second_announcement(house: House, event: Event, clock: HandClock) -> None:
    busy = Outcome(result=Result.RETRY, detail="429", wait=7)
    _with(house, answers=lambda group, said, tries: busy if tries == 1 else None)
    begin = clock.now()
    assert (await _told_all(house, event, _groups(1, per_day=1))).text() == "1 delivered"
    assert clock.now() - begin < timedelta(minutes=1)


async def test_a_group_that_sleeps_keeps_no_other_waiting(
    house: House, event: Event, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They share one bot; the first is quiet until the evening, and looks at the clock very often."""
    monkeypatch.setattr("salon.sending.LOOK", timedelta(seconds=0.1))
    channel = _with(house, ability=Ability())
    sleeper, *others = _groups(4)
    told = asyncio.create_task(_told_all(house, event, [replace(sleeper, quiet="00:00-18:00"), *others]))
    while len(channel.heard) < 3 and not told.done():
        await asyncio.sleep(0)
    assert sorted(texts_heard(channel)) == ["g-1", "g-2", "g-3"]
    assert clock.now().astimezone(event.times.brief_at.tzinfo).hour < 18
    told.cancel()


async def test_a_recall_stops_what_waits_in_the_queue(house: House, event: Event) -> None:
    async def recalls() -> None:
        await house.journal.decide(event.id, recall("Not tonight", by="owner"))

    def answers(group: Group, said: Announcement, tries: int) -> None:
        if group.id == "g-1":
            recalled.append(asyncio.get_running_loop().create_task(recalls()))

    recalled: list[asyncio.Task[None]] = []
    channel = _with(house, answers=answers, ability=Ability(pace=(Limit(count=1, seconds=600),)))
    with pytest.raises(NotAllHeard, match="is recalled"):
        await _told_all(house, event, _groups(40))
    kinds = [entry.kind for entry in await house.journal.entries(event.id)]
    assert "announcement_begun" not in kinds[kinds.index("door_recalled") :]
    assert 2 <= len(channel.heard) < 40
    # Nothing was begun that has no end: restored, it goes on.
    await house.journal.decide(event.id, restore(by="owner"))
    assert (await _told_all(house, event, _groups(40))).text() == "40 delivered"
    assert sorted(texts_heard(channel)) == sorted(f"g-{n}" for n in range(40))


async def test_a_pause_between_permit_and_call_leaves_nothing_in_doubt(
    house: House, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Permit, "is_stale", lambda self: paused)
    paused = True
    channel = _with(house, ability=Ability(pace=(Limit(count=1, seconds=1),)))
    told = asyncio.create_task(_told_all(house, event, _groups(1)))
    while ("warm_up", "g-0") not in (await house.live(event.id)).state.deliveries:
        await asyncio.sleep(0)
    await house.journal.decide(SENDING, pause_sending("stop", by="owner"))
    with pytest.raises(NotAllHeard, match="paused"):
        await told
    paused = False
    await house.journal.decide(SENDING, resume_sending(by="owner"))
    assert (await _told_all(house, event, _groups(1))).text() == "1 delivered"
    assert texts_heard(channel) == ["g-0"]


async def test_a_text_that_is_too_long_names_the_platform_and_nothing_is_sent(house: House, event: Event) -> None:
    channel = _with(house, ability=Ability(longest=20, unit="bytes"))
    assert (await announce(house, event, "warm_up", _groups(1), lambda _: ("长" * 7,))).text() == "1 refused"
    detail = (await house.live(event.id)).state.deliveries["warm_up", "g-0"].detail
    assert detail == "remembering: the text has 21 bytes, 20 are allowed; shorten it"
    assert channel.tries.total() == 0


async def test_a_platform_that_is_busy_holds_back_everybody_behind_it(house: House, event: Event) -> None:
    def answers(group: Group, said: Announcement, tries: int) -> Outcome | None:
        return Outcome(result=Result.RETRY, detail="429", wait=90) if (group.id, tries) == ("g-0", 1) else None

    _with(house, answers=answers, ability=Ability())
    begin = house.clock.now()
    assert (await _told(house, event, _groups(3))).text() == "3 delivered"
    assert house.clock.now() >= begin + timedelta(seconds=90)
    assert (await house.live(SENDING)).state.pace.held["remembering"] == begin + timedelta(seconds=90)


async def test_relay_tasks_wait_for_their_leader(house: House, event: Event) -> None:
    groups = [replace(group, channel="relay") for group in _groups(2)]
    assert (await _told(house, event, groups)).text() == "2 awaiting"
    assert (await _told(house, event, groups)).text() == "2 awaiting"
    assert (house.settings.outbox / event.id / "g-1" / "warm_up" / "text.txt").read_text("utf-8") == "Hello Group 1\n"


class Stopped(BaseException):
    """The process is killed: nothing after this line runs."""


def _die() -> Outcome:
    raise Stopped


async def test_many_who_were_told_to_wait_go_on_one_at_a_time(house: House, event: Event) -> None:
    """A server with an allowance of its own that is smaller than ours: one call in five seconds, the rest are 429."""
    last = [house.clock.now() - timedelta(minutes=1)]

    def answers(group: Group, said: Announcement, tries: int) -> Outcome | None:
        now = house.clock.now()
        if now - last[0] < timedelta(seconds=5):
            return Outcome(result=Result.RETRY, detail="429", wait=5)
        last[0] = now
        return None

    _with(house, answers=answers, ability=Ability())
    assert (await _told(house, event, _groups(24))).text() == "24 delivered"


async def test_a_test_message_in_quiet_hours_is_refused_with_the_hour_instead_of_kept_waiting(
    house: House, event: Event, programme: Programme, clock: HandClock
) -> None:
    sleeper = replace(programme.groups[0], quiet="00:00-23:00")
    await apply_plan(house, replace(programme, groups=(sleeper, *programme.groups[1:])))
    begin = clock.now()
    with pytest.raises(TooLate, match="the next is at 2026-11-24 23:00"):
        await probe(house, event, sleeper.id)
    assert clock.now() == begin


async def test_a_mailbox_that_puts_off_keeps_nobody_else_waiting(house: House, event: Event) -> None:
    full = Outcome(result=Result.RETRY, detail="452 full", wait=20, is_wait_of_group=True)
    _with(house, answers=lambda group, said, tries: full if (group.id, tries) == ("g-0", 1) else None)
    assert (await _told(house, event, _groups(3))).text() == "3 delivered"
    assert "remembering" not in (await house.live(SENDING)).state.pace.held
