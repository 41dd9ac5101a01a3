"""Telegram's JSON: texts in pieces, answers, news, polls, forwards, whole accounts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from salon.errors import Mistakes
from salon.imports import Reading, read_chat


def line(id: int, **more: Any) -> dict[str, Any]:
    said = {"id": id, "type": "message", "date": "2026-03-14T21:00:00", "date_unixtime": str(1_773_518_400 + id)}
    return {**said, "from": "Ann", "from_id": "user7", "text": "hi", **more}


def read(tmp_path: Path, *rows: object, **said: Any) -> Reading:
    file = tmp_path / "result.json"
    file.write_text(json.dumps({"name": "Drums", "type": "private_supergroup", "id": 5, "messages": rows}))
    return read_chat(file, **said)


def test_a_supergroup(tmp_path: Path) -> None:
    said = read(
        tmp_path,
        {"id": 1, "type": "service", "date": "2026-03-14T20:59:00", "date_unixtime": "1773518400", "actor": "Ann",
         "actor_id": "user7", "action": "invite_members", "members": ["Bob"], "text": ""},
        line(2, text=["see ", {"type": "bold", "text": "this"}, " ",
                      {"type": "text_link", "text": "page", "href": "https://example.org/a"}]),
        line(3, **{"from": "Ann", "from_id": "user8"}, reply_to_message_id=2, edited="2026-03-14T21:01", text="last"),
        line(4, photo="photos/1.jpg", text=""),
        line(5, photo="photos/2.jpg", text="a caption"),
        line(6, media_type="sticker", text=""),
        line(7, forwarded_from="Some Channel", text="their words"),
        line(8, **{"from": None}, from_id="user9", text="gone"),
        line(9, via_bot="@gif", text="made by a bot"),
    )  # fmt: skip
    assert [(m.id, m.role, m.text, m.reply_to) for m in said.messages] == [
        ("1", "system", "[invite members]", ""),
        ("2", "member", "see this page (https://example.org/a)", ""),
        ("3", "member", "last", "2"),
        ("4", "system", "[photo]", ""),
        ("5", "member", "a caption", ""),
        ("6", "system", "[sticker]", ""),
        ("7", "member", "[Forwarded from Some Channel]\ntheir words", ""),
        ("8", "member", "gone", ""),
        ("9", "system", "made by a bot", ""),
    ]
    # Two of one name are two, and whoever has no account any more still has a name.
    assert [m.author for m in said.messages[1:3]] == ["user7", "user8"]
    assert said.messages[7].name == "Deleted Account"
    assert (said.topic, said.people, said.bots, said.unread, said.is_floating) == ("Drums", 3, 1, [], False)
    assert said.messages[1].at == datetime.fromtimestamp(1_773_518_402, UTC)


def test_an_old_export_has_the_clock_of_its_computer(tmp_path: Path) -> None:
    old = line(1)
    del old["date_unixtime"]
    assert read(tmp_path, old).is_floating
    assert read(tmp_path, old, zone=ZoneInfo("Asia/Shanghai")).messages[0].at.hour == 13


def test_a_polls_votes_are_kept(tmp_path: Path) -> None:
    answers = [{"text": "Friday", "voters": 3}, {"text": "Sunday", "voters": 1}]
    said = read(tmp_path, line(1, text="", poll={"question": "Which day?", "answers": answers, "total_voters": 4}))
    assert [m.text for m in said.messages] == ["Which day?"]
    assert [(p.options, p.votes) for p in said.polls] == [(("Friday", "Sunday"), (3, 1))]


def test_rows_that_are_no_messages_are_counted(tmp_path: Path) -> None:
    said = read(tmp_path, line(1), "text", 5, None, {"type": "poem"}, line(2))
    assert (len(said.messages), len(said.unread)) == (2, 4)


def test_a_whole_account_asks_which_chat(tmp_path: Path) -> None:
    chats = [{"name": name, "type": "private_group", "messages": [line(1, text=name)]} for name in ("A", "B")]
    chats.append({"name": "empty", "messages": []})
    file = tmp_path / "result.json"
    file.write_text(json.dumps({"about": "x", "chats": {"about": "y", "list": chats}}))
    with pytest.raises(Mistakes, match=r'2 chats in it: "A", "B"; write --conversation'):
        read_chat(file)
    assert [m.text for m in read_chat(file, conversation="B").messages] == ["B"]
    with pytest.raises(Mistakes, match="no chat is named 'C'"):
        read_chat(file, conversation="C")


def test_ids_taken_twice_and_answers_in_a_circle_are_no_trouble(tmp_path: Path) -> None:
    said = read(
        tmp_path,
        line(1, reply_to_message_id=2),
        line(2, reply_to_message_id=1),
        line(2),
        line(4, reply_to_message_id=4),
    )
    assert [(m.id, m.reply_to) for m in said.messages] == [("1", "2"), ("2", "1"), ("2-m3", ""), ("4", "")]


@pytest.mark.parametrize("when", ["-5", "0", "99999999999999999999", "soon", None, [], {"a": 1}])
def test_a_time_that_cannot_be_is_that_of_the_message_before(tmp_path: Path, when: object) -> None:
    said = read(tmp_path, line(1), line(2, date_unixtime=when, date=when))
    assert said.messages[1].at == said.messages[0].at
