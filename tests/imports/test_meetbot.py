"""Meetings run by command."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.imports.reads import likeness_of, read_as, said_in

from salon.analysis.minutes import minutes_of

LOG = (
    "20:15:01 <anna> #startmeeting book club\n"
    "20:15:01 <MeetBot> Meeting started Thu Nov 19 20:15:01 2026 UTC.  The chair is anna.\n"
    "20:15:10 <bo> #info early\n"
    "20:15:20 <anna> #topic Prices\n"
    "20:16:00 <bo> #action bo asks the printer\n"
    "\n"
    "# a comment in the log\n"
    "20:17:00 <anna> #meetingtopic Book club, November\n"
    "20:18:00 <anna> #endmeeting\n"
)
SCRIPT = "#startmeeting\nhello\n#topic play with chairs\n#chair bo\n#info\n#info  üñì\n/me says hi\n#endmeeting\n\n"


def test_a_meeting_in_a_log_is_surer_than_the_log() -> None:
    sure = likeness_of(LOG)
    assert sure["meetbot"] > sure["irc"] > 0.5


def test_the_log_is_read_and_keeps_every_command() -> None:
    reading = read_as("meetbot", LOG)
    assert reading.topic == "Book club, November"
    assert said_in(reading)[:2] == [("anna", "#startmeeting book club"), ("bo", "#info early")]
    assert reading.messages[2].at == datetime(2026, 11, 19, 20, 15, 10, tzinfo=UTC)
    assert len(reading.unread) == 1
    minutes = minutes_of(reading.messages)
    assert [(topic.title, [i.text for i in topic.items]) for topic in minutes.topics] == [
        ("Prices", ["bo asks the printer"])
    ]
    assert [item.text for item in minutes.prologue] == ["early"]


def test_a_bare_script_is_a_meeting_of_one() -> None:
    assert max(likeness_of(SCRIPT), key=likeness_of(SCRIPT).__getitem__) == "meetbot"
    reading = read_as("meetbot", SCRIPT)
    assert [text for _, text in said_in(reading)] == [
        "#startmeeting", "hello", "#topic play with chairs", "#chair bo", "#info", "#info  üñì", "says hi",
        "#endmeeting",
    ]  # fmt: skip
    assert [item.text for item in minutes_of(reading.messages).items()] == ["üñì"]


def test_the_same_log_reads_the_same_twice() -> None:
    assert read_as("meetbot", LOG).messages == read_as("meetbot", LOG).messages


def test_a_chat_that_only_speaks_of_it_is_no_meeting() -> None:
    assert "meetbot" not in likeness_of("张三：输入 #startmeeting 开始\n李四：好\n张三：嗯\n")


def test_whoever_starts_the_meeting_has_the_day_that_the_bot_names_after_them() -> None:
    log = (
        "20:00:01 <ann> #startmeeting Weekly\n"
        "20:00:02 <MeetBot> Meeting started Sun May  3 20:00:01 2026 UTC.  The chair is ann.\n"
        "20:00:03 <ann> #info first\n"
    )
    reading = read_as("meetbot", log)
    assert [f"{m.at:%Y-%m-%d %H:%M:%S}" for m in reading.messages] == [f"2026-05-03 20:00:0{k}" for k in (1, 2, 3)]
    assert not reading.is_floating
