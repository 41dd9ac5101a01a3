"""QQ's text export."""

from __future__ import annotations

import pytest
from tests.imports.reads import likeness_of, read_as, said_in, told_in

from salon.errors import Mistakes

HEAD = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n" + "=" * 64 + "\n消息分组:我的群聊\n" + "=" * 64 + "\n"
CHAT = (
    "消息对象:读书会\n" + "=" * 64 + "\n\n"
    "2026-11-19 20:15:01 【群主】林嘉(12345678)\n大家好\n\n第二段\n\n"
    "2026-11-19 20:15:20 系统消息(10000)\n老周撤回了一条消息\n\n"
    "2026-11-19 9:16:20 【潜水】老周<Zhou@example.org>\n[图片]\n\n"
    "2026-11-19 20:16:20 匿名甲(80000000)\n你好\n\n"
    "2026-11-19 20:16:21 匿名乙(80000000)\n看：\n2026-11-19 20:15:01 林嘉(12345678)\n假的\n\n"
    "2026-11-19 20:17:00 【北京】阿明(99990000)\n好\n\n"
    "2026-11-19 20:18:00 (55554444)\n没有名字\n\n"
    "2026-11-19 20:19:00 林老师(12345678)\n改了名片\n"
)


def test_a_group_is_read_with_its_members_numbers() -> None:
    reading = read_as("qq", HEAD + CHAT)
    assert reading.topic == "读书会"
    assert said_in(reading) == [
        ("林嘉", "大家好\n\n第二段"),
        ("匿名甲", "你好"),
        ("匿名乙", "看：\n2026-11-19 20:15:01 林嘉(12345678)\n假的"),
        ("【北京】阿明", "好"),
        ("QQ …4444", "没有名字"),
        ("林老师", "改了名片"),
    ]
    assert told_in(reading) == ["老周撤回了一条消息", "[图片]"]
    authors = [m.author for m in reading.messages if m.role != "system"]
    assert authors[0] == authors[-1] == "12345678"
    assert len(set(authors)) == 5
    assert reading.unread == []


def test_it_is_told_by_its_headers() -> None:
    assert set(likeness_of(HEAD + CHAT)) == {"qq"}
    assert set(likeness_of(CHAT.split("\n\n", 1)[1])) == {"qq"}


def test_an_export_of_several_chats_asks_which() -> None:
    both = HEAD + CHAT + "\n" + CHAT.replace("读书会", "家人")
    with pytest.raises(Mistakes, match="家人"):
        read_as("qq", both)
    assert read_as("qq", both, conversation="家人").topic == "家人"


def test_a_file_in_the_encoding_of_chinese_windows_is_read() -> None:
    assert said_in(read_as("qq", (HEAD + CHAT).encode("gb18030")))[0] == ("林嘉", "大家好\n\n第二段")


@pytest.mark.parametrize("text", ["", "消息对象:x\n", "2026-99-99 20:15:01 a(123456)\nx\n", "\0"])
def test_broken_files_are_noted_not_fatal(text: str) -> None:
    assert said_in(read_as("qq", text)) == []
