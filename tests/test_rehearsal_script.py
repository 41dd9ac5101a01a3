"""What a rehearsal plays when a chat is given: its outline, its lines, its people."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from salon.errors import WrongUse
from salon.rehearsal.script import Script, script_of
from salon.rehearsal.stage import cleared
from salon.rundown import rundown
from salon.shipped import shipped


def write_chat(folder: Path, lines: list[tuple[str, str]], points: tuple[str, ...] = ("Why?", "How?")) -> list[Path]:
    chat, outline = folder / "c.chat.jsonl", folder / "c.outline.md"
    rows: list[dict[str, object]] = [{"_type": "header", "chatlab": {"version": "0.0.1"}, "meta": {"name": "Tea"}}]
    for number, (name, text) in enumerate(lines, 1):
        rows.append(
            {
                "_type": "message",
                "id": str(number),
                "sender": name,
                "accountName": name,
                "timestamp": 1_686_762_000 + number,
                "type": 0,
                "content": text,
            }
        )
    chat.write_text("".join(json.dumps(row) + "\n" for row in rows))
    outline.write_text("# Tea\n\n" + "".join(f"- {point}\n" for point in points))
    return [chat, outline]


def script_for(folder: Path, lines: list[tuple[str, str]], **more: tuple[str, ...]) -> Script:
    chat, outline = write_chat(folder, lines, **more)
    return script_of(None, chat=chat, outline=outline, kol="Ada")


def test_the_evening_is_about_the_outline_that_was_given(tmp_path: Path) -> None:
    script = script_for(tmp_path, [("Ada", "welcome everybody to this"), ("Bo", "hello to you all")])
    assert (script.event.topic, script.event.kol.name) == ("Tea", "Ada")
    assert [section.title for section in script.event.outline] == ["Why?", "How?"]
    assert [poll.options for poll in script.event.polls] == [("Why?", "How?")]
    assert script.programme.events == (script.event,)


def test_any_outline_fits_into_the_evening(tmp_path: Path) -> None:
    points = tuple(f"Point number {k}?" for k in range(1, 201))
    script = script_for(tmp_path, [("Ada", "welcome")], points=points)
    steps = rundown(script.event)
    assert len([step for step in steps if step.kind == "prompt_posted"]) == len(points)
    assert all(step.at < script.event.times.disbands_at - timedelta(minutes=1) for step in steps)


def test_those_who_speak_come_first_and_the_kol_needs_no_seat(tmp_path: Path) -> None:
    script = script_for(tmp_path, [("ADA", "welcome"), ("Bo", "hi"), ("Cy", "hi"), ("Bo", "again")])
    assert script.people[:2] == ("Bo", "Cy")
    assert len(script.people) == 130
    assert len(set(script.people)) == 130


def test_two_seats_stay_with_people_who_say_nothing(tmp_path: Path) -> None:
    script = script_for(tmp_path, [(f"author {k}", "hi") for k in range(150)])
    assert sum(name.startswith("author") for name in script.people) == 98
    assert len(script.people) == 130
    assert len(script.lines) == 150


def test_lines_without_words_are_not_said(tmp_path: Path) -> None:
    script = script_for(tmp_path, [("Ada", "welcome"), ("Bo", "  ")])
    assert [line.text for line in script.lines] == ["welcome"]


def test_without_a_chat_the_shipped_evening_is_played() -> None:
    script = script_of(None, chat=None, outline=None, kol=None)
    assert script.event.kol.name in {line.name for line in script.lines}
    assert len(script.lines) > 100


def test_an_english_programme_has_an_english_evening() -> None:
    script = script_of(shipped("examples/thursday.en.toml"), chat=None, outline=None, kol=None)
    assert script.event.languages == ("en",)
    assert script.event.kol.name in {line.name for line in script.lines}


def test_half_of_a_chat_is_refused(tmp_path: Path) -> None:
    chat, outline = write_chat(tmp_path, [("Ada", "hi")])
    with pytest.raises(WrongUse, match="go together"):
        script_of(None, chat=chat, outline=outline, kol=None)
    outline.write_text("no points here")
    with pytest.raises(WrongUse, match="has no points"):
        script_of(None, chat=chat, outline=outline, kol="Ada")


def test_the_results_folder_is_emptied_only_of_an_earlier_rehearsal(tmp_path: Path) -> None:
    out = tmp_path / "week"
    stage = cleared(out)
    (out / "summary.json").write_text("{}")
    (out / "outbox").mkdir()
    (out / "notes.txt").write_text("mine")
    assert cleared(out) == stage
    assert sorted(path.name for path in out.iterdir()) == [".rehearsal", "notes.txt"]
