"""The register of groups over HTTP: looked at, edited, imported after a look, exported."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.boards import many_groups, programme_of, six_moments
from tests.web.near import PROGRAM, Near, near

from salon.planbook import PLAN

GROUPS = many_groups(30)
LIST = "群名,负责人,城市\n北京读书会 0 群,新人,北京\n新的群 <b>,陈玥,天津\n坏行,,\n坏行,,\n"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Near]:
    """Thirty groups of one series."""
    async with near(tmp_path, programme_of(six_moments(), GROUPS)) as found:
        yield found


def register(desk: Near) -> str:
    return f"{desk.owner}/groups"


async def sent(desk: Near, text: str | bytes, **fields: str) -> Any:
    """A list sent as the page's form does, to a program."""
    files = {"file": ("list.csv", text)} if isinstance(text, bytes) else {"file": ("", b"")}
    data = fields if isinstance(text, bytes) else {"text": text, **fields}
    return await desk.client.post(f"{register(desk)}/thursday/import", data=data, files=files, headers=PROGRAM)


async def test_a_thousand_groups_are_one_light_screen(tmp_path: Path) -> None:
    async with near(tmp_path, programme_of(six_moments(), many_groups(1000))) as found:
        page = await found.page(f"{register(found)}?series=thursday")
        assert page.count('<tr id="g-') == 1000
        assert len(page.encode()) <= 400_000
        assert "1000" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=读书会 7 群", 1), ("parent=北京", 4), ("leader=负责人0", 3), ("channel=folder", 3), ("q=%3Cb%3E", 0)],
)
async def test_the_register_is_searched_and_filtered(desk: Near, query: str, count: int) -> None:
    assert len(await desk.look(f"{register(desk)}?series=thursday&{query}")) == count


async def test_nothing_is_applied_until_it_is_confirmed(desk: Near) -> None:
    before = len(await desk.house.journal.entries(PLAN))
    preview = (await sent(desk, LIST)).json()
    assert [(one["line"], one["name"]) for one in preview["new"]] == [(3, "新的群 <b>"), (4, "坏行")]
    assert preview["changed"][0]["fields"] == [["leader", "负责人0", "新人"]]
    assert [(one["line"], one["why"]) for one in preview["wrong"]] == [(5, "twice")]
    assert len(await desk.house.journal.entries(PLAN)) == before
    applied = await sent(desk, LIST, seen=preview["seen"])
    assert applied.status_code == 201
    names = {row["name"]: row["leader"] for row in await desk.look(register(desk))}
    assert (names["北京读书会 0 群"], names["新的群 <b>"], len(names)) == ("新人", "陈玥", 32)
    again = (await sent(desk, LIST)).json()
    assert (again["new"], again["changed"], again["same"]) == ([], [], 3)
    await sent(desk, LIST, seen=preview["seen"])
    assert len(await desk.look(register(desk))) == 32, "the same button again adds nothing"


async def test_the_same_list_of_hooks_again_changes_nothing_and_shows_no_key(desk: Near) -> None:
    """Whole webhooks as people paste them; two of them make no sense, and the line says so before anything is done."""
    hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
    rows = [f"机器人群{n},wecom,{hook}planted-key-{n}" for n in range(5)]
    rows += [
        "信箱群,email,readers@planted.example",
        "错群,wecom,https://evil.example/?key=x",
        "重复群,wecom,planted-key-0",
    ]
    text = "\n".join(["群名,渠道,地址", *rows])
    first = await sent(desk, text)
    assert "planted" not in first.text
    preview = first.json()
    assert len(preview["new"]) == 6
    assert [(one["line"], one["field"], one["why"]) for one in preview["wrong"]] == [
        (8, "address", "no_address"),
        (9, "address", "twice"),
    ]
    assert (await sent(desk, text, seen=preview["seen"])).status_code == 201
    again = (await sent(desk, text)).json()
    assert (again["new"], again["changed"], again["same"]) == ([], [], 6)
    # Moved to another robot: seen as a change, and neither key is told.
    moved = (await sent(desk, text.replace("planted-key-4", "planted-new-4"))).json()
    assert [one["fields"] for one in moved["changed"]] == [[["address", "…", "…"]]]
    for path in ("", "/thursday/groups.csv", "/thursday/groups.toml", f"/thursday/{preview['new'][0]['id']}"):
        assert "planted" not in await desk.page(f"{register(desk)}{path}")
        answer = await desk.client.get(f"{register(desk)}{path}", headers=PROGRAM)
        assert "planted" not in answer.text
    # Who is written to stands on the owner's page of that one group: somebody must be able to take one out.
    mail = next(one["id"] for one in preview["new"] if one["name"] == "信箱群")
    assert 'value="readers@planted.example"' in await desk.page(f"{register(desk)}/thursday/{mail}")
    await desk.press(f"{register(desk)}/thursday/{mail}", address="bo@planted.example")
    assert 'value="bo@planted.example"' in await desk.page(f"{register(desk)}/thursday/{mail}")
    assert "planted" not in repr(await desk.house.groups(desk.event))
    assert "planted" not in repr([entry.data for entry in await desk.house.journal.entries(PLAN)])


async def test_a_new_group_has_a_live_code_for_each_evening(desk: Near) -> None:
    preview = (await sent(desk, "新的群 陈玥")).json()
    await sent(desk, "新的群 陈玥", seen=preview["seen"])
    book = await desk.house.plan()
    assert book.code(desk.event.id, preview["new"][0]["id"])


