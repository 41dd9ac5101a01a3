"""Whoever leads through the evening is no contributor; the KOL is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evening import AT, evening, talk

from salon.analysis.align import align
from salon.analysis.hosting import hosting, is_host, leads
from salon.analysis.log import log_of
from salon.model import Discussion, Section
from salon.report import report_of

POINTS = ("老客为什么会走", "每周花多少时间", "什么活动值得办")
HOST, KOL, MEMBER = "小满", "林嘉", "老周"


def hosted(*more: tuple[str, str], host: str = HOST) -> Discussion:
    """An evening in which *host* takes up every point in many words, and others say *more*."""
    asked = [
        (host, f"我们来看下一个问题，也是报名的时候问得最多的一个：{point}？大家先说说自己店里的情况")
        for point in POINTS
    ]
    led = [(host, f"{point}这一条就聊到这里，接下来请各位店长补充自己店里老客活动和时间安排的经验") for point in POINTS]
    lines = [line for three in zip(asked, led, strict=True) for line in three]
    return replace(talk(*lines, *more), outline=(Section(title="全部", minutes=60, questions=POINTS),))


#: So long after the points that none of their quotes takes it.
KOLS = (KOL, "老客记录放在一本纸质本子上最稳，店里谁都能随手翻到，停电断网也不怕")
MEMBERS = (MEMBER, "隔壁折扣店开张以后复购掉了一成半，我靠送货上门才慢慢拉回来一些老街坊")


@pytest.mark.parametrize("host", [HOST, "主持人", "Host Hana"])
def test_the_host_is_not_worth_a_second_read(host: str) -> None:
    report = report_of(hosted(KOLS, MEMBERS, host=host))
    told = {q.name for q in report.notable}
    assert host not in told
    assert told | {q.name for p in report.sections for q in p.quotes} >= {KOL, MEMBER}


def test_where_only_the_host_spoke_the_host_is_told() -> None:
    said = talk(*[("主持人", f"第{k}条规则说的是老客活动每周要花多少时间在记录和回访上") for k in range(6)])
    assert {quote.name for quote in report_of(said).notable} == {"主持人"}


def test_a_prompt_said_again_is_no_contribution() -> None:
    text = "说说你店里最近一次失去老客的经历，越具体越好，花了多少钱也说"
    base = talk(KOLS, ("豆豆妈", text), MEMBERS)
    assert text in [quote.text for quote in report_of(base).notable]
    told = report_of(replace(base, prompts=((1, text, AT),)))
    assert text not in [quote.text for quote in told.notable]
    assert told.notable


def test_the_kol_contributes_what_is_no_question() -> None:
    assert not leads("第一步不是发券，是把每位老客最近三次的购买记下来。")
    assert not leads("The first thing to buy is a scale for the door.")
    assert leads("接下来请大家说说自己的店")
    assert leads("Moving on: which items should you turn away?")
    assert is_host("Hana (host)")
    assert not is_host("Ghostwriter")


def test_a_greeting_of_the_host_is_no_prologue() -> None:
    base = evening()
    first = base.messages[0]
    welcome = replace(
        first,
        author="key-host",
        role="member",
        name="主持人",
        text="大家晚上好！欢迎来到今晚的沙龙，人到得差不多了，我们准备开始。",
    )
    said = replace(base, messages=(replace(welcome, id="w"), *base.messages))
    assert [quote.message_ids for quote in report_of(said).prologue] == [("1",)]


def test_who_hosts_by_what_they_say_contributes_nothing_else_either() -> None:
    aside = "我自己早年开店的时候每周花两个晚上抄会员本子，老客生日都记在墙上的挂历里面"
    assert not leads(aside)
    said = hosted(KOLS, MEMBERS, (HOST, aside), ("路人甲", aside))
    log = log_of(said, POINTS)
    leading = hosting(log, frozenset(), frozenset(k for k in align(log) if k is not None), ())
    hosts = {line.message.name for k, line in enumerate(log.lines) if line.message.text == aside and k in leading}
    assert hosts == {HOST}, "it leads for whose it is, not for what it says"
