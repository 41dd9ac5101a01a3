"""IRC logs of many clients."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.imports.reads import likeness_of, read_as, said_in, told_in

WEECHAT = (
    "2026-11-19 20:15:01\t-->\tanna (~a@host) has joined #books\n"
    "2026-11-19 20:15:07\t@anna\thello, all\n"
    "2026-11-19 20:15:20\t *\tbo waves\n"
    "2026-11-19 20:15:30\t--\tbo is now known as robert\n"
    "2026-11-19 20:16:00\trobert\tstill me\n"
)
IRSSI = (
    "--- Log opened Thu Nov 19 23:58:00 2026\n"
    "23:58 -!- anna [~a@host] has joined #books\n"
    "23:58 <@anna> hello\n"
    "23:59  * bo waves\n"
    "--- Day changed Fri Nov 20 2026\n"
    "00:01 < bo> good night\n"
)
ZNC = (
    "[23:59:58] *** Joins: anna (~a@host)\n"
    "[23:59:59] <anna> hello\n"
    "[00:00:02] <bo> hi\n"
    "[00:00:03] * bo waves\n"
    "[00:00:09] *** bo is now known as robert\n"
    "[00:00:10] <robert> me\n"
)
UBUNTU = "=== anna [~a@host]  has joined #books\n[20:15] <anna> hello\n=== anna waves at everybody\n[20:16] <bo> hi\n"
MIRC = (
    "Session Start: Thu Nov 19 20:15:00 2026\n"
    "Session Ident: #books\n"
    "[20:15] * anna (~a@host) has joined #books\n"
    "[20:15] <+anna> \x02bold\x02 and \x0304,01red\x03\n"
    "[20:16] * anna waves\n"
    "Session Close: Thu Nov 19 21:00:00 2026\n"
)
HEXCHAT = (
    "**** BEGIN LOGGING AT Thu Dec 31 23:59:00 2026\n"
    "Dec 31 23:59:10 *\tanna (~a@host) has joined\n"
    "Dec 31 23:59:30 <anna>\thello\n"
    "Jan 01 00:00:10 <bo>\thappy new year\n"
)
W3C = (
    "[2026-11-19T20:15:01.239Z]\t<Zakim>\tagenda cleared\n"
    "[2026-11-19T20:15:02.239Z]\t<anna>\tpresent+\n"
    "[2026-11-19T20:15:03.239Z]\t<bo>\tscribe: bo\n"
    "[2026-11-19T20:15:04.239Z]\t<bo>\tAnna: two things\nfirst, books\n"
    "[2026-11-19T20:15:05.239Z]\t<anna>\tq+ to add one thing\n"
    "[2026-11-19T20:15:05.900Z]\t<anna>\tq?\n"
)


@pytest.mark.parametrize("log", [WEECHAT, IRSSI, ZNC, UBUNTU, MIRC, HEXCHAT, W3C])
def test_the_logs_of_all_clients_are_told_by_their_content(log: str) -> None:
    assert max(likeness_of(log), key=likeness_of(log).__getitem__) == "irc"
    assert read_as("irc", log).unread == []


def test_weechat_keeps_the_author_through_a_change_of_nick() -> None:
    reading = read_as("irc", WEECHAT)
    assert said_in(reading) == [("anna", "hello, all"), ("bo", "waves"), ("robert", "still me")]
    assert [m.author for m in reading.messages if m.role != "system"] == ["anna", "bo", "bo"]
    assert reading.messages[1].at == datetime(2026, 11, 19, 20, 15, 7, tzinfo=UTC)


def test_irssi_names_its_days() -> None:
    reading = read_as("irc", IRSSI)
    assert said_in(reading) == [("anna", "hello"), ("bo", "waves"), ("bo", "good night")]
    assert [m.at.day for m in reading.messages if m.role != "system"] == [19, 19, 20]


def test_a_day_comes_from_the_files_name_and_turns_at_midnight() -> None:
    reading = read_as("irc", ZNC, "#books_20261119.log")
    assert [m.at for m in reading.messages][1:3] == [
        datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 20, 0, 0, 2, tzinfo=UTC),
    ]


def test_without_any_day_times_are_floating() -> None:
    assert read_as("irc", UBUNTU).is_floating
    assert not read_as("irc", W3C).is_floating


def test_old_ubuntu_logs_write_actions_as_they_write_joins() -> None:
    reading = read_as("irc", UBUNTU)
    assert said_in(reading) == [("anna", "hello"), ("anna", "waves at everybody"), ("bo", "hi")]
    assert len(told_in(reading)) == 1


def test_colours_are_no_text() -> None:
    assert said_in(read_as("irc", MIRC)) == [("anna", "bold and red"), ("anna", "waves")]


def test_a_log_without_years_goes_on_into_the_next() -> None:
    assert [m.at.year for m in read_as("irc", HEXCHAT).messages if m.role != "system"] == [2026, 2027]


def test_queues_and_bots_of_the_w3c_are_no_talk_and_lines_go_on() -> None:
    reading = read_as("irc", W3C)
    assert said_in(reading) == [("bo", "Anna: two things\nfirst, books"), ("anna", "q+ to add one thing")]
    assert reading.bots == 1


def test_whoever_returns_under_the_own_nick_is_the_same_person() -> None:
    log = (
        "[20:15] <anna> one\n[20:16] *** Quits: anna (~a@host)\n[20:16] <anna_> two\n"
        "[20:17] *** anna_ is now known as anna\n[20:18] <anna> three\n"
    )
    assert {m.author for m in read_as("irc", log).messages if m.role != "system"} == {"anna"}


def test_whoever_takes_anothers_nick_is_somebody_else() -> None:
    log = (
        "[20:15] <anna> one\n[20:16] *** anna is now known as ann\n[20:17] <mallory> hi\n"
        "[20:17] *** mallory is now known as anna\n[20:18] <anna> I am anna\n"
    )
    reading = read_as("irc", log)
    assert [(m.name, m.author) for m in reading.messages if m.role != "system"] == [
        ("anna", "anna"), ("mallory", "mallory"), ("anna", "mallory")
    ]  # fmt: skip


def test_a_nick_left_behind_is_somebody_elses_while_its_owner_is_there() -> None:
    log = "[20:15] <anna> one\n[20:16] *** anna is now known as ann\n[20:17] <anna> not me\n[20:18] <ann> but me\n"
    one, not_me, but_me = [m.author for m in read_as("irc", log).messages if m.role != "system"]
    assert one == but_me != not_me


def test_a_member_cannot_move_the_day() -> None:
    log = "[20:15] <anna> Meeting started Thu Nov 19 20:15:01 2020 UTC\n[20:16] <bo> --- Day changed Fri Nov 20 2020\n"
    assert {m.at.year for m in read_as("irc", log, "books.2026-11-19.log").messages} == {2026}


@pytest.mark.parametrize("nick", ["<b>", "**", "a`b", "x|away", "Üţáhraptõr", "名字", "=1+1"])
def test_strange_nicks_are_kept_as_they_are(nick: str) -> None:
    assert said_in(read_as("irc", f"[20:15] <a> x\n[20:15] <{nick}> hi\n"))[-1][1] == "hi"


def test_lines_that_are_none_are_counted() -> None:
    reading = read_as("irc", "[20:15] <anna> hello\nwhat is this\n[25:99] <bo> hi\n")
    assert said_in(reading) == [("anna", "hello")]
    assert [line.split(":")[1] for line in reading.unread] == ["2", "3"]


@pytest.mark.parametrize("text", ["", "\0", "<!doctype html>\n<p> x</p>\n", "10:00 <a\n", "\ufeff\n\n", "x" * 20_000])
def test_what_is_no_log_is_not_taken_for_one(text: str) -> None:
    assert "irc" not in likeness_of(text)
    read_as("irc", text)


def test_what_hexchat_tells_with_a_star_is_said_by_nobody() -> None:
    told = ["Now talking on #books", "Topic for #books is: chapter 3", "anna gives channel operator status to bo",
            "Channel #books modes: +nt", "cy (~c@host) has joined", "Disconnected (Connection reset)"]  # fmt: skip
    log = "**** BEGIN LOGGING AT Thu Nov 19 20:15:00 2026\n\n"
    log += "".join(f"Nov 19 20:15:0{k} *\t{line}\n" for k, line in enumerate(told))
    log += "Nov 19 20:16:00 <anna>\thello\nNov 19 20:16:01 *\tbo waves\n"
    assert said_in(read_as("irc", log)) == [("anna", "hello"), ("bo", "waves")]
