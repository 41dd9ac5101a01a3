"""What a new programme changes, and how `salon plan` says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.differences import Change, differences, lines
from salon.model import Event, Group, Programme
from salon.programme import read_programme
from salon.shipped import shipped

LONG_BEFORE = datetime(2027, 1, 1, tzinfo=UTC)
PLANNED = read_programme(shipped("examples") / "thursday.zh.toml")
FIRST, SECOND = PLANNED.events
GROUPS = PLANNED.groups


def with_events(*events: Event) -> Programme:
    return replace(PLANNED, events=events)


def with_groups(*groups: Group) -> Programme:
    return replace(PLANNED, groups=groups)


def test_the_same_programme_changes_nothing() -> None:
    assert differences(PLANNED, read_programme(shipped("examples") / "thursday.zh.toml"), LONG_BEFORE) == ()
    assert lines(()) == []


def test_the_first_programme_adds_everything_with_all_its_keys() -> None:
    changes = differences(None, PLANNED, LONG_BEFORE)
    assert [(c.what, c.verb) for c in changes] == [("series", "add"), *[("group", "add")] * 9, *[("event", "add")] * 2]
    assert changes[1].fields == (
        ("id", None, "east"),
        ("name", None, "华东书店主理人"),
        ("channel", None, "folder"),
        ("address", None, "east"),
        ("leader", None, "程又青"),
        ("language", None, ""),
        ("report_text", None, ""),
        ("text", None, "full"),
        *((key, None, "") for key in ("kind", "platform", "purpose", "rules")),
        ("size", None, 0),
        *((key, None, "") for key in ("backup", "parent", "quiet")),
        *((key, None, 0) for key in ("per_day", "per_week", "per_month")),
    )
    assert lines(changes)[:2] == [
        '+ series bookshop-thursday: "书店人周四夜谈", Asia/Shanghai',
        '+ group east: "华东书店主理人" on folder',
    ]
    assert lines(changes)[-1] == (
        '+ event bookshop-thursday-2027-03-11: "县城书店卖什么：选品、退货与教辅之外" '
        'on 2027-03-11 19:30, with "沈满仓"'
    )


def test_a_new_leader_is_one_changed_field() -> None:
    changes = differences(PLANNED, with_groups(replace(GROUPS[0], leader="B"), *GROUPS[1:]), LONG_BEFORE)
    assert changes == (Change(what="group", id="east", verb="change", fields=(("leader", "程又青", "B"),)),)
    assert lines(changes) == ['~ group east: leader: "程又青" → "B"']


def test_a_group_left_out_is_dropped_and_a_new_one_added() -> None:
    changes = differences(PLANNED, with_groups(*GROUPS[1:], Group(id="west", name="West")), LONG_BEFORE)
    assert [(c.verb, c.id) for c in changes] == [("add", "west"), ("drop", "east")]
    assert lines(changes) == ['+ group west: "West" on folder', "- group east"]


def test_a_change_deep_inside_an_event_names_its_key() -> None:
    outline = (replace(FIRST.outline[0], minutes=20, questions=FIRST.outline[0].questions[:2]), *FIRST.outline[1:])
    event = replace(FIRST, outline=outline, kol=replace(FIRST.kol, title="读者"), seats=60)
    assert lines(differences(PLANNED, with_events(event, SECOND), LONG_BEFORE)) == [
        '~ event bookshop-thursday-2027-03-04: kol.title: "拾页书房主理人，九年办了四百多场读书会" → "读者"',
        "~ event bookshop-thursday-2027-03-04: seats: 100 → 60",
        "~ event bookshop-thursday-2027-03-04: outline[1].minutes: 25 → 20",
        "~ event bookshop-thursday-2027-03-04: outline[1].questions[3]: "
        '"一场活动要带来多少图书销售，才算没有白办？" → nothing',
    ]


def test_a_long_text_is_cut_and_stays_on_one_line() -> None:
    event = replace(FIRST, summary="line\n" * 40)
    (line,) = lines(differences(PLANNED, with_events(event, SECOND), LONG_BEFORE))
    assert line.endswith('…"')
    assert "\n" not in line


def test_a_later_hour_is_shown_with_its_offset() -> None:
    event = replace(FIRST, times=replace(FIRST.times, disbands_at=FIRST.times.disbands_at + timedelta(minutes=15)))
    assert lines(differences(PLANNED, with_events(event, SECOND), LONG_BEFORE)) == [
        "~ event bookshop-thursday-2027-03-04: times.disbands_at: "
        '"2027-03-04T22:00:00+08:00" → "2027-03-04T22:15:00+08:00"'
    ]


def test_the_same_instant_in_another_zone_is_no_change() -> None:
    times = replace(FIRST.times, disbands_at=FIRST.times.disbands_at.astimezone(UTC))
    assert differences(PLANNED, with_events(replace(FIRST, times=times), SECOND), LONG_BEFORE) == ()


@pytest.mark.parametrize(("after", "dropped"), [(timedelta(seconds=-1), [FIRST.id]), (timedelta(), [])])
def test_an_evening_that_is_over_is_kept_when_the_file_forgets_it(after: timedelta, dropped: list[str]) -> None:
    changes = differences(PLANNED, with_events(SECOND), FIRST.times.disbands_at + after)
    assert [change.id for change in changes] == dropped


def test_an_evening_that_is_over_may_still_be_put_right() -> None:
    event = replace(FIRST, kol=replace(FIRST.kol, name="周砚秋女士"))
    changes = differences(PLANNED, with_events(event, SECOND), FIRST.times.reports_at)
    assert [change.fields for change in changes] == [(("kol.name", "周砚秋", "周砚秋女士"),)]


def test_a_new_name_of_the_series_is_told_for_every_event_that_carries_it(tmp_path: Path) -> None:
    path = tmp_path / "thursday.zh.toml"
    text = (shipped("examples") / path.name).read_text("utf-8").replace('name = "书店人周四夜谈"', 'name = "夜谈"')
    path.write_text(text.replace("portrait = ", "# portrait = "), "utf-8")
    keys = {(c.what, key) for c in differences(PLANNED, read_programme(path), LONG_BEFORE) for key, *_ in c.fields}
    assert keys == {("series", "name"), ("event", "series_name"), ("event", "kol.portrait")}


GROUP = st.builds(Group, id=st.sampled_from("abc"), name=st.sampled_from("xy"), leader=st.sampled_from("pq"))


def distinct(groups: list[Group]) -> tuple[Group, ...]:
    return tuple({group.id: group for group in groups}.values())


@given(old=st.lists(GROUP).map(distinct), new=st.lists(GROUP).map(distinct))
def test_the_changes_lead_from_the_old_groups_to_the_new(old: tuple[Group, ...], new: tuple[Group, ...]) -> None:
    groups = {group.id: {key: getattr(group, key) for key in ("id", "name", "leader")} for group in old}
    for change in differences(with_groups(*old), with_groups(*new), LONG_BEFORE):
        if change.verb == "drop":
            del groups[change.id]
        else:
            for key, before, after in change.fields:
                assert groups.setdefault(change.id, {}).get(key) == before
                groups[change.id][key] = after
    assert {name: (g["name"], g["leader"]) for name, g in groups.items()} == {g.id: (g.name, g.leader) for g in new}
