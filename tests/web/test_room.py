"""What is said and voted in the room: once each, inert, the same for every member."""

from __future__ import annotations

import json
import re
import time
from functools import partial

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Listener, Web, at_once, listen, until

from salon.rules.polls import close_poll, open_poll
from salon.web.lines import PAGE_MESSAGES

EVIL = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": "\" onmouseover='alert(3)' x=\"",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "markdown": "[x](javascript:alert(4))",
    "rtl": "abc\u202ecba\u2066",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "stream": "data: {}\n\nevent: counts\nid: 9",
    "line_ends": "one\u2028two\u2029three\u0085four",
    "json": '"}],"x":["',
}


@pytest.fixture(scope="module", autouse=True)
def quiet_line(web: Web) -> Listener:
    """A line on which nobody says anything while the other tests run."""
    evening = web.evening()
    return listen(web, f"{evening.room}/stream", evening.member())


def texts(evening: Evening, member: httpx.Client) -> list[str]:
    """Messages as the room tells them, in order."""
    return [frame["text"] for frame in evening.frames(member) if frame["kind"] == "message"]


@pytest.fixture
def poll(evening: Evening) -> str:
    """A poll with four options, open in the evening's room."""
    evening.decide(open_poll(evening.event, evening.event.polls[0], by="host"))
    return evening.event.polls[0].id


def test_a_message_is_there_for_everybody_in_the_order_in_which_it_was_said(evening: Evening) -> None:
    one, two = evening.member("甲"), evening.member()
    for k in range(20):
        assert evening.say((one, two)[k % 2], f"第 {k} 句").status_code == 201
    said = [f"第 {k} 句" for k in range(20)]
    assert texts(evening, one) == texts(evening, two) == said
    page = two.get(evening.room).text
    assert re.findall(r"第 \d+ 句", page) == said
    assert ">甲<" in page
    assert ">#2<" in page


def test_one_client_id_is_said_once_however_often_it_is_sent(evening: Evening) -> None:
    member, other = evening.member(), evening.member()
    first = evening.say(member, "你好", client_id="a1")
    again = evening.say(member, "你好", client_id="a1")
    assert (first.status_code, again.status_code, again.json()) == (201, 200, {"seq": None})
    assert evening.say(other, "我也好", client_id="a1").status_code == 201
    sent = at_once([partial(evening.say, member, "一次", client_id="a2")] * 10)
    assert sorted(answer.status_code for answer in sent) == [200] * 9 + [201]
    assert texts(evening, member) == ["你好", "我也好", "一次"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 422),
        ({"text": " \n\t\u3000"}, 422),
        ({}, 422),
        ({"text": None}, 422),
        ({"text": "长" * 10_001}, 422),
        ({"text": "好", "client_id": "x" * 65}, 422),
        ({"text": ["好"]}, 400),
        ({"text": {"a": 1}}, 400),
        ({"text": True}, 400),
        ([1, 2], 400),
    ],
)
def test_what_is_no_message_is_refused_and_not_kept(evening: Evening, fields: object, status: int) -> None:
    member = evening.member()
    answer = member.post(f"{evening.room}/messages", json=fields, headers=PROGRAM)
    assert answer.status_code == status, answer.text
    assert evening.entries("message_posted") == []


def test_ten_thousand_characters_of_any_script_are_one_message(evening: Evening) -> None:
    member = evening.member()
    assert evening.say(member, "长" * 10_000).status_code == 201
    assert member.post(f"{evening.room}/messages", data={"text": "🍵" * 10_000}).status_code == 303
    assert [len(text) for text in texts(evening, member)] == [10_000, 10_000]


def test_only_a_seat_holder_speaks_listens_and_votes(web: Web, evening: Evening, poll: str) -> None:
    stranger = web.phone()
    asks = (
        evening.say(stranger, "让我说"),
        evening.vote(stranger, poll, 0),
        stranger.get(f"{evening.room}/entries", headers=PROGRAM),
        stranger.get(evening.room, headers=PROGRAM),
        stranger.post(f"{evening.room}/leave", headers=PROGRAM),
    )
    assert [(answer.status_code, answer.json()["reason"]) for answer in asks] == [(403, "no_seat")] * 5
    with stranger.stream("GET", f"{evening.room}/stream") as answer:
        assert answer.status_code == 403
    page = stranger.get(evening.room)
    assert (page.status_code, "这里只给有席位的人" in page.text) == (403, True)
    assert "你还没有席位" in stranger.post(f"{evening.room}/messages", data={"text": "让我说"}).text


