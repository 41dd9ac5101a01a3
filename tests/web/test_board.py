"""The command centre's board: what it shows, and what its buttons do, asked over HTTP within one process."""

from __future__ import annotations

import asyncio
import gzip
import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.boards import all_of, drafts, half_past, many_groups, programme_of, six_moments
from tests.web.near import PROGRAM, Near, near

from salon.entries import Draft
from salon.moments.run import slot_of
from salon.pace import SENDING
from salon.rules.week import finish_slot

GROUPS = many_groups(40)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Near]:
    """Forty groups; warm-up and opening are done, the first reminder is out, and late where it was not posted."""
    event = six_moments()
    async with near(tmp_path, programme_of(event, GROUPS)) as found:
        for slot in event.slots()[2:4]:
            await found.decide(finish_slot(slot, "done", ""))
        found.clock.turn_to(event.times.reminds_at[0])
        await found.decide(all_of(*drafts(GROUPS, "remind-1")))
        found.clock.turn_to(half_past(event))
        yield found


def cell(look: Any, group: str, slot: str = "remind-1") -> str:
    """How one cell stands."""
    return str(next(row for row in look["groups"] if row["group"] == group)["cells"][slot])


async def test_the_board_says_how_many_have_it_and_when_the_last_one_got_it(desk: Near) -> None:
    page = await desk.page(desk.board)
    assert "<b>32</b> / 40 <span>个群已收到，最后一个在 15:00</span>" in page
    assert (await desk.look(desk.board))["moments"][2] == {
        "slot": "remind-1",
        "at": "2026-11-26T15:00:00+08:00",
        "have": 32,
        "of": 40,
        "last": "15:00",
        "red": 8,
    }


async def test_late_ones_come_first_with_words_and_not_with_colour_alone(desk: Near) -> None:
    page = await desk.page(desk.board, "en")
    cards = re.findall(r"<li>\s*<h3>.*?</li>", page.partition('id="all"')[0], re.DOTALL)
    said = [re.findall(r'class="tag of-\w+">([^<]+)<', card)[0] for card in cards]
    assert said == ["Late"] * 6 + ["Unknown", "Refused"]
    assert "the bot was removed from the group" in cards[-1]
    rows = re.findall(r'<td class="(\w+)">([^<]+)\n?', page)
    assert {word.strip() for name, word in rows if name == "late"} == {"late"}
    assert {word.strip() for name, word in rows if name == "proved"} == {"scanned"}
    assert {word.strip() for name, word in rows if name == "said"} == {"ticked"}


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        ({"standing": "late"}, 6),
        ({"standing": "refused"}, 1),
        ({"moment": "warm_up", "standing": "late"}, 0),
        ({"parent": "北京"}, 5),
        ({"leader": "负责人0"}, 3),
        ({"q": "读书会 7 群"}, 1),
        ({"standing": "nonsense", "moment": "<b>", "from": "-1"}, 40),
        ({"standing": "late", "parent": "上海"}, 1),
    ],
)
async def test_the_board_is_filtered_by_plain_links(desk: Near, query: dict[str, str], groups: int) -> None:
    answer = await desk.client.get(desk.board, params=query, headers=PROGRAM)
    assert len(answer.json()["groups"]) == groups
    page = await desk.page(f"{desk.board}?{urlencode(query)}")
    assert page.count('<tr><th scope="row">') == groups


async def test_every_filter_keeps_the_others(desk: Near) -> None:
    page = await desk.page(f"{desk.board}?standing=late&q=1")
    hrefs = [html.unescape(link) for link in re.findall(r'href="([^"]*/board[?][^"]*)"', page)]
    for link in hrefs:
        wanted = parse_qs(urlsplit(link).query)
        assert "q" in wanted or "lang" in wanted, link
    assert any("parent=" in link and "standing=late" in link for link in hrefs)


