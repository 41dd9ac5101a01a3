"""ChatLab exports, tidy and otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon.elsewhere import read_discussion
from salon.errors import Mistakes
from salon.imports import read_chat
from salon.imports.chatlab import read_outline
from salon.model import Discussion

OUTLINE = "# 小店如何留住老客\n\n- 老客为什么会走？\n- What does `mapRelay` cost?\n"


def message(**fields: object) -> dict[str, object]:
    said = {"_type": "message", "id": "1", "sender": "a", "accountName": "阿宁", "timestamp": 1_700_000_000}
    return {**said, "type": 0, "content": "大家好，今天聊老客", **fields}


def read(tmp_path: Path, *rows: object, kol: str = "林嘉", outline: str = OUTLINE) -> Discussion:
    """The discussion in a file of *rows*: objects as JSON, texts as they are."""
    chat, plan = tmp_path / "x.chat.jsonl", tmp_path / "x.outline.md"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    chat.write_text("\n".join(lines), encoding="utf-8")
    plan.write_text(outline, encoding="utf-8")
    return read_discussion(chat, plan, kol)


def test_a_tidy_export_is_read_whole(tmp_path: Path) -> None:
    header = {"_type": "header", "chatlab": {"version": "0.0.1"}, "meta": {"name": "群"}}
    said = read(tmp_path, header, {"_type": "member", "platformId": "a", "accountName": "阿宁"}, message())
    assert (said.topic, said.kols, said.language, said.unread_lines) == ("小店如何留住老客", ("林嘉",), "zh", 0)
    assert [s.title for s in said.outline] == ["老客为什么会走？", "What does `mapRelay` cost?"]
    assert not any(s.questions for s in said.outline)
    (m,) = said.messages
    assert (m.id, m.author, m.name, m.text, m.at.isoformat()) == (
        "1", "a", "阿宁", "大家好，今天聊老客", "2023-11-14T22:13:20+00:00",
    )  # fmt: skip


def test_names_come_from_member_lines_where_messages_have_none(tmp_path: Path) -> None:
    member = {"_type": "member", "platformId": "a", "accountName": "A", "groupNickname": "小A"}
    assert read(tmp_path, member, message(accountName=None)).messages[0].name == "小A"


def test_the_name_in_the_group_goes_before_the_accounts(tmp_path: Path) -> None:
    member = {"_type": "member", "platformId": "a", "accountName": "A", "groupNickname": "小A"}
    rows = (message(), message(id="2", groupNickname="当晚的名字"), message(id="3", sender="b", groupNickname=" "))
    assert [m.name for m in read(tmp_path, member, *rows).messages] == ["小A", "当晚的名字", "阿宁"]


def test_unreadable_lines_are_counted_and_the_rest_is_kept(tmp_path: Path) -> None:
    said = read(tmp_path, "{broken", "[]", '"text"', "null", {"_type": "poem"}, {"no": "type"}, message())
    assert (said.unread_lines, len(said.messages)) == (6, 1)


def test_blank_lines_bom_and_crlf_are_no_trouble(tmp_path: Path) -> None:
    chat, plan = tmp_path / "c", tmp_path / "o"
    chat.write_bytes("\ufeff".encode() + b"\r\n\r\n" + json.dumps(message()).encode() + b"\r\n  \r\n")
    plan.write_bytes("\ufeff# T\r\n\r\n- one\r\n".encode())
    said = read_discussion(chat, plan, "-")
    assert (said.unread_lines, len(said.messages), said.topic, said.kols) == (0, 1, "T", ())
    assert [s.title for s in said.outline] == ["one"]


def test_ids_that_are_missing_or_taken_become_others_and_stay_the_same(tmp_path: Path) -> None:
    rows = (message(id=None), message(id="7"), message(id="7"), message(id=7), message(id=None, platformMessageId="p"))
    ids = [m.id for m in read(tmp_path, *rows).messages]
    assert ids == ["line-1", "7", "7-m3", "7-m4", "p"]
    assert ids == [m.id for m in read(tmp_path, *rows).messages]


@pytest.mark.parametrize(
    "fields",
    [{"type": 80}, {"type": 81, "content": "撤回"}, {"type": 1, "content": "[图片]"}, {"content": None},
     {"content": "  "}, {"content": 5}, {"type": "text"}, {"type": None}, {"type": [0]}],
)  # fmt: skip
def test_what_nobody_wrote_is_a_system_line(tmp_path: Path, fields: dict[str, object]) -> None:
    assert [m.role for m in read(tmp_path, message(**fields)).messages] == ["system"]


@pytest.mark.parametrize("broken", [None, "soon", -1, 10**30, float("inf"), True, [], 1e308])
def test_a_message_without_a_usable_time_is_counted_and_shown(tmp_path: Path, broken: object) -> None:
    said = read(tmp_path, message(), message(id="2", timestamp=broken), message(id="3", timestamp=1_700_000_060))
    assert ([m.id for m in said.messages], said.unread_lines) == (["1", "3"], 1)
    assert "x.chat.jsonl:2: its timestamp" in "".join(read_chat(tmp_path / "x.chat.jsonl").unread)


def test_milliseconds_are_understood(tmp_path: Path) -> None:
    assert read(tmp_path, message(timestamp=1_700_000_000_000)).messages[0].at.year == 2023


def test_half_a_character_can_be_written_out_again(tmp_path: Path) -> None:
    row = json.dumps(message()).replace('"id": "1"', '"id": "\\ud800"').replace("\\u5927", "\\udfff")
    said = read(tmp_path, row).messages[0]
    (said.id + said.text + said.name).encode()


def test_names_of_several_kols(tmp_path: Path) -> None:
    assert read(tmp_path, message(), kol="林嘉, A ,-,").kols == ("林嘉", "A")


def test_a_file_with_nothing_to_read_says_which_lines(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as told:
        read(tmp_path, {"_type": "header"}, "one", "two")
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in told.value.lines] == [
        "x.chat.jsonl:2", "x.chat.jsonl:3", "x.chat.jsonl",
    ]  # fmt: skip
    assert told.value.exit_code == 2


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="No such file"):
        read_discussion(tmp_path / "none.jsonl", tmp_path / "none.md", "-")


def test_bytes_that_are_no_text_are_no_crash(tmp_path: Path) -> None:
    chat, plan = tmp_path / "c", tmp_path / "o"
    chat.write_bytes(b"\xff\xfe\x00junk\n" + json.dumps(message()).encode())
    plan.write_bytes(b"\xff\xfe")
    assert read_discussion(chat, plan, "-").unread_lines == 1


def test_every_list_mark_makes_a_point(tmp_path: Path) -> None:
    plan = tmp_path / "o.md"
    plan.write_text("intro\n# T #\n* a\n+ b\n1. c\n2) d\n3、 e\n## not\n-no\n", encoding="utf-8")
    assert read_outline(plan) == ("T #", ("a", "b", "c", "d", "e"))


def test_the_same_chat_in_one_json_object(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    rows = [message(), message(id="2", type=25, replyToMessageId="1"), message(id="3", type=81), 5]
    for row in rows[:3]:
        assert isinstance(row, dict)
        del row["_type"]
    members = [{"platformId": "a", "accountName": "A", "groupNickname": "小A"}]
    whole = {"chatlab": {"version": "0.0.2"}, "meta": {"name": "群"}, "members": members, "messages": rows}
    file.write_text(json.dumps(whole), encoding="utf-8")
    said = read_chat(file)
    assert [(m.id, m.role, m.reply_to) for m in said.messages] == [
        ("1", "member", ""), ("2", "member", "1"), ("3", "system", ""),
    ]  # fmt: skip
    assert (said.format, said.topic, len(said.unread)) == ("chatlab-json", "群", 1)
