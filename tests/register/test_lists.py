"""Lists that owners paste: read by their words, compared line by line, written out inert."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import replace

import pytest
from tests.boards import many_groups

from salon.errors import WrongUse
from salon.model import Group
from salon.register.comparing import Preview, compare, id_of
from salon.register.reading import read_list
from salon.register.writing import FIELDS, as_csv, as_toml

CHANNELS = ("relay", "folder", "console", "wecom")
CHINESE = (
    '群名,群负责人,后备,城市,人数（约）,免打扰,每周上限,备注\n北京读书会,陈玥,老周,北京,"1,024人",22:30 - 8:00,3,x\n'
)
ENGLISH = "Name;Leader;City;Members\nProduct Readers;Hannah;Berlin;480\n"
SHEET = "群名\t负责人\t渠道\n北京读书会\t陈玥\t微信\n"


def compared(data: bytes | str, *known: Group) -> Preview:
    return compare(read_list(data).lines, known, CHANNELS)


@pytest.mark.parametrize(
    ("data", "name", "leader"),
    [
        (CHINESE, "北京读书会", "陈玥"),
        (CHINESE.encode("utf-8-sig"), "北京读书会", "陈玥"),
        (CHINESE.encode("gb18030"), "北京读书会", "陈玥"),
        (CHINESE.encode("utf-16"), "北京读书会", "陈玥"),
        (CHINESE.replace("\n", "\r\n"), "北京读书会", "陈玥"),
        (f"本周名单,,\n\n{CHINESE}", "北京读书会", "陈玥"),
        (ENGLISH, "Product Readers", "Hannah"),
        (SHEET, "北京读书会", "陈玥"),
        ("北京读书会 陈玥", "北京读书会", "陈玥"),
        ("1. 北京读书会，陈玥", "北京读书会", "陈玥"),
        ("- 北京 AI 创业者 2 群：老周", "北京 AI 创业者 2 群", "老周"),
        ("北京读书会\t陈玥\t老周", "北京读书会", "陈玥"),
        ("Product Readers | Hannah", "Product Readers", "Hannah"),
        ("北京读书会", "北京读书会", ""),
    ],
)
def test_a_list_is_read_whatever_it_was_made_with(data: bytes | str, name: str, leader: str) -> None:
    preview = compared(data)
    assert preview.wrong == ()
    ((_, group),) = preview.new
    assert (group.name, group.leader) == (name, leader)


@pytest.mark.parametrize(
    ("text", "names", "open_lines"),
    [
        ('"读书,会",陈玥\n"未闭合,王\n上海群,李\n"多行\n群名",赵\n', ["读书,会", "上海群", "多行 群名"], [3]),
        ('A 5" 群,陈\n"热血"读书会,李\n"说""好""的群",王', ['A 5" 群', "热血读书会", '说"好"的群'], []),
        ('A,"王', [], [2]),
        ("北京群，陈玥\n上海群;老周\n广州群,小鹿", ["北京群", "上海群", "广州群"], []),
        ("北京群,陈玥\n" * 3, ["北京群"], []),
    ],
)
def test_one_broken_line_costs_one_line(text: str, names: list[str], open_lines: list[int]) -> None:
    preview = compared(f"群名,负责人\n{text}")
    assert [group.name for _, group in preview.new] == names
    assert [wrong.number for wrong in preview.wrong if wrong.why == "open_quote"] == open_lines


def test_an_address_that_its_channel_does_not_understand_has_its_line() -> None:
    def read_address(channel: str, address: str) -> str:
        if channel == "wecom" and "key=" not in address:
            raise WrongUse("address: write the key of the robot's webhook")
        return address.partition("key=")[2] or address

    known = Group(id="g", name="G", channel="wecom", address="abc")
    lines = read_list("name,channel,address\nG,wecom,https://x?key=abc\nH,wecom,nonsense\nI,relay,").lines
    preview = compare(lines, [known], CHANNELS, read_address)
    assert (preview.same, [(n, group.name) for n, group in preview.new]) == (1, [(4, "I")])
    (wrong,) = preview.wrong
    assert (wrong.number, wrong.field, wrong.why) == (3, "address", "no_address")
    assert wrong.shown == "write the key of the robot's webhook"


def test_every_column_is_known_by_its_words() -> None:
    ((number, group),) = compared(CHINESE).new
    assert number == 2
    assert (group.backup, group.parent, group.size, group.quiet, group.per_week) == (
        "老周",
        "北京",
        1024,
        "22:30-08:00",
        3,
    )
    assert read_list(CHINESE).passed_over == ("备注",)
    assert compared(SHEET).groups[0].channel == "relay"


def test_who_has_a_leader_is_relayed_and_who_has_none_is_laid_ready_for_the_owner() -> None:
    assert [group.channel for group in compared("甲 陈玥\n乙群,\n").groups] == ["relay", "folder"]


def test_new_changed_the_same_and_wrong_are_told_apart_by_line() -> None:
    known = compared("群名,负责人\n甲,陈玥\n乙,老周\n").groups
    preview = compared("群名,负责人,人数\n甲,陈玥,\n乙,小鹿,\n丙,,很多\n丁,,5\n,谁,\n丁,,6\n", *known)
    assert [(number, group.name, group.size) for number, group in preview.new] == [(5, "丁", 5)]
    assert [(one.number, one.fields()) for one in preview.changed] == [(3, [("leader", "老周", "小鹿")])]
    assert preview.same == 1
    assert [(one.number, one.field, one.why) for one in preview.wrong] == [
        (4, "size", "no_number"),
        (6, "name", "missing"),
        (7, "name", "twice"),
    ]


def test_an_empty_cell_leaves_what_is_there() -> None:
    known = compared("群名,负责人,群规\n甲,陈玥,不发广告\n").groups
    assert compared("群名,负责人,群规\n甲,,\n", *known).same == 1


def test_the_same_list_twice_adds_nothing() -> None:
    groups = compared(CHINESE).groups
    again = compared(CHINESE, *groups)
    assert (again.new, again.changed, again.same) == ((), (), 1)


def test_ids_are_made_of_names_and_stay_the_same() -> None:
    assert id_of("tea-room") == "tea-room"
    made = [id_of(name) for name in ("Tea Room", "Tea-Room!", "北京读书会", "北京读书会 2", "b" * 60, "=1+1", "🍵")]
    assert made == [
        id_of(name) for name in ("tea  room", "tea-room!", "北京读书会", "北京读书会 2", "b" * 60, "=1+1", "🍵")
    ]
    assert len(set(made)) == len(made)
    assert all(0 < len(one) <= 40 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in made)
    assert all(one[0] != "-" for one in made)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("长" * 10_000, "too_long"),
        ("\u200b\u202e", "missing"),
    ],
)
def test_a_hostile_cell_is_named_and_left_out(cell: str, why: str) -> None:
    preview = compared(f"群名,负责人\n{cell},陈玥\n好群,老周\n")
    assert [(one.number, one.why) for one in preview.wrong] == [(2, why)]
    assert len(preview.wrong[0].shown) <= 60
    assert [group.name for group in preview.groups] == ["好群"]


def test_marks_that_hide_or_end_a_text_are_taken_out() -> None:
    (group,) = compared('群名,负责人,群规\n北\0京\u202e读书会,陈\u200b玥,"一\n二\0"\n').groups
    assert (group.name, group.leader, group.rules) == ("北京读书会", "陈玥", "一\n二")


def test_no_cell_of_the_export_is_a_formula_and_it_can_be_imported_again() -> None:
    hostile = ('=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", '"a,b"', "<script>", "'quoted")
    groups = tuple(
        replace(group, name=f"{name}", leader=name, rules="一、不发广告\n二、=1")
        for name, group in zip(hostile, many_groups(), strict=False)
    )
    rows = list(csv.reader(io.StringIO(as_csv(groups).decode("utf-8-sig"))))
    assert rows[0] == list(FIELDS)
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell] == []
    again = compared(as_csv(groups), *groups)
    assert (again.new, again.changed, again.wrong, again.same) == ((), (), (), len(groups))


def test_the_export_for_the_programme_says_the_same() -> None:
    groups = tuple(
        replace(group, purpose='引号 " 和 \\ 反斜杠', rules="一\n二\t三\x7f", quiet="22:30-08:00", per_day=1)
        for group in many_groups(3)
    )
    tables = tomllib.loads(as_toml(groups))["groups"]
    assert [Group(**{"address": table["id"], **table}) for table in tables] == list(groups)


def test_an_address_that_is_a_secret_is_in_no_table() -> None:
    group = replace(many_groups(1)[0], channel="wecom", address="hidden:gAAAA")
    assert b"gAAAA" not in as_csv([group])


def test_a_thousand_lines_are_compared_at_once() -> None:
    groups = many_groups()
    preview = compared(as_csv(groups), *groups)
    assert (preview.same, preview.wrong) == (1000, ())


def test_two_groups_do_not_share_an_address() -> None:
    preview = compared("群名,渠道,地址\n甲,企业微信,key-1\n乙,wecom,KEY-1\n丙,wecom,\n")
    assert [(one.number, one.field, one.why, one.shown) for one in preview.wrong] == [
        (3, "address", "twice", ""),
        (4, "address", "missing", ""),
    ]


def test_too_long_a_list_says_so() -> None:
    reading = read_list("群 人\n" * 6000)
    assert (reading.is_cut, len(reading.lines)) == (True, 5000)