async def test_a_nudge_reaches_who_has_not_posted_and_names_what_is_missing(desk: Near) -> None:
    chosen = ["g0001", "g0004", "g0015", "g0000"]
    answer = await desk.press(f"{desk.board}/nudge", group=chosen, why="今晚八点开始。")
    assert answer.json() == {"done": True, "added": 1}, "posted, proved and not the leader's: three are passed over"
    assert await desk.kinds("leader_nudged") == [
        {"announcement": "remind-1", "group": "g0001", "why": "今晚八点开始。", "to": "负责人0"}
    ]
    page = await desk.page(f"{desk.board}/nudges")
    text = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert len(text) == 1
    assert "负责人0，你好！还差这几项没有发：\n· 上海读书会 1 群：提醒 1\n" in text[0]
    assert "今晚八点开始。" in text[0]


async def test_whoever_posts_meanwhile_is_no_longer_among_the_nudges(desk: Near) -> None:
    await desk.press(f"{desk.board}/nudge", group=["g0001"], why="快")
    posted = Draft(kind="task_posted", by="leader", data={"announcement": "remind-1", "group": "g0001"})
    await desk.decide(all_of(posted))
    assert await desk.look(f"{desk.board}/nudges") == []
    refused = await desk.press(f"{desk.board}/nudge", group=["g0001"], why="快")
    assert (refused.status_code, refused.json()["reason"]) == (409, "nothing_to_nudge")


async def test_one_button_nudges_everybody_who_is_late_as_filtered(desk: Near) -> None:
    await desk.press(f"{desk.board}/nudge", all="yes", why="快", parent="上海")
    assert [data["group"] for data in await desk.kinds("leader_nudged")] == ["g0001"]
    await desk.press(f"{desk.board}/nudge", all="yes", why="快")
    assert len(await desk.kinds("leader_nudged")) == 5, "g0002 has the leader of g0001, who was nudged just now"


async def test_a_task_goes_to_the_backup_or_to_somebody_named(desk: Near) -> None:
    await desk.press(f"{desk.board}/reassign", group="g0001")
    await desk.press(f"{desk.board}/reassign", group="g0002", to="小鹿 <b>")
    again = await desk.press(f"{desk.board}/reassign", group="g0002", to="小鹿 <b>")
    assert again.json()["added"] == 0
    assert [data["to"] for data in await desk.kinds("task_handed")] == ["后备0", "小鹿 <b>"]
    page = await desk.page(f"{desk.board}?standing=waiting")
    assert "小鹿 &lt;b&gt;" in page
    assert cell(await desk.look(desk.board), "g0002") == "waiting", "whoever gets it has as long as the first one had"
    # Each of them is told by a text to paste, with a link of their own.
    told = {one["person"]: one for one in await desk.look(f"{desk.board}/nudges")}
    assert set(told) == {"小鹿 <b>", "后备0"}
    assert told["后备0"]["is_handed"]
    assert [task["group"] for task in told["后备0"]["tasks"]] == ["上海读书会 1 群"]
    opened = await desk.look(urlsplit(told["后备0"]["link"]).path)
    assert [task["group"] for task in opened["tasks"] if task["is_waiting"]] == ["g0001"]
    assert "后备0，你好！这几项转给你来发：\n· 上海读书会 1 群：提醒 1\n" in await desk.page(f"{desk.board}/nudges")
    refused = await desk.press(f"{desk.board}/reassign", group="g0015", to="小鹿")
    assert (refused.status_code, refused.json()["reason"]) == (409, "already_posted")


async def test_an_unknown_one_is_settled_in_one_tap(desk: Near) -> None:
    where = {"slot": "remind-1", "group": "g0010"}
    assert cell(await desk.look(desk.board), "g0010") == "unknown"
    await desk.press(f"{desk.board}/there", **where)
    assert cell(await desk.look(desk.board), "g0010") == "delivered"
    refused = await desk.press(f"{desk.board}/again", **where)
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_unknown")


@pytest.mark.parametrize(("verb", "group"), [("again", "g0010"), ("retry", "g0000")])
async def test_what_is_to_be_said_again_is_said_once_more_and_to_nobody_else(desk: Near, verb: str, group: str) -> None:
    """Two taps; the moment was done before."""
    slot = slot_of(desk.event, "remind", 1)
    await desk.decide(all_of(Draft(kind="room_opened", by="clock", data={"seats": 100})))
    await desk.decide(finish_slot(slot, "done", ""))
    where = {"slot": "remind-1", "group": group}
    await asyncio.gather(*(desk.press(f"{desk.board}/{verb}", **where) for _ in range(2)))
    await asyncio.gather(*desk.app.site.jobs)
    assert cell(await desk.look(desk.board), group) == "delivered"
    assert [data["group"] for data in await desk.kinds("announcement_settled")] == [group]
    begun = [data["group"] for data in await desk.kinds("announcement_begun")]
    assert len(begun) == 41
    assert begun.count(group) == 2


