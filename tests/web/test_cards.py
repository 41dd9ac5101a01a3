"""Questionnaires, promotions and the page after the close over HTTP: with and without a script, and never a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.web.house import PROGRAM, Evening, Web, at_once, listen, until

from salon.model import MULTIPLE, SCALE, TEXT, Item, Promotion, Questionnaire
from salon.rules.cards import open_form, show_promotion
from salon.rules.week import shut_room, take_step

EVIL = "<img src=x onerror=alert(1)>\u202e{{ 7*7 }}"
FORM = Questionnaire(
    id="week",
    title="你的一周",
    items=(
        Item(question="用哪个工具？", options=("甲", "乙")),
        Item(question="用在哪里？", kind=MULTIPLE, options=("测试", "文案", "日志")),
        Item(question="多有把握？", kind=SCALE, options=("1", "2", "3")),
        Item(question="还想说什么？", kind=TEXT),
    ),
)
LINK = "https://shop.example.org/book?from=salon"
BOOK = Promotion(id="book", title="纸舟日历", link=LINK, text="一本日历。")


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A wide picture."""
    path = tmp_path_factory.mktemp("pictures") / "book.png"
    Image.new("RGB", (1600, 800), "#a84521").save(path)
    return str(path)


@pytest.fixture
def evening(web: Web, picture: str) -> Evening:
    """An open evening with a questionnaire and promotions: two planned for one section, a third for the next."""
    pen, cup = Promotion(id="pen", title="一支笔", link=LINK), Promotion(id="cup", title="杯", link=LINK, section=2)
    book = Promotion(id="book", title=BOOK.title, link=LINK, text=BOOK.text, picture=picture)
    return web.evening(questionnaires=(FORM,), promotions=(book, pen, cup))


def answer(evening: Evening, member: httpx.Client, **fields: Any) -> httpx.Response:
    return member.post(f"{evening.room}/questionnaires/week", json=fields, headers=PROGRAM)


def board(evening: Evening, member: httpx.Client) -> str:
    return member.get(f"{evening.room}/parts/cards").text


def test_a_questionnaire_is_opened_answered_changed_and_closed(evening: Evening) -> None:
    one, two = evening.member("阿宁"), evening.member("小鹿")
    assert 'id="form-week"' not in board(evening, one)
    assert evening.host("questionnaires/week/open").json()["changed"] is True
    assert evening.host("questionnaires/week/open").json()["changed"] is False
    assert [f["to"] for f in evening.frames(one) if f["kind"] == "form"] == ["form-week"]
    assert " data-asks" in board(evening, one)
    assert answer(evening, one, q0="1", q1="0,2", q2="3", q3="周五").status_code == 201
    assert answer(evening, one, q0="1", q1=["0", "2"], q2="3", q3="周五").status_code == 200
    mine = board(evening, one)
    assert (" data-asks" in mine, 'value="3" checked' in mine, ">周五</textarea>" in mine) == (False, True, True)
    assert "周五" not in board(evening, two), "nobody reads what another one wrote"
    host = evening.web.phone().get(evening.private("host")).text
    assert ("周五" in host, "阿宁" in host) == (True, False)
    assert evening.host("questionnaires/week/close").status_code == 200
    refused = answer(evening, two, q0="0")
    assert (refused.status_code, refused.json()["reason"]) == (409, "form_not_open")
    assert len(evening.entries("answers_given", "answers_changed")) == 1


def test_who_takes_a_released_seat_reads_nothing_of_what_was_written_from_it(evening: Evening) -> None:
    evening.host("questionnaires/week/open")
    first = evening.member()
    answer(evening, first, q0="1", q3="只有我写的")
    first.post(f"{evening.room}/leave")
    second = evening.member()
    assert evening.entries("seat_taken")[-1].data["seat"] == 1
    page = board(evening, second)
    assert ("只有我写的" in page, " checked" in page, " data-asks" in page) == (False, False, True)


