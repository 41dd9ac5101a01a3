"""The recap that was posted keeps nothing that was taken away afterwards."""

from __future__ import annotations

import pytest
from tests.moments.test_recap import Talk

from salon.house import House
from salon.model import Event
from salon.moments.recap import recap
from salon.moments.recapped import retold
from salon.rules.consent import ask_anonymity, end_anonymity, return_words, withdraw_words
from salon.rules.ending import edit_recap
from salon.rules.talk import hide_message


@pytest.fixture
async def talk(house: House, event: Event) -> Talk:
    talk = Talk(house, event)
    await talk.opens("阿宁", "小北", "豆豆妈")
    return talk


async def retelling(talk: Talk, posted: str) -> str:
    state = (await talk.house.journal.refresh(talk.event.id)).state
    return str(retold({"kind": "recap", "text": posted}, talk.event, state)["text"])


async def does(talk: Talk, *rules: object) -> None:
    for rule in rules:
        await talk.house.journal.decide(talk.event.id, rule)  # type: ignore[arg-type]


async def test_what_is_withdrawn_or_hidden_afterwards_is_a_mark_without_a_name(talk: Talk) -> None:
    long = "老客走的原因不是价格，而是没有人记得他们买过什么，" * 4
    gone = await talk.says("小北", f"#共识 {long}")
    bad = await talk.says("豆豆妈", "#要点 加我微信领优惠")
    await talk.says("阿宁", "#行动 我周五前整理清单")
    posted = await talk.recap()
    assert "没有人记得" in posted
    assert "领优惠" in posted
    await does(talk, withdraw_words("小北", [gone], by="小北"), hide_message(bad, by="host"))
    text = await retelling(talk, posted)
    assert "老客" not in text
    assert "领优惠" not in text
    assert "【大家的共识】\n· 【已撤回】\n" in text
    assert "【记下的要点】\n· 【已撤回】\n" in text
    assert "· 我周五前整理清单（阿宁）" in text
    assert "小北" not in text
    assert "豆豆妈" not in text
    await does(talk, return_words("小北", [gone], by="小北"), hide_message(bad, by="host"))
    assert "没有人记得" in await retelling(talk, posted), "given back, it stands there again"


async def test_the_line_that_most_answered_goes_as_well_and_so_does_a_line_of_its_editor(talk: Talk) -> None:
    gone = await talk.says("小北", "门口那块牌子该换了吗？")
    await talk.says("阿宁", "该换了，字太小。", to=gone)
    await does(talk, edit_recap(talk.event, {"points": ["小北说：门口那块牌子该换了吗？大家都这么想"]}, by="host"))
    posted = await talk.recap()
    assert posted.count("门口那块牌子") == 2
    await does(talk, withdraw_words("小北", [gone], by="小北"))
    text = await retelling(talk, posted)
    assert "牌子" not in text
    assert "“【已撤回】”" in text


async def test_what_somebody_else_said_in_the_same_words_stays_theirs(talk: Talk) -> None:
    await talk.says("阿宁", "#共识 账要按周算")
    gone = await talk.says("小北", "#共识 账要按周算")
    posted = await talk.recap()
    await does(talk, withdraw_words("小北", [gone], by="小北"))
    text = await retelling(talk, posted)
    assert "· 账要按周算（阿宁）" in text
    assert "小北" not in text


async def test_who_asks_afterwards_not_to_be_named_has_an_alias(talk: Talk) -> None:
    await talk.says("阿宁", "#共识 先把测试交出去")
    posted = await talk.recap()
    await does(talk, ask_anonymity("阿宁", by="阿宁"))
    assert "· 先把测试交出去（成员 1）" in await retelling(talk, posted)
    await does(talk, end_anonymity("阿宁", by="阿宁"))
    assert await retelling(talk, posted) == posted


async def test_nothing_else_is_touched(talk: Talk) -> None:
    await talk.says("阿宁", "#共识 好的我们周一见")
    short = await talk.says("小北", "好的")
    state = (await talk.house.journal.refresh(talk.event.id)).state
    posted = recap(talk.house, talk.event, state)
    await does(talk, hide_message(short, by="host"))
    assert await retelling(talk, posted) == posted
    frame = {"kind": "notice", "text": "好的"}
    assert retold(frame, talk.event, state) == frame
