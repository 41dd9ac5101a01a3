"""The last resort, and that nobody takes another's export for their own."""

from __future__ import annotations

import json

import pytest
from tests.imports.reads import likeness_of, read_as, said_in, told_in
from tests.imports.test_irc import HEXCHAT, IRSSI, MIRC, UBUNTU, W3C, WEECHAT, ZNC
from tests.imports.test_meetbot import LOG, SCRIPT
from tests.imports.test_qq import CHAT, HEAD
from tests.imports.test_wechat import MAIL
from tests.imports.test_wechat_csv import BACKUP
from tests.imports.test_wechat_json import row, session


def test_names_times_and_days_in_front() -> None:
    text = "2026-11-19\n林嘉：大家好\n老周: 好\n接着说\n20:15\n林嘉：https://a.example 看\n注意：没有\n林嘉：完\n"
    reading = read_as("plain", text)
    assert said_in(reading) == [
        ("林嘉", "大家好"), ("老周", "好\n接着说"), ("林嘉", "https://a.example 看\n注意：没有"), ("林嘉", "完")
    ]  # fmt: skip
    assert f"{reading.messages[-1].at:%F %H:%M}" == "2026-11-19 20:15"


def test_where_every_line_has_a_time_only_those_begin_a_message() -> None:
    reading = read_as("plain", "[23:59] 林嘉: 大家好\n[23:59] 老周：好\n待办：别忘了\n[00:10] 林嘉: 晚安")
    assert said_in(reading) == [("林嘉", "大家好"), ("老周", "好\n待办：别忘了"), ("林嘉", "晚安")]
    assert [m.at.day for m in reading.messages] == [1, 1, 2]
    assert reading.is_floating


def test_a_video_calls_chat() -> None:
    text = (
        "20:15:01 From 张三 to Everyone: hi\n20:15:09 From Li Si to Everyone : yo\n"
        "20:16:09 From 张三 to Everyone : so\n"
    )
    assert said_in(read_as("plain", text)) == [("张三", "hi"), ("Li Si", "yo"), ("张三", "so")]


def test_notices_and_media_are_no_talk() -> None:
    reading = read_as("plain", "林嘉：[图片]\n老周：好\n老周撤回了一条消息\n林嘉：嗯\n")
    assert said_in(reading) == [("老周", "好"), ("林嘉", "嗯")]
    assert told_in(reading) == ["[图片]", "老周撤回了一条消息"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "name: x\non: push\njobs: y\nsteps: z\nuses: a\nwith: b\n",
        "From: a@b.example\nTo: c@d.example\nSubject: x\nDate: today\n\nHello\n",
        "第一章\n他说：你好。\n然后走了。\n天黑了。\n没有人。\n",
        "https://a.example\nhttps://b.example\nhttps://c.example\n",
    ],
)
def test_what_is_no_chat_is_not_taken_for_one(text: str) -> None:
    assert likeness_of(text) == {}
    read_as("plain", text)


OTHERS = {
    "whatsapp": "[19/11/2026, 20:15:01] Anna: hello\n[19/11/2026, 20:15:09] Bo: hi\n[20/11/2026, 20:16:01] Anna: so\n",
    "whatsapp ": "2026/11/19, 20:15 - Anna: hello\n2026/11/19, 20:16 - Bo: hi\n2026/11/19, 20:17 - Anna: so\n",
    "signal": "[2026-11-19, 20:15] Anna: hello\n[2026-11-19, 20:16] Bo: hi\n[2026-11-19, 20:17] Anna: so\n",
    "line": "[LINE] Chat history in Books\nSaved on: 2026/11/20 10:00\n\n2026/11/19(Thu)\n"
    "20:15\tAnna\thello\n20:16\tBo\thi\n",
    "telegram": json.dumps({"name": "b", "type": "private_group", "id": 1, "messages": [
        {"id": 1, "type": "message", "date": "2026-11-19T20:15:01", "date_unixtime": "1795090501", "from": "Anna",
         "from_id": "user1", "text": "hello", "text_entities": []}]}),
    "discord": json.dumps({"guild": {"id": "1"}, "channel": {"id": "2", "name": "b"}, "messages": [
        {"id": "1", "type": "Default", "timestamp": "2026-11-19T20:15:01+00:00", "content": "hello",
         "author": {"id": "9", "name": "anna", "isBot": False}}]}),
    "slack": json.dumps([{"type": "message", "user": "U1", "ts": "1795090501.000100", "text": "hello"}]),
    "matrix": json.dumps({"room_name": "b", "messages": [
        {"type": "m.room.message", "event_id": "$1", "sender": "@a:b.example", "origin_server_ts": 1795090501000,
         "content": {"msgtype": "m.text", "body": "hello"}}]}),
    "instagram": json.dumps({"participants": [{"name": "Anna"}], "messages": [
        {"sender_name": "Anna", "timestamp_ms": 1795090501000, "content": "hello"}], "title": "b"}),
    "chatlab": json.dumps({"chatlab": {"version": "0.0.1"}, "meta": {"name": "b"}, "members": [], "messages": [
        {"sender": "1", "accountName": "Anna", "timestamp": 1795090501, "type": 0, "content": "hello"}]}),
    "chatlab ": '{"_type": "header", "meta": {"name": "b"}}\n'
    '{"_type": "message", "sender": "1", "timestamp": 1795090501, "content": "x"}\n',
}  # fmt: skip
OURS = {"irc", "meetbot", "plain", "qq", "wechat", "wechatcsv", "wechatjson"}


@pytest.mark.parametrize("name", OTHERS)
def test_the_exports_of_others_are_left_to_them(name: str) -> None:
    assert set(likeness_of(OTHERS[name])) & OURS == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((log, "irc") for log in (WEECHAT, IRSSI, ZNC, UBUNTU, MIRC, HEXCHAT, W3C)),
        (LOG, "meetbot"), (SCRIPT, "meetbot"), (HEAD + CHAT, "qq"), (MAIL, "wechat"), (BACKUP, "wechatcsv"),
        (session(row(1)), "wechatjson"), ("林嘉：好\n老周：嗯\n林嘉：好\n", "plain"),
    ],
)  # fmt: skip
def test_each_of_ours_is_told_from_all_others(text: str, expected: str) -> None:
    sure = likeness_of(text)
    assert max(sure, key=sure.__getitem__) == expected
    assert sorted(sure.values())[-2:] == [sure[expected]] or sorted(sure.values())[-2] < sure[expected]
