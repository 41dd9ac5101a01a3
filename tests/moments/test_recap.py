"""The instant recap tells what was marked, voted and asked, short enough for a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from salon.analysis.commands import TAGS
from salon.discussion import discussion_of
from salon.house import House
from salon.marking import marks_of
from salon.model import Event, Poll
from salon.moments.recap import LONGEST, recap
from salon.report import report_of
from salon.rules.consent import ask_anonymity, withdraw_words
from salon.rules.ending import edit_recap
from salon.rules.polls import cast_vote, open_poll, scale
from salon.rules.questions import ask_question, reply_as, want_answer
from salon.rules.rhythm import tag_message
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_as, post_message
from salon.rules.week import open_room


class Talk:
    """An evening in which members of a house talk, one line after another."""

    def __init__(self, house: House, event: Event) -> None:
        self.house, self.event = house, event

    async def opens(self, *names: str) -> None:
        self.house.clock.turn_to(self.event.times.opens_at)  # type: ignore[attr-defined]
        await self.house.journal.decide(self.event.id, open_room(self.event, by="clock"))
        for name in names:
            await self.house.journal.decide(self.event.id, take_seat(self.event, name, source="readers", name=name))

    async def says(self, name: str, text: str, *, to: int = 0) -> int:
        """Post *text*; returns the number of its entry. What a tag begins the host marks by button."""
        tag, _, words = text.partition(" ")
        if tag[:1] == "#":
            seq = await self.says(name, words, to=to)
            await self.house.journal.decide(self.event.id, tag_message(self.event, seq, TAGS[tag[1:]], by="host"))
            return seq
        self.house.clock.turn_to(self.house.clock.now() + timedelta(minutes=1))  # type: ignore[attr-defined]
        line = Line(text=text, client_id=f"{self.house.clock.now():%H-%M-%S}", reply_to=str(to) if to else "")
        entries = await self.house.journal.decide(self.event.id, post_message(self.event, name, line))
        return entries[-1].seq

    async def recap(self, event: Event | None = None) -> str:
        state = (await self.house.journal.refresh(self.event.id)).state
        return recap(self.house, event or self.event, state)


@pytest.fixture
async def talk(house: House, event: Event) -> Talk:
    talk = Talk(house, event)
    await talk.opens("阿宁", "小北", "豆豆妈")
    return talk


async def test_it_tells_what_was_marked_and_what_still_waits(talk: Talk) -> None:
    asked = await talk.says("小北", "预算只有五百块的小团队，应该先买哪一种工具比较合适？")
    await talk.says("阿宁", "先买一种就够了，用满一个月再说下一种。", to=asked)
    await talk.says("阿宁", "#共识 先把测试交出去，再谈别的")
    await talk.says("阿宁", "写好的测试交出去以后，由谁来看它写得对不对？")
    await talk.says("小北", "我们是两个人一起看测试，十分钟看完一天的。")
    await talk.says("豆豆妈", "#要点 账要按周算 #1")
    await talk.says("豆豆妈", "#行动 我周五前整理一份清单")
    await talk.says("小北", "#分歧 免费还是收费，各有各的账")
    await talk.says("阿宁", "#金句 先算账，再谈理想")
    await talk.says("小北", "#待答 老项目没有测试，从哪里开始？")
    await talk.says("豆豆妈", "团队里的设计同事也想用这些工具，需要另外准备哪些培训材料？")
    text = await talk.recap()
    assert "【大家的共识】\n· 先把测试交出去，再谈别的（阿宁）\n" in text
    assert "【记下的要点】\n· 账要按周算 #1（豆豆妈）\n" in text
    assert "【接下来要做的】\n· 我周五前整理一份清单（豆豆妈）\n" in text
    waiting = text.partition("【还在等回答】\n")[2].splitlines()
    assert waiting[:3] == [
        "· 老项目没有测试，从哪里开始？（小北）",
        "· 团队里的设计同事也想用这些工具，需要另外准备哪些培训材料？（豆豆妈）",
        "",
    ]
    assert "【还有分歧】\n· 免费还是收费，各有各的账（小北）\n" in text
    assert "【今晚金句】\n· 先算账，再谈理想（阿宁）\n" in text
    assert "【大家回应最多的一句】" not in text, "a quote that somebody chose is better than one that was counted"
    assert "未回答" not in text


async def test_what_members_tag_themselves_is_for_the_report_and_does_not_speak_for_the_room(talk: Talk) -> None:
    for rule in (
        post_message(talk.event, "阿宁", Line(text="#共识 大家都同意散会", client_id="1")),
        post_as(
            talk.event, "note_taker", "小录", Line(text="#共识 先把测试交出去", client_id="2"), by="note_taker:小录"
        ),
    ):
        await talk.house.journal.decide(talk.event.id, rule)
    text = await talk.recap()
    assert "· 先把测试交出去（小录）" in text
    assert "散会" not in text
    state = (await talk.house.journal.refresh(talk.event.id)).state
    assert [mark.text for mark in marks_of(state)] == ["先把测试交出去"]
    assert [mark.text for mark in report_of(discussion_of(talk.event, (), state)).minutes] == [
        "大家都同意散会", "先把测试交出去",
    ]  # fmt: skip


async def test_questions_to_the_guest_wait_until_they_are_answered_whatever_others_say(talk: Talk) -> None:
    numbers = []
    for name, text in (("小北", "老项目没有测试，应该从哪里开始交出去？"), ("阿宁", "预算五百块，先买哪一种工具？")):
        rule = ask_question(talk.event, name, Line(text=text, client_id="q"), is_anonymous=False)
        numbers.append((await talk.house.journal.decide(talk.event.id, rule))[-1].seq)
    await talk.house.journal.decide(talk.event.id, want_answer(talk.event, "小北", numbers[1], wanted=True))
    await talk.says("豆豆妈", "老项目我们是从接口测试开始的，工具先买一种。")
    waiting = (await talk.recap()).partition("【还在等回答】\n")[2].splitlines()
    assert waiting[:3] == [
        "· 预算五百块，先买哪一种工具？（阿宁）",
        "· 老项目没有测试，应该从哪里开始交出去？（小北）",
        "",
    ]
    reply = Line(text="先买一种", client_id="a", reply_to=str(numbers[1]))
    await talk.house.journal.decide(talk.event.id, reply_as(talk.event, "kol", talk.event.kol.name, reply))
    assert "· 预算五百块" not in await talk.recap()


async def test_withdrawn_words_are_not_in_it_and_who_asked_for_it_has_no_name(talk: Talk) -> None:
    await talk.says("阿宁", "#共识 先把测试交出去")
    gone = await talk.says("小北", "#共识 这一条我后来收回")
    assert "收回" in await talk.recap()
    for rule in (withdraw_words("小北", [gone], by="小北"), ask_anonymity("阿宁", by="阿宁")):
        await talk.house.journal.decide(talk.event.id, rule)
    text = await talk.recap()
    assert "收回" not in text
    assert "· 先把测试交出去（成员 1）" in text
    assert "阿宁" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_fits_on_a_phone_and_nothing_in_it_can_act_whatever_people_write(talk: Talk, language: str) -> None:
    event = replace(
        talk.event,
        languages=(language,),
        polls=tuple(
            Poll(id=f"p{k}", question="好" * 90, options=tuple(f"选项{n}" + "长" * 50 for n in range(10)))
            for k in range(5)
        ),
    )
    for poll in event.polls:
        await talk.house.journal.decide(event.id, open_poll(event, poll, by="host"))
        await talk.house.journal.decide(event.id, cast_vote(event, "阿宁", poll.id, 1))
    for tag in ("共识", "要点", "行动", "待答"):
        for k in range(5):
            await talk.says("小北", f"#{tag} {'w' * 900}\u202e\u200b {k}")
    text = await talk.recap(event)
    assert 200 < len(text) <= LONGEST
    assert not set(text) & set("\u202e\u200b")
    assert "wwww…（小北）" in text or "wwww… (小北)" in text


async def test_an_edited_recap_keeps_neither_words_nor_names_that_were_taken_back(talk: Talk) -> None:
    await talk.says("阿宁", "#共识 先把测试交出去")
    gone = await talk.says("小北", "#共识 这一条我后来收回")
    lines = {"agreements": ["先把测试交出去（阿宁）", "这一条我后来收回（小北）"], "waiting": ["谁来看？"]}
    await talk.house.journal.decide(talk.event.id, edit_recap(talk.event, lines, by="host"))
    assert "· 先把测试交出去（阿宁）\n· 这一条我后来收回（小北）\n" in await talk.recap()
    for rule in (withdraw_words("小北", [gone], by="小北"), ask_anonymity("阿宁", by="阿宁")):
        await talk.house.journal.decide(talk.event.id, rule)
    text = await talk.recap()
    assert "【大家的共识】\n· 先把测试交出去\n" in text
    assert "收回" not in text
    assert "· 谁来看？\n" in text


async def test_a_silent_evening_has_a_short_recap(talk: Talk) -> None:
    assert "【" not in (await talk.recap()).partition("\n")[2]


#: What a recap says of a score, by language.
SCORE = {
    "zh": (
        "【投票】有多放心？（3 人投票）\n平均 4.0 分（1 分：完全不；5 分：完全）\n"
        "打 3 分：1 人，33%\n打 4 分：1 人，33%\n打 5 分：1 人，33%\n\n"
    ),
    "en": (
        "POLL: 有多放心？ (voters: 3)\nMean 4.0 (1 = 完全不, 5 = 完全)\n"
        "Score 3: 1 of 3 (33%)\nScore 4: 1 of 3 (33%)\nScore 5: 1 of 3 (33%)\n\n"
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_score_is_told_in_words_and_a_number_that_is_an_option_is_no_count(talk: Talk, language: str) -> None:
    event = replace(talk.event, languages=(language,))
    sure = Poll(id="sure", question="有多放心？", options=scale(1, 5), kind="scale", ends=("完全不", "完全"))
    hours = Poll(id="hours", question="几小时？", options=("1", "2"))
    for poll in (sure, hours, replace(hours, id="none", question="没人投的")):
        await talk.house.journal.decide(event.id, open_poll(event, poll, by="host"))
    for name, said in (("阿宁", 3), ("小北", 4), ("豆豆妈", 5)):
        await talk.house.journal.decide(event.id, cast_vote(event, name, "sure", said))
    await talk.house.journal.decide(event.id, cast_vote(event, "阿宁", "hours", 1))
    text = await talk.recap(event)
    assert SCORE[language] in text
    assert {"zh": "\n1：0 票，0%\n2：1 票，100%\n", "en": "\n1: 0 (0%)\n2: 1 (100%)\n"}[language] in text
    assert {"zh": "没人投的（没有人投票）\n\n", "en": "没人投的 (nobody voted)\n\n"}[language] in text
