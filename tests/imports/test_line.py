"""LINE: days as headings, tabs, several languages, and texts of several lines between quotation marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salon.errors import Mistakes
from salon.imports import Reading, read_chat


def read(tmp_path: Path, text: str, **said: Any) -> Reading:
    file = tmp_path / "chat.txt"
    file.write_text(text, encoding="utf-8")
    return read_chat(file, **said)


CHINESE = """\
[LINE] 與鼓隊的聊天記錄
儲存日期：2026/03/16 09:12

2026/03/14（六）
下午08:00\t小安\t大家好
下午08:01\t阿 B\t"第一行
第二行 ""引號""
第三行"
下午08:02\t小安\t[貼圖]
下午08:03\t小安已收回訊息
下午08:04\t\t小安將阿 B加入群組
下午08:05\t小安\t"只是引號"

2026/03/15（日）
上午12:10\t小安\t晚安
"""


def test_a_chat_in_chinese(tmp_path: Path) -> None:
    said = read(tmp_path, CHINESE)
    assert [(m.role, m.name, m.text) for m in said.messages] == [
        ("member", "小安", "大家好"),
        ("member", "阿 B", '第一行\n第二行 "引號"\n第三行'),
        ("system", "小安", "[貼圖]"),
        ("system", "LINE", "小安已收回訊息"),
        ("system", "LINE", "小安將阿 B加入群組"),
        ("member", "小安", '"只是引號"'),
        ("member", "小安", "晚安"),
    ]
    assert [m.at.isoformat()[:16] for m in said.messages[::6]] == ["2026-03-14T20:00", "2026-03-15T00:10"]
    assert (said.topic, said.people, said.unread, said.is_floating) == ("鼓隊", 2, [], True)


@pytest.mark.parametrize(
    ("head", "day", "hour"),
    [
        ("[LINE] Chat history in Drums", "Sat, 03/14/2026", "08:41PM"),
        ("[LINE] Chat history with Ann", "Tue, 04/07/2026", "8:41 PM"),
        ("[LINE] Chat history with Ann", "Sat, 04/07/2026", "20:41"),
        ("[LINE] 太鼓のトーク履歴", "2026/03/14(土)", "20:41"),
        ("[LINE] 太鼓のトーク履歴", "2026/03/14(土)", "午後8:41"),
        ("[LINE] 与鼓队的聊天记录", "2026.03.14 星期六", "20:41"),
        ("[LINE] 채팅", "2026. 3. 14. 토요일", "오후 8:41"),
        ("", "2026/03/14(Sat)", "20:41"),
    ],
)
def test_headings_of_many_countries(tmp_path: Path, head: str, day: str, hour: str) -> None:
    (m,) = read(tmp_path, f"{head}\n{day}\n{hour}\tAnn\thi\n").messages
    wanted = {"Tue, 04/07/2026": "2026-04-07", "Sat, 04/07/2026": "2026-07-04"}.get(day, "2026-03-14")
    assert (m.name, m.text, m.at.isoformat()[:16]) == ("Ann", "hi", f"{wanted}T20:41")


def test_days_that_may_be_months_are_refused(tmp_path: Path) -> None:
    chat = "[LINE] x\n04/07/2026\n20:41\tAnn\thi\n05/08/2026\n20:41\tAnn\thi\n"
    with pytest.raises(Mistakes, match="--day-first or --month-first"):
        read(tmp_path, chat)
    assert read(tmp_path, chat, is_day_first=False).messages[0].at.month == 4


def test_a_quotation_mark_that_nothing_closes_swallows_nobody(tmp_path: Path) -> None:
    said = read(tmp_path, '[LINE] x\n2026/03/14(六)\n20:41\tAnn\t"open\n20:42\tBob\tclose"\n')
    assert [m.text for m in said.messages] == ['"open', 'close"']


def test_a_line_before_any_day_is_counted(tmp_path: Path) -> None:
    said = read(tmp_path, "[LINE] x\n20:41\tAnn\tlost\n2026/03/14(六)\n20:41\tAnn\thi\n25:99\tAnn\tlost\n")
    assert (len(said.messages), len(said.unread)) == (1, 2)


COMPUTER = """\
2026.03.14 星期六
20:00 小安 大家好
20:01 Mary Ann good evening
第二行
20:02 Mary Ann 貼圖
20:03 小安 鼓要修了，誰來？
20:04 Mary Ann I can
20:05 Mary Lee 我來
20:06 Mary Lee 照片
20:07 小安已收回訊息
20:08 阿 B加入群組
20:09 阿 B 我也來
2026.03.15 星期日
00:10 小安 晚安
"""


def test_what_a_computer_saved_with_only_spaces_between(tmp_path: Path) -> None:
    said = read(tmp_path, COMPUTER)
    assert [(m.role, m.name, m.text) for m in said.messages] == [
        ("member", "小安", "大家好"),
        ("member", "Mary Ann", "good evening\n第二行"),
        ("system", "Mary Ann", "貼圖"),
        ("member", "小安", "鼓要修了，誰來？"),
        ("member", "Mary Ann", "I can"),
        ("member", "Mary Lee", "我來"),
        ("system", "Mary Lee", "照片"),
        ("system", "LINE", "小安已收回訊息"),
        ("system", "LINE", "阿 B加入群組"),
        ("member", "阿 B", "我也來"),
        ("member", "小安", "晚安"),
    ]
    assert (said.format, said.unread, said.messages[-1].at.isoformat()[:16]) == (
        "line-computer",
        [],
        "2026-03-15T00:10",
    )


def test_the_owner_hears_what_was_taken_for_names(tmp_path: Path) -> None:
    (note,) = read(tmp_path, COMPUTER).notes
    assert "taken for names: 小安, Mary Ann, Mary Lee, 阿 B; a telephone's export is exact" in note


def test_names_of_several_words_that_nothing_else_shows_are_told_by_how_lines_go_on(tmp_path: Path) -> None:
    talk = [
        f"20:{k:02} Ann Lee word{k} more\n20:{k:02} Ann Kim other{k} text\n20:{k:02} Bob I say {k}\n" for k in range(9)
    ]
    said = read(tmp_path, "2026/03/14(Sat)\n" + "".join(talk))
    # Whoever always begins with the same word cannot be told from a longer name: the owner sees it in the note.
    assert {m.name for m in said.messages} == {"Ann Lee", "Ann Kim", "Bob I say"}


def test_a_few_lines_that_begin_alike_make_no_name(tmp_path: Path) -> None:
    said = read(
        tmp_path, "2026/03/14(Sat)\n20:00 Bob I say\n20:01 Bob I think so\n20:02 Eve hi there\n20:03 Bob no way\n"
    )
    assert {m.name for m in said.messages} == {"Bob", "Eve"}


@pytest.mark.parametrize(
    "chat",
    [
        "2026-03-14\n20:00 小安: 大家好\n20:01 阿宁: 晚上好\n20:02 小安: 开始吧\n",
        "2026-03-14\n20:00 <ann> hi\n20:01 <bob> ho\n",
    ],
)
def test_what_marks_its_names_is_no_chat_of_a_computer(tmp_path: Path, chat: str) -> None:
    assert (said := read(tmp_path, chat)).format != "line-computer"
    assert said.people == 2
