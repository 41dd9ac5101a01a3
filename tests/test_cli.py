"""The command line as an owner meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.command import Done
from tests.command import salon as run

from salon.cli import parser
from salon.clock import FilmClock, Reel
from salon.programme import read_programme
from salon.shipped import shipped

EVENT = "bookshop-thursday-2027-03-04"


Salon = Callable[..., Done]


@pytest.fixture
def salon(tmp_path: Path) -> Salon:
    """Runs `salon …` on an installation of its own."""
    return lambda *words, **env: run(*words, env={"SALON_HOME": str(tmp_path / "home"), **env})


def test_the_readme_shows_the_real_help() -> None:
    shown = parser().format_help()
    width_free = re.sub(r"\s+", " ", shown).strip()
    readme = re.sub(r"\s+", " ", shipped("README.md").read_text("utf-8"))
    assert width_free in readme


def test_a_plan_is_shown_before_it_is_applied(salon: Salon, tmp_path: Path) -> None:
    file = shipped("examples/thursday.zh.toml")
    shown = salon("plan", file)
    assert shown.returncode == 0
    assert f"+ event {EVENT}" in shown.stdout
    assert "not applied" in shown.stderr
    assert salon("status").returncode == 2

    assert salon("plan", file, "--apply").returncode == 0
    again = salon("plan", file)
    assert (again.stdout, again.stderr.strip()) == ("", "nothing changes")
    week = json.loads(salon("status", "--json").stdout)
    assert (week["event"], week["seats_taken"], len(week["moments"])) == (EVENT, 0, 10)


def test_every_mistake_of_a_programme_is_listed_and_nothing_is_applied(salon: Salon, tmp_path: Path) -> None:
    good = shipped("examples/thursday.zh.toml").read_text("utf-8")
    bad = tmp_path / "bad.toml"
    bad.write_text(
        good.replace('weekday = "thursday"', 'weekday = "someday"', 1).replace("minutes = 25", "minutes = -5")
    )
    shutil.copytree(shipped("examples/portraits"), tmp_path / "portraits")
    answer = salon("plan", bad, "--apply")
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) >= 2
    assert all(line.startswith("bad.toml: ") for line in answer.stderr.strip().splitlines())
    assert answer.stdout == ""
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("status", "nowhere"), "nowhere"),
        (("journal", "nowhere"), "nowhere"),
        (("warm_up", "nowhere"), "nowhere"),
        (("plan", "missing.toml"), "missing.toml"),
        (("report", "--chat", "x.jsonl"), "No such file"),
        (("rehearse", "--chat", "x.jsonl"), "go together"),
    ],
)
def test_wrong_use_is_one_clear_sentence_and_exit_2(salon: Salon, args: tuple[str, ...], says: str) -> None:
    answer = salon(*args)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("option", ["--out", "--json", "--kol"])
def test_options_of_a_chat_are_never_taken_for_the_evening(salon: Salon, option: str) -> None:
    salon("plan", shipped("examples/thursday.zh.toml"), "--apply")
    answer = salon("report", option, "x")
    assert answer.returncode == 2
    assert "--chat is missing" in answer.stderr
    assert salon("report", EVENT, "--chat", "x").returncode == 2


def test_the_program_ends_with_the_same_code_and_talks_on_the_same_streams(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "salon", "status", "nowhere"]
    env = {**os.environ, "SALON_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere" in done.stderr


def test_a_database_that_is_away_is_one_sentence(salon: Salon) -> None:
    answer = salon("status", SALON_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stderr.startswith("salon: the journal cannot be opened") or "cannot be opened" in answer.stderr


def test_a_place_that_cannot_be_written_to_is_one_sentence(salon: Salon, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = salon("rehearse", "--out", tmp_path / "file" / "week")
    assert answer.returncode in (1, 2)
    assert len(answer.stderr.strip().splitlines()) == 1


def test_a_setting_that_makes_no_sense_is_named(salon: Salon) -> None:
    answer = salon("status", SALON_WEB_PORT="99999")
    assert answer.returncode == 2
    assert "SALON_WEB_PORT" in answer.stderr


def test_a_moment_before_its_time_waits_for_permission(salon: Salon) -> None:
    salon("plan", shipped("examples/thursday.zh.toml"), "--apply")
    answer = salon("disband", EVENT)
    assert answer.returncode == 1
    assert "--wait" in answer.stderr
    assert salon("journal", EVENT).stdout == ""


def test_the_journal_is_printed_line_by_line(salon: Salon) -> None:
    salon("plan", shipped("examples/thursday.zh.toml"), "--apply")
    lines = [json.loads(line) for line in salon("journal", "programme", "--jsonl").stdout.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(list(line) == ["seq", "event", "at", "kind", "by", "data"] for line in lines)
    assert {line["kind"] for line in lines} == {"series_planned", "group_planned", "event_planned", "code_made"}


def test_a_rehearsal_never_empties_a_folder_that_is_not_its_own(salon: Salon, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"cat")
    answer = salon("rehearse", "--out", tmp_path / "photos")
    assert answer.returncode == 2
    assert "holds no earlier rehearsal" in answer.stderr
    assert (tmp_path / "photos" / "cat.png").read_bytes() == b"cat"


def test_a_report_of_a_discussion_held_elsewhere(salon: Salon, tmp_path: Path) -> None:
    chat, outline = shipped("examples/evening.en.chat.jsonl"), shipped("examples/evening.en.outline.md")
    told = salon("report", "--chat", chat, "--outline", outline, "--kol", "Ines Calloway")
    assert told.returncode == 0
    assert told.stdout.startswith("# ")
    out = tmp_path / "report"
    assert salon("report", "--chat", chat, "--outline", outline, "--kol", "Ines Calloway", "--out", out).returncode == 0
    assert {path.name for path in out.iterdir()} >= {"report.html", "report.json", "report.md", "article.html"}
    # A chat has no groups: one set of texts, for whoever passes them on.
    assert sorted(path.name for path in (out / "groups").iterdir()) == ["full.txt", "short.txt", "three.txt"]
    assert len((out / "groups" / "three.txt").read_text("utf-8").splitlines()) == 3


def test_an_evening_s_report_is_laid_down_with_the_texts_of_every_group(salon: Salon, tmp_path: Path) -> None:
    salon("plan", shipped("examples/thursday.zh.toml"), "--apply")
    film, at = tmp_path / "clock.json", datetime(2027, 3, 5, 12, tzinfo=UTC)
    FilmClock.lay_down(film, Reel(real=time.time(), film=at, speed=1.0, until=at + timedelta(days=1)))
    out = tmp_path / "report"
    assert salon("report", EVENT, "--out", out, "--kol", "x", SALON_CLOCK=str(film)).returncode == 2
    answer = salon("report", EVENT, "--out", out, SALON_CLOCK=str(film))
    assert answer.returncode == 0, answer.stderr
    assert f"{out / 'report.html'}" in answer.stdout
    names = {group.name for group in read_programme(shipped("examples/thursday.zh.toml")).groups}
    assert {path.name for path in (out / "groups").iterdir()} == names
    for name in names:
        assert sorted(path.name for path in (out / "groups" / name).iterdir()) == ["full.txt", "short.txt", "three.txt"]
