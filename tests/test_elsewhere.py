"""A discussion held elsewhere: which part counts, whose clock it is, and what the owner is told."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.command import Done, salon

from salon.elsewhere import HowToRead, read_discussion
from salon.errors import Mistakes, WrongUse
from salon.report import report_of, verify

CHAT = """\
14/03/2026, 19:00 - Ann: too early to count
14/03/2026, 20:00 - Ann: What should a small drum cost in a shop?
14/03/2026, 20:10 - Bob: About as much as a good kettle, I would say
14/03/2026, 20:20 - Ann: <Media omitted>
31/02/2026, 20:20 - Ann: lost
15/03/2026, 08:00 - Bob: the morning after we all slept in
"""


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    file = tmp_path / "drums.txt"
    file.write_text(CHAT, encoding="utf-8")
    return file


def texts(chat: Path, **how: object) -> list[str]:
    return [m.text.split()[0] for m in read_discussion(chat, None, how=HowToRead(**how)).messages]  # type: ignore[arg-type]


def test_without_an_outline_there_are_no_points_and_still_a_report(chat: Path) -> None:
    said = read_discussion(chat, None)
    assert (said.topic, said.kols, said.outline, said.unread_lines) == ("drums", (), (), 1)
    report = report_of(said)
    verify(report, said)
    assert (report.messages, report.speakers, report.sections) == (4, 2, ())


@pytest.mark.parametrize(
    ("since", "until", "first_words"),
    [
        ("", "", ["too", "What", "About", "<Media", "the"]),
        ("2026-03-14T20:00", "", ["What", "About", "<Media", "the"]),
        ("", "2026-03-14T20:10", ["too", "What"]),
        ("2026-03-14", "2026-03-14", ["too", "What", "About", "<Media"]),
        ("2026-03-15", "", ["the"]),
        ("2026-03-14T20:00+00:00", "2026-03-14T20:00:01Z", ["What"]),
    ],
)
def test_a_part_of_a_long_chat(chat: Path, since: str, until: str, first_words: list[str]) -> None:
    assert texts(chat, since=since, until=until) == first_words


def test_the_part_is_meant_in_the_zone_of_the_chat(chat: Path) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert texts(chat, since="2026-03-14T20:10", until="2026-03-14T20:15", zone=zone) == ["About"]
    assert texts(chat, since="2026-03-14T12:10Z", until="2026-03-14T12:15Z", zone=zone) == ["About"]


def test_a_part_in_which_nothing_was_said_tells_from_when_to_when_the_chat_runs(chat: Path) -> None:
    with pytest.raises(Mistakes, match="runs from 2026-03-14T19:00 to 2026-03-15T08:00"):
        texts(chat, since="2027-01-01")
    with pytest.raises(WrongUse, match="--since yesterday: no time; write 2026-03-05"):
        texts(chat, since="yesterday")


def test_a_clock_without_a_zone_is_never_called_utc(chat: Path) -> None:
    assert read_discussion(chat, None).timezone == "local time"
    said = read_discussion(chat, None, how=HowToRead(zone=ZoneInfo("Europe/Berlin")))
    assert said.timezone == "Europe/Berlin"
    assert said.messages[1].at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) == datetime(2026, 3, 14, 20)


def test_the_owner_hears_what_was_read_and_what_was_not(chat: Path) -> None:
    heard: list[str] = []
    read_discussion(chat, None, say=heard.append)
    assert "WhatsApp" in heard[0]
    assert "4 messages by 2 people, 1 system line," in heard[0]
    assert "1 line could not be read" in heard[0]
    assert "--timezone" in heard[0]
    assert heard[1].startswith(f"{chat}:5: ")


def run(*args: object) -> Done:
    return salon("report", *args)


def test_the_command_reads_any_chat_and_talks_on_the_other_stream(chat: Path, tmp_path: Path) -> None:
    told = run("--chat", chat, "--json", tmp_path / "r.json", "--until", "2026-03-14", "--timezone", "Europe/Berlin")
    assert (told.returncode, told.stdout.strip()) == (0, str(tmp_path / "r.json"))
    assert "WhatsApp" in told.stderr
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert (report["messages"], report["sections"], report["timezone"], report["unread_lines"]) == (
        3,
        [],
        "Europe/Berlin",
        1,
    )


def test_wrong_options_are_one_sentence(chat: Path) -> None:
    for args, says in (
        (("--chat", chat, "--timezone", "Mars/Base"), "--timezone Mars/Base: no such zone"),
        (("--chat", chat, "--format", "fax"), "--format fax: not known; known are chatlab"),
        (("--day-first",), "--chat is missing"),
        (("--month-first",), "--chat is missing"),
    ):
        told = run(*args)
        assert told.returncode == 2
        assert says in told.stderr
        assert len(told.stderr.strip().splitlines()) == 1


def test_the_owner_hears_of_a_leader_whom_nobody_or_several_people_are_called(tmp_path: Path) -> None:
    rows = [{"_type": "header", "chatlab": {"version": "0.0.1"}, "meta": {"name": "x", "platform": "other"}}]
    rows += [
        {"_type": "message", "id": key, "sender": key, "accountName": "Ada", "timestamp": 1793400000, "type": 0,
         "content": "hello"}
        for key in ("ada", "impostor-1", "impostor-2")
    ]  # fmt: skip
    chat, told = tmp_path / "chat.jsonl", list[str]()
    for kept, kol, says in ((rows, "Ada", ""), (rows[:1] + rows[2:], "Ada", "2 people have"), (rows, "Eve", "nobody")):
        chat.write_text("\n".join(map(json.dumps, kept)), "utf-8")
        told.clear()
        read_discussion(chat, None, kol, say=told.append)
        doubts = [line for line in told if "--kol" in line]
        assert len(doubts) == bool(says)
        assert all(says in line for line in doubts)
