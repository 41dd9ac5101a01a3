"""A leader's page: whose tasks it shows, what a tap does, the training before, a recall, what the groups brought."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.web.leading import GROUPS, PROGRAM, Command, command, png, text_of

from salon.cli import main
from salon.entries import Draft
from salon.leaders import Directory, backup_links, command_group_texts, leader_links
from salon.links import Links
from salon.model import Group, Programme, Series
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.rules.landing import count_views, recall, restore
from salon.rules.questions import ask_question
from salon.rules.relay import hand_on, prove_posted, put_off_training
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_message
from salon.settings import Settings
from salon.testing.golden import golden_event
from salon.training import training_in
from salon.wording import BadTemplate, Wording


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Command]:
    """One task for each group, and leaders who know the work."""
    async with command(tmp_path) as running:
        await running.lay("open_room")
        await running.train("陈玥", "老周", "小鹿", "阿方")
        yield running


async def test_a_leader_of_two_groups_has_two_tasks_and_two_leaders_of_one_group_one(desk: Command) -> None:
    assert list(await desk.tasks("陈玥")) == [("open_room", "tea-room"), ("open_room", "readers")]
    assert list(await desk.tasks("老周")) == [("open_room", "tea-room"), ("open_room", "builders")]
    assert (await desk.do("老周", "posted", "open_room", "tea-room")).status_code == 303
    for name in ("陈玥", "老周"):
        assert (await desk.tasks(name))["open_room", "tea-room"]["standing"] == "said"
    assert (await desk.do("陈玥", "posted", "open_room", "tea-room")).status_code == 303
    (entry,) = await desk.entries("task_posted")
    assert (entry.by, entry.data["group"]) == ("leader:老周", "tea-room"), "whoever comes first"


async def test_a_group_that_the_system_speaks_to_is_nobodys_task(desk: Command) -> None:
    assert await desk.tasks("阿方") == {}
    assert "现在没有要发的" in (await desk.phone().get(desk.page("阿方"))).text


async def test_the_page_has_the_groups_own_text_and_poster_and_no_script_is_needed(desk: Command) -> None:
    page = await desk.phone().get(desk.page("陈玥"))
    said = text_of(page.text)
    assert "有 2 条等你发" in said
    assert "open_room：发给产品经理读书会 第二行" in said
    key = (await desk.tasks("陈玥"))["open_room", "readers"]["task"]
    assert f'<img src="{desk.page("陈玥")}/{key}.png" width="90" height="160"' in page.text
    assert f'href="{desk.page("陈玥")}/{key}.png" download="产品经理读书会.png"' in page.text
    poster = await desk.phone().get(f"{desk.page('陈玥')}/{key}.png")
    assert (poster.headers["content-type"], poster.content) == ("image/png", png())
    assert page.text.count("<form") == page.text.count('<form method="post"')
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert "https://" not in page.text


async def test_someone_elses_task_is_not_found_and_a_wrong_link_opens_nothing(desk: Command) -> None:
    key = (await desk.tasks("老周"))["open_room", "builders"]["task"]
    for path in (f"{desk.page('陈玥')}/{key}.png", f"{desk.page('小鹿')}/{key}.png"):
        assert (await desk.phone().get(path)).status_code == 404
    assert (await desk.phone().post(f"{desk.page('陈玥')}/{key}/posted")).status_code == 404
    token = desk.page("陈玥").rpartition("/")[2]
    wrong = ("a" * len(token), token[:-1], f"{token}a", desk.house.links.token("leader", "friday|陈玥"))
    for path in (*(f"/l/thursday/{one}" for one in wrong), f"/l/friday/{token}", "/l/thursday/a/training"):
        assert (await desk.phone().get(path)).status_code == 403, path
    assert await desk.entries("task_posted") == []


async def test_a_backup_sees_what_was_handed_to_them_and_nothing_else(desk: Command) -> None:
    assert await desk.tasks("小鹿") == {}
    assert (await desk.do("陈玥", "hand", "open_room")).status_code == 303
    assert list(await desk.tasks("小鹿")) == [("open_room", "readers")]
    assert ("open_room", "readers") not in await desk.tasks("老周"), "handed to somebody, not to everybody"
    mine = (await desk.tasks("陈玥"))["open_room", "readers"]
    assert (mine["standing"], mine["to"], mine["is_waiting"]) == ("handed", "小鹿", False)
    page = text_of((await desk.phone().get(desk.page("陈玥"))).text)
    assert "由 小鹿 来发" in page
    assert "「产品经理读书会」的领席海报我转给你来发了" in page, "to copy for them: nobody else tells them"
    assert "这一条转给你来发" in text_of((await desk.phone().get(desk.page("小鹿"))).text)
    assert (await desk.do("小鹿", "hand", "open_room")).status_code == 303, "who stands in may hand it back"
    assert (await desk.tasks("陈玥"))["open_room", "readers"]["is_waiting"]
    assert (await desk.do("陈玥", "hand", "open_room")).status_code == 303
    await desk.do("小鹿", "posted", "open_room")
    (entry,) = await desk.entries("task_posted")
    assert entry.by == "backup:小鹿"
    again = await desk.do("陈玥", "hand", "open_room")
    assert (again.status_code, "已经发过了" in again.text) == (409, True)


async def test_where_there_is_no_backup_nothing_is_offered_and_nobody_is_handed_anything(desk: Command) -> None:
    page = (await desk.phone().get(desk.page("老周"))).text
    assert page.count("/hand") == 1, "of two tasks one has a backup"
    assert (await desk.do("老周", "hand", "open_room", "tea-room")).status_code == 400


async def test_whom_the_owner_chose_has_a_page_though_they_lead_nothing(desk: Command) -> None:
    assert (await desk.phone().get(desk.page("路人甲"))).status_code == 403
    await desk.decide(hand_on("open_room", "readers", "路人甲", by="owner"))
    await desk.train("路人甲")
    assert list(await desk.tasks("路人甲")) == [("open_room", "readers")]


async def test_a_mistaken_tick_is_undone_for_a_minute(desk: Command) -> None:
    await desk.do("陈玥", "posted", "open_room", "tea-room")
    assert "点错了" in (await desk.phone().get(desk.page("陈玥"))).text
    other = (await desk.phone().get(desk.page("老周"))).text
    assert ("陈玥 说发了" in other, "点错了" in other) == (True, False), "the other leader sees it, and undoes nothing"
    assert (await desk.do("老周", "undo", "open_room", "tea-room")).status_code == 409
    assert (await desk.do("陈玥", "undo", "open_room", "tea-room")).status_code == 303
    assert (await desk.tasks("陈玥"))["open_room", "tea-room"]["standing"] == "waiting"
    await desk.do("陈玥", "posted", "open_room")
    desk.clock.turn_to(desk.clock.now() + timedelta(seconds=61))
    assert "点错了" not in (await desk.phone().get(desk.page("陈玥"))).text
    late = await desk.do("陈玥", "undo", "open_room")
    assert (late.status_code, "过了一分钟" in late.text) == (409, True)


async def test_the_newest_due_comes_first_and_what_is_over_is_put_aside_without_a_word_of_blame(desk: Command) -> None:
    times = desk.event.times
    desk.clock.turn_to(times.reminds_at[0])
    await desk.lay("remind-1")
    names = [announcement for announcement, group in await desk.tasks("陈玥") if group == "readers"]
    assert names == ["remind-1", "open_room"]
    desk.clock.turn_to(times.reminds_at[1])
    await desk.lay("remind-2")
    tasks = await desk.tasks("陈玥")
    waiting = {announcement for (announcement, _), task in tasks.items() if task["is_waiting"]}
    assert waiting == {"remind-2", "open_room"}, "a reminder is stale once the next one is there"
    said = text_of((await desk.phone().get(desk.page("陈玥"))).text)
    assert "时间过了，不用再发，没关系" in said
    assert (await desk.do("陈玥", "posted", "remind-1")).status_code == 303, "it was posted after all"


async def test_a_friendly_nudge_says_why(desk: Command) -> None:
    nudge = Draft(
        kind="leader_nudged", by="owner", data={"announcement": "open_room", "group": "readers", "why": "<b>还差"}
    )
    await desk.decide(lambda state, now: [nudge])
    page = (await desk.phone().get(desk.page("陈玥"))).text
    assert "提醒你一下：" in page
    assert "&lt;b&gt;还差" in page


async def test_hostile_names_and_texts_stay_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    group = Group(id="../x", name=evil, channel="relay", leader=evil[:50], backup="</bdi><b>Bo", language="zh")
    async with command(tmp_path, groups=(group,)) as desk:
        await desk.lay("open_room", text=f"{evil}\n{{{{ 7*7 }}}} \u202e倒 javascript:alert(3)")
        name = evil[:50]
        first = (await desk.phone().get(desk.page(name))).text
        await desk.train(name)
        page = (await desk.phone().get(desk.page(name))).text
        assert await desk.tasks(name)
        await desk.do(name, "hand", "open_room", "../x")
        handed = (await desk.phone().get(desk.page(name))).text
        await desk.do(name, "posted", "open_room", "../x")
        done = (await desk.phone().get(desk.page(name))).text
        for seen in (first, page, handed, done):
            assert "<script>alert" not in seen
            assert "<img src=x" not in seen
            assert "<b>Bo" not in seen
        assert "{{ 7*7 }}" in page
        assert "&lt;script&gt;alert(1)" in page
        assert 'href="javascript' not in page


async def test_first_of_all_a_leader_learns_the_work_once_for_a_series(tmp_path: Path) -> None:
    async with command(tmp_path) as desk:
        await desk.lay("open_room")
        phone, page = desk.phone(), desk.page("陈玥")
        assert "三分钟上手" in (await phone.get(page)).text
        wrong = await phone.post(f"{page}/training", data={"q1": "1", "q2": "3", "q3": "x"})
        assert "还差一点" in wrong.text
        assert "每个群的码不一样，发错了" in wrong.text
        assert await desk.house.journal.entries(PLAN) == [
            entry for entry in await desk.house.journal.entries(PLAN) if entry.kind != "leader_trained"
        ]
        passed = await phone.post(f"{page}/training", data={"q1": "2", "q2": "3", "q3": "1"})
        assert (passed.status_code, passed.headers["location"]) == (303, page)
        assert "有 2 条等你发" in (await phone.get(page)).text
        assert "三分钟上手" in (await phone.get(f"{page}/training")).text, "to be read again at any time"
        (entry,) = [one for one in await desk.house.journal.entries(PLAN) if one.kind == "leader_trained"]
        assert entry.data == {"leader": "thursday|陈玥"}


async def test_a_task_at_the_last_minute_goes_first_once(tmp_path: Path) -> None:
    async with command(tmp_path) as desk:
        await desk.lay("open_room")
        phone, page = desk.phone("en"), desk.page("陈玥")
        assert "Post it first" in (await phone.get(page)).text
        assert (await phone.post(f"{page}/training/later")).status_code == 303
        assert "Waiting for you: 2" in (await phone.get(page)).text
        desk.clock.turn_to(desk.clock.now() + timedelta(days=1, seconds=1))
        shown = (await phone.get(page)).text
        assert "Three minutes to learn it" in shown
        assert "Post it first" not in shown
        refused = await phone.post(f"{page}/training/later")
        assert (refused.status_code, "can wait only once" in refused.text) == (409, True)


def test_an_owner_may_put_the_card_into_other_words_and_hears_what_is_wrong_in_it(tmp_path: Path) -> None:
    own, wording = tmp_path / "relay" / "training.zh.toml", Wording(own=tmp_path)
    own.parent.mkdir()
    own.write_text('title = "本店规矩"\n', "utf-8")
    assert training_in(wording, "zh").title == "本店规矩"
    assert len(training_in(wording, "zh").checks) == len(training_in(wording, "en").checks) == 3
    question = '[[questions]]\nquestion = "?"\noptions = ["a"]\nanswer = 2\nwhy = "w"\n'
    for text, said in (
        (question, "answer: 2 is none of the options"),
        ("[[cards]]\ntitle = 3\n", "is no text"),
        ("questions = [1]", "training"),
        ('[[cards]]\ntitle = "x"\n', "'text' is missing"),
    ):
        own.write_text(text, "utf-8")
        with pytest.raises(BadTemplate, match=said):
            training_in(wording, "zh")


async def test_a_recall_reaches_the_page_at_once(desk: Command) -> None:
    await desk.lay("warm_up")
    await desk.do("陈玥", "posted", "open_room", "readers")
    await desk.decide(recall("改到下周四 <b>20:00</b>。", by="owner"))
    phone = desk.phone()
    page = (await phone.get(desk.page("陈玥"))).text
    said = text_of(page)
    assert "先别发" in said
    assert "改到下周四 &lt;b&gt;20:00&lt;/b&gt;。" in page
    assert "请把下面这段更正发到群里" in said, "in the group that has the poster"
    assert "请先不要发之前的文案和海报" in said, "in the one that has not"
    assert [at_hand for at_hand in ("open_room：发给", ".png") if at_hand in page] == [], "what must not be posted"
    holding = (await phone.get(desk.page("陈玥"), headers=PROGRAM)).json()["holding"]
    assert [one["group"] for one in holding] == ["tea-room", "readers"]
    for one in holding:
        assert (await phone.post(f"{desk.page('陈玥')}/{one['task']}/posted")).status_code == 303
    assert text_of((await phone.get(desk.page("陈玥"))).text).count("✓ 已发") == 2
    assert (await desk.do("陈玥", "posted", "open_room", "tea-room")).status_code == 303, "it was out already"
    await desk.decide(restore(by="owner"))
    assert "先别发" not in (await phone.get(desk.page("陈玥"))).text


async def test_what_the_groups_brought_is_told_afterwards_without_what_was_said_without_a_name(desk: Command) -> None:
    page = desk.page("陈玥")
    assert "你的群带来的" not in (await desk.phone().get(page)).text
    await desk.do("陈玥", "posted", "open_room", "readers")
    event = desk.event
    await desk.decide(count_views({"readers": 14, "builders": 3}))
    for guest, group in (("a" * 20, "readers"), ("b" * 20, "readers"), ("c" * 20, "builders")):
        await desk.decide(take_seat(event, guest, source=group, name="x"))
    line = Line(text="一句", client_id="1")
    await desk.decide(post_message(event, "a" * 20, line))
    await desk.decide(ask_question(event, "a" * 20, Line(text="问一个问题？", client_id="2"), is_anonymous=False))
    await desk.decide(ask_question(event, "b" * 20, Line(text="悄悄问？", client_id="3"), is_anonymous=True))
    rows = {row["group"]: row for row in (await desk.phone().get(page, headers=PROGRAM)).json()["brought"]}
    assert rows["readers"] == {
        "event": event.id, "group": "readers", "scans": 14, "seats": 2, "speakers": 1, "questions": 1,
    }  # fmt: skip
    assert rows.keys() == {"readers", "tea-room"}, "nobody sees another leader's group"
    said = text_of((await desk.phone().get(page)).text)
    assert "你的群带来的" in said
    assert "有人发声" in said
    assert "北京创业者" not in said


async def test_the_command_group_gets_everybodys_link_once(desk: Command) -> None:
    rows = await leader_links(desk.house, desk.event)
    assert [(one.leader, [group.id for group in one.groups]) for one in rows] == [
        ("陈玥", ["readers", "tea-room"]),
        ("老周", ["tea-room", "builders"]),
    ]
    for leader, link, _ in rows:
        assert (await desk.phone().get(link.removeprefix(desk.house.settings.public_url))).status_code == 200, leader
    assert [one.leader for one in await backup_links(desk.house, desk.event)] == ["小鹿", "陈玥"]
    (text,) = await command_group_texts(desk.house, desk.event)
    assert text.count("/l/thursday/") == 3
    assert "阿方" not in text
    many = [replace(GROUPS[0], id=f"g{n}", leader=f"L{n}", backup="") for n in range(90)]
    series = Series(id="thursday", name="s", timezone="Asia/Shanghai")
    await apply_plan(desk.house, Programme(series=series, groups=tuple(many), events=(desk.event,)))
    texts = await command_group_texts(desk.house, desk.event, "en")
    assert [text.count("/l/thursday/") for text in texts] == [40, 40, 10]
    assert "(3/3)" in texts[2]


def test_of_two_thousand_leaders_each_link_leads_to_its_own(tmp_path: Path) -> None:
    links = Links(Settings.from_env({"SALON_HOME": str(tmp_path)}))
    groups = tuple(replace(GROUPS[0], id=f"g{n}", leader=f"Leader {n}", backup=f"B {n}") for n in range(2000))
    series = Series(id="thursday", name="s", timezone="Asia/Shanghai")
    found = Directory(Programme(series=series, groups=groups), links)
    keys = {found.key_of(links.leader("thursday", f" leader  {n}").rpartition("/")[2]) for n in range(2000)}
    assert len(keys) == 2000
    assert [group.id for group in found.led_by("leader 1999")] == ["g1999"]
    assert found.key_of("") == found.key_of("a" * 24) == ""


async def test_a_leader_who_learns_the_work_does_not_have_the_whole_plan_read_again(desk: Command) -> None:
    book = await desk.house.plan()
    await desk.house.journal.decide(PLAN, put_off_training("thursday", "阿青"))
    assert await desk.house.plan() is book
    await apply_plan(
        desk.house,
        Programme(series=book.programme("thursday").series, groups=GROUPS[:1], events=(desk.event,)),  # type: ignore[union-attr]
    )
    assert await desk.house.plan() is not book


@pytest.mark.parametrize(("word", "seen"), [("said", "还没有人扫码"), ("proved", "有人扫码了")])
async def test_a_tick_without_a_scan_is_shown_as_such(desk: Command, word: str, seen: str) -> None:
    await desk.do("陈玥", "posted", "open_room")
    if word == "proved":
        await desk.decide(prove_posted("open_room", "readers"))
    assert (await desk.tasks("陈玥"))["open_room", "readers"]["standing"] == word
    page: httpx.Response = await desk.phone().get(desk.page("陈玥"))
    assert seen in page.text


def test_the_links_come_on_the_command_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def prepare() -> dict[str, str]:
        async with command(tmp_path) as desk:
            return {name: desk.house.links.leader("thursday", name) for name in ("陈玥", "老周", "小鹿")}

    links, event = asyncio.run(prepare()), golden_event("zh").id
    monkeypatch.setenv("SALON_HOME", str(tmp_path))
    assert main(["leaders", event]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"陈玥\t{links['陈玥']}\t产品经理读书会, 设计师茶水间 🍵",
        f"老周\t{links['老周']}\t设计师茶水间 🍵, 北京创业者 2 群",
        f"小鹿\t{links['小鹿']}\t(backup) 产品经理读书会",
    ]
    assert main(["leaders", event, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {"name": "陈玥", "role": "leader", "link": links["陈玥"], "groups": ["readers", "tea-room"]}
    assert [(row["name"], row["role"]) for row in rows[2:]] == [("小鹿", "backup"), ("陈玥", "backup")]
    assert main(["leaders", "nobody"]) == 2
