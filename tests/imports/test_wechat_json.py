"""Lists of messages as JSON, told by their fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.imports.reads import likeness_of, read_as, said_in, told_in

AT = 1_795_090_501


def session(*messages: dict[str, Any]) -> str:
    return json.dumps(
        {"session": {"wxid": "1@chatroom", "displayName": "读书会"}, "messages": messages}, ensure_ascii=False
    )


def row(number: int, **more: Any) -> dict[str, Any]:
    said = {"localId": number, "createTime": AT + number, "type": "文本消息", "content": f"第{number}句", "isSend": 0}
    return {**said, "senderUsername": "wxid_a", "senderDisplayName": "林嘉", **more}


def test_a_session_with_its_messages() -> None:
    text = session(
        row(1),
        row(2, type="图片消息", content="[图片]"),
        row(3, type="系统消息", content="林嘉撤回了一条消息"),
        row(4, isSend=1, senderUsername="wxid_me", senderDisplayName="小北", content="我的话"),
        row(5, type="动画表情", content="[动画表情]"),
        row(6, localType=244813135921, type=None, content="<msg><appmsg><title>同意</title></appmsg></msg>"),
        row(7, createTime=None),
    )
    assert likeness_of(text) == {"wechatjson": 0.9}
    reading = read_as("wechatjson", text)
    assert reading.topic == "读书会"
    assert said_in(reading) == [("林嘉", "第1句"), ("小北", "我的话"), ("林嘉", "同意")]
    assert told_in(reading) == ["[图片]", "林嘉撤回了一条消息", "[动画表情]"]
    assert len(reading.unread) == 1


def test_a_bare_list_with_times_in_a_zone() -> None:
    rows = [
        {"time": "2026-11-19T20:15:01+08:00", "talker": "1@chatroom", "sender": "wxid_a", "senderName": "林嘉",
         "isSelf": False, "type": 1, "subType": 0, "content": "好"}
    ]  # fmt: skip
    reading = read_as("wechatjson", json.dumps(rows))
    assert said_in(reading) == [("林嘉", "好")]
    assert reading.messages[0].at.hour == 12
    assert not reading.is_floating


def test_senders_and_contents_that_are_objects() -> None:
    rows = {"chatInfo": {"name": "读书会"}, "messages": [
        {"id": "7", "timestamp": AT * 1000, "sender": {"uid": "u_1", "uin": "123", "name": "林嘉"}, "type": "text",
         "content": {"text": "你好"}, "recalled": False},
        {"id": "8", "timestamp": AT * 1000, "sender": {"uid": "u_1", "name": "林嘉"}, "type": "text",
         "content": {"text": "说错了"}, "recalled": True},
    ]}  # fmt: skip
    reading = read_as("wechatjson", json.dumps(rows))
    assert said_in(reading) == [("林嘉", "你好")]
    assert reading.messages[0].author == "u_1"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[1, 2]", '{"messages": 3}', '[{"a": 1}]', "[" * 5000, "\0"])
def test_what_is_no_list_of_messages_is_left_alone(text: str) -> None:
    assert "wechatjson" not in likeness_of(text)
    read_as("wechatjson", text)


def test_an_export_of_qq_is_not_taken_for_chatlab() -> None:
    rows = [
        {"id": str(k), "seq": str(k), "timestamp": (AT + k) * 1000, "time": "2026-11-19 20:15:01", "type": "type_1",
         "sender": {"uid": f"u_{k % 2}", "uin": str(k % 2), "name": ("林嘉", "小北")[k % 2]}, "recalled": False,
         "system": False, "content": {"text": f"第{k}句", "html": "", "elements": [], "resources": []}}
        for k in range(4)
    ]  # fmt: skip
    rows += [
        {**rows[0], "id": "8", "content": {"text": "[图片: a.jpg]"}},
        {**rows[0], "id": "9", "content": {"text": "林嘉加入了群聊"}, "system": True},
    ]
    export = {"metadata": {"name": "QQChatExporter", "version": "5"}, "chatInfo": {"name": "读书会", "type": "group"},
              "statistics": {"totalMessages": 4}, "messages": rows}  # fmt: skip
    text = json.dumps(export, ensure_ascii=False)
    assert list(likeness_of(text)) == ["wechatjson"]
    reading = read_as("wechatjson", text)
    assert said_in(reading) == [("林嘉", "第0句"), ("小北", "第1句"), ("林嘉", "第2句"), ("小北", "第3句")]
    assert reading.messages[0].author == "u_0"
    assert reading.topic == "读书会"


@pytest.mark.parametrize(
    "written",
    ["[引用 林嘉：第1句[微笑]] 同意", "[引用 林嘉 的消息：第1句[微笑]]\n同意", "[回复 林嘉: 第1句[微笑]] 同意"],
)
def test_what_an_exporter_quotes_in_brackets_is_not_the_words_of_who_quotes(written: str) -> None:
    rows = row(1, content="第1句[微笑]"), row(2, senderUsername="wxid_b", senderDisplayName="老周", content=written)
    reading = read_as("wechatjson", session(*rows))
    assert said_in(reading) == [("林嘉", "第1句[微笑]"), ("老周", "同意")]
    assert reading.messages[1].reply_to == reading.messages[0].id


def test_words_in_brackets_that_quote_nobody_stay() -> None:
    reading = read_as("wechatjson", session(row(1, content="[引用] 是个好办法"), row(2, content="【表情包】")))
    assert (said_in(reading), told_in(reading)) == ([("林嘉", "[引用] 是个好办法")], ["【表情包】"])


def test_a_list_of_chatlog_names_its_group_and_what_a_message_answers() -> None:
    told = {
        "talker": "1@chatroom",
        "talkerName": "读书会",
        "isChatRoom": True,
        "isSelf": False,
        "subType": 0,
        "type": 1,
    }
    asked = {"sender": "wxid_a", "senderName": "林嘉", "content": "先读哪一章？"}
    refer = {**asked, "type": 1}
    rows = [
        {**told, "time": "2026-11-19T20:15:01+08:00", **asked},
        {**told, "time": "2026-11-19T20:16:01+08:00", "sender": "wxid_b", "senderName": "小北", "content": "我到了"},
        {**told, "time": "2026-11-19T20:17:01+08:00", "sender": "wxid_b", "senderName": "小北", "content": "第二章",
         "type": 49, "subType": 57, "contents": {"refer": refer}},
        {**told, "time": "2026-11-19T20:18:01+08:00", "sender": "wxid_a", "senderName": "林嘉", "content": "好",
         "type": 49, "subType": 57, "contents": {"refer": {**refer, "senderName": "小北", "content": "第二章"}}},
    ]  # fmt: skip
    reading = read_as("wechatjson", json.dumps(rows))
    assert reading.topic == "读书会"
    ids = [message.id for message in reading.messages]
    assert [message.reply_to for message in reading.messages] == ["", "", ids[0], ids[2]]
    alone = read_as("wechatjson", json.dumps([{**rows[0], "isChatRoom": False}, rows[1]]))
    assert alone.topic == "", "a talk of two has no name of a group"
