"""The lines that open a report are understood alone, and are what somebody wrote."""

from __future__ import annotations

import pytest

from salon.analysis.alone import is_whole, passage, statement

NAMES = ("Ada", "willcl_ark", "Jun", "林嘉", "店长小北", "Momo")
GOOD = "A café runs out of greeters first, because the queue is what burns everyone out."
ZH = "一个人能做满一百期的，靠的不是热情，是把每一期的成本压到自己扛得住。"


def said(text: str, longest: int = 190) -> str:
    found = passage(text, NAMES, longest)
    assert found is None or found.text in text
    return found.text if found else ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (GOOD, GOOD),
        (f"@Ada {GOOD}", GOOD),
        (f"Ada: {GOOD}", GOOD),
        (f"will: {GOOD}", GOOD),
        (f"@Ada yes, we do. {GOOD}", GOOD),
        (f"It does. {GOOD}", GOOD),
        (f"I think it does. {GOOD}", GOOD),
        (f"Thanks Jun! {GOOD} What do others say?", GOOD),
        (f"#info {GOOD}", GOOD),
        (ZH, ZH),
        (f"林嘉：{ZH}", ZH),
        (f"@林嘉 是的，{ZH} {ZH}", ZH),
        (f"林老师，{ZH}", ZH),
        (f"我去。{ZH}", ZH),
        (f"大家好！{ZH}你们怎么看？", ZH),
    ],
)
def test_whom_it_addresses_and_what_it_answers_is_left_away(text: str, kept: str) -> None:
    assert said(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "@Ada yes, that is exactly what happened to us in the second year as well",
        "And then it broke down for the third time in a single month, on a Sunday.",
        "They never came back after that, which was a pity for all of us here.",
        "How do you find volunteers for an evening in the middle of the winter?",
        "Welcome to tonight's salon, we have a lot to get through in two hours.",
        "First, since this is a really large change with a paper and a proposal and",
        "Good evening everyone and thank you for coming out in this terrible rain!",
        "Read (the whole of it before you open anything that has a heating element.",
        "The list is at https://example.org/list and everybody may copy it from there.",
        "那这样的话每个月要花掉的时间就更多了，我们三个人根本忙不过来。",
        "(By the way, whoever has a spare projector at home may bring it along next week.)",
        "I'm new to all of this. Any reason one shouldn't start with the smaller of both halls.",
        "I might be able to help out with the kitchen and a few other things next week.",
        "就所有的这些都是我们店里关注的点，也就是后面几年的瓶颈所在。",
        "所以养活自己还不行，但是付房租可以，这是我四年下来的账。",
        "接下来请大家说说自己的店，每个人两分钟，从小北开始往下轮。",
        "大家晚上好，欢迎来到今晚的沙龙，人到得差不多了，我们准备开始。",
        "第一步应该先把每位老客最近三次的购买都记下来，",
        "有没有人试过请老客带新客，效果怎么样，要不要给红包",
    ],
)
def test_fragments_greetings_answers_and_questions_open_no_report(text: str) -> None:
    assert said(text) == ""


def test_a_sentence_is_never_cut() -> None:
    assert said(f"{GOOD} {GOOD[:-1]} and that took us six years to see.", 90) == GOOD
    assert said(GOOD, 40) == ""
    assert said(ZH, 20) == ""


def test_the_better_of_two_sentences_is_taken() -> None:
    assert said(f"i ran it once on my own machine at home last year\n{GOOD}") == GOOD


def test_what_somebody_marked_loses_only_whom_it_addresses() -> None:
    assert statement("阿宁：先记住一百位老客，再谈工具", ("阿宁",), 90) == "先记住一百位老客，再谈工具"
    assert statement("x" * 300, NAMES, 190) == ""


def test_worth_a_second_read_is_what_talks_to_nobody() -> None:
    assert is_whole(GOOD, NAMES)
    assert not is_whole(f"@Ada {GOOD}", NAMES)
    assert not is_whole("不过公开报价会不会吓跑小品牌", NAMES)
    assert not is_whole("", NAMES)


@pytest.mark.parametrize(
    "text",
    [
        f"..: {GOOD}",
        f"-> {GOOD}",
        f"{GOOD[:-1]}, but I am not sure.",
        "I would think that the list goes first, before the greeters and before the rest of the queue",
        f"{GOOD} :P",
        "Second item is the list of the greeters that the café on the corner should keep for itself.",
        f"{ZH[:-1]}，我也不确定。",
        "那么首先我先自我介绍一下，我是做社区团购的林嘉，跟大家在群里面都见过面。",
    ],
)
def test_what_goes_on_hedges_jokes_or_hosts_is_no_line_to_open_with(text: str) -> None:
    assert said(text) in ("", GOOD)
    assert not is_whole(text, NAMES)
