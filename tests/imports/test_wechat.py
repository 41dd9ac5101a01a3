"""WeChat as people paste it."""

from __future__ import annotations

import pytest
from tests.imports.reads import likeness_of, read_as, said_in, told_in

MAIL = """亲爱的 小北,

微信群“小店读书会”上的聊天记录如下，请查收。

—————  2026-11-19  —————


林嘉🌱  20:15

大家晚上好
第二行

老周  20:16

「林嘉🌱：大家晚上好
第二行」
- - - - - - - - - - - - - - -
林老师好 @林嘉🌱

"老周"撤回了一条消息

Momo  20:17

[图片]

老周  20:18

周三

老周  20:18

明天见 20:15

—————  2026-11-20  —————

林嘉  00:03

晚安
"""


def test_a_chat_sent_by_mail() -> None:
    reading = read_as("wechat", MAIL)
    assert reading.topic == "小店读书会"
    assert [(m.name, m.text, f"{m.at:%d %H:%M}", m.role, m.reply_to) for m in reading.messages] == [
        ("林嘉🌱", "大家晚上好\n第二行", "19 20:15", "member", ""),
        ("老周", "林老师好 @林嘉🌱", "19 20:16", "member", "m1"),
        ("*", '"老周"撤回了一条消息', "19 20:16", "system", ""),
        ("Momo", "[图片]", "19 20:17", "system", ""),
        ("老周", "周三", "19 20:18", "member", ""),
        ("老周", "明天见 20:15", "19 20:18", "member", ""),
        ("林嘉", "晚安", "20 00:03", "member", ""),
    ]
    assert reading.unread == []
    assert reading.people == 3


def test_names_that_differ_in_a_picture_are_two_authors() -> None:
    authors = {m.author for m in read_as("wechat", MAIL).messages if m.name.startswith("林嘉")}
    assert authors == {"林嘉", "林嘉🌱"}


@pytest.mark.parametrize(
    "text",
    [
        "{0} 2026/11/19 20:15\n大家好\n再说一句\n{1} 2026/11/19 20:16\n好的\n{0} 2026/11/19 20:17\n[语音] 12秒\n",
        "{0}\n2026/11/19 20:15\n大家好\n再说一句\n\n{1}\n2026/11/19 20:16\n好的\n\n{0}\n2026/11/19 20:17\n[视频]\n",
        "2026-11-19 20:15 {0}\n大家好\n再说一句\n\n2026-11-19 20:16 {1}\n好的\n\n2026-11-19 20:17 {0}\n[表情]\n",
        "2026-11-19 20:15 '{0}'\n大家好\n再说一句\n\n2026-11-19 20:16 '{1}'\n好的\n\n2026-11-19 20:17 '{0}'\n[图片]\n",
        "{0}  2026年11月19日 晚上8:15\n大家好\n再说一句\n{1}  2026年11月19日 晚上8:16\n好的\n"
        "{0}  2026年11月19日 晚上8:17\n[表情]\n",
        "2026年11月19日 晚上8:15\n\n{0}:\n大家好\n再说一句\n\n{1}：\n好的\n\n{0}:\n[红包] 恭喜发财，大吉大利\n",
    ],
)
def test_the_many_ways_in_which_people_paste(text: str) -> None:
    text = text.format("张三", "李四")
    assert max(likeness_of(text), key=likeness_of(text).__getitem__) == "wechat"
    reading = read_as("wechat", text)
    assert said_in(reading) == [("张三", "大家好\n再说一句"), ("李四", "好的")]
    assert len(told_in(reading)) == 1
    assert f"{reading.messages[0].at:%Y-%m-%d %H:%M}" == "2026-11-19 20:15"
    assert reading.unread == []


@pytest.mark.parametrize(
    "text", ["张三:\n你好\n\n李四:\n666\n啊\n\n张三:\n好\n", "张三\n你好\n\n李四\n666\n啊\n\n张三\n好\n"]
)
def test_names_above_the_text_without_times(text: str) -> None:
    assert "wechat" in likeness_of(text)
    reading = read_as("wechat", text)
    assert said_in(reading) == [("张三", "你好"), ("李四", "666\n啊"), ("张三", "好")]
    assert reading.is_floating


def test_the_same_name_twice_in_a_row_is_two_messages() -> None:
    text = "张三 20:15\n一\n张三 20:15\n二\n李四 20:15\n二\n"
    assert said_in(read_as("wechat", text)) == [("张三", "一"), ("张三", "二"), ("李四", "二")]


def test_yesterday_and_weekdays_keep_their_order() -> None:
    text = "张三 星期三 20:15\n一\n李四 昨天 23:59\n二\n张三 00:03\n三\n"
    days = [m.at for m in read_as("wechat", text).messages]
    assert days == sorted(days)
    assert days[2].date() > days[1].date() > days[0].date()


def test_yesterday_is_counted_from_the_day_in_the_files_name() -> None:
    text = "张三 昨天 20:15\n一\n李四 昨天 23:59\n二\n张三 00:03\n三\n"
    reading = read_as("wechat", text, "聊天记录2026-11-20.txt")
    assert [m.at.day for m in reading.messages] == [19, 19, 20]


def test_a_time_as_an_answer_is_what_was_said() -> None:
    text = "2026年11月19日 20:15\n张三:\n几点？\n\n李四:\n20:15\n\n张三:\n好\n"
    assert said_in(read_as("wechat", text)) == [("张三", "几点？"), ("李四", "20:15"), ("张三", "好")]


def test_joins_recalls_and_red_packets_are_the_programs() -> None:
    text = (
        '张三 20:15\n欢迎\n"张三"邀请"王五"加入了群聊\n王五 20:16\n谢谢\n王五撤回了一条消息\n'
        "张三 20:17\n收到红包，请在手机上查看\n张三 20:18\n他说李四撤回了一条消息\n"
    )
    reading = read_as("wechat", text)
    assert said_in(reading) == [("张三", "欢迎"), ("王五", "谢谢"), ("张三", "他说李四撤回了一条消息")]
    assert len(told_in(reading)) == 3


def test_a_quote_is_never_the_words_of_who_quotes() -> None:
    text = "张三 20:15\n一句老话\n李四 20:16\n「王五：没有说过的话」\n- - - - - - - - - -\n同意\n"
    (_, answer) = [m for m in read_as("wechat", text).messages if m.role == "member"]
    assert (answer.text, answer.reply_to) == ("同意", "")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202egnp.exe", "=HYPERLINK(1)", "**粗**", "A" * 60])
def test_hostile_names_stay_names(name: str) -> None:
    text = f"{name}  2026/11/19 20:15\n一\n张三  2026/11/19 20:16\n二\n{name}  2026/11/19 20:17\n三\n"
    reading = read_as("wechat", text)
    assert sum(len(m.text) for m in reading.messages) >= 2
    assert ("张三" in {m.name for m in reading.messages}) or reading.unread


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\0",
        "随便写的一段话。\n没有人名。\n",
        "2026-11-19 20:15:01 INFO started\n2026-11-19 20:15:02 INFO stopped\n",
        "x" * 20_000,
    ],
)
def test_what_is_no_chat_is_not_taken_for_one(text: str) -> None:
    assert "wechat" not in likeness_of(text)
    read_as("wechat", text)


def test_a_message_of_many_lines_and_long_words_is_one_message() -> None:
    text = "张三 20:15\n" + "字" * 10_000 + "\n" + "行\n" * 500 + "李四 20:16\n好"
    reading = read_as("wechat", text)
    assert [len(m.text) for m in reading.messages] == [10_000 + 1 + 999, 1]
