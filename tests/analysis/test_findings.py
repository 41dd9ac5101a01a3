"""What came of an evening, who brought it, and who might lead the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.evening import evening, talk

from salon.analysis.findings import owner_of
from salon.analysis.told import Finding
from salon.model import Discussion
from salon.report import NotProven, report_of, verify

CLAIM = ("小北", "老客流失的最大原因是没有人记得他们买过什么")


def found(said: Discussion) -> tuple[Finding, ...]:
    """Findings of *said*, proven."""
    report = report_of(said)
    verify(report, said)
    return report.findings


def kinds(said: Discussion) -> list[tuple[str, str, bool]]:
    """(kind, id of the message, marked or not) of each finding."""
    return [(f.kind, f.quote.message_ids[0], f.is_marked) for f in found(said)]


def replying(said: Discussion, *pairs: tuple[str, str]) -> Discussion:
    """*said*, with (message, message that it answers) among its replies."""
    to = dict(pairs)
    return replace(said, messages=tuple(replace(m, reply_to=to.get(m.id, "")) for m in said.messages))


def test_what_people_marked_comes_first_and_is_never_told_twice() -> None:
    said = talk(("老周", "#共识 大家都同意先做名单再谈工具"), ("小北", "好的，大家都同意先做名单，再谈别的工具吧"))
    assert kinds(said) == [("agreement", "1", True)]


def test_an_agreement_needs_two_who_agree() -> None:
    one = replying(talk(CLAIM, ("老周", "我也同意，名单最要紧的")), ("2", "1"))
    assert kinds(one) == []
    two = replying(
        talk(CLAIM, ("老周", "我也同意"), ("Momo", "完全同意，名单上写着的老客都回来了")), ("2", "1"), ("3", "1")
    )
    assert kinds(two) == [("agreement", "1", False)]
    assert [quote.name for quote in found(two)[0].others] == ["Momo"], "a bare word of assent is no voice to print"


def test_who_agrees_twice_is_one_voice() -> None:
    said = talk(CLAIM, ("老周", "我也同意"), ("老周", "我完全同意这个说法"))
    assert kinds(replying(said, ("2", "1"), ("3", "1"))) == []


def test_a_minority_keeps_its_voice() -> None:
    lines = [CLAIM, ("老周", "我不同意，我店里走掉的老客都是嫌贵的"), *((f"客{k}", "我也同意") for k in range(3))]
    said = replying(talk(*lines), *((str(k), "1") for k in range(2, 6)))
    agreement = found(said)[0]
    assert agreement.kind == "agreement"
    assert [quote.name for quote in agreement.others] == ["老周"]


def test_an_objection_to_what_nobody_else_agreed_to_is_a_disagreement() -> None:
    said = replying(talk(CLAIM, ("老周", "我不同意，我店里走掉的老客都是嫌贵的")), ("2", "1"))
    assert [(f.kind, f.quote.name, [q.name for q in f.others]) for f in found(said)] == [
        ("disagreement", "小北", ["老周"])
    ]


def test_an_objection_to_nobody_in_particular_is_left_out() -> None:
    assert kinds(talk(CLAIM, ("Momo", "今天下雨了路上很堵"), ("老周", "我不同意，走掉的老客都是嫌贵的"))) == []


def test_no_is_an_answer_to_a_question_not_a_disagreement() -> None:
    said = talk(("Bei", "Can the small shops use the same list as we do?"), ("Lin", "Bei: I don't think so"))
    assert kinds(said) == []


def test_who_takes_something_on_is_its_owner() -> None:
    said = talk(CLAIM, ("Momo", "我来整理今天的老客名单，周五发到群里"))
    assert [(f.kind, f.owner) for f in found(said)] == [("action", "Momo")]


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("小周下周把表格发出来", "小周"),
        ("@小周 下周把表格发出来", "小周"),
        ("表格由小周负责", "小周"),
        ("我来发表格", "老周"),
        ("Ann to write the list", "Ann"),
        ("write the list (Ann)", "Ann"),
        ("Anna writes the list", ""),
        ("下周把表格发出来", ""),
    ],
)
def test_the_owner_of_an_action_is_who_it_names(text: str, owner: str) -> None:
    assert owner_of(text, "老周", {"小周": "小周", "老周": "老周", "ann": "Ann", "a": "A"}) == owner


def test_findings_know_their_section() -> None:
    assert [(f.kind, f.section) for f in found(evening())] == [("agreement", 1)]
    assert [a.section for a in report_of(evening()).questions] == [1, 2]


def test_what_carries_over_stands_in_it_once() -> None:
    base = evening()
    more = talk(("小周", "#待答 有没有人试过请老客带新客？"), ("小周", "#行动 小周：下周发模板")).messages
    later = [replace(m, id=f"x{m.id}", at=base.messages[-1].at) for m in more]
    report = report_of(replace(base, messages=(*base.messages, *later)))
    assert [(f.kind, f.quote.message_ids, f.owner) for f in report.carried_over] == [
        ("open_question", ("x1",), ""),
        ("open_question", ("13",), ""),
        ("action", ("x2",), "小周"),
    ]


def test_whoever_is_quoted_and_taken_up_may_lead_next() -> None:
    report = report_of(evening())
    assert [(c.name, c.messages, c.quotes > 0) for c in report.candidates] == [("店长小北", 3, True)]
    assert set(report.candidates[0].message_ids) <= {"4", "11", "15"}


def test_who_asked_not_to_be_named_is_not_proposed() -> None:
    assert report_of(replace(evening(), unnamed=frozenset({"key-店长小北"}))).candidates == ()


def test_whoever_takes_the_name_of_the_kol_is_not_proposed() -> None:
    base = evening()
    twins = [replace(m, name="林嘉") if m.name == "店长小北" else m for m in base.messages]
    assert report_of(replace(base, messages=tuple(twins))).candidates == ()


def _give_an_action_to_another(said: Discussion) -> None:
    report = report_of(said)
    verify(replace(report, findings=(replace(report.findings[0], owner="阿宁"),)), said)


def _count_a_candidate_up(said: Discussion) -> None:
    report = report_of(said)
    verify(replace(report, candidates=(replace(report.candidates[0], messages=99),)), said)


def _propose_under_another_name(said: Discussion) -> None:
    report = report_of(said)
    verify(replace(report, candidates=(replace(report.candidates[0], name="老周"),)), said)


@pytest.mark.parametrize("lie", [_give_an_action_to_another, _count_a_candidate_up, _propose_under_another_name])
def test_no_lie_about_people_is_proven(lie: Callable[[Discussion], None]) -> None:
    with pytest.raises(NotProven):
        lie(evening())