@pytest.mark.parametrize("kind", EVIL)
def test_what_members_write_is_inert_in_page_and_stream(web: Web, evening: Evening, kind: str) -> None:
    member = evening.member(EVIL[kind])
    answer = evening.say(member, EVIL[kind], reply_to='1" onclick="x')
    assert answer.status_code == 201
    line = listen(web, f"{evening.room}/stream", member)
    until(lambda: "message" in line.names())
    line.hang_up()
    assert line.names() == ["counts", "opened", "message"], "nobody can add an event to the stream"
    frame = line.heard[-1][2]
    assert (frame["text"], frame["reply_to"]) == (EVIL[kind].replace("\u0085", ""), "")
    page = member.get(evening.room).text
    log = page[page.index('id="log"') : page.index('id="end"')]
    assert not re.search(r"<(script|img)|<[^>]*\son\w+=|49|javascript:[^<]*\"", log)
    assert page.count("<script") == 1
    assert 'class="text" dir="auto"' in log


def test_a_reader_that_knows_more_ends_of_lines_reads_the_same_stream(evening: Evening) -> None:
    member = evening.member()
    evening.say(member, "one\u2028two\u2029three")
    with member.stream("GET", f"{evening.room}/stream") as answer:
        data = next(line for line in answer.iter_lines() if '"message"' in line)
    assert json.loads(data.removeprefix("data: "))["text"] == "one\u2028two\u2029three"


def test_control_characters_are_dropped_and_line_breaks_are_one_kind(evening: Evening) -> None:
    member = evening.member()
    evening.say(member, "a\x00b\x1b[2J\x7f\x9bc\r\nd\re\tf")
    member.post(f"{evening.room}/messages", content=b"text=one%0D%0Atwo%00", headers={"Content-Type": FORM})
    assert texts(evening, member) == ["ab[2Jc\nd\ne\tf", "one\ntwo"]


FORM = "application/x-www-form-urlencoded"


def test_a_wall_of_empty_lines_pushes_nobody_off_the_page(evening: Evening) -> None:
    member = evening.member()
    evening.say(member, "上" + "\n \n" * 3_000 + "下")
    assert texts(evening, member) == ["上\n\n下"]


def test_a_reply_links_to_what_it_answers(evening: Evening) -> None:
    member = evening.member()
    seq = evening.say(member, "问").json()["seq"]
    evening.say(member, "答", reply_to=str(seq))
    assert f'<a href="#m{seq}">↳ <bdi>#1</bdi></a> 答' in member.get(evening.room).text
    evening.host(f"messages/{seq}/hide")
    until(lambda: f"#m{seq}" not in member.get(evening.room).text)


def test_a_long_evening_shows_the_latest_and_links_to_all(evening: Evening) -> None:
    member = evening.member()
    seqs = [evening.say(member, f"第 {k} 句").json()["seq"] for k in range(PAGE_MESSAGES)]
    assert "?all" not in member.get(evening.room).text
    evening.say(member, "再一句", reply_to=str(seqs[0]))
    assert f'<a href="?all#m{seqs[0]}">↳' in member.get(evening.room).text, "it leads to what is further up"
    page, whole = member.get(evening.room).text, member.get(f"{evening.room}?all").text
    assert ("第 0 句" in page, "?all" in page, "再一句" in page) == (False, True, True)
    assert ("第 0 句" in whole, "?all" in whole) == (True, False)


def test_a_seat_has_one_vote_and_may_change_it_until_the_close(web: Web, evening: Evening, poll: str) -> None:
    one, two = evening.member(), evening.member()
    assert evening.vote(one, poll, 1).json()["votes"] == [0, 1, 0, 0]
    assert evening.vote(one, poll, "1").status_code == 200
    assert evening.vote(two, poll, 1).json()["votes"] == [0, 2, 0, 0]
    assert evening.vote(one, poll, 3).json()["votes"] == [0, 1, 0, 1]
    evening.decide(close_poll(poll, by="host"))
    until(lambda: evening.vote(one, poll, 0).status_code == 409)
    assert evening.vote(one, poll, 0).json()["reason"] == "poll_not_open"
    page = one.post(f"{evening.room}/polls/{poll}/vote", data={"option": "0"})
    assert (page.status_code, "这个投票已经结束" in page.text) == (409, True)
    assert f'href="{evening.room}"' in page.text, "the way back"
    assert two.get(evening.room, headers=PROGRAM).json()["polls"][0]["votes"] == [0, 1, 0, 1]