async def test_nothing_is_said_again_when_its_time_is_over(desk: Near) -> None:
    desk.clock.turn_to(desk.event.times.hosts_at)
    for verb, group in (("again", "g0010"), ("retry", "g0000")):
        refused = await desk.press(f"{desk.board}/{verb}", slot="remind-1", group=group)
        assert (refused.status_code, refused.json()["reason"]) == (409, "too_late_to_say")
    assert await desk.kinds("announcement_settled") == []


async def test_a_spot_check_is_drawn_once_and_its_results_are_noted(desk: Near) -> None:
    draw = {"slot": "remind-1", "number": "4"}
    await asyncio.gather(*(desk.press(f"{desk.board}/draw", **draw) for _ in range(2)))
    drawn = await desk.kinds("posting_checked")
    assert len({data["group"] for data in drawn}) == len(drawn) == 4
    assert len({data["seed"] for data in drawn}) == 1
    first, second, *_ = (data["group"] for data in drawn)
    await desk.press(f"{desk.board}/found", slot="remind-1", group=first, found="seen")
    await desk.press(f"{desk.board}/found", slot="remind-1", group=second, found="other", note="<i>旧海报</i>")
    page = await desk.page(desk.board)
    assert "&lt;i&gt;旧海报&lt;/i&gt;" in page
    assert page.count('name="found" value="seen"') == 2
    refused = await desk.press(f"{desk.board}/found", slot="remind-1", group="g0001", found="seen")
    assert refused.status_code == 404


async def test_everything_is_paused_and_resumed_with_one_button(desk: Near) -> None:
    await asyncio.gather(*(desk.press(f"{desk.board}/pause", why="发错了") for _ in range(2)))
    assert "发错了" in await desk.page(desk.board)
    paused = await desk.house.journal.entries(SENDING)
    assert [entry.kind for entry in paused] == ["sending_paused"]
    await desk.press(f"{desk.board}/resume")
    await asyncio.gather(*desk.app.site.jobs)
    assert "发错了" not in await desk.page(desk.board)


async def test_a_recall_is_one_button_with_a_text_and_can_be_restored(desk: Near) -> None:
    await desk.press(f"{desk.board}/recall", text="时间有误，请稍等。")
    page = await desk.page(desk.board)
    assert "时间有误，请稍等。" in page
    assert "/restore" in page
    # The board shows who has the holding text, as their leaders say.
    leader = urlsplit(desk.house.links.leader(desk.event.series, "负责人0")).path
    (first, *_) = (await desk.look(leader))["holding"]
    assert "<b>0</b> / 36" in page
    await desk.press(f"{leader}/{first['task']}/posted")
    holding = (await desk.look(desk.board))["holding"]
    assert (holding["posted"], len(holding["open"])) == ([first["group"]], 35)
    assert "<b>1</b> / 36" in await desk.page(desk.board)
    await desk.press(f"{desk.board}/restore")
    assert "时间有误，请稍等。" not in await desk.page(desk.board)


