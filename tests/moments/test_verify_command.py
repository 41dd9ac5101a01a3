"""`salon verify` against a journal: the house's own, or one that was written down."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from tests.moments.test_report_moment import approving, closed

from salon import moments
from salon.cli import main
from salon.house import House
from salon.model import Event, Programme
from salon.rules.editions import approve_report, edit_report

__all__ = ["closed"]
FORMS = ("report.json", "report.html", "report.md", "article.html", "team.html", "team.md", "letter.html", "letter.md")


async def journal_of(house: House, event: Event, folder: Path) -> Path:
    """The event's journal as `salon journal --jsonl` prints it."""
    path = folder / "journal.jsonl"
    entries = await house.journal.entries(event.id)
    path.write_text("".join(json.dumps(entry.as_line(), ensure_ascii=False) + "\n" for entry in entries), "utf-8")
    return path


async def test_what_was_issued_is_proven_by_the_journal_and_a_change_is_not(
    closed: House,
    event: Event,
    programme: Programme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await approving(closed, programme)
    await moments.run(closed, event.id, "report")
    note = {"do": "note", "key": "n1", "place": "top", "text": "编者的话", "by": "小编"}
    await closed.journal.decide(event.id, edit_report(1, [note, {"do": "title", "key": "", "text": "改过的题目"}]))
    await closed.journal.decide(event.id, approve_report(2))
    await moments.run(closed, event.id, "report")
    monkeypatch.setenv("SALON_HOME", str(closed.settings.home))
    folder, journal = closed.settings.reports / event.id, await journal_of(closed, event, tmp_path)
    for name in FORMS:
        for against in ([], ["--journal", str(journal)]):
            assert await asyncio.to_thread(main, ["verify", str(folder / name), *against]) == 0, capsys.readouterr().err
    for name, old, new in (
        ("report.json", '"Bob"', '"Bobo"'),
        ("report.json", "改过的题目", "又改过的题目"),
        ("report.json", '"is_kol": false', '"is_kol": true'),
        ("report.html", "编者的话", "编者的谎话"),
        ("report.html", f">{event.outline[0].questions[0]}<", ">别的问题<"),
        ("report.md", event.kol.name, "别人"),
    ):
        text = (folder / name).read_text("utf-8")
        assert old in text, (name, old)
        changed = tmp_path / name
        changed.write_text(re.sub(re.escape(old), new, text, count=1), "utf-8")
        assert await asyncio.to_thread(main, ["verify", str(changed), "--journal", str(journal)]) == 1, (name, old)
