"""What leaders do by hand: each task is done once, whoever comes first; a scan proves more than a tick."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.evenings import Evening

from salon import boarding
from salon.entries import Draft
from salon.errors import NotFound, WrongUse
from salon.model import Event
from salon.rules.landing import recall
from salon.rules.relay import (
    UNDO,
    NotYourTick,
    PostedAlready,
    PutOffBefore,
    SeenPosted,
    UndoOver,
    hand_on,
    mark_posted,
    pass_training,
    prove_posted,
    put_off_training,
    unmark,
)
from salon.rules.week import begin_delivery, end_delivery
from salon.state import State
from salon.tasks import (
    Standing,
    holding_name,
    late_from,
    leader_key,
    people_of,
    provable,
    standing_of,
)

GROUP, TASK = "readers", {"announcement": "open_room", "group": "readers"}
CHEN, ZHOU = "leader:陈玥", "leader:老周"


def laid(evening: Evening, *names: str, group: str = GROUP, outcome: str = "awaiting") -> Evening:
    """*evening* with the announcements *names* laid ready for the leader of *group*."""
    for name in names:
        evening.ask(begin_delivery(name, group, "relay", by=name))
        evening.ask(end_delivery(name, group, outcome, "", by=name))
    return evening


@pytest.fixture
def evening(event: Event) -> Evening:
    """An open evening with one task."""
    return laid(Evening.opened(event), "open_room")


def stands(evening: Evening, announcement: str = "open_room") -> Standing:
    return standing_of(evening.event, evening.state, announcement, GROUP, evening.now)


def test_a_task_is_posted_once_whoever_comes_first(evening: Evening) -> None:
    assert stands(evening).word == "waiting"
    said = Draft(kind="task_posted", by=CHEN, data=TASK, holds=("posted:open_room:readers",))
    assert evening.ask(mark_posted("open_room", GROUP, by=CHEN)) == [said]
    assert evening.ask(mark_posted("open_room", GROUP, by=ZHOU)) == []
    assert stands(evening) == Standing("said", evening.now, CHEN)


@pytest.mark.parametrize("outcome", ["delivered", "refused", "unknown"])
def test_what_a_channel_said_by_itself_is_nobodys_task(event: Event, outcome: str) -> None:
    evening = laid(Evening.opened(event), "open_room", outcome=outcome)
    for rule in (mark_posted("open_room", GROUP, by=CHEN), hand_on("open_room", GROUP, "小鹿", by=CHEN)):
        with pytest.raises(NotFound):
            evening.ask(rule)
    assert evening.ask(prove_posted("open_room", GROUP)) == []
    assert stands(evening).word == outcome


def test_a_mistaken_tick_is_undone_within_a_minute_by_who_made_it(evening: Evening) -> None:
    evening.ask(mark_posted("open_room", GROUP, by=CHEN))
    with pytest.raises(NotYourTick):
        evening.ask(unmark("open_room", GROUP, by=ZHOU))
    evening.now += UNDO
    undone = Draft(kind="task_unposted", by=CHEN, data=TASK, frees=("posted:open_room:readers",))
    assert evening.ask(unmark("open_room", GROUP, by=CHEN)) == [undone]
    assert evening.ask(unmark("open_room", GROUP, by=CHEN)) == []
    assert stands(evening).word == "waiting"
    assert len(evening.ask(mark_posted("open_room", GROUP, by=ZHOU))) == 1


def test_after_a_minute_or_a_scan_a_tick_stays(evening: Evening) -> None:
    evening.ask(mark_posted("open_room", GROUP, by=CHEN))
    evening.now += UNDO + timedelta(seconds=1)
    with pytest.raises(UndoOver):
        evening.ask(unmark("open_room", GROUP, by=CHEN))
    evening.now -= UNDO
    evening.ask(prove_posted("open_room", GROUP))
    with pytest.raises(SeenPosted):
        evening.ask(unmark("open_room", GROUP, by=CHEN))


def test_a_task_is_handed_on_until_it_is_posted(evening: Evening) -> None:
    (handed,) = evening.ask(hand_on("open_room", GROUP, " 小  鹿 ", by=CHEN))
    assert handed == Draft(kind="task_handed", by=CHEN, data={**TASK, "to": "小 鹿"})
    assert evening.ask(hand_on("open_room", GROUP, "小 鹿", by=CHEN)) == []
    assert stands(evening) == Standing("handed", evening.now, CHEN, "小 鹿")
    assert len(evening.ask(hand_on("open_room", GROUP, "老周", by="owner"))) == 1
    assert stands(evening).to == "老周"
    evening.ask(mark_posted("open_room", GROUP, by=CHEN))
    with pytest.raises(PostedAlready):
        evening.ask(hand_on("open_room", GROUP, "小鹿", by=CHEN))


@pytest.mark.parametrize("to", ["", "  ", "x" * 61])
def test_nobody_in_particular_is_handed_a_task(to: str) -> None:
    with pytest.raises(WrongUse):
        hand_on("open_room", GROUP, to, by="owner")


def test_a_scan_before_the_tick_is_proof_enough_and_the_tick_changes_nothing(evening: Evening) -> None:
    proof = Draft(kind="posting_proved", by="scan", data=TASK, holds=("proved:open_room:readers",))
    assert evening.ask(prove_posted("open_room", GROUP)) == [proof]
    assert evening.ask(prove_posted("open_room", GROUP)) == []
    proved = Standing("proved", evening.now, "scan")
    evening.now += timedelta(hours=3)
    assert stands(evening) == proved
    evening.ask(mark_posted("open_room", GROUP, by=CHEN))
    assert stands(evening) == proved
    with pytest.raises(PostedAlready):
        evening.ask(hand_on("open_room", GROUP, "小鹿", by=CHEN))


def test_late_goes_before_handed_and_a_tick_before_late(evening: Evening) -> None:
    evening.ask(hand_on("open_room", GROUP, "小鹿", by=CHEN))
    evening.now += timedelta(hours=1)
    assert stands(evening) == Standing("late", evening.now, "", "小鹿")
    evening.ask(mark_posted("open_room", GROUP, by="backup:小鹿"))
    assert stands(evening) == Standing("said", evening.now, "backup:小鹿", "小鹿")


def test_what_was_never_handed_out_is_to_come_and_then_late(evening: Evening) -> None:
    assert stands(evening, "remind-1") == Standing("to_come")
    evening.now = evening.event.times.reminds_at[0] + timedelta(hours=1)
    assert stands(evening, "remind-1").word == "late"
    assert stands(evening, "report-correction-2") == Standing("to_come"), "no moment of its own, never late"


def test_what_nobody_has_in_hand_is_late_an_hour_after_its_hour_or_when_it_is_over(event: Event) -> None:
    times, state = event.times, State()
    assert late_from(event, state, "warm_up", GROUP) == times.warm_up_at + timedelta(hours=1)
    assert late_from(event, state, "remind-3", GROUP) == times.hosts_at, "twenty minutes later the evening begins"
    assert late_from(event, state, "report", GROUP) == times.reports_at + timedelta(hours=1)


def test_a_task_is_late_an_hour_after_it_was_laid_or_handed_on_or_when_it_is_over(event: Event) -> None:
    evening, hour = Evening.opened(event), timedelta(hours=1)
    evening.now = event.times.reminds_at[0] + timedelta(minutes=20)
    laid(evening, "remind-1")
    assert late_from(event, evening.state, "remind-1", GROUP) == evening.now + hour, "not by the hour it was due"
    evening.now += hour
    assert stands(evening, "remind-1").word == "late"
    evening.ask(hand_on("remind-1", GROUP, "小鹿", by=CHEN))
    assert late_from(event, evening.state, "remind-1", GROUP) == evening.now + hour, "as long as the first one had"
    assert stands(evening, "remind-1").word == "handed"
    evening.now = event.times.hosts_at - timedelta(minutes=5)
    laid(evening, "remind-3")
    assert late_from(event, evening.state, "remind-3", GROUP) == event.times.hosts_at


@pytest.mark.parametrize("minutes", [0, 59, 60, 61, 119, 120])
def test_the_board_and_the_leaders_page_call_the_same_tasks_late(event: Event, minutes: int) -> None:
    evening = laid(Evening.opened(event), "remind-1")
    slot = next(slot for slot in event.slots() if slot.key == "remind-1")
    for start in (timedelta(), timedelta(hours=1)):
        now = evening.now + timedelta(minutes=minutes) - start
        cell = boarding.standing_of(evening.state, slot, GROUP, now)
        word = standing_of(event, evening.state, "remind-1", GROUP, now).word
        assert (cell.standing is boarding.Standing.LATE) == (word == "late")
        if start == timedelta():
            evening.ask(hand_on("remind-1", GROUP, "小鹿", by=CHEN))


@pytest.mark.parametrize(
    ("laid_out", "said", "proved", "mark", "expected"),
    [
        ("open_room", "", "", "open_room", "open_room"),
        ("open_room", "", "", "", "open_room"),
        ("open_room", "open_room", "", "", "open_room"),
        # What is proved, or was never laid, or is not known at all, is proved by nothing.
        ("open_room", "", "open_room", "open_room", ""),
        ("open_room", "", "open_room", "", ""),
        ("open_room", "", "", "remind-1", ""),
        ("open_room", "", "", "<b>", ""),
        ("", "", "", "", ""),
        # A link proves its own announcement and no other.
        ("open_room remind-1", "", "", "open_room", "open_room"),
        ("open_room remind-1", "remind-1", "", "open_room", "open_room"),
        # A teaser has no code, the good night no picture.
        ("warm_up", "", "", "", ""),
        ("warm_up open_room disband", "disband warm_up", "", "", "open_room"),
        ("warm_up", "", "", "warm_up", "warm_up"),
        # A poster: the latest that is out; an old one in the group proves no later one of which nobody spoke.
        ("open_room remind-1", "", "", "", "remind-1"),
        ("open_room remind-1", "open_room", "", "", "open_room"),
        ("open_room remind-1", "open_room remind-1", "", "", "remind-1"),
        ("open_room remind-1", "open_room remind-1", "remind-1", "", ""),
        ("open_room remind-1", "", "open_room", "", ""),
        ("open_room remind-1", "remind-1", "open_room", "", "remind-1"),
    ],
)
def test_what_a_scan_proves(event: Event, laid_out: str, said: str, proved: str, mark: str, expected: str) -> None:
    evening = laid(Evening.opened(event), *laid_out.split())
    for name in said.split():
        evening.ask(mark_posted(name, GROUP, by=CHEN))
    for name in proved.split():
        evening.ask(prove_posted(name, GROUP))
    assert provable(event, evening.state, GROUP, mark) == expected
    assert provable(event, evening.state, "builders-2", mark) == "", "a code proves nothing of another group"


def test_while_recalled_the_holding_text_is_a_task_and_a_late_confession_is_welcome(evening: Evening) -> None:
    text = "今晚改期，请先不要转发。"
    with pytest.raises(NotFound):
        evening.ask(mark_posted(holding_name(text), GROUP, by=CHEN))
    evening.ask(recall(text, by="owner"))
    assert len(evening.ask(mark_posted(holding_name(text), GROUP, by=CHEN))) == 1
    assert len(evening.ask(mark_posted("open_room", GROUP, by=CHEN))) == 1
    with pytest.raises(NotFound):
        evening.ask(mark_posted(holding_name("another text"), GROUP, by=CHEN))


def test_the_training_is_passed_once_for_a_series_and_put_off_once(evening: Evening) -> None:
    put_off = Draft(
        kind="training_put_off", by=CHEN, data={"leader": "thursday|陈玥"}, holds=("put_off:thursday|陈玥",)
    )
    assert evening.ask(put_off_training("thursday", "陈玥")) == [put_off]
    with pytest.raises(PutOffBefore):
        evening.ask(put_off_training("thursday", "陈玥"))
    passed = Draft(kind="leader_trained", by=CHEN, data={"leader": "thursday|陈玥"}, holds=("trained:thursday|陈玥",))
    assert evening.ask(pass_training("thursday", "陈玥")) == [passed]
    assert evening.ask(pass_training("thursday", "陈玥")) == []
    assert evening.ask(put_off_training("thursday", "陈玥")) == [], "who has passed has nothing to put off"
    assert len(evening.ask(pass_training("monday", "陈玥"))) == 1


@pytest.mark.parametrize(
    ("names", "people"),
    [
        ("陈玥", ("陈玥",)),
        ("陈玥、老周", ("陈玥", "老周")),
        ("Ann Lee, Bo ，Cy;Di；Ed/Fy", ("Ann Lee", "Bo", "Cy", "Di", "Ed/Fy")),
        (" Ann  Lee , ann lee,ANN LEE", ("Ann Lee",)),
        ("", ()),
        (" ，、", ()),
    ],
)
def test_several_names_are_several_people_and_nobody_is_two(names: str, people: tuple[str, ...]) -> None:
    assert people_of(names) == people


def test_a_name_is_the_same_however_it_is_spaced_and_cased() -> None:
    assert leader_key("  Ann   LEE ") == leader_key("ann lee") != leader_key("annlee")
    assert leader_key("Cafe\u0301") == leader_key("CAFÉ")
