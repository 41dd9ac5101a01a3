"""The report invents nothing, and is the same however often it is made."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.evening import evening, talk

from salon.analysis.quotes import Quote
from salon.documents import as_json
from salon.model import Discussion, PollResult
from salon.report import NotProven, Report, points_of, quotes_in, report_of, verify

HERE = Path(__file__).resolve().parent


def test_every_point_of_the_outline_has_its_place_in_order() -> None:
    report = report_of(evening())
    assert [(p.section, p.title, p.message_id) for p in report.sections] == [
        (1, "老客为什么会走？", "3"),
        (2, "小店每周该花多少时间在老客身上？", "10"),
        (2, "怎样申请外贸退税？", None),
        (3, "什么样的活动值得办第二次", "14"),
    ]


def test_a_section_without_questions_is_its_own_point() -> None:
    assert points_of(evening())[-1] == (3, "什么样的活动值得办第二次", "什么样的活动值得办第二次")


def test_quotes_come_from_the_stretch_of_their_point() -> None:
    report = report_of(evening())
    first = {id for quote in report.sections[0].quotes for id in quote.message_ids}
    assert first
    assert first <= {"3", "4", "5", "6", "7", "8", "9"}


def test_questions_are_answered_or_open() -> None:
    report = report_of(evening())
    assert [(a.question.text, a.answer and a.answer.message_ids) for a in report.answered] == [
        ("记在哪里呢？用表格还是系统？", ("8",))
    ]
    assert [a.question.message_ids for a in report.open_questions] == [("13",)]


def test_greetings_questions_and_tags_are_not_worth_a_second_read() -> None:
    texts = " ".join(q.text for q in (*report_of(evening()).notable, *report_of(evening()).prologue))
    assert "林老师好" not in texts
    assert "？" not in texts
    assert "#共识" not in texts


def test_a_real_report_is_proven() -> None:
    verify(report_of(evening()), evening())


def _renamed(said: Discussion, *, odd: str) -> Discussion:
    """*said*, everyone changing between two names."""
    names = [m.name if k % 2 else f"{m.name}{odd}" for k, m in enumerate(said.messages)]
    return replace(said, messages=tuple(replace(m, name=n) for m, n in zip(said.messages, names, strict=True)))


def test_whoever_changes_their_name_does_not_cost_the_report() -> None:
    base = evening()
    # Everyone says the same again in the next message, so that neighbours of one author are picked.
    doubled = [replace(m, id=f"{m.id}{half}") for m in base.messages for half in "ab"]
    said = _renamed(replace(base, messages=tuple(doubled)), odd="（新）")
    report = report_of(said)
    verify(report, said)
    assert any(len(point.quotes) > 1 for point in report.sections)
    assert report.answered
    assert report.speakers == report_of(base).speakers


def test_an_answer_that_says_nothing_costs_its_question_not_the_report() -> None:
    base = evening()
    dots = replace(base.messages[7], id="dots", author="key-x", name="小周", text="……", reply_to="7")
    said = replace(base, messages=(*base.messages, dots))
    report = report_of(said)
    verify(report, said)
    assert report_of(base).answered
    assert "7" not in {id for asked in report.questions for id in asked.question.message_ids}


def test_an_empty_evening_has_a_report_too() -> None:
    silent = replace(evening(), messages=())
    report = report_of(silent)
    verify(report, silent)
    assert (report.messages, report.highlights, [p.message_id for p in report.sections]) == (0, (), [None] * 4)


def _change_quote(report: Report) -> Report:
    point = report.sections[0]
    fake = replace(point.quotes[0], text="我从来没说过这句话")
    return replace(report, sections=(replace(point, quotes=(fake,)), *report.sections[1:]))


def _give_it_to_another(report: Report) -> Report:
    return replace(report, notable=(replace(report.sections[0].quotes[0], name="阿宁"),))


def _name_an_unknown_message(report: Report) -> Report:
    return replace(report, highlights=("no-such-id",))


def _quote_without_a_message(report: Report) -> Report:
    return replace(report, prologue=(Quote(text="大家", name="林嘉", message_ids=()),))


def _empty_quote(report: Report) -> Report:
    return replace(report, prologue=(replace(next(quotes_in(report)), text="…"),))


def _add_a_vote(report: Report) -> Report:
    poll = report.polls[0]
    return replace(report, polls=(replace(poll, votes=(poll.votes[0] + 1, *poll.votes[1:])), *report.polls[1:]))


def _add_an_unread_mark(report: Report) -> Report:
    return replace(report, minutes=(replace(report.minutes[0], text="别的话"),))


MUTANTS = [
    _change_quote,
    _give_it_to_another,
    _name_an_unknown_message,
    _quote_without_a_message,
    _empty_quote,
    _add_a_vote,
    _add_an_unread_mark,
    lambda report: replace(report, messages=report.messages + 1),
    lambda report: replace(report, speakers=report.speakers + 1),
    lambda report: replace(report, seats=report.seats + 1),
    lambda report: replace(report, unread_lines=1),
    lambda report: replace(report, sources=report.sources[1:]),
    lambda report: replace(report, buckets=report.buckets[1:]),
    lambda report: replace(report, voices=report.voices[1:]),
    lambda report: replace(report, polls=()),
    lambda report: replace(report, links=(replace(report.links[0], url="https://evil.example/"),)),
    lambda report: replace(
        report, questions=(replace(report.questions[0], answer=replace(report.questions[0].question, text="不")),)
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_whatever_is_invented_is_caught(mutant) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotProven):
        verify(mutant(report_of(evening())), evening())


def test_a_withdrawn_message_is_nowhere_in_the_report() -> None:
    said = evening()
    kept = tuple(replace(m, role="system", text="阿宁 撤回了一条消息") if m.id == "4" else m for m in said.messages)
    text = as_json(report_of(replace(said, messages=kept)))
    assert "没人记得他们上次" not in text
    assert "撤回了一条消息" not in text
    assert '"4"' not in text
    with pytest.raises(NotProven):
        verify(report_of(said), replace(said, messages=kept))


def test_where_points_were_taken_up_does_not_depend_on_the_clock_nor_on_prompts() -> None:
    said = evening()
    late = tuple(replace(m, at=m.at + timedelta(days=k, seconds=3 * k)) for k, m in enumerate(said.messages))
    resumed = replace(said, messages=late, prompts=())
    first, second = report_of(said), report_of(resumed)
    for name in ("sections", "highlights", "notable", "prologue", "questions", "minutes", "links", "voices"):
        assert getattr(first, name) == getattr(second, name), name


def test_a_bot_is_no_member() -> None:
    report = report_of(talk(("林嘉", "晚上好，今天聊老客"), ("MeetBot", "Meeting started at noon today by 林嘉")))
    assert (report.messages, report.speakers) == (1, 1)


def test_what_was_said_before_the_first_point_is_kept() -> None:
    assert [quote.message_ids for quote in report_of(evening()).prologue] == [("1",)]


def test_points_at_one_place_do_not_say_the_same_twice() -> None:
    twice = replace(evening(), outline=(*evening().outline, evening().outline[0]))
    ids = [id for point in report_of(twice).sections for quote in point.quotes for id in quote.message_ids]
    assert len(ids) == len(set(ids))


def test_links_polls_and_minutes_are_told() -> None:
    report = report_of(evening())
    assert [link.url for link in report.links] == ["https://example.org/laoke"]
    assert [(m.kind, m.text) for m in report.minutes] == [("agreement", "先记住一百位老客，再谈工具")]
    assert [p.total for p in report.polls] == [64, 40]


def test_a_poll_without_votes_is_told_as_it_is() -> None:
    none = replace(evening(), polls=(PollResult(id="p", question="?", options=("a", "b"), votes=(0, 0)),))
    assert report_of(none).polls[0].total == 0


def _bytes_in(environment: dict[str, str]) -> bytes:
    code = (
        "import sys; from tests.evening import evening; from salon.report import report_of;"
        "from salon.documents import documents; from salon.wording import Wording;"
        "made = documents(report_of(evening()), evening(), Wording());"
        "sys.stdout.buffer.write(b''.join(made[name] for name in sorted(made)))"
    )
    paths = os.pathsep.join([str(HERE.parent / "src"), str(HERE.parent)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_the_bytes_do_not_depend_on_hash_seed_timezone_or_locale() -> None:
    made = {
        _bytes_in({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}),
        _bytes_in({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}),
        _bytes_in({"PYTHONHASHSEED": "4242", "TZ": "America/New_York", "LANG": "zh_CN.UTF-8"}),
    }
    assert len(made) == 1
    assert len(made.pop()) > 10_000


def test_ten_thousand_messages_are_told_in_time() -> None:
    """Generous, since the machine is shared; the benchmark measures."""
    import time

    lines = [(f"m{k % 90}", f"第{k}条，说说老客和时间的事 and item {k % 700} of the list") for k in range(10_000)]
    said: Discussion = replace(talk(*lines), outline=evening().outline)
    began = time.process_time()
    report_of(said)
    assert time.process_time() - began < 6


def test_an_evening_without_an_outline_is_told_in_the_order_of_time() -> None:
    free = replace(evening(), outline=())
    report = report_of(free)
    verify(report, free)
    places = [int(quote.message_ids[0]) for quote in report.notable]
    assert report.sections == ()
    assert len(places) >= 4
    assert places == sorted(places)


@pytest.mark.parametrize("zone", ["", "Nowhere/At All"])
def test_times_without_a_zone_are_times_all_the_same(zone: str) -> None:
    floating = replace(
        evening(),
        timezone=zone,
        messages=tuple(replace(m, at=m.at.replace(tzinfo=None)) for m in evening().messages),
        began_at=None,
        ended_at=None,
    )
    report = report_of(floating)
    verify(report, floating)
    assert report.began_at == floating.messages[0].at


def test_one_who_talks_alone_has_a_report_too() -> None:
    alone = talk(*(("小北", f"第{k}件事是把老客的名字和喜好一条一条记下来") for k in range(9)))
    report = report_of(alone)
    verify(report, alone)
    assert (report.speakers, report.candidates, report.questions) == (1, (), ())


def test_a_member_with_the_kols_name_leads_nothing_where_the_kol_has_a_link_of_their_own() -> None:
    silent = replace(evening(), messages=tuple(replace(m, role="member") for m in evening().messages))
    assert silent.kol is not None
    assert [voice.name for voice in report_of(silent).voices if voice.is_kol] == []


def test_of_two_people_with_the_kols_name_neither_is_taken_for_the_kol() -> None:
    first, *rest = replace(evening(), kol=None).messages
    two = replace(evening(), kol=None, messages=(replace(first, author="another", role="member"),
                                                 *(replace(m, role="member") for m in rest)))  # fmt: skip
    assert [voice.name for voice in report_of(two).voices if voice.is_kol] == []
