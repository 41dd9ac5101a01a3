"""What a reader would not forward, and why they now would: points, order, counts, quotes, pictures, pages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

import markdown
import pytest
from pypdf import PdfReader
from tests.evening import evening, talk

from salon.documents import documents, group_texts
from salon.documents.phrasing import phrased, words_of
from salon.model import Discussion, PollResult, Section
from salon.paper import _PICTURES as PICTURES
from salon.paper import _data, report_pdf
from salon.report import report_of, verify
from salon.report_view import brief_of, view_of
from salon.report_view.brief import shortened
from salon.shipped import shipped
from salon.wording import Wording


def forms(said: Discussion, **more: Any) -> dict[str, str]:
    report = replace(report_of(said), **more)
    return {name: text.decode() for name, text in documents(report, said, Wording()).items()}


def along(*points: str, lines: tuple[tuple[str, str], ...]) -> Discussion:
    return replace(talk(*lines), outline=(Section(title="全部", minutes=60, questions=points),))


def points_in(said: Discussion) -> list[dict[str, Any]]:
    return [point for part in view_of(report_of(said), said)["parts"] for point in part["points"]]


ASK = ("老客为什么会走？", "每周花多少时间？", "什么活动值得办？")


def test_a_point_of_one_message_has_its_quote() -> None:
    said = along(*ASK, lines=tuple(("林嘉", f"下一个问题：{ask}") for ask in ASK))
    report = report_of(said)
    verify(report, said)
    assert [[quote.text for quote in point.quotes] for point in report.sections] == [
        [f"下一个问题：{ask}"] for ask in ASK
    ]
    page = forms(said)["report.html"]
    assert re.search(r'<h3 id="p-3">.*?<blockquote', page, re.DOTALL)


def test_a_short_answer_is_a_better_quote_than_the_question() -> None:
    said = along(ASK[1], lines=(("林嘉", ASK[1]), ("老周", "四个小时")))
    assert [quote.text for quote in report_of(said).sections[0].quotes] == ["四个小时"]


def test_two_points_at_one_message_both_have_a_quote() -> None:
    said = along(ASK[0], ASK[0], lines=(("林嘉", ASK[0]), ("老周", "隔壁开了折扣店以后我的复购直接掉了一成半")))
    assert all(point.message_id is None or point.quotes for point in report_of(said).sections)


LONG = "第{k}件事，老客为什么会走，其实每周花的时间和活动都有关系，我们把每个人上次买了什么记下来最有用"


def busy() -> Discussion:
    """Three points with a dozen long answers each."""
    lines = [
        line
        for n, ask in enumerate(ASK)
        for line in (
            ("林嘉", f"问题{n}：{ask}"),
            *((f"成员{k}", LONG.format(k=12 * n + k) if k % 4 else f"{ask[:-1]}，我看就三个字") for k in range(1, 13)),
        )
    ]
    return along(*ASK, lines=tuple(lines))


def test_quotes_stand_in_the_order_of_time_under_their_own_point() -> None:
    said = busy()
    order = {f"m-{m.id}": k for k, m in enumerate(said.messages)}
    places = [[order[quote["anchor"]] for quote in point["quotes"]] for point in points_in(said)]
    assert all(len(place) > 1 for place in places)
    assert places == [sorted(place) for place in places]
    ranked = [[order[f"m-{quote.message_ids[0]}"] for quote in point.quotes] for point in report_of(said).sections]
    assert ranked != places
    # A short form takes the best, and still tells them in order.
    short = brief_of(view_of(report_of(said), said), points=9, quotes=2, length=99, lists=3)
    shown = [
        [order[quote["anchor"]] for quote in point["quotes"]] for part in short["parts"] for point in part["points"]
    ]
    assert shown == [sorted(two[:2]) for two in ranked]


def test_no_quote_carries_the_number_of_another_point() -> None:
    twice = along(ASK[0], ASK[0], lines=(("林嘉", ASK[0]), *(("老周", LONG.format(k=k)) for k in range(3))))
    for said in (busy(), twice):
        assert {quote["number"] for point in points_in(said) for quote in point["quotes"]} == {""}
        told = forms(said)
        below = told["report.md"].split("## 提纲逐条")[1].split("\n## ")[0]
        assert "第 2 条" not in below
        assert "第 2 条" not in told["report.html"].split('id="said"')[1].split("<h2")[0]


def test_what_an_editor_left_out_gives_its_lines_no_other_number() -> None:
    said = busy()
    report = report_of(said)
    last = replace(
        report.notable[0], message_ids=(said.messages[-1].id,), text=said.messages[-1].text, name=said.messages[-1].name
    )
    cut = replace(report, sections=report.sections[:2], notable=(last,))
    assert [quote["number"] for quote in view_of(cut, said)["notable"]] == [""]
    assert [quote["number"] for quote in view_of(replace(report, notable=(last,)), said)["notable"]] == ["3"]


MANY = tuple(
    f"第{k}条怎么看待{word}"
    for k, word in enumerate("茶酒盐糖醋油米面豆菜瓜果花草树木石土水火风雨雪云雷电山川湖海江河桥路车船")
)


def picture(said: Discussion, budget: int) -> dict[str, Any]:
    """What a long picture of that budget prints."""
    points, quotes, lengths, lists = PICTURES[budget]
    view = phrased(view_of(report_of(said), said), words_of(Wording(), said.language))
    return _data(brief_of(view, points=points, quotes=quotes, length=lengths[0], lists=lists))


@pytest.mark.parametrize("budget", range(len(PICTURES)))
def test_a_long_picture_drops_no_point_however_long_it_grows(budget: int) -> None:
    said = along(*MANY, lines=tuple(("林嘉", f"{point}？") for point in MANY[:-1]))
    data = picture(said, budget)
    shown = [point["number"] for part in data["parts"] for point in part["points"]]
    named = [point["number"] for name in ("more_points", "missing") for point in data[name]]
    assert sorted(map(int, (*shown, *named))) == list(range(1, len(MANY) + 1))
    assert data["missing"]
    assert all(point["quotes"] for part in data["parts"] for point in part["points"])


def test_whatever_a_picture_shortens_says_how_much_is_on_the_page() -> None:
    said = busy()
    data, whole = picture(said, len(PICTURES) - 1), view_of(report_of(said), said)
    before = {point["number"]: len(point["quotes"]) for part in whole["parts"] for point in part["points"]}
    for point in (point for part in data["parts"] for point in part["points"]):
        assert int(point["more"] or 0) + len(point["quotes"]) == before[point["number"]]
    assert f"全部 {len(said.messages)} 条发言" in data["also"]
    article = forms(said)["article.html"]
    assert "条，见网页版" in article
    assert "网页版里还有" in article


def test_in_a_shortened_article_no_point_is_lost_either() -> None:
    said = along(*MANY, lines=tuple(("林嘉", f"{point}？" + LONG.format(k=1) * 3) for point in MANY))
    article = forms(said)["article.html"]
    assert len(article) <= 20_000
    assert [point for point in MANY if point not in article] == []


def test_where_nobody_led_nobody_gets_a_letter() -> None:
    said = replace(evening(), kols=(), kol=None)
    assert [name for name in forms(said) if "letter" in name] == []
    assert [name for name in forms(evening()) if "letter" in name] == ["letter.html", "letter.md"]


def test_a_guest_who_wrote_nothing_is_not_told_how_little() -> None:
    said = replace(evening(), messages=evening().messages[3:5])
    letter = forms(said)["letter.md"]
    assert "2 个人说了 2 句话。" in letter
    assert "其中" not in letter


FORGED = "这是我的一句话\n— 林嘉, 20:00\n**— 林嘉**（嘉宾），20:00\n## 结论\n> 大家都同意\n- 一条"


def test_nobody_forges_whose_words_a_quote_is_in_markdown() -> None:
    said = along(ASK[0], lines=(("林嘉", ASK[0]), ("老周", f"{LONG.format(k=1)}\n{FORGED}")))
    text = forms(said)["report.md"]
    page = markdown.markdown(text)
    inside = re.findall(r"<blockquote>.*?</blockquote>", page, re.DOTALL)
    outside = re.sub(r"<blockquote>.*?</blockquote>", "", page, flags=re.DOTALL)
    assert any("大家都同意" in block and "结论" in block for block in inside)
    assert not any("<strong>" in block or "<h2>" in block or "<li>" in block for block in inside)
    assert "大家都同意" not in outside
    # Outside the blocks stand the true ones only, in bold.
    assert re.findall(r"<strong>——(.*?)</strong>", outside)
    assert set(re.findall(r"<strong>——(.*?)</strong>", outside)) == {"老周"}


def test_one_of_anything_is_written_as_one() -> None:
    one = replace(
        talk(("Ingrid", "A café runs out of greeters first, because the queue is what burns everyone out.")),
        language="en", kols=("Ingrid",), seats=1, waiting=1,
        outline=(Section(title="Greeters at the café", minutes=60),),
        polls=(PollResult(id="p", question="Greeters?", options=("Yes", "No"), votes=(1, 0)),),
    )  # fmt: skip
    told = "\n".join(forms(one).values()) + "\n".join(group_texts(report_of(one), one, Wording(), "x").values())
    assert "1 person wrote 1 message" in told
    assert "(1 vote)" in told
    assert "1 seat was taken." in told
    assert "1 more person waited" in told
    plain = re.sub(r"<script.*?</script>|<style.*?</style>|<!--.*?-->", "", told, flags=re.DOTALL)
    nouns = "people|messages|votes|seats|questions|points|minutes|quotes|persons|were|links"
    wrong = rf"(?<![\d.:,+\N{{MINUS SIGN}}-])1 (?:\w+ )?(?:{nouns})\b"
    assert re.findall(wrong, re.sub(r"<[^>]+>", " ", plain)) == []


def test_no_phrase_has_a_plural_that_its_number_cannot_change() -> None:
    words = Wording().table("report/words.en.toml")

    def phrases(table: Any) -> list[str]:
        return [p for value in table.values() for p in (phrases(value) if isinstance(value, dict) else [value])]

    nouns = "people|messages|votes|seats|questions|quotes|points|lines|actions|links|minutes|evenings|persons"
    # In "one|more" the number decides; a total stands in "of the {total} questions", where one has its own phrase.
    fixed = [
        p
        for p in phrases(words)
        if "|" not in p and re.search(rf"(?<![Oo]f )(?<!of the )\{{\w+\}} (?:more )?(?:{nouns})\b", p)
    ]
    assert fixed == []


@cache
def full_pages() -> list[list[float]]:
    """For each page of a long report but the last: heights (points from the foot) at which text stands."""
    said = busy()
    long = tuple(replace(m, text=m.text * (1 + k % 6)) for k, m in enumerate(said.messages))
    made = report_pdf(report_of(replace(said, messages=long)), replace(said, messages=long), shipped("templates"))
    found = []
    for page in PdfReader(io.BytesIO(made)).pages[:-1]:
        heights: list[float] = []

        def visit(text: str, cm: Any, tm: Any, font: Any, size: Any, heights: list[float] = heights) -> None:
            if text.strip():
                heights.append(tm[5] * cm[3] + cm[5])

        page.extract_text(visitor_text=visit)
        found.append(heights)
    return found


def test_no_page_of_the_pdf_ends_a_sixth_empty() -> None:
    pages = full_pages()
    assert len(pages) >= 2
    # The foot with its number ends at 62 points (22 mm). Quotes that do not flow on leave a fifth of a page.
    for heights in pages:
        assert min(height for height in heights if height > 64) < 64 + 0.15 * 842


def test_what_came_of_it_is_not_worth_a_second_read() -> None:
    """Nothing is printed twice: a promise that stands among the actions is told there."""
    promise = "我来整理今天大家说到的老客名单和购买记录，周五之前发到群里给各位店长看"
    said = replace(busy(), messages=(*busy().messages, *talk(("阿宁", promise)).messages))
    said = replace(said, messages=tuple(replace(m, id=str(k)) for k, m in enumerate(said.messages)))
    report = report_of(said)
    assert [finding.quote.text for finding in report.findings] == [promise]
    assert promise not in [quote.text for quote in report.notable]


def test_the_letter_has_each_of_the_guests_words_once_and_in_order() -> None:
    said = along(
        ASK[0],
        lines=(
            ("林嘉", ASK[0]),
            ("Momo", "林嘉，老客走掉是因为价格还是因为没人记得他们？"),
            ("林嘉", "Momo：多半是因为没人记得他们上次买了什么，价格只是借口"),
            ("林嘉", "所以第一步是把每一位老客最近三次买的东西都记下来"),
            ("老周", "我们的老客走掉都是因为隔壁开了折扣店，价格便宜一成"),
        ),
    )
    quotes = view_of(report_of(said), said)["kol_quotes"]
    pieces = [piece for quote in quotes for piece in quote["pieces"]]
    assert len(pieces) == len(set(pieces)) > 0
    assert [quote["hour"] for quote in quotes] == sorted(quote["hour"] for quote in quotes)


def test_a_short_form_breaks_no_second_message_off() -> None:
    quote = {
        "pieces": ["the first message of this quote is whole", "it also makes sense to have e.g. a lead of its own"]
    }
    assert shortened(quote, 75)["pieces"] == quote["pieces"][:1]
    assert shortened(quote, 200) == quote
    assert shortened({"pieces": quote["pieces"][1:]}, 45)["pieces"] == ["it also makes sense to have e.g. a lead of…"]
