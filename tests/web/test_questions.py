"""Questions over HTTP: asked on a phone, wanted by others, answered by those who lead, with and without a script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, at_once
from tests.web.near import near

from salon import moments
from salon.model import Programme, Series
from salon.rules.questions import ask_question
from salon.rules.seats import take_seat
from salon.rules.talk import Line
from salon.rules.week import open_room
from salon.testing.golden import golden_event, golden_groups

EVIL = "<img src=x onerror=alert(1)>\u202e{{ 7*7 }}"


def ask(evening: Evening, member: httpx.Client, text: str, **fields: object) -> httpx.Response:
    return member.post(f"{evening.room}/questions", json={"text": text, **fields}, headers=PROGRAM)


def want(evening: Evening, member: httpx.Client, number: int, wanted: str = "yes") -> httpx.Response:
    return member.post(f"{evening.room}/questions/{number}/want", json={"wanted": wanted}, headers=PROGRAM)


def board(evening: Evening, member: httpx.Client) -> str:
    return member.get(f"{evening.room}/parts/questions").text


def test_a_question_is_asked_wanted_and_answered_with_a_link(evening: Evening) -> None:
    one, two = evening.member("阿宁"), evening.member("小鹿")
    number = ask(evening, one, "每周到底省几个小时？").json()["question"]
    assert [want(evening, two, number).status_code for _ in range(3)] == [200] * 3
    assert want(evening, one, number).status_code == 200
    assert re.search(r"▲ 2", board(evening, two))
    answer = evening.host(f"questions/{number}", do="answer", text="三个小时。")
    assert answer.status_code == 200
    said = evening.entries("message_posted")[-1].seq
    page = board(evening, one)
    assert f'href="#m{said}"' in page
    assert "已回答" in page
    assert [f["kind"] for f in evening.frames(two) if f.get("part")] == ["question", "changed", "changed"]


def test_the_same_without_any_script(evening: Evening) -> None:
    one, two = evening.member("阿宁"), evening.member("小鹿")
    posted = one.post(f"{evening.room}/questions", data={"text": "为什么？", "anonymous": "yes"})
    assert (posted.status_code, posted.headers["location"]) == (303, f"{evening.room}#questions")
    page = two.get(evening.room).text
    number = int(re.findall(r'id="q(\d+)"', page)[0])
    assert two.post(f"{evening.room}/questions/{number}/want", data={"wanted": "yes"}).status_code == 303
    assert 'aria-pressed="true"' in two.get(evening.room).text
    host = evening.web.phone()
    base = evening.private("host")
    assert f'action="{base}/questions/{number}"' in host.get(base).text
    assert host.post(f"{base}/questions/{number}", data={"do": "carry"}).status_code == 303
    assert "留到下一期" in host.get(base).text


async def test_the_kol_reads_before_the_opening_what_the_last_evening_hands_on(tmp_path: Path) -> None:
    first = golden_event("zh")
    week = timedelta(days=7)
    times = {name: at + week for name, at in vars(first.times).items() if isinstance(at, datetime)}
    next_one = replace(first, id="next", number=13, times=replace(first.times, **times))
    series = Series(id=first.series, name=first.series_name, timezone=first.timezone, languages=first.languages)
    programme = Programme(series=series, groups=golden_groups("zh"), events=(first, next_one))
    async with near(tmp_path, programme) as room:
        path = urlsplit(room.house.links.kol(next_one)).path
        assert "上期留下的问题" not in await room.page(path)
        await room.decide(open_room(first, by="clock"))
        await room.decide(take_seat(first, "ann", source="readers"))
        await room.decide(ask_question(first, "ann", Line(text=f"为什么？{EVIL}", client_id="1"), is_anonymous=False))
        page = await room.page(path)
        assert ("上期留下的问题" in page, "为什么？&lt;img" in page, "<img src=x" in page) == (True, True, False)
        room.clock.turn_to(next_one.times.opens_at)
        await moments.run(room.house, next_one.id, "open_room")
        page = await room.page(path)
        assert ("上期留下的问题" in page, "为什么？&lt;img" in page) == (False, True), (
            "now it stands among the questions"
        )


def test_who_asked_without_a_name_is_told_nowhere(evening: Evening) -> None:
    shy, other = evening.member("小雨点"), evening.member("小鹿")
    assert ask(evening, shy, "可以不说名字吗？", anonymous="yes").status_code == 201
    seat = 1
    seen = (
        other.get(evening.room).text,
        board(evening, other),
        str(evening.frames(other)),
        evening.web.phone().get(evening.private("host")).text,
        evening.web.phone().get(evening.private("kol")).text,
    )
    key = evening.entries("question_asked")[0].by
    for text in seen:
        assert "可以不说名字吗" in text
        assert "小雨点" not in text
        assert key not in text
        assert f"#{seat}" not in re.sub(r'href="#\w+"|&#\d+;', "", text)


def test_many_who_want_the_same_at_once_are_counted_once_each(evening: Evening) -> None:
    number = ask(evening, evening.member(), "几点结束？").json()["question"]
    members = [evening.member() for _ in range(10)]
    answers = at_once([partial(want, evening, member, number) for member in members for _ in range(3)])
    assert {answer.status_code for answer in answers} == {200}
    assert "▲ 11" in board(evening, members[0])


def test_what_makes_no_sense_is_refused_with_a_reason(evening: Evening) -> None:
    member, stranger = evening.member(), evening.web.phone()
    for answer, status, reason in (
        (ask(evening, member, ""), 422, "bad_text"),
        (ask(evening, member, "长" * 301), 422, "bad_text"),
        (ask(evening, stranger, "我也问"), 403, "no_seat"),
        (want(evening, member, 999), 404, "NotFound"),
        (evening.host("questions/999", do="park"), 404, "NotFound"),
        (member.post(f"{evening.room}/questions/1", json={"do": "park"}, headers=PROGRAM), 403, "NotAllowed"),
        (stranger.get(f"{evening.room}/parts/questions", headers=PROGRAM), 403, "no_seat"),
        (member.get(f"{evening.room}/parts/nothing", headers=PROGRAM), 404, "NotFound"),
        (stranger.get(f"/host/{evening.event.id}/abc/parts/questions", headers=PROGRAM), 403, "NotAllowed"),
        (member.get(f"{evening.room}/abc/parts/questions", headers=PROGRAM), 404, "NotFound"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (status, reason)
        assert answer.json()["say"]
    assert evening.host("questions/1", do="burn").status_code == 400


def test_a_question_made_of_html_is_inert_and_a_hidden_one_is_gone(evening: Evening) -> None:
    member = evening.member(EVIL[:20])
    number = ask(evening, member, EVIL).json()["question"]
    for page in (member.get(evening.room).text, evening.web.phone().get(evening.private("host")).text):
        assert "<img src=x" not in page
        assert "49" not in re.sub(
            r'value="\w+"|\d{3,}|:49|49:', "", page[page.index('id="questions"') : page.index('id="log"')]
        )
    evening.host(f"messages/{number}/hide")
    assert "onerror" not in member.get(evening.room).text + board(evening, member)
    assert [f["kind"] for f in evening.frames(member)] == ["opened", "hidden"]


@pytest.mark.parametrize("said", [True, "yes", "on", False, "no", None])
def test_a_program_says_as_it_likes_that_nobody_is_to_be_named(evening: Evening, said: object) -> None:
    member, body = evening.web.phone(), {"name": "小林", "question": "谁都想问的？", "anonymous": said}
    assert member.post(f"{evening.door()}/seat", json=body, headers=PROGRAM).status_code == 201
    assert ask(evening, member, "再问一句？", anonymous=said).status_code == 201
    is_anonymous = said not in (False, "no", None)
    assert [(q.data["is_anonymous"], q.data["name"]) for q in evening.entries("question_asked")] == [
        (is_anonymous, "" if is_anonymous else "小林")
    ] * 2


@pytest.mark.parametrize("is_known", [True, False])
def test_one_question_may_be_asked_at_the_door_and_is_asked_once(evening: Evening, is_known: bool) -> None:
    phone = evening.web.phone()
    if is_known:
        phone.get(evening.door())
    for _ in range(2):
        fields = {"name": "阿宁", "question": "嘉宾自己\r\n踩过什么坑？", "anonymous": "yes"}
        assert phone.post(f"{evening.door()}/seat", data=fields).status_code == 303
    assert [(entry.data["text"], entry.data["name"]) for entry in evening.entries("question_asked")] == [
        ("嘉宾自己 踩过什么坑？", "")
    ]


def test_a_question_that_is_too_long_costs_nobody_a_wrong_seat(evening: Evening) -> None:
    answer = evening.web.phone().post(f"{evening.door()}/seat", data={"question": "长" * 301}, headers=PROGRAM)
    assert (answer.status_code, answer.json()["reason"]) == (422, "bad_text")
    assert evening.entries("seat_taken") == []


def test_who_waits_may_ask_at_the_door_too(web: Web) -> None:
    evening = web.evening(seats=1)
    evening.member()
    phone = web.phone()
    phone.post(f"{evening.door()}/seat", data={"question": "还进得来吗？"})
    assert [entry.data["name"] for entry in evening.entries("question_asked")] == [""]