def test_a_vote_belongs_to_the_seat_and_whoever_sits_there_next_is_not_told_it(evening: Evening, poll: str) -> None:
    first = evening.member()
    evening.vote(first, poll, 0)
    first.post(f"{evening.room}/leave")
    second = evening.member()
    page = second.get(evening.room).text
    assert ('aria-pressed="true"' in page, f'<a id="asked" href="#poll-{poll}">' in page) == (False, True)
    assert "mine" not in second.get(evening.room, headers=PROGRAM).json()["polls"][0]
    # A new cookie brings no second vote.
    assert evening.vote(second, poll, 2).json()["votes"] == [0, 0, 1, 0]
    assert 'aria-pressed="true"' in second.get(evening.room).text


def test_two_hundred_submits_of_one_seat_in_the_same_instant_count_one(evening: Evening, poll: str) -> None:
    member = evening.member()
    copies = [evening.web.phone(Cookie=f"guest={member.cookies['guest']}") for _ in range(200)]
    answers = at_once([partial(evening.vote, copy, poll, 2) for copy in copies])
    assert sorted(answer.status_code for answer in answers) == [200] * 199 + [201]
    assert evening.vote(member, poll, 2).json()["votes"] == [0, 0, 1, 0]
    assert len(evening.entries("vote_cast", "vote_changed")) == 1


def test_a_hundred_seats_that_vote_in_the_same_instant_count_a_hundred(web: Web, evening: Evening, poll: str) -> None:
    phones = [web.phone() for _ in range(100)]
    for phone in phones:
        assert phone.post(f"{evening.door()}/seat", headers=PROGRAM).status_code == 201
    at_once([partial(evening.vote, phone, poll, k % 4) for k, phone in enumerate(phones)])
    assert evening.vote(phones[0], poll, 0).json()["votes"] == [25] * 4


@pytest.mark.parametrize(
    "option", ["4", "-1", "", "x", "1.5", "²", "\u0661", "99999", None, True, [[1]], [True], [0, 1]]
)
def test_what_is_no_option_is_refused(evening: Evening, poll: str, option: object) -> None:
    member = evening.member()
    assert evening.vote(member, poll, option).status_code == 400
    assert evening.entries("vote_cast") == []


def test_a_poll_that_was_not_opened_cannot_be_voted_in(evening: Evening) -> None:
    assert evening.vote(evening.member(), "trust", 0).status_code == 404
    assert evening.vote(evening.member(), "nothing", 0).status_code == 404


def test_results_are_the_same_on_page_api_and_stream_for_every_member(web: Web, evening: Evening, poll: str) -> None:
    members = [evening.member() for _ in range(5)]
    lines = [listen(web, f"{evening.room}/stream", member) for member in members[:2]]
    for member, option in zip(members, (0, 2, 2, 3, 2), strict=True):
        evening.vote(member, poll, option)
    for line in lines:
        until(lambda line=line: line.heard[-1][2].get("polls") == {poll: [1, 0, 3, 1]})  # type: ignore[misc]
        line.hang_up()
    for member in members:
        assert re.findall(r"<b>(\d)</b><meter", member.get(evening.room).text) == ["1", "0", "3", "1"]
        assert member.get(evening.room, headers=PROGRAM).json()["polls"][0]["votes"] == [1, 0, 3, 1]
        assert member.get(f"{evening.room}/entries").json()["counts"]["polls"] == {poll: [1, 0, 3, 1]}


def test_the_page_points_at_a_poll_until_one_has_voted(evening: Evening, poll: str) -> None:
    member = evening.member()
    assert f'<a id="asked" href="#poll-{poll}">' in member.get(evening.room).text
    evening.vote(member, poll, 0)
    assert re.search(r'<a id="asked"[^>]* hidden>', member.get(evening.room).text)


def test_a_hidden_message_is_gone_from_page_stream_and_entries(web: Web, evening: Evening) -> None:
    member = evening.member()
    line = listen(web, f"{evening.room}/stream", member)
    seqs = [evening.say(member, f"秘密{k}").json()["seq"] for k in range(3)]
    until(lambda: seqs[2] in line.numbers())
    assert evening.host(f"messages/{seqs[1]}/hide").json() == {"hidden": True}
    until(lambda: "hidden" in line.names())
    line.hang_up()
    assert line.heard[-1][2]["message"] == seqs[1], "who has it already is told to take it away"
    assert texts(evening, member) == ["秘密0", "秘密2"]
    assert "秘密1" not in member.get(evening.room).text
    again = listen(web, f"{evening.room}/stream?after={seqs[0]}", member)
    until(lambda: "hidden" in again.names())
    again.hang_up()
    assert [frame["text"] for _, _, frame in again.heard if "text" in frame] == ["秘密2"]


def test_two_hundred_hidden_messages_in_a_row_stop_no_stream(web: Web, evening: Evening) -> None:
    member = evening.member()
    seqs = [evening.say(member, f"广告{k}").json()["seq"] for k in range(205)]
    for seq in seqs:
        evening.host(f"messages/{seq}/hide")
    evening.say(member, "正题")
    line = listen(web, f"{evening.room}/stream", member)
    until(lambda: "message" in line.names())
    line.hang_up()
    assert [frame["text"] for _, _, frame in line.heard if "text" in frame] == ["正题"]


