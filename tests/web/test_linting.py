"""The linter on the owner's pages: said while a text is written, in the reader's language; no recall forces sharing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.boards import many_groups, programme_of, six_moments
from tests.web.near import PROGRAM, Near, near


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Near]:
    async with near(tmp_path, programme_of(six_moments(), many_groups(3))) as found:
        yield found


async def _looked_at(desk: Near, text: str, language: str = "zh", **fields: str) -> dict[str, list[dict[str, object]]]:
    headers = {**PROGRAM, "Accept-Language": language}
    answer = await desk.client.post(f"{desk.owner}/lint", data={"text": text, **fields}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, object]]] = answer.json()
    return found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("今晚八点\n转发到朋友圈即可领取资料", "转发到朋友圈即可：不能把转发分享当作条件"),
        ("今晚八点\n**八点，**不见不散", "这里的加粗显示不出来"),
        ("今晚八点\n**八点，**不见不散**", "这里的加粗显示不出来"),
        ("今晚八点\n<b>八点</b>", "不能用 HTML"),
        ("今晚八点\n![海报](https://a.example/x.png)", "文案里不放图片"),
        ("今晚八点\n[点我](javascript:alert)", "javascript:alert 不是网址"),
        ('今晚八点\n[点我](https://a.example "题")', "聊天里的链接没有标题"),
        ("今晚八点\n~~不~~", "不能用 ~~"),
    ],
)
async def test_what_is_to_be_changed_is_said_with_its_line_in_the_readers_language(
    desk: Near, text: str, what: str
) -> None:
    first, *_ = (await _looked_at(desk, text))["findings"]
    assert (first["line"], first["what"]) == (2, what)
    english, *_ = (await _looked_at(desk, text, "en"))["findings"]
    assert "line" in english
    assert "今" not in str(english["now"])


async def test_each_platform_is_measured_in_its_own_unit(desk: Near) -> None:
    found = await _looked_at(desk, "长" * 1400, "en")
    long = {one["platform"]: (one["long"], one["longest"], one["unit"]) for one in found["lengths"]}
    assert long["WeCom"] == (4200, 4096, "bytes")
    assert long["Telegram"] == (1400, 4096, "characters (UTF-16)")
    assert [one["what"] for one in found["findings"]] == ["Too long for WeCom: 4200 bytes, 4096 are allowed"]
    assert (await _looked_at(desk, "今晚八点"))["findings"] == []


async def test_nothing_in_a_template_is_carried_out(desk: Near) -> None:
    found = await _looked_at(desk, "{% if 1 %}今晚 {{ topic | md }}{% endif %}\n{{ ''.__class__.__mro__ }}\n{# x #}")
    assert found["plain"] == "今晚 某某\n某某\n"
    assert found["findings"] == []


async def test_the_page_works_without_script_and_shows_what_was_typed_as_words(desk: Near) -> None:
    page = await desk.client.post(f"{desk.owner}/lint", data={"text": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "不能用 HTML" in page.text
    assert (await desk.client.post(f"{desk.owner}x/lint", data={"text": "x"})).status_code == 403


@pytest.mark.parametrize("verb", ["board/recall", "recall"])
async def test_a_recall_that_makes_sharing_a_condition_is_refused(desk: Near, verb: str) -> None:
    path = f"{desk.owner}/{desk.event.id}/{verb}"
    refused = await desk.press(path, text="改期了。\n转发本海报到三个群，即可领取新席位")
    assert (refused.status_code, refused.json()["reason"]) == (422, "forced_sharing")
    assert "转发本海报到三个群" in refused.json()["say"]
    assert await desk.kinds("door_recalled") == []
    await asyncio.gather(*(desk.page(f"{desk.owner}/{desk.event.id}/{page}") for page in ("board", "codes")))
    assert (await desk.press(path, text="改期了，不用转发。")).status_code == 200
