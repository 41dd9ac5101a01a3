"""The report's moment: drafted, published or left for the owner, told once to each, and never what was withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.moments.conftest import OpenHouse
from tests.programmes import GOOD, changed, mistakes, read

from salon import moments
from salon.channels import Announcement, Outcome
from salon.channels.folder import Folder
from salon.clock import HandClock
from salon.entries import Rule
from salon.house import House
from salon.issue import digest_of, issue, make_report
from salon.model import Event, Group, Programme
from salon.moments import report as moment
from salon.planning import apply_plan
from salon.rules.consent import ask_anonymity, withdraw_words
from salon.rules.editions import approve_report, ask_correction, edit_report, recall_report
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_message
from salon.rules.week import open_room, shut_room

SAID = "我们每周省下三个小时，都花在写测试和查日志上，写测试最先交出去。"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
async def closed(house: House, event: Event, clock: HandClock) -> House:
    """The evening is over; three members said something."""
    clock.turn_to(event.times.opens_at)
    rules: list[Rule] = [open_room(event, by="clock")]
    for k, name in enumerate(("阿宁", "Bob", "小鹿")):
        rules.append(take_seat(event, f"guest{k}", source="readers", name=name))
        rules.append(post_message(event, f"guest{k}", Line(text=f"{SAID}（{name}）", client_id="1")))
    for rule in [*rules, shut_room(by="clock")]:
        await house.journal.decide(event.id, rule)
    clock.turn_to(event.times.reports_at)
    return house


async def approving(house: House, programme: Programme) -> None:
    await apply_plan(house, replace(programme, series=replace(programme.series, report="approve")))


def heard(house: House, event: Event) -> dict[str, list[str]]:
    """Group → announcements that lie in its outbox."""
    folder = house.settings.outbox / event.id
    return {group.name: sorted(path.name for path in group.iterdir()) for group in sorted(folder.iterdir())}


async def run(house: House, event: Event) -> str:
    return (await moments.run(house, event.id, "report")).text


async def seq_of(house: House, event: Event, author: str) -> int:
    state = (await house.journal.refresh(event.id)).state
    return next(seq for seq, said in state.messages.items() if said.author == author)


EVERYBODY = {
    "_kol": ["report-letter"],
    "_owner": ["report-team"],
    **{group: ["report"] for group in ("builders-2", "readers", "tea-room")},
}


async def test_it_is_published_and_everybody_hears_once_however_often_it_is_run(closed: House, event: Event) -> None:
    for _ in range(3):
        assert await run(closed, event) == "report written: 3 delivered"
    assert heard(closed, event) == EVERYBODY


async def test_it_waits_for_the_owner_where_the_series_says_so(
    closed: House, event: Event, programme: Programme
) -> None:
    await approving(closed, programme)
    for _ in range(2):
        assert await run(closed, event) == "draft written; it waits for the owner's approval"
    assert heard(closed, event) == {"_owner": ["report-draft"]}
    await closed.journal.decide(event.id, approve_report(1))
    await run(closed, event)
    assert heard(closed, event) == {**EVERYBODY, "_owner": ["report-draft", "report-team"]}


async def test_a_recalled_report_is_told_to_nobody(closed: House, event: Event, programme: Programme) -> None:
    await approving(closed, programme)
    await run(closed, event)
    await closed.journal.decide(event.id, approve_report(1))
    await closed.journal.decide(event.id, recall_report())
    assert await run(closed, event) == "the report was recalled; nobody was told anything"
    assert heard(closed, event) == {"_owner": ["report-draft"]}


async def test_whoever_is_killed_in_the_middle_of_telling_is_finished_by_the_next_run(
    closed: House, event: Event, another_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: Iterator[int] = iter(range(99))
    say = Folder.say

    async def dies(self: Any, group: Group, announcement: Announcement) -> Outcome:
        if next(said) == 1:
            raise Killed
        return await say(self, group, announcement)

    monkeypatch.setattr(Folder, "say", dies)
    with pytest.raises(Killed):
        await run(closed, event)
    monkeypatch.undo()
    assert await run(await another_house(), event) == "report written: 3 delivered"
    assert heard(closed, event) == EVERYBODY


async def test_a_correction_reaches_each_group_once(closed: House, event: Event) -> None:
    await run(closed, event)
    for rule in (
        edit_report(1, [{"do": "title", "key": "", "text": "改过"}]),
        approve_report(2),
        ask_correction(2),
    ):
        await closed.journal.decide(event.id, rule)
    for _ in range(2):
        await run(closed, event)
    assert heard(closed, event)["readers"] == ["report", "report-correction-2"]
    assert heard(closed, event)["_kol"] == ["report-letter"]


async def test_an_edition_is_the_same_bytes_in_every_process(
    closed: House, event: Event, another_house: OpenHouse
) -> None:
    await run(closed, event)
    note = {"do": "note", "key": "n-1", "place": "top", "text": "补一句。", "by": "梅"}
    await closed.journal.decide(event.id, edit_report(1, [note, {"do": "title", "key": "", "text": "改过"}]))
    await closed.journal.decide(event.id, approve_report(2))
    await run(closed, event)
    folder = closed.settings.reports / event.id
    written = {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}
    assert await make_report(await another_house(), event) == written
    assert "改过" in written["report.md"].decode()
    # An earlier version can be read as it was.
    assert "改过" not in (await make_report(closed, event, 1))["report.md"].decode()


async def test_what_is_withdrawn_between_two_groups_is_in_no_text_after_it(
    closed: House, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.announce.AT_ONCE", 1)
    monkeypatch.setattr(moment, "LENGTH", "full")
    say = Folder.say

    async def withdraws(self: Any, group: Group, announcement: Announcement) -> Outcome:
        outcome = await say(self, group, announcement)
        for guest in ("guest0", "guest1", "guest2"):
            await closed.journal.decide(event.id, withdraw_words(guest, None, by=guest))
        return outcome

    monkeypatch.setattr(Folder, "say", withdraws)
    assert await run(closed, event) == "report written: 3 delivered"
    texts = [path.read_text() for path in (closed.settings.outbox / event.id).rglob("text.txt")]
    assert len(texts) == 5
    assert sum(SAID in text for text in texts) <= 1
    files = "".join(path.read_text() for path in (closed.settings.reports / event.id).iterdir())
    assert SAID not in files


async def test_who_asked_for_it_is_in_no_file_by_name(closed: House, event: Event) -> None:
    await run(closed, event)
    folder = closed.settings.reports / event.id
    assert "小鹿" in (folder / "report.json").read_text()
    await closed.journal.decide(event.id, ask_anonymity("guest2", by="guest2"))
    # Signed with the name, too: that piece of the text goes with it.
    await issue(closed, event)
    assert not any("小鹿" in path.read_text() for path in folder.iterdir())
    assert any("成员 1" in path.read_text() for path in folder.iterdir())


async def test_the_folder_is_what_the_journal_says_whoever_writes_last(
    closed: House, event: Event, another_house: OpenHouse
) -> None:
    await run(closed, event)
    other, seq = await another_house(), await seq_of(closed, event, "guest0")

    async def withdraw() -> None:
        await other.journal.decide(event.id, withdraw_words("guest0", [seq], by="guest0"))
        await issue(other, event)

    await asyncio.gather(issue(closed, event), withdraw(), issue(other, event), issue(closed, event))
    folder = closed.settings.reports / event.id
    written = {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}
    assert written == await make_report(closed, event)
    assert digest_of(written) == (await closed.journal.refresh(event.id)).state.report
    assert "（阿宁）" not in "".join(text.decode() for text in written.values())


async def test_the_next_evening_is_told_as_it_was_planned_then(
    closed: House, event: Event, programme: Programme
) -> None:
    moved = {name: value + timedelta(days=7) for name, value in vars(event.times).items() if name != "reminds_at"}
    times = replace(event.times, **moved, reminds_at=())
    following = replace(event, id="next-evening", number=13, topic="下一期的话题", times=times)
    await apply_plan(closed, replace(programme, events=(event, following)))
    await run(closed, event)
    before = await make_report(closed, event)
    assert "下一期的话题" in before["report.md"].decode()
    changed = replace(programme, events=(event, replace(following, topic="后来改的")))
    await apply_plan(closed, changed)
    await run(closed, event)
    assert await make_report(closed, event) == before


async def test_private_editions_lie_beside_but_name_no_key_of_a_guest(closed: House, event: Event) -> None:
    await run(closed, event)
    folder: Path = closed.settings.reports / event.id
    assert {"team.md", "letter.md"} <= {path.name for path in folder.iterdir()}
    assert not any("guest1" in path.read_text() for path in folder.iterdir())
    letter = (closed.settings.outbox / event.id / "_kol" / "report-letter" / "text.txt").read_text()
    assert closed.links.kol(event) in letter
    with Image.open(closed.settings.outbox / event.id / "_kol" / "report-letter" / "poster.png") as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)


def test_the_series_file_says_whether_the_report_waits(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).series.report == "publish"
    waits = changed('weekday = "thursday"', 'weekday = "thursday"\nreport = "approve"')
    assert read(tmp_path, waits).series.report == "approve"
    (line,) = mistakes(tmp_path, waits.replace('"approve"', '"aprove"'))
    assert "series.report" in line
    assert "approve" in line