def test_everything_can_be_done_by_plain_forms(web: Web, evening: Evening, poll: str) -> None:
    phone = web.phone()
    door = phone.get(evening.door()).text
    assert f'<form method="post" action="{evening.door()}/seat">' in door
    room = phone.post(f"{evening.door()}/seat", data={"name": "小林"}, follow_redirects=True)
    assert room.status_code == 200
    client_id = re.findall(r'name="client_id" value="(\w+)"', room.text)[-1]
    fields = {"text": "没有脚本也能说", "client_id": client_id, "reply_to": ""}
    said = phone.post(f"{evening.room}/messages", data=fields)
    assert (said.status_code, said.headers["location"]) == (303, f"{evening.room}#end")
    assert phone.post(f"{evening.room}/messages", data=fields).status_code == 303, "a reload says nothing twice"
    voted = phone.post(f"{evening.room}/polls/{poll}/vote", data={"option": "2"})
    assert (voted.status_code, voted.headers["location"]) == (303, f"{evening.room}#poll-{poll}")
    page = phone.get(evening.room).text
    assert page.count("没有脚本也能说") == 1
    assert 'value="2" class="option mine" aria-pressed="true"' in page
    assert "<noscript>" in page
    assert "refresh" not in phone.get(evening.room).headers, "what somebody types is not thrown away"
    left = phone.post(f"{evening.room}/leave")
    assert "席位已让出" in left.text


def test_without_a_script_a_reply_begins_with_a_link_beside_the_message(evening: Evening) -> None:
    lin, wang = evening.member("小林"), evening.member("小王")
    seq = evening.say(lin, "先从 <b>哪里</b> 开始？").json()["seq"]
    evening.say(lin, "第二句")
    links = re.findall(r'<noscript><a [^>]*href="([^"]*)#say"', wang.get(evening.room).text)
    assert len(links) == 2
    page = wang.get(evening.room + links[0].replace("&amp;", "&")).text
    assert "↳ <bdi>小林</bdi>: 先从 &lt;b&gt;哪里&lt;/b&gt; 开始？" in page
    (number,) = re.findall(r'name="reply_to" value="(\d*)"', page)
    wang.post(f"{evening.room}/messages", data={"text": "从测试开始", "client_id": "r", "reply_to": number})
    assert evening.entries("message_posted")[-1].data["reply_to"] == str(seq)
    for odd in ("", "0", "9" * 15, "-1", "x"):
        assert 'name="reply_to" value=""' in wang.get(f"{evening.room}?reply={odd}").text


def test_after_the_close_the_room_says_so_and_then_is_the_report(web: Web) -> None:
    evening = web.evening()
    member = evening.member()
    evening.say(member, "最后一句")
    web.turn_to(evening.event.times.reports_at)
    page = member.get(evening.room)
    assert (page.status_code, "本期已经结束" in page.text, 'http-equiv="refresh"' in page.text) == (200, True, True)
    stranger = web.phone().get(evening.room)
    assert ("本期已经结束" in stranger.text, "refresh" in stranger.headers) == (True, True)
    assert member.get(evening.room, headers=PROGRAM).json()["phase"] == "closed"
    evening.moment("report")
    until(lambda: f'href="/report/{evening.event.id}"' in member.get(evening.room).text)
    assert member.post(f"{evening.room}/rating", data={"value": "5"}).status_code == 303
    rated = member.get(evening.room).text
    assert f'href="/report/{evening.event.id}"' in rated
    assert "/candidacy" in rated, "they may still offer to lead"
    assert member.post(f"{evening.room}/candidacy", data={"topic": "招人"}).status_code == 303
    until(lambda: member.get(evening.room).status_code == 303)
    assert member.get(evening.room).headers["location"] == f"/report/{evening.event.id}"


def test_answers_come_quickly_while_others_listen(web: Web, evening: Evening) -> None:
    member = evening.member()
    lines = [listen(web, f"{evening.room}/stream", member) for _ in range(20)]
    began = time.monotonic()
    seq = evening.say(member, "大家听得到吗").json()["seq"]
    until(lambda: all(seq in line.numbers() for line in lines), seconds=5)
    assert time.monotonic() - began < 5
    for line in lines:
        line.hang_up()


def test_a_quiet_line_has_had_a_pulse(quiet_line: Listener) -> None:
    until(lambda: "pulse" in quiet_line.names(), seconds=18)
    quiet_line.hang_up()
