"""A round table in long turns is cut where somebody else begins to speak."""

from __future__ import annotations

from dataclasses import replace

from tests.evening import talk

from salon.analysis.align import align
from salon.analysis.log import log_of
from salon.analysis.turns import has_long_turns
from salon.model import Discussion, Section
from salon.report import report_of, verify

RENT = ("房租占了我们一半的成本", "签合同的时候房东要三年的押金", "换一条街房租能便宜四成", "铺面越大房租压力越大")
STAFF = ("店员一年要走两批", "招人的时候先看愿不愿意留下", "店员的工资每年都在涨", "培训一位店员要三个月")
GOODS = ("进货要看天气和节日", "卖不掉的货当天就打折", "进货太多冰箱放不下", "供应商每周送货两次")
POINTS = ("店铺的房租压力", "店员的招聘与培训", "进货与库存")


def table(*turns: tuple[str, tuple[str, ...]]) -> Discussion:
    """People at a table, each saying all of a turn before the next one speaks."""
    said = talk(*((name, text) for name, texts in turns for text in texts))
    return replace(said, outline=(Section(title="全部", minutes=60, questions=POINTS),))


#: The host names every headline at the start, which is no place of any of them.
TALK = table(
    ("林嘉", ("今天聊店铺的房租压力、店员的招聘与培训，还有进货与库存", "先请两位店主讲讲自己的店")),
    ("老周", RENT),
    ("阿宁", (*STAFF, "我们店里最怕的也是这个")),
    ("Momo", GOODS),
)


def begins(said: Discussion) -> list[str | None]:
    log = log_of(said, POINTS)
    return [None if k is None else log.lines[k].message.text for k in align(log)]


def test_each_headline_has_the_turn_that_is_about_it() -> None:
    assert has_long_turns(log_of(TALK, POINTS))
    assert begins(TALK)[1:] == [STAFF[0], GOODS[0]]
    report = report_of(TALK)
    verify(report, TALK)
    about = [{quote.name for quote in point.quotes} for point in report.sections]
    assert about[1:] == [{"阿宁"}, {"Momo"}]


def test_a_headline_that_nobody_spoke_of_is_not_found_and_takes_no_turn() -> None:
    other = replace(TALK, outline=(Section(title="全部", minutes=60, questions=(*POINTS, "海外航线票价")),))
    assert [point.message_id is None for point in report_of(other).sections] == [False, False, False, True]


def test_one_person_who_speaks_alone_is_cut_all_the_same() -> None:
    alone = table(("林嘉", (*RENT, *STAFF, *GOODS)))
    assert begins(alone) == [RENT[0], STAFF[0], GOODS[0]]


def test_with_fewer_lines_than_headlines_nothing_breaks() -> None:
    few = table(("林嘉", (RENT[0], STAFF[0], GOODS[0])))
    one = replace(few, messages=few.messages[:1])
    verify(report_of(one), one)
    assert sum(place is not None for place in begins(one)) <= 1


def test_what_is_read_out_is_found_where_it_is_read_out() -> None:
    asked = [f"{point}？" for point in POINTS]
    said = table(
        *(("林嘉", (asked[2],)), ("Momo", (*GOODS, "冰箱里常常放不下"))),
        *(("林嘉", (asked[0],)), ("老周", (*RENT, "还有半年到期"))),
        *(("林嘉", (asked[1],)), ("阿宁", (*STAFF, "我们店里最怕的也是这个"))),
    )
    assert has_long_turns(log_of(said, POINTS))
    assert begins(said) == asked