def test_the_same_without_any_script(evening: Evening) -> None:
    evening.decide(open_form(evening.event, FORM, by="host"))
    member = evening.member()
    page = member.get(evening.room).text
    assert f'action="{evening.room}/questionnaires/week"' in page
    assert 'href="#form-week"' in page
    sent = member.post(f"{evening.room}/questionnaires/week", data={"q0": "0", "q1": ["0", "1"], "q3": "好"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{evening.room}#form-week")
    assert [entry.data["answers"] for entry in evening.entries("answers_given")] == [[[0], [0, 1], [], "好"]]
    host, base = evening.web.phone(), evening.private("host")
    assert host.post(f"{base}/questionnaires/week/close").status_code == 303
    assert host.post(f"{base}/cards/book/show").headers["location"] == f"{base}#card-book"


def test_200_sends_of_one_seat_in_one_instant_are_one_set(evening: Evening) -> None:
    evening.decide(open_form(evening.event, FORM, by="host"))
    member = evening.member()
    until(lambda: "form-week" in board(evening, member))
    answers = at_once([partial(answer, evening, member, q0="1", q3="一样") for _ in range(40)])
    assert {a.status_code for a in answers} == {200, 201}
    assert len(evening.entries("answers_given", "answers_changed")) == 1


def test_the_host_writes_a_questionnaire_on_the_spot_on_a_phone(evening: Evening) -> None:
    lines = "为什么？\r\n哪一个\uff5c甲\uff5c乙\n+ 哪些 | 甲 | 乙\n多少 | 1-5\n\n"
    for _ in range(2):
        opened = evening.host("questionnaires", title="临时", questions=lines, client_id="ABC-1")
    assert opened.json()["questionnaire"] == "own-abc-1"
    (entry,) = evening.entries("questionnaire_opened")
    assert [(i["kind"], i["options"]) for i in entry.data["items"]] == [
        ("text", []),
        ("single", ["甲", "乙"]),
        ("multiple", ["甲", "乙"]),
        ("scale", ["1", "2", "3", "4", "5"]),
    ]
    refused = evening.host("questionnaires", title="临时", questions="哪一个 | 甲")
    assert (refused.status_code, refused.json()["reason"]) == (422, "bad_form")


def test_a_promotion_is_labelled_and_leads_on_through_our_own_address_once_per_seat(evening: Evening) -> None:
    one, two = evening.member(), evening.member()
    go = f"{evening.room}/cards/book/go"
    assert one.get(go).status_code == 404
    assert evening.host("cards/book/show").json()["changed"] is True
    refused = evening.host("cards/cup/show")
    assert (refused.status_code, refused.json()["reason"]) == (409, "promoted_already"), "one in the section that is on"
    for member in (one, two):
        page = member.get(evening.room).text
        card = page[page.index('id="card-book"') :]
        assert "推广" in card[: card.index("</h2>")]
        assert LINK not in page, "the page knows nothing but our own address"
        assert f'href="{go}"' in page
    for _ in range(3):
        sent = one.get(go)
        assert (sent.status_code, sent.headers["location"]) == (303, LINK)
        assert sent.headers["referrer-policy"] == "no-referrer"
    assert one.head(go).status_code == 303
    assert evening.web.phone().get(go).headers["location"] == LINK
    host, base = evening.web.phone(), evening.private("host")
    assert host.get(f"{base}/cards/book/go").status_code == 303
    assert [entry.data["seat"] for entry in evening.entries("promotion_followed")] == [1]
    until(lambda: evening.entries("promotion_seen"))
    assert sorted(seat for entry in evening.entries("promotion_seen") for seat in entry.data["seats"]) == [1, 2]
    until(lambda: "2 人看到 · 1 人点开" in host.get(base).text)
    assert "人看到" not in board(evening, one)


def test_a_host_shows_a_promotion_on_the_spot_labelled_and_one_in_each_section(evening: Evening) -> None:
    member, good = evening.member(), {"title": f"一支笔{EVIL}", "link": LINK, "text": "写得顺。"}
    for bad in (
        {"link": "http://shop.example.org"},
        {"link": "javascript:alert(1)"},
        {"title": " "},
        {"text": "长" * 301},
    ):
        assert evening.host("cards", **{**good, **bad}).status_code == 400
    assert evening.entries("promotion_shown") == []
    for changed in (True, False):
        assert evening.host("cards", **good, client_id="a").json() == {"done": True, "changed": changed}
    assert evening.host("cards", **good, client_id="b").json()["reason"] == "promoted_already"
    assert evening.host("cards/book/show").json()["reason"] == "promoted_already"
    assert member.post(f"{evening.room}/cards", data=good).status_code in (404, 405)
    page = board(evening, member)
    assert re.search(r'id="card-own-a-title"><small class="ad">推广</small>', page)
    assert "<img src=x" not in page
    assert LINK not in page
    assert member.get(f"{evening.room}/cards/own-a/go").headers["location"] == LINK


def test_a_promotions_picture_comes_from_here_and_small(evening: Evening) -> None:
    member = evening.member()
    assert member.get(f"{evening.room}/cards/book/picture").status_code == 404
    evening.host("cards/book/show")
    got = member.get(f"{evening.room}/cards/book/picture")
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert len(got.content) < 40_000
    assert evening.web.phone().get(f"{evening.room}/cards/book/picture").status_code == 403


def test_those_who_lead_hear_of_answers_and_members_do_not(web: Web, evening: Evening) -> None:
    evening.host("questionnaires/week/open")
    evening.host("cards/book/show")
    one, two = evening.member(), evening.member()
    line = listen(web, f"{evening.room}/stream", two)
    answer(evening, one, q3="悄悄话")
    one.get(f"{evening.room}/cards/book/go")
    evening.host("questionnaires/week/close")
    until(lambda: [f for _, _, f in line.heard if f.get("kind") == "changed"])
    line.hang_up()
    heard = [(f["kind"], f.get("part")) for _, _, f in line.heard if f.get("part") == "cards"]
    assert heard == [("form", "cards"), ("promotion", "cards"), ("changed", "cards")]
    assert "悄悄话" not in str(line.heard) + str(evening.frames(two))
    key = evening.entries("answers_given")[0].by
    assert key not in two.get(evening.room).text + web.phone().get(evening.private("host")).text


def test_cards_made_of_html_are_inert(evening: Evening) -> None:
    evil = Questionnaire(id="evil", title=EVIL, items=(Item(question=EVIL, options=(EVIL, "2")),))
    evening.decide(open_form(evening.event, evil, by="host"))
    evening.decide(open_form(evening.event, FORM, by="host"))
    evening.decide(show_promotion(evening.event, Promotion(id="x", title=EVIL, text=EVIL, link=LINK), by="host"))
    member = evening.member()
    until(lambda: "form-week" in board(evening, member))
    answer(evening, member, q3=EVIL)
    for page in (member.get(evening.room).text, evening.web.phone().get(evening.private("host")).text):
        assert "onerror" in page
        assert "<img src=x" not in page
        assert ">49<" not in page


@pytest.fixture
def closed(web: Web) -> Iterator[tuple[Evening, httpx.Client]]:
    """An evening after ten, and somebody who sat in it; then the clock goes back."""
    evening = web.evening()
    member, before = evening.member("阿宁"), web.now
    evening.say(member, "最后一句")
    web.turn_to(evening.event.times.disbands_at)
    yield evening, member
    web.turn_to(before)


def rate(evening: Evening, member: httpx.Client, value: object) -> httpx.Response:
    return member.post(f"{evening.room}/rating", json={"value": value}, headers=PROGRAM)


def test_after_ten_who_sat_here_rates_and_offers_to_lead(closed: tuple[Evening, httpx.Client]) -> None:
    evening, member = closed
    page = member.get(evening.room).text
    assert f'action="{evening.room}/rating"' in page
    assert f'action="{evening.room}/leave"' not in page
    assert [rate(evening, member, value).status_code for value in (5, 5, 4)] == [201, 200, 201]
    assert rate(evening, member, 9).status_code == 400
    assert (rate(evening, evening.web.phone(), 5).status_code, len(evening.entries("rating_given"))) == (403, 1)
    shown = member.get(evening.room).text
    assert "谢谢你的评分" in shown
    assert re.search(r'value="4" aria-pressed="true"', shown)
    plain = member.post(f"{evening.room}/candidacy")
    assert (plain.status_code, plain.headers["location"]) == (303, evening.room)
    typing = member.get(evening.room).text
    assert 'id="lead-topic"' in typing
    assert "http-equiv" not in typing, "what somebody types is not thrown away"
    member.post(f"{evening.room}/candidacy", data={"topic": EVIL})
    assert "<img src=x" not in member.get(evening.room).text
    assert member.post(f"{evening.room}/candidacy", data={"offers": "no"}).status_code == 303
    assert "我愿意来聊一期" in member.get(evening.room).text


def test_nobody_rates_before_it_is_over(evening: Evening) -> None:
    refused = rate(evening, evening.member(), 5)
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_over_yet")
    assert refused.json()["say"]


def test_who_comes_late_is_told_what_was_missed_and_only_what_all_may_know(web: Web) -> None:
    evening = web.evening()
    early = evening.member("阿宁")
    evening.say(early, "#要点 会员自己标的")
    evening.host("messages", text="#要点先算账，再动手")
    hidden = evening.host("messages", text="#要点 删掉这一条").json()["seq"]
    evening.host(f"messages/{hidden}/hide")
    evening.host("polls/daily/open")
    evening.vote(early, "daily", 1)
    secret = evening.host("polls", question="只给主持人看", options="甲\n乙", results="host").json()["poll"]
    evening.vote(early, secret, 1)
    early.post(f"{evening.room}/questions", json={"text": "到底省几个小时？"}, headers=PROGRAM)
    evening.decide(take_step(evening.event, "section_started", "section-1", _section(evening), by="host"))
    late = evening.member("小鹿")
    until(lambda: 'id="catchup"' in late.get(evening.room).text)
    page = late.get(evening.room).text
    card = page[page.index('id="catchup"') : page.index("</details>", page.index('id="catchup"'))]
    for text in ("先算账，再动手", "半小时到两小时", "100%", "到底省几个小时", evening.event.outline[0].title):
        assert text in card
    assert "删掉这一条" not in page
    assert "会员自己标的" not in card, "no member speaks for the room"
    assert "只给主持人看" not in card
    assert 'id="catchup"' not in early.get(evening.room).text
    assert early.get(f"{evening.room}/parts/catchup", headers=PROGRAM).status_code == 404


def _section(evening: Evening) -> dict[str, object]:
    section = evening.event.outline[0]
    return {"section": 1, "title": section.title, "minutes": section.minutes}


def test_the_top_of_the_room_says_who_is_here_what_it_is_about_and_leads_to_its_parts(evening: Evening) -> None:
    one, two = evening.member(), evening.member()
    page = two.get(evening.room).text
    assert '<b id="here">2</b> 人在座' in page
    assert [f["here"] for f in [one.get(f"{evening.room}/entries").json()["counts"]]] == [2]
    evening.decide(take_step(evening.event, "section_started", "section-1", _section(evening), by="host"))
    until(lambda: evening.event.outline[0].questions[0] in one.get(f"{evening.room}/parts/now").text)
    assert evening.event.summary in one.get(evening.room).text
    evening.host("polls/daily/open")
    tabs = re.findall(r'data-of="(\w+)"( hidden)?>(\w+) <b>(\d*)</b>', one.get(evening.room).text)
    assert tabs == [("polls", "", "投票", "1"), ("questions", "", "提问", ""), ("cards", " hidden", "卡片", "")]


def test_the_run_of_show_opens_questionnaire_and_promotion_once(web: Web, evening: Evening) -> None:
    before = web.now
    # Everything but the close is overdue: it is made up in order.
    web.turn_to(evening.event.times.disbands_at - timedelta(minutes=1))
    for _ in range(2):
        evening.moment("host")
    web.turn_to(before)
    assert [entry.data["questionnaire"] for entry in evening.entries("questionnaire_opened")] == ["week"]
    assert [entry.data["promotion"] for entry in evening.entries("promotion_shown")] == ["book", "cup"]


def test_the_owner_reads_what_members_said_after_the_report_as_well(closed: tuple[Evening, httpx.Client]) -> None:
    evening, member = closed
    web = evening.web
    evening.decide(shut_room(by="clock"))
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    rate(evening, member, 4)
    member.post(f"{evening.room}/candidacy", data={"topic": "木工不用胶"})
    token = web.house.links.token("owner", "")
    address = f"/owner/{token}/{evening.event.id}/report/preview/team.html"
    until(lambda: "木工不用胶" in web.phone().get(address).text)
    team = web.phone().get(address).text
    assert "平均 4.0 分" in team
    assert "阿宁" in team
    for path in ("", "/report.md", "/report.json"):
        assert "木工不用胶" not in web.phone().get(f"/report/{evening.event.id}{path}").text