async def test_a_file_of_another_encoding_is_previewed_and_confirmed_as_a_page(desk: Near) -> None:
    """What the second button sends is what was looked at, though the file is sent only once."""
    files = {"file": ("名单.csv", LIST.encode("gb18030"))}
    page = (await desk.client.post(f"{register(desk)}/thursday/import", files=files)).text
    assert "新的群 &lt;b&gt;" in page
    assert "<b>1</b> 有改动" in page
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    text = html.unescape(re.findall(r"<textarea name=\"text\" hidden>\n(.*?)</textarea>", page, re.DOTALL)[0])
    confirmed = await desk.client.post(
        f"{register(desk)}/thursday/import",
        data={"seen": seen, "text": text.replace("\n", "\r\n")},
        files={"file": ("", b"")},
    )
    assert confirmed.headers["location"].endswith("/groups?series=thursday&done=imported")
    assert len(await desk.look(register(desk))) == 32


async def test_a_register_that_changed_meanwhile_is_looked_at_again(desk: Near) -> None:
    preview = (await sent(desk, LIST)).json()
    await desk.press(f"{register(desk)}/thursday/g0000", leader="谁")
    answer = await sent(desk, LIST, seen=preview["seen"])
    assert answer.json()["changed"][0]["fields"] == [["leader", "谁", "新人"]]
    assert len(await desk.look(register(desk))) == 30


async def test_two_imports_at_once_both_count_and_undo_nothing(desk: Near) -> None:
    lists = ["群名,负责人\n甲群,陈玥\n共同,老周\n", "群名,负责人\n乙群,陈玥\n共同,老周\n"]
    marks = [(await sent(desk, text)).json()["seen"] for text in lists]
    await asyncio.gather(*(sent(desk, text, seen=mark) for text, mark in zip(lists, marks, strict=True)))
    names = [row["name"] for row in await desk.look(register(desk))]
    assert len(names) == 33
    assert {"甲群", "乙群", "共同"} <= set(names)


async def test_two_edits_at_once_undo_nothing(desk: Near) -> None:
    at = f"{register(desk)}/thursday"
    await asyncio.gather(*(desk.press(f"{at}/g{n:04}", leader=f"新{n}") for n in range(8)))
    leaders = [row["leader"] for row in await desk.look(register(desk))]
    assert leaders[:8] == [f"新{n}" for n in range(8)]


async def test_every_change_of_the_rules_is_a_version(desk: Near) -> None:
    at = f"{register(desk)}/thursday/g0001"
    for rules in ("不发广告", "不发广告\n不私加", "不发广告\n不私加"):
        await desk.press(at, rules=rules)
    await desk.press(at, leader="别人")
    page = await desk.page(at)
    assert re.findall(r"第 (\d) ·", page) == ["2", "1"]
    assert page.index("不私加</p>") < page.index(">不发广告</p>")


async def test_a_mistake_on_the_form_keeps_what_was_typed(desk: Near) -> None:
    at = f"{register(desk)}/thursday/g0001"
    answer = await desk.client.post(at, data={"name": "改名", "quiet": "25:00", "size": "300"})
    assert answer.status_code == 422
    assert 'value="25:00"' in answer.text
    assert 'value="改名"' in answer.text
    assert "请写成 22:30-08:00" in answer.text
    assert (await desk.look(at))["name"] == GROUPS[1].name


async def test_somebody_elses_edit_is_not_overwritten_unseen(desk: Near) -> None:
    at = f"{register(desk)}/thursday/g0001"
    seen = re.findall(r'name="seen" value="(\w+)"', await desk.page(at))[0]
    await desk.press(at, leader="先来的")
    late = await desk.client.post(at, data={"leader": "后来的", "seen": seen})
    assert late.status_code == 409
    assert 'value="后来的"' in late.text
    assert (await desk.look(at))["leader"] == "先来的"


async def test_an_empty_field_of_the_form_means_nothing(desk: Near) -> None:
    at = f"{register(desk)}/thursday/g0001"
    await desk.press(at, backup="", size="", quiet="22:30-08:00")
    group = await desk.look(at)
    assert (group["backup"], group["size"], group["quiet"], group["leader"]) == ("", 0, "22:30-08:00", "负责人0")


async def test_a_group_is_taken_out_and_hears_no_more(desk: Near) -> None:
    await desk.press(f"{register(desk)}/thursday/g0001", drop="yes")
    assert "g0001" not in [group.id for group in await desk.house.groups(desk.event)]
    assert (await desk.client.get(f"{register(desk)}/thursday/g0001")).status_code == 404


async def test_the_exports_are_files_that_hold_everything(desk: Near) -> None:
    table = await desk.client.get(f"{register(desk)}/thursday/groups.csv?lang=zh")
    assert table.headers["content-disposition"] == 'attachment; filename="thursday.csv"'
    assert table.content.startswith("\ufeff编号,群名,负责人".encode())
    assert (await sent(desk, table.content)).json()["same"] == 30
    plan = await desk.page(f"{register(desk)}/thursday/groups.toml")
    assert plan.count("[[groups]]") == 30


async def test_the_register_is_nobody_elses(desk: Near) -> None:
    other = register(desk).replace("/owner/", "/owner/a")
    for path in ("", "/thursday/g0001", "/thursday/groups.csv", "/thursday/groups.toml"):
        assert (await desk.client.get(other + path)).status_code == 403
    assert (await desk.press(f"{other}/thursday/import", text=LIST)).status_code == 403
    assert (await desk.press(f"{other}/thursday/g0001", drop="yes")).status_code == 403
    assert (await desk.press(f"{register(desk)}/nothing/import", text=LIST)).status_code == 404
