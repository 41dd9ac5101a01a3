"""The rules of the board, and the board itself: pure, on states folded by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.boards import drafts, folded, half_past, many_groups, six_moments

from salon.boarding import Standing, board_of, open_tasks, standing_of
from salon.checking import Record, Risk, draw, records_of, risk_of
from salon.entries import Draft, Rule
from salon.errors import BadText, WrongUse
from salon.nudging import Manners, manners_of, nudged_now, nudges_of
from salon.rules.board import (
    AlreadyPosted,
    NothingToNudge,
    NotRefused,
    draw_check,
    nudge,
    reassign,
    retry_refused,
)
from salon.rules.week import begin_delivery, finish_slot
from salon.state import State
from salon.tasks import people_of

EVENT = six_moments()
WARM_UP, OPEN, REMIND, HOST, *_ = EVENT.slots()[2:]
AT = EVENT.times.reminds_at[0]
GROUPS = many_groups(24)
LEADERS = {group.id: group.leader for group in GROUPS}
ONE, TWO, THREE = (("remind-1", f"g{n:04}") for n in (1, 2, 3))


def laid() -> State:
    """The reminder lies with the leaders; of 24 groups six have not posted."""
    return folded(EVENT, drafts(GROUPS, "remind-1"), AT)


def decided(rule: Rule, state: State, at: datetime) -> list[Draft]:
    """What *rule* adds, added."""
    added = list(rule(state, at))
    folded(EVENT, added, at, state)
    return added


def nudged(state: State, tasks: Sequence[tuple[str, str]], at: datetime) -> list[Draft]:
    return decided(nudge(tasks, "快开始了", LEADERS, Manners(), by="owner"), state, at)


def test_nobody_is_nudged_a_fourth_time_in_24_hours() -> None:
    state = laid()
    for hours in (1, 2, 3):
        assert len(nudged(state, [ONE], AT + timedelta(hours=hours))) == 1
    for hours in (4, 24.9):
        with pytest.raises(NothingToNudge):
            nudged(state, [ONE], AT + timedelta(hours=hours))
    assert len(nudged(state, [ONE], AT + timedelta(hours=25))) == 1


def test_how_often_is_a_setting_of_the_owners() -> None:
    assert manners_of({}) == Manners(most=3, pause=timedelta(minutes=30))
    assert manners_of({"per_day": 1, "pause_minutes": 90}) == Manners(most=1, pause=timedelta(minutes=90))
    for table in ({"per_day": "3"}, {"a_day": 3}, {"per_day": -1}):
        with pytest.raises(WrongUse, match="nudges"):
            manners_of(table)


def test_two_taps_nudge_once() -> None:
    state = laid()
    nudged(state, [ONE, ONE], AT)
    assert len(state.relay.nudged[ONE]) == 1
    with pytest.raises(NothingToNudge):
        nudged(state, [ONE], AT + timedelta(minutes=29))


def test_several_groups_of_one_leader_are_one_nudge() -> None:
    state = laid()
    assert LEADERS["g0001"] == LEADERS["g0002"] != LEADERS["g0003"]
    for hours in (1, 2, 3):
        assert len(nudged(state, [ONE, TWO], AT + timedelta(hours=hours))) == 2
    with pytest.raises(NothingToNudge):
        nudged(state, [TWO], AT + timedelta(hours=4))
    assert len(nudged(state, [TWO, THREE], AT + timedelta(hours=4))) == 1


def test_who_has_posted_or_proved_is_never_nudged() -> None:
    state = laid()
    said, proved = ("remind-1", "g0005"), ("remind-1", "g0015")
    assert said in state.relay.posted
    assert proved in state.relay.proved
    for task in (said, proved, ("remind-1", "g0010"), ("warm_up", "g0001")):
        with pytest.raises(NothingToNudge):
            nudged(state, [task], AT)


def test_whoever_gets_a_task_starts_with_no_nudge() -> None:
    state = laid()
    for hours in (1, 2, 3):
        nudged(state, [ONE], AT + timedelta(hours=hours))
    decided(reassign([ONE], "小鹿", LEADERS, by="owner"), state, AT + timedelta(hours=4))
    (draft,) = nudged(state, [ONE], AT + timedelta(hours=4))
    assert draft.data["to"] == "小鹿"
    assert list(nudged_now(state, LEADERS, AT + timedelta(hours=4))) == ["小鹿"]


def test_of_two_leaders_each_is_nudged_by_name() -> None:
    state = laid()
    rule = nudge([ONE], "x", {"g0001": "甲、乙"}, Manners(), by="owner")
    assert [draft.data["to"] for draft in rule(state, AT)] == ["甲、乙"]
    assert people_of(" 甲 、乙; 甲,") == ("甲", "乙")


def test_two_evenings_of_a_series_nudge_one_person_no_more_often_than_one() -> None:
    other, state = laid(), laid()
    for hours in (1, 2, 3):
        nudged(other, [ONE], AT + timedelta(hours=hours))
    now = AT + timedelta(hours=4)
    with pytest.raises(NothingToNudge):
        list(nudge([TWO], "x", LEADERS, Manners(), by="owner", elsewhere=nudges_of(other, LEADERS, now))(state, now))
    assert nudges_of(other, LEADERS, AT + timedelta(hours=28)) == {}


def test_a_name_is_one_person_however_it_is_spaced_and_a_firm_with_an_ampersand_is_one() -> None:
    state = laid()
    rule = nudge([ONE], "x", {"g0001": "Ann & Bo / Tea"}, Manners(), by="owner")
    assert [draft.data["to"] for draft in decided(rule, state, AT)] == ["Ann & Bo / Tea"]
    with pytest.raises(NothingToNudge):
        list(nudge([ONE], "x", {"g0001": "ann &  bo / TEA"}, Manners(), by="owner")(state, AT))


def test_a_nudge_needs_a_reason() -> None:
    for why in ("", "  ", "长" * 201):
        with pytest.raises(BadText):
            nudge([ONE], why, LEADERS, Manners(), by="owner")


def test_handing_over_again_adds_nothing_and_a_posted_one_stays() -> None:
    state = laid()
    assert len(decided(reassign([ONE, TWO], "小鹿", LEADERS, by="owner"), state, AT)) == 2
    assert decided(reassign([ONE, TWO], "小鹿", LEADERS, by="owner"), state, AT) == []
    with pytest.raises(AlreadyPosted):
        decided(reassign([("remind-1", "g0005")], "小鹿", LEADERS, by="owner"), state, AT)


def test_a_draw_is_the_same_for_the_same_seed_and_no_other() -> None:
    weights = {f"g{n}": 1.0 for n in range(100)}
    assert draw(weights, 10, "seed") == draw(dict(reversed(weights.items())), 10, "seed")
    assert draw(weights, 10, "seed") != draw(weights, 10, "other")
    assert len(set(draw(weights, 200, "seed"))) == 100
    assert draw(weights, 0, "seed") == []


def test_heavier_groups_are_drawn_more_often() -> None:
    weights = {"plain": 1.0, "risky": 8.0}
    first = Counter(draw(weights, 1, str(n))[0] for n in range(900))
    assert 750 < first["risky"] < 850


def test_ticks_without_a_scan_new_leaders_and_silence_weigh_more() -> None:
    known = Record(evenings=3, is_leader_known=True)
    assert risk_of(known, is_unproved=False) == Risk(weight=1.0)
    assert risk_of(known, is_unproved=True).why == ("unproved",)
    assert risk_of(replace(known, unproved=2), is_unproved=False).why == ("unproved",)
    assert risk_of(replace(known, silent=2), is_unproved=False).why == ("silent",)
    assert risk_of(Record(), is_unproved=True) == Risk(weight=8.0, why=("unproved", "new_leader"))


def test_the_record_of_a_group_comes_from_earlier_evenings() -> None:
    before = laid()
    seen = Draft(kind="door_seen", by="web", data={"views": {"g0015": 4}})
    quiet, loud = folded(EVENT, drafts(GROUPS, "remind-1"), AT), folded(EVENT, [seen], AT, before)
    records = records_of(GROUPS, [quiet, loud])
    assert records["g0005"] == Record(evenings=2, unproved=2, silent=2, is_leader_known=True)
    assert records["g0015"] == Record(evenings=2, unproved=0, silent=0, is_leader_known=True)
    assert not records["g0001"].is_leader_known


def test_a_second_draw_waits_for_the_results_of_the_first() -> None:
    state, risks = laid(), {group.id: Risk(weight=1.0) for group in GROUPS}
    assert len(decided(draw_check("remind-1", risks, 3, "a", by="owner"), state, AT)) == 3
    assert decided(draw_check("remind-1", risks, 3, "b", by="owner"), state, AT) == []


def test_only_refused_parts_are_said_again() -> None:
    state = State()
    known = {"announcement": "remind-1", "group": "g1", "channel": "wecom"}
    parts = ["poster", "text"]
    begun = [Draft(kind="announcement_begun", by="x", data={**known, "part": part, "parts": parts}) for part in parts]
    ends = [
        Draft(kind=f"announcement_{word}", by="x", data={**known, "part": part, "outcome": word, "detail": ""})
        for part, word in (("poster", "delivered"), ("text", "refused"))
    ]
    folded(EVENT, [*begun, *ends], AT, state)
    (draft,) = decided(retry_refused("remind-1", "g1", by="owner"), state, AT)
    assert (draft.data["part"], draft.frees) == ("text", ("delivery:remind-1:g1:text",))
    assert decided(retry_refused("remind-1", "g1", by="owner"), state, AT) == []
    again = begin_delivery("remind-1", "g1", "wecom", by="x", part="text", parts=parts)
    assert len(decided(again, state, AT)) == 1
    with pytest.raises(NotRefused):
        decided(retry_refused("remind-1", "g2", by="owner"), state, AT)


@pytest.mark.parametrize(
    ("group", "minutes", "standing"),
    [
        ("g0001", 59, Standing.WAITING),
        ("g0001", 60, Standing.LATE),
        ("g0001", 24 * 60, Standing.MISSED),
        ("g0005", 60, Standing.SAID),
        ("g0015", 60, Standing.PROVED),
        ("g0000", 60, Standing.REFUSED),
        ("g0010", 60, Standing.UNKNOWN),
        ("g0020", 60, Standing.DELIVERED),
    ],
)
def test_every_cell_says_where_it_stands(group: str, minutes: int, standing: Standing) -> None:
    cell = standing_of(laid(), REMIND, group, AT + timedelta(minutes=minutes))
    assert cell.standing is standing


def test_what_was_not_begun_is_not_due_then_on_its_way_then_late_then_over() -> None:
    state, at = State(), REMIND.at
    standings = [
        standing_of(state, REMIND, "g1", at + timedelta(minutes=minutes)).standing for minutes in (-1, 0, 60, 290)
    ]
    assert standings == [Standing.NOT_DUE, Standing.SENDING, Standing.LATE, Standing.MISSED]
    folded(EVENT, list(finish_slot(REMIND, "done", "")(state, at)), at, state)
    assert standing_of(state, REMIND, "g1", at).standing is Standing.NONE


def test_late_rows_come_first_and_nobody_is_nudged_for_what_the_system_has_not_sent() -> None:
    board = board_of(EVENT, GROUPS, laid(), half_past(EVENT))
    ranks = [list(Standing).index(min((c.standing for c in row.cells), key=list(Standing).index)) for row in board.rows]
    assert ranks == sorted(ranks)
    assert board.columns[board.now].slot.key == "remind-1"
    row = next(row for row in board.rows if row.group.id == "g0001")
    assert row.cells[1].standing is Standing.LATE
    assert [slot.key for slot in open_tasks(board, row)] == ["remind-1"]


def test_a_task_that_is_over_within_the_hour_is_not_waiting_any_more() -> None:
    at = HOST.deadline - timedelta(minutes=20) if HOST.deadline else AT
    state = folded(EVENT, drafts(GROUPS, HOST.key), at)
    standings = [standing_of(state, HOST, "g0001", at + timedelta(minutes=m)).standing for m in (19, 20)]
    assert standings == [Standing.WAITING, Standing.MISSED]
