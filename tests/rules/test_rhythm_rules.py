"""The rhythm of an evening: one tap moves what comes after it, and nothing is begun twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.evenings import Evening

from salon.discussion import discussion_of
from salon.entries import Entry
from salon.errors import BadText, NotFound, RoomClosed, WrongUse
from salon.invites import CodeRefused
from salon.marking import marks_of
from salon.model import BY_HAND, Event
from salon.report import report_of
from salon.rhythm import cut_for, drift, run_sheet, scaled
from salon.rules.ending import (
    NoExtension,
    NoName,
    edit_recap,
    extend_evening,
    extensions_left,
    is_short_of_codes,
    waive_recap,
)
from salon.rules.invites import NewCode, add_code
from salon.rules.rhythm import (
    NoSection,
    bring_back,
    park_point,
    prolong_section,
    replan,
    start_section,
    tag_message,
    take_due,
    undo_tag,
)
from salon.rules.seats import take_seat
from salon.rules.talk import Line, hide_message, post_as, post_message
from salon.rules.week import shut_room
from salon.rundown import rundown, steps_left
from salon.state import State


@pytest.fixture
def evening(event: Event) -> Evening:
    """Half past: the room is open, Ann sits in it, the first section is on."""
    evening = Evening.opened(event)
    evening.ask(take_seat(event, "ann", source="readers", name="Ann"))
    follow(evening, event.times.starts_at + timedelta(seconds=1))
    return evening


def follow(evening: Evening, until: datetime) -> None:
    """Take every step of the run of show up to *until*, as the moment does."""
    while step := next(iter(steps_left(evening.event, evening.state)), None):
        if step.at > until:
            break
        evening.now = max(evening.now, step.at)
        evening.ask(take_due(evening.event, step, step.data or {"text": "x"}, by="host"))
    evening.now = max(evening.now, until)


def at(evening: Evening, minutes: float) -> datetime:
    return evening.event.times.starts_at + timedelta(minutes=minutes)


def says(evening: Evening, text: str) -> int:
    evening.ask(post_message(evening.event, "ann", Line(text=text, client_id=f"a-{evening.state.seq}")))
    return evening.state.seq


def lengths(evening: Evening) -> list[int]:
    return [leg.minutes for leg in run_sheet(evening.event, evening.state.rhythm)]


def keys(evening: Evening) -> list[str]:
    return [step.key for step in steps_left(evening.event, evening.state)]


def test_without_a_tap_the_run_of_show_is_the_plan(evening: Evening) -> None:
    planned = rundown(evening.event)
    assert rundown(evening.event, evening.state) == planned
    assert rundown(evening.event, State()) == planned
    assert drift(evening.event, evening.state.rhythm) == 0


def test_the_next_section_begins_at_a_tap_and_all_later_ones_move_with_it(evening: Evening) -> None:
    follow(evening, at(evening, 15))
    (draft,) = evening.ask(start_section(evening.event, 2, by="kol"))
    assert (draft.kind, draft.by, draft.data["title"]) == ("section_started", "kol", evening.event.outline[1].title)
    starts = [leg.at for leg in run_sheet(evening.event, evening.state.rhythm)]
    assert starts == [at(evening, minutes) for minutes in (0, 15, 45, 75)]
    assert drift(evening.event, evening.state.rhythm) == -10
    # What the first section had left is passed over, and the flow begins no section twice.
    assert [key for key in keys(evening) if key.startswith(("section-1", "section-2", "prompt-1"))] == []
    follow(evening, evening.event.times.disbands_at - timedelta(seconds=1))
    begun = [draft.data["section"] for draft in evening.drafts if draft.kind == "section_started"]
    assert begun == [1, 2, 3, 4]


def test_two_taps_begin_one_section(evening: Evening) -> None:
    assert len(evening.ask(start_section(evening.event, 2, by="host"))) == 1
    assert evening.ask(start_section(evening.event, 2, by="kol")) == []
    assert evening.ask(start_section(evening.event, 4, by="kol")) == []
    with pytest.raises(NotFound):
        evening.ask(start_section(evening.event, 9, by="kol"))


def test_a_step_that_was_looked_at_before_a_tap_is_not_taken_after_it(evening: Evening) -> None:
    step = next(step for step in steps_left(evening.event, evening.state) if step.key == "prompt-1-2")
    evening.ask(start_section(evening.event, 2, by="host"))
    evening.now = step.at
    assert evening.ask(take_due(evening.event, step, step.data, by="host")) == []


def test_a_step_is_not_taken_before_its_new_time(evening: Evening) -> None:
    step = next(step for step in steps_left(evening.event, evening.state) if step.key == "section-2")
    evening.ask(prolong_section(evening.event, 1, by="host"))
    evening.now = step.at
    assert evening.ask(take_due(evening.event, step, step.data, by="host")) == []
    evening.now += timedelta(minutes=5)
    assert len(evening.ask(take_due(evening.event, step, step.data, by="host"))) == 1


def test_only_the_section_that_is_on_gets_more_time(evening: Evening) -> None:
    with pytest.raises(NoSection):
        evening.ask(prolong_section(evening.event, 2, by="host"))
    evening.ask(prolong_section(evening.event, 1, by="host"))
    assert (lengths(evening), drift(evening.event, evening.state.rhythm)) == ([30, 30, 30, 20], 5)
    # Two taps on one page, or two phones that show the same.
    assert [len(evening.ask(prolong_section(evening.event, 1, by="host", seen=30))) for _ in range(2)] == [1, 0]
    assert lengths(evening)[0] == 35


@pytest.mark.parametrize("longer", [1, 2, 5, 9])
def test_sections_to_come_are_scaled_so_that_the_evening_ends_on_time(evening: Evening, longer: int) -> None:
    for _ in range(longer):
        evening.ask(prolong_section(evening.event, 1, by="host"))
    evening.ask(replan(evening.event, "scale", by="host"))
    assert sum(lengths(evening)) == 105
    assert drift(evening.event, evening.state.rhythm) == 0
    assert 1 >= lengths(evening)[1] - lengths(evening)[2] >= 0
    assert lengths(evening)[2] >= lengths(evening)[3] >= 1
    assert evening.ask(replan(evening.event, "scale", by="host")) == []


def test_a_section_that_nobody_ended_makes_the_evening_late(evening: Evening) -> None:
    event, rhythm, ten = evening.event, evening.state.rhythm, timedelta(minutes=10)
    evening.now = event.section_starts_at()[1] + ten
    assert (drift(event, rhythm), drift(event, rhythm, evening.now - ten), drift(event, rhythm, evening.now)) == (
        0,
        0,
        10,
    )
    evening.ask(replan(event, "scale", by="host"))
    assert drift(event, rhythm, evening.now) == 0
    evening.ask(start_section(event, 2, by="host"))
    assert drift(event, rhythm) == 0


def test_where_not_a_minute_is_left_nothing_is_scaled(evening: Evening) -> None:
    for _ in range(16):
        evening.ask(prolong_section(evening.event, 1, by="host"))
    assert scaled(evening.event, evening.state.rhythm) is None
    with pytest.raises(NoSection):
        evening.ask(replan(evening.event, "scale", by="host"))


def test_the_shortest_section_that_is_long_enough_is_cut_and_never_begun(evening: Evening) -> None:
    for _ in range(4):
        evening.ask(prolong_section(evening.event, 1, by="host"))
    assert cut_for(evening.event, evening.state.rhythm) == 4
    evening.ask(prolong_section(evening.event, 1, by="host"))
    assert cut_for(evening.event, evening.state.rhythm) == 2
    evening.ask(replan(evening.event, "cut", by="host"))
    assert (lengths(evening), drift(evening.event, evening.state.rhythm)) == ([50, 0, 30, 20], -5)
    assert [key for key in keys(evening) if "-2" in key and key.startswith(("section", "prompt-2"))] == []
    assert evening.ask(start_section(evening.event, 3, by="host")) != []


def test_the_same_entries_give_the_same_evening_after_a_restart(evening: Evening) -> None:
    evening.ask(prolong_section(evening.event, 1, by="host"))
    evening.ask(start_section(evening.event, 2, by="host"))
    before = rundown(evening.event, evening.state)
    replayed = State()
    for seq, draft in enumerate(evening.drafts, 1):
        when = evening.now if draft.kind == "section_started" else evening.event.times.opens_at
        entry = Entry(seq=seq, event="e", at=when, kind=draft.kind, by=draft.by, data=draft.data)
        replayed.apply(Entry.from_line(entry.as_line()))
    assert rundown(evening.event, replayed) == before


def test_a_mark_by_button_is_in_the_report_like_one_in_chat_until_it_is_taken_back(evening: Evening) -> None:
    seq = says(evening, "先把测试交出去，再谈别的")
    for _ in range(2):
        evening.ask(tag_message(evening.event, seq, "agreement", by="host"))
    evening.ask(tag_message(evening.event, seq, "quote", by="kol"))
    marks = report_of(discussion_of(evening.event, (), evening.state)).minutes
    assert [(mark.kind, mark.text, mark.name) for mark in marks] == [
        ("agreement", "先把测试交出去，再谈别的", "Ann"),
        ("quote", "先把测试交出去，再谈别的", "Ann"),
    ]
    evening.ask(undo_tag(evening.event, 0, by="host"))
    marks = report_of(discussion_of(evening.event, (), evening.state)).minutes
    assert [mark.kind for mark in marks] == ["quote"]
    assert evening.ask(undo_tag(evening.event, 0, by="host")) == []
    assert len(evening.ask(tag_message(evening.event, seq, "agreement", by="host"))) == 1


def test_undo_in_chat_takes_back_the_last_of_ones_own_marks_by_button_or_typed(evening: Evening) -> None:
    seq = says(evening, "先把测试交出去")

    def host(text: str, client_id: str) -> list[str]:
        line = Line(text=text, client_id=client_id)
        return [draft.kind for draft in evening.ask(post_as(evening.event, "host", "主持", line))]

    def marks() -> list[str]:
        return [mark.kind for mark in marks_of(evening.state)]

    host("#要点 账要按周算", "1")
    evening.ask(tag_message(evening.event, seq, "quote", by="kol"))
    evening.ask(tag_message(evening.event, seq, "agreement", by="host"))
    assert host("#undo", "2") == ["tag_undone"]
    assert host("#undo", "2") == [], "a line that is sent twice takes back one"
    assert marks() == ["quote", "point"]
    assert host("\uff03撤销", "3") == ["message_posted"]
    assert marks() == ["quote"], "what another one marked stands"
    assert host("#undo", "4") == ["message_posted"]
    assert marks() == ["quote"]


def test_a_mark_on_a_hidden_message_is_told_nowhere(evening: Evening) -> None:
    seq = says(evening, "这一句不该留下")
    evening.ask(tag_message(evening.event, seq, "point", by="host"))
    evening.ask(hide_message(seq, by="host"))
    assert discussion_of(evening.event, (), evening.state).marks == ()
    with pytest.raises(NotFound):
        evening.ask(tag_message(evening.event, seq, "quote", by="host"))
    with pytest.raises(WrongUse):
        evening.ask(tag_message(evening.event, says(evening, "这一句可以"), "link", by="host"))


def test_a_parked_point_waits_until_it_is_brought_back_by_a_reply_to_it(evening: Evening) -> None:
    seq = says(evening, "顺便问一句，大家都用什么键盘？")
    assert [len(evening.ask(park_point(evening.event, seq, by="host"))) for _ in range(2)] == [1, 0]
    line = Line(text="回到这一点", client_id="b", reply_to=str(seq))
    parked, said = evening.ask(bring_back(evening.event, seq, line, "小林", by="host:小林"))
    assert (parked.kind, said.data["reply_to"]) == ("point_brought_back", str(seq))
    assert (said.by, said.data["role"], said.data["name"]) == ("host:小林", "host", "小林")
    assert evening.state.rhythm.parked == {}
    assert evening.ask(bring_back(evening.event, seq, line, "主持人", by="host")) == []
    assert len(evening.ask(park_point(evening.event, seq, by="kol"))) == 1


def test_the_recap_may_be_edited_within_its_size_or_waived_by_name(evening: Evening) -> None:
    assert len(evening.ask(edit_recap(evening.event, {"points": ["一周省三小时", " "]}, by="host"))) == 1
    assert evening.ask(edit_recap(evening.event, {"points": ["一周省三小时"]}, by="host")) == []
    assert (evening.state.rhythm.recap or {})["points"] == ["一周省三小时"]
    with pytest.raises(BadText):
        evening.ask(edit_recap(evening.event, {"points": ["长" * 121]}, by="host"))
    for nobody in (" ", "\u2800", "\u3164", "\u200b.", "—"):
        with pytest.raises(NoName):
            evening.ask(waive_recap(evening.event, nobody, by="host"))
    evening.ask(waive_recap(evening.event, "苏", by="host"))
    assert "recap" not in keys(evening)


def extended(evening: Evening, minutes: int, number: int, name: str = "苏") -> int:
    def write(moved: Event) -> str:
        return f"{moved.times.disbands_at:%H:%M}"

    return len(evening.ask(extend_evening(evening.event, minutes, name, number, write, by="host")))


def test_the_close_is_put_off_by_a_name_once_a_tap_and_never_beyond_the_plan(evening: Evening) -> None:
    closes = evening.event.times.disbands_at
    with pytest.raises(NoName):
        extended(evening, 10, 0, name="")
    assert [extended(evening, 10, 0) for _ in range(2)] == [1, 0]
    evening.now = closes + timedelta(minutes=9)
    says(evening, "还在聊")
    assert extensions_left(evening.event, evening.state) == [10, 20]
    assert extended(evening, 20, 1) == 1
    assert evening.state.rhythm.moved(evening.event).times.disbands_at == closes + timedelta(minutes=30)
    with pytest.raises(NoExtension):
        extended(evening, 10, 2)
    evening.now = closes + timedelta(minutes=30)
    with pytest.raises(RoomClosed):
        says(evening, "太晚了")


def test_a_room_by_hand_stays_open_as_long_as_its_code_lets_anybody_in(evening: Evening) -> None:
    by_hand, closes = replace(evening.event, room=BY_HAND), evening.event.times.disbands_at
    assert extensions_left(by_hand, evening.state) == []
    assert is_short_of_codes(by_hand, evening.state)
    assert not is_short_of_codes(evening.event, evening.state)
    life = timedelta(days=7)
    code = NewCode(platform="wechat", sealed="~", mark="m", dies_at=closes, cap=200, life=life, joins=200)
    evening.ask(add_code(by_hand, replace(code, dies_at=closes + timedelta(minutes=15)), by="owner"))
    assert extensions_left(by_hand, evening.state) == [10]
    evening.ask(extend_evening(by_hand, 10, "Ann", 0, str, by="host"))
    with pytest.raises(NoExtension):
        evening.ask(extend_evening(by_hand, 10, "Ann", 1, str, by="host"))
    with pytest.raises(CodeRefused):
        evening.ask(add_code(by_hand, replace(code, mark="n", dies_at=closes + timedelta(minutes=5)), by="owner"))
    evening.ask(add_code(by_hand, replace(code, mark="n", dies_at=closes + life / 2), by="owner"))
    assert extensions_left(by_hand, evening.state) == [10, 20]


def test_a_close_that_is_past_is_not_put_off(evening: Evening) -> None:
    short = replace(evening.event, extend_minutes=10)
    assert extensions_left(short, evening.state) == [10]
    assert extensions_left(replace(evening.event, extend_minutes=0), evening.state) == []
    evening.now = evening.event.times.disbands_at
    with pytest.raises(RoomClosed):
        extended(evening, 10, 0)


def test_an_hour_that_was_put_off_moves_the_end_of_the_run_of_show_and_the_report(evening: Evening) -> None:
    extended(evening, 20, 0)
    moved = evening.state.rhythm.moved(evening.event)
    assert evening.state.rhythm.moved(moved) == moved
    assert moved.times.reports_at - evening.event.times.reports_at == timedelta(minutes=20)
    ends = {step.key: step.at for step in rundown(evening.event, evening.state)}
    closes = moved.times.disbands_at
    assert ends["wrap-up"] == closes - timedelta(minutes=15)
    assert ends["recap"] == ends["last-call"] == closes - timedelta(minutes=5)
    # The outline may use the time.
    assert drift(evening.event, evening.state.rhythm) == -20


def test_nothing_is_led_in_a_room_that_is_closed(evening: Evening) -> None:
    seq = says(evening, "再见")
    evening.ask(shut_room(by="host"))
    rules = (
        start_section(evening.event, 2, by="host"),
        prolong_section(evening.event, 1, by="host"),
        replan(evening.event, "scale", by="host"),
        tag_message(evening.event, seq, "point", by="host"),
        park_point(evening.event, seq, by="host"),
        edit_recap(evening.event, {}, by="host"),
        waive_recap(evening.event, "苏", by="host"),
    )
    for rule in rules:
        with pytest.raises(RoomClosed):
            evening.ask(rule)