async def test_a_button_leads_back_to_the_board_as_it_was_filtered(desk: Near) -> None:
    answer = await desk.client.post(f"{desk.board}/pause?standing=late&x=1", data={"why": "x"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/board?standing=late#top")
    for verb, fields in (("reassign", {"group": "g0002"}), ("nudge", {"group": "g0001", "why": "快"})):
        told = await desk.client.post(f"{desk.board}/{verb}", data=fields)
        assert told.headers["location"].endswith("/board/nudges"), "where the texts to paste are"


@pytest.mark.parametrize("verb", ["explode", "nudge", "draw", "found", "there", "reassign", "pause"])
async def test_the_board_is_nobody_elses(desk: Near, verb: str) -> None:
    other = desk.board.replace("/owner/", "/owner/a")
    assert (await desk.press(f"{other}/{verb}", group="g0001")).status_code == 403
    assert (await desk.client.get(other)).status_code == 403
    assert (await desk.client.get(f"{other}/version")).status_code == 403


async def test_what_makes_no_sense_is_refused(desk: Near) -> None:
    for verb, fields, status in (
        ("explode", {}, 404),
        ("draw", {"slot": "nothing"}, 404),
        ("draw", {"slot": "remind-1", "number": "-1"}, 400),
        ("draw", {"slot": "disband"}, 409),
        ("there", {"slot": "remind-1", "group": "nobody"}, 404),
        ("nudge", {"group": "g0001", "why": " "}, 422),
        ("nudge", {"group": "g0001", "why": "长" * 201}, 422),
        ("reassign", {"group": "g0001", "to": "长" * 81}, 422),
    ):
        assert (await desk.press(f"{desk.board}/{verb}", **fields)).status_code == status, (verb, fields)
    assert len(await desk.kinds("leader_nudged", "task_handed", "posting_checked")) == 0


async def test_the_version_changes_with_the_journal_the_pause_and_the_clock(desk: Near) -> None:
    async def version() -> str:
        return str((await desk.look(f"{desk.board}/version"))["version"])

    seen = [await version()]
    assert await version() == seen[0]
    await desk.press(f"{desk.board}/pause", why="x")
    seen.append(await version())
    await desk.press(f"{desk.board}/reassign", group="g0001")
    seen.append(await version())
    desk.clock.turn_to(desk.event.times.hosts_at)
    seen.append(await version())
    assert len(set(seen)) == 4


async def test_hostile_names_stay_names(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    groups = tuple(replace(group, name=hostile + group.id, leader=hostile, parent=hostile) for group in GROUPS[:3])
    event = six_moments()
    async with near(tmp_path, programme_of(event, groups)) as found:
        found.clock.turn_to(event.times.reminds_at[0])
        await found.decide(all_of(*drafts(groups, "remind-1")))
        found.clock.turn_to(half_past(event))
        await found.press(f"{found.board}/nudge", all="yes", why=hostile)
        for path in (found.board, f"{found.board}/nudges", f"{found.board}?{urlencode({'leader': hostile})}"):
            page = await found.page(path)
            assert "<script>alert" not in page
            assert "&lt;script&gt;" in page


async def test_a_thousand_groups_are_one_light_page_and_no_question_to_the_database(tmp_path: Path) -> None:
    """Work is counted, not seconds: bytes of the page, and reads of the journal."""
    groups, event = many_groups(1000), six_moments()
    async with near(tmp_path, programme_of(event, groups)) as found:
        names = [slot.key for slot in event.slots()[2:]]
        await found.decide(all_of(*drafts(groups, *names)))
        found.clock.turn_to(event.times.reports_at + timedelta(hours=2))
        plain = await found.client.get(found.board, headers={"accept-encoding": "identity", "accept-language": "zh"})
        assert plain.text.count("<td class=") == 6000
        assert len(plain.content) <= 400_000
        assert len(gzip.compress(plain.content)) <= 40_000
        reads: list[str] = []
        before = found.house.journal.store.read
        found.house.journal.store.read = lambda event, after: (reads.append(event), before(event, after))[1]  # type: ignore[method-assign]
        packed = await found.client.get(found.board, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert reads == []


async def test_the_start_page_has_red_points_and_a_way_to_the_board(desk: Near) -> None:
    page = await desk.page(desk.owner)
    points = re.findall(r'href="([^"]+)"><b>(\d+)</b>', page)
    assert [(urlsplit(html.unescape(link)).query, count) for link, count in points] == [
        ("standing=late", "6"),
        ("standing=unknown", "1"),
        ("standing=refused", "1"),
    ]
    assert f'{desk.event.id}/board">' in page


async def test_a_week_without_trouble_has_no_red_point(desk: Near) -> None:
    desk.clock.turn_to(desk.event.times.reminds_at[0])
    await desk.press(f"{desk.board}/there", slot="remind-1", group="g0010")
    page = await desk.page(desk.owner)
    assert "standing=late" not in page
    assert "standing=refused" in page
