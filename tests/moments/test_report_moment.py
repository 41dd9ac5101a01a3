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
from salon.errors import WrongUse
from salon.house import House
from salon.issue import digest_of, issue, make_report
from salon.model import Event, Group, Programme
from salon.moments.told import reissue
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


def read_all(house: House, event: Event) -> list[str]:
    """Every file in the report's folder, those for single groups among them."""
    found = [path for path in (house.settings.reports / event.id).rglob("*") if path.is_file()]
    # Eight forms, the mark, and three lengths for each of three groups.
    assert len(found) == 18
    return [path.read_text() for path in found]


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
    written = {path.name: path.read_bytes() for path in folder.glob("[!.]*.*")}
    assert await make_report(await another_house(), event) == written
    assert "改过" in written["report.md"].decode()
    # An earlier version can be read as it was.
    assert "改过" not in (await make_report(closed, event, 1))["report.md"].decode()


async def test_what_is_withdrawn_between_two_groups_is_in_no_text_after_it(
    closed: House, event: Event, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.announce.AT_ONCE", 1)
    await apply_plan(closed, replace(programme, series=replace(programme.series, report_text="full")))
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
    # Also from the one that was laid down before: it has not been taken yet, as far as we know.
    assert not any(SAID in text for text in texts)
    assert not any(SAID in text for text in read_all(closed, event))


async def test_who_asked_for_it_is_in_no_file_by_name(closed: House, event: Event) -> None:
    await run(closed, event)
    folder = closed.settings.reports / event.id
    assert "小鹿" in (folder / "report.json").read_text()
    await closed.journal.decide(event.id, ask_anonymity("guest2", by="guest2"))
    # Signed with the name, too: that piece of the text goes with it.
    await issue(closed, event)
    assert not any("小鹿" in text for text in read_all(closed, event))
    assert any("成员 1" in text for text in read_all(closed, event))


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
    written = {path.name: path.read_bytes() for path in folder.glob("[!.]*.*")}
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
    assert not any("guest1" in text for text in read_all(closed, event))
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


async def test_each_group_reads_the_length_that_was_chosen_for_it(
    closed: House, event: Event, programme: Programme
) -> None:
    readers, *others = programme.groups
    groups = (replace(readers, report_text="three"), *others)
    series = replace(programme.series, report_text="full")
    await apply_plan(closed, replace(programme, series=series, groups=groups))
    await run(closed, event)
    outbox, files = closed.settings.outbox / event.id, closed.settings.reports / event.id / "groups"
    for group in groups:
        sent = (outbox / group.id / "report" / "text.txt").read_text()
        assert sent == (files / group.name / f"{group.report_text or 'full'}.txt").read_text()
    assert len((outbox / readers.id / "report" / "text.txt").read_text().splitlines()) == 3


async def test_every_group_has_all_lengths_in_a_folder_of_its_name(
    closed: House, event: Event, programme: Programme
) -> None:
    await run(closed, event)
    folder = closed.settings.reports / event.id / "groups"
    wanted = {f"{group.name}/{length}.txt" for group in programme.groups for length in ("full", "short", "three")}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.txt")} == wanted
    renamed = tuple(replace(group, name=f"../{group.name}:*") for group in programme.groups)
    await apply_plan(closed, replace(programme, groups=renamed))
    await run(closed, event)
    assert {path.name for path in folder.iterdir()} == {f"{group.name}" for group in programme.groups}
    await closed.journal.decide(event.id, recall_report())
    await issue(closed, event)
    assert not folder.exists()


async def test_who_repeats_withdrawn_words_is_quoted_with_them_nowhere(
    house: House, event: Event, clock: HandClock
) -> None:
    clock.turn_to(event.times.opens_at)
    again = (f"> {SAID}\n这句说得好，我们店也是。", f"#金句 {SAID}", "写测试最先交出去，查日志也是。")
    await house.journal.decide(event.id, open_room(event, by="clock"))
    for k, text in enumerate((SAID, *again)):
        await house.journal.decide(event.id, take_seat(event, f"guest{k}", source="readers", name=f"店{k}"))
        await house.journal.decide(event.id, post_message(event, f"guest{k}", Line(text=text, client_id="1")))
    await house.journal.decide(event.id, shut_room(by="clock"))
    clock.turn_to(event.times.reports_at)
    await run(house, event)
    assert any(SAID in text for text in read_all(house, event))
    await house.journal.decide(event.id, withdraw_words("guest0", None, by="guest0"))
    await run(house, event)
    assert not any(SAID.rstrip("。") in text for text in read_all(house, event))
    made = {name: text.decode() for name, text in (await make_report(house, event)).items()}
    assert "> 【已撤回】。" in made["report.html"].replace("&gt;", ">")
    report = made["report.json"]
    assert ("已撤回" in report, "这句说得好" in report, "查日志也是" in report) == (False, False, True)


async def test_what_lies_ready_is_changed_when_words_are_taken_back(
    closed: House, event: Event, programme: Programme
) -> None:
    await apply_plan(closed, replace(programme, series=replace(programme.series, report_text="full")))
    await run(closed, event)
    outbox = closed.settings.outbox / event.id
    before = {path: path.read_bytes() for path in outbox.rglob("*") if path.is_file()}
    assert sum(SAID.encode() in content for content in before.values()) >= 4
    for guest in ("guest0", "guest1", "guest2"):
        await closed.journal.decide(event.id, withdraw_words(guest, None, by=guest))
    await reissue(closed, event)
    after = {path: path.read_bytes() for path in outbox.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert not any(SAID.encode() in content for content in after.values())
    # The cover shows the three lines: it is drawn anew as well.
    assert all(after[path] != before[path] for path in outbox.glob("*/report/*"))
    stamps = {path: path.stat().st_mtime_ns for path in after}
    await reissue(closed, event)
    assert {path: path.stat().st_mtime_ns for path in after} == stamps
    assert (await run(closed, event)) == "report written: 3 delivered"


async def test_a_correction_after_withdrawn_words_asks_to_delete_what_was_sent(closed: House, event: Event) -> None:
    await run(closed, event)
    with pytest.raises(WrongUse, match="nothing to correct"):
        await closed.journal.decide(event.id, ask_correction(1))
    await closed.journal.decide(event.id, withdraw_words("guest0", None, by="guest0"))
    for _ in range(2):
        await closed.journal.decide(event.id, ask_correction(1))
        await run(closed, event)
    text = (closed.settings.outbox / event.id / "readers" / "report-correction-1" / "text.txt").read_text()
    assert ("收回了自己的话" in text, SAID in text) == (True, False)


async def test_an_editor_s_copy_of_withdrawn_words_goes_with_them(closed: House, event: Event) -> None:
    await run(closed, event)
    note = {"do": "note", "key": "n-1", "place": "top", "text": f"最打动我的是：{SAID}（阿宁）", "by": "梅"}
    for rule in (edit_report(1, [note]), approve_report(2)):
        await closed.journal.decide(event.id, rule)
    await run(closed, event)
    assert any("最打动我的是：我们" in text for text in read_all(closed, event))
    await closed.journal.decide(event.id, withdraw_words("guest0", None, by="guest0"))
    await run(closed, event)
    assert any("最打动我的是：【已撤回】" in text for text in read_all(closed, event))
    assert not any("（阿宁）" in text for text in read_all(closed, event))
