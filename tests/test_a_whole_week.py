"""Read this first: one week, from the brief to the report, with everything real but the clock.

`salon rehearse` is run as an owner would run it. Once undisturbed; once while the runner, the web room and
Prefect's server are each killed in the middle of it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from salon.elsewhere import read_discussion
from salon.entries import Entry
from salon.shipped import shipped
from salon.state import State

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

GROUPS = 9
WEEK = ["brief-1", "brief-2", "warm_up", "open_room", "remind-1", "remind-2", "remind-3", "host", "disband", "report"]


@dataclass
class Rehearsal:
    """What a rehearsal left behind."""

    out: Path
    code: int = -1
    said: list[str] = field(default_factory=list)

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.out / "summary.json").read_text("utf-8"))

    @property
    def entries(self) -> list[Entry]:
        lines = (self.out / "journal.jsonl").read_text("utf-8").splitlines()
        return [Entry.from_line(json.loads(line)) for line in lines]

    def report(self, name: str) -> str:
        return (self.out / name).read_text("utf-8")


def rehearse(out: Path, *more: str, hear: Callable[[str], None] = lambda line: None) -> Rehearsal:
    """Run `salon rehearse`, and let *hear* listen to its progress line by line."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("SALON_", "PREFECT_"))}
    command = [sys.executable, "-m", "salon", "rehearse", "--out", str(out), *more]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    result = Rehearsal(out)
    assert process.stdout is not None
    with process, process.stdout as lines:
        for line in lines:
            result.said.append(line.rstrip())
            hear(line)
    result.code = process.returncode
    return result


@pytest.fixture(scope="module")
def calm_week(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    return rehearse(tmp_path_factory.mktemp("calm") / "week")


def test_everything_is_as_planned(calm_week: Rehearsal) -> None:
    assert calm_week.code == 0, "\n".join(calm_week.said[-40:])
    summary = calm_week.summary
    assert summary["problems"] == []
    assert (summary["seats_taken"], summary["waiting"], summary["refused_after_close"]) == (100, 29, 10)
    assert [m["slot"] for m in summary["moments"] if m["outcome"] == "done"] == WEEK
    assert 0 <= summary["disband_late_ms"] < 5_000
    assert summary["votes"] == 300


def test_the_summary_is_what_the_journal_says(calm_week: Rehearsal) -> None:
    state, summary = State.of(calm_week.entries), calm_week.summary
    assert state.seats_taken() == summary["seats_taken"]
    assert len(state.waiting) == summary["waiting"]
    assert len(state.messages) == summary["messages"]
    assert Counter(d.outcome for d in state.deliveries.values()) == summary["deliveries"]


def test_every_line_of_the_example_evening_was_said_in_order(calm_week: Rehearsal) -> None:
    planned = read_discussion(shipped("examples/evening.zh.chat.jsonl"), shipped("examples/evening.zh.outline.md"), "-")
    said = [entry.data["text"] for entry in calm_week.entries if entry.kind == "message_posted"]
    assert said == [message.text.strip() for message in planned.messages]


def test_every_group_heard_every_moment_once(calm_week: Rehearsal) -> None:
    texts = Counter((path.parts[-3], path.parts[-2]) for path in (calm_week.out / "outbox").rglob("text.txt"))
    assert set(texts.values()) == {1}
    heard = Counter(announcement for _, announcement in texts)
    # The room was full before the second reminder: it stopped by itself.
    to_groups = ("warm_up", "open_room", "remind-1", "host", "disband", "report")
    to_people = ("brief", "report-letter", "report-team")
    assert heard == {**dict.fromkeys(to_groups, GROUPS), **dict.fromkeys(to_people, 1)}
    delivered = [e for e in calm_week.entries if e.kind == "announcement_delivered"]
    assert len(delivered) == len(texts)


def test_every_poster_leads_to_a_door_of_its_own(calm_week: Rehearsal) -> None:
    links = []
    for picture in (calm_week.out / "posters").rglob("*.png"):
        with Image.open(picture) as opened:
            (code,) = zxingcpp.read_barcodes(opened.convert("L"))
        links.append(code.text)
    assert len(links) == len(set(links)) == GROUPS
    assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+/c/[2-9a-z]{8}", link) for link in links)


def test_the_first_of_the_waiting_list_moved_up(calm_week: Rehearsal) -> None:
    entries = calm_week.entries
    left = next(e for e in entries if e.kind == "seat_left")
    waited = next(e for e in entries if e.kind == "waiting_list_joined")
    offered = entries[entries.index(left) + 1]
    took = next(e for e in entries[entries.index(offered) :] if e.kind == "seat_taken")
    assert (offered.kind, offered.by) == ("seat_offered", "waiting_list")
    for entry in (offered, took):
        assert (entry.data["seat"], entry.data["guest"]) == (left.data["seat"], waited.data["guest"])


def test_the_report_tells_the_evening(calm_week: Rehearsal) -> None:
    report = json.loads(calm_week.report("report.json"))
    found = [point for point in report["sections"] if point["message_id"]]
    assert len(found) >= 0.75 * len(report["sections"])
    assert "周砚秋" in calm_week.report("report.md")
    html = calm_week.report("report.html")
    assert "<svg" in html
    assert not re.search(r'(?:src|href)="https?://(?!.*</a>)[^"]*\.(?:js|css|png|woff2?)"', html)


def test_a_killed_runner_web_room_and_server_change_nothing_that_anybody_sees(
    calm_week: Rehearsal, tmp_path: Path
) -> None:
    """Each is killed with SIGKILL at another moment of the week; the supervisor starts it again."""
    out = tmp_path / "week"
    after = {"brief-2": "runner", "warm_up": "prefect", "remind-1": "web", "remind-3": "runner", "host ": "web"}
    killed: list[str] = []

    def kill_something(line: str) -> None:
        for mark, name in list(after.items()):
            if mark in line and " s  " in line:
                del after[mark]
                # A little later, so that it is in the middle of something.
                threading.Timer(0.3, lambda name=name: killed.append(kill(out, name))).start()  # type: ignore[misc]

    stormy = rehearse(out, hear=kill_something)
    assert stormy.code == 0, "\n".join(stormy.said[-40:])
    assert sorted(killed) == ["prefect", "runner", "runner", "web", "web"]
    assert sum("again" in line for line in stormy.said) >= len(killed)

    assert seats(stormy) == seats(calm_week)
    assert set(stormy.summary["deliveries"]) <= {"delivered", "unknown"}
    assert without_times(stormy.report("report.json")) == without_times(calm_week.report("report.json"))
    assert without_times(stormy.report("report.md")) == without_times(calm_week.report("report.md"))


def kill(out: Path, name: str) -> str:
    """SIGKILL to one child of the rehearsal's house; its name."""
    os.kill(json.loads((out / "house" / "pids.json").read_text())[name], signal.SIGKILL)
    return name


def seats(week: Rehearsal) -> dict[int, str]:
    """Seat → shown name of who holds it."""
    state = State.of(week.entries)
    return {seat: state.guests[guest].name for seat, guest in state.guest_by_seat.items()}


def without_times(text: str) -> str:
    """*text* with every hour and instant replaced by a dash."""
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+|\b\d\d:\d\d(?::\d\d)?\b", "–", text)
