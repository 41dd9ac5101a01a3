"""Private pages: what host, KOL and owner can do by their links, and what nobody can without them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web.house import PROGRAM, Evening, Web, listen, until

from salon.model import Programme, Series
from salon.planning import apply_plan
from salon.rules.week import take_step
from salon.testing.golden import golden_groups

ROLES = ("host", "kol")


@pytest.mark.parametrize("token", ["", "a", "wrong", "other-role", "other-event", "cut", "longer"])
@pytest.mark.parametrize("role", ROLES)
def test_a_link_opens_its_own_page_and_no_other(web: Web, evening: Evening, role: str, token: str) -> None:
    links, event = web.house.links, evening.event.id
    right = evening.private(role).rpartition("/")[2]
    tokens = {
        "wrong": right[:-1] + ("a" if right[-1] != "a" else "b"),
        "other-role": links.token("kol" if role == "host" else "host", event),
        "other-event": links.token(role, "evening-1"),
        "cut": right[:-1],
        "longer": right + "a",
    }
    path = f"/{role}/{event}/{tokens.get(token, token)}"
    phone = web.phone()
    actions = {
        "host": ("prompts", "polls/daily/open", "messages/1/hide", "end", "messages"),
        "kol": ("confirm", "messages"),
    }
    status = 404 if token == "" else 403
    assert phone.get(path).status_code == status
    assert {phone.post(f"{path}/{action}", data={"sure": "yes"}).status_code for action in actions[role]} == {status}
    assert {phone.get(f"{path}/{what}").status_code for what in ("stream", "entries")} == {status}
    assert [entry.kind for entry in evening.entries()] == ["room_opened"]
    assert phone.get(f"/{role}/{event}/{right}").status_code == 200


def test_the_owners_link_opens_every_week_and_another_opens_nothing(web: Web, evening: Evening) -> None:
    owner = f"/owner/{web.house.links.token('owner', '')}"
    page = web.phone().get(owner)
    assert page.status_code == 200
    assert evening.private("host") in page.text
    assert evening.private("kol") in page.text
    assert [
        word for word in ("提纲", "预热", "开场", "提醒", "主持", "解散", "报告", "待办") if word not in page.text
    ] == []
    weeks = web.phone().get(owner, headers=PROGRAM).json()
    assert evening.event.id in [week["event"] for week in weeks]
    assert web.phone().get(owner[:-1]).status_code == 403
    assert web.phone().get(f"/owner/{web.house.links.token('host', evening.event.id)}").status_code == 403


def test_the_host_posts_the_outlines_prompts_before_their_time_once(evening: Evening) -> None:
    member = evening.member()
    answers = [evening.host("prompts", step="prompt-1-2").json() for _ in range(3)]
    assert answers == [{"posted": True}, {"posted": False}, {"posted": False}]
    prompt = evening.event.outline[0].prompts[1]
    assert [(f["kind"], f.get("text")) for f in evening.frames(member)] == [("opened", None), ("prompt", prompt)]
    assert evening.host("prompts", step="prompt-9-9").status_code == 404
    assert evening.host("prompts", step="section-1").status_code == 404
    page = member.get(evening.private("host")).text
    assert re.search(r'id="step-prompt-1-2" class="over">.*?<i>已发</i>', page, re.DOTALL)


def test_the_host_posts_a_prompt_of_their_own_once(evening: Evening) -> None:
    member = evening.member()
    fields = {"text": " 大家怎么看？\r\n说说 ", "client_id": "p1"}
    assert [evening.host("prompts", **fields).json()["posted"] for _ in range(2)] == [True, False]
    assert evening.host("prompts", text="再问一句").json() == {"posted": True}
    assert [f["text"] for f in evening.frames(member) if f["kind"] == "prompt"] == ["大家怎么看？\n说说", "再问一句"]
    for text in ("", "  ", "长" * 501):
        assert evening.host("prompts", text=text).status_code == 400


def test_a_prompt_of_the_hosts_own_belongs_to_the_section_that_is_on(web: Web) -> None:
    evening = web.evening()
    evening.host("prompts", text="开场前")
    web.turn_to(evening.event.times.starts_at + timedelta(minutes=26))
    data = {"section": 2, "title": "x", "minutes": 1}
    evening.decide(take_step(evening.event, "section_started", "section-2", data, by="host"))
    member = evening.member()
    until(lambda: "section" in [f["kind"] for f in evening.frames(member)])
    evening.host("prompts", text="说到这里")
    assert [entry.data["section"] for entry in evening.entries("prompt_posted")] == [0, 2]


def test_the_host_opens_and_closes_polls_once_each(evening: Evening) -> None:
    member = evening.member()
    assert evening.host("polls/daily/close").status_code == 404
    assert [evening.host("polls/daily/open").status_code for _ in range(2)] == [200, 200]
    assert evening.vote(member, "daily", 0).status_code == 201
    assert [evening.host("polls/daily/close").status_code for _ in range(2)] == [200, 200]
    assert evening.vote(member, "daily", 1).status_code == 409
    assert evening.host("polls/daily/open").status_code == 200
    assert evening.vote(member, "daily", 1).status_code == 409, "a poll opens once"
    assert evening.host("polls/nothing/open").status_code == 404
    assert [entry.kind for entry in evening.entries("poll_opened", "poll_closed")] == ["poll_opened", "poll_closed"]


def test_the_host_hides_a_message_once_and_none_that_is_not_there(evening: Evening) -> None:
    seq = evening.say(evening.member(), "广告").json()["seq"]
    page = evening.web.phone().get(evening.private("host")).text
    assert f'action="{evening.private("host")}/messages/{seq}/hide"' in page
    assert [evening.host(f"messages/{seq}/hide").status_code for _ in range(2)] == [200, 200]
    assert len(evening.entries("message_hidden")) == 1
    assert evening.host("messages/99999/hide").status_code == 404
    assert evening.host("messages/1/hide").status_code == 404, "only messages can be hidden"


def test_members_have_no_button_to_hide(evening: Evening) -> None:
    member = evening.member()
    evening.say(member, "你好")
    assert "/hide" not in member.get(evening.room).text


def test_kol_and_host_speak_without_a_seat_and_are_marked(web: Web, evening: Evening) -> None:
    member, phone = evening.member(), web.phone()
    assert phone.post(f"{evening.private('kol')}/messages", data={"text": "我先说"}).status_code == 303
    evening.host("messages", text="欢迎")
    evening.host("messages", text="我代读", name=" 小\u202e周 ")
    said = [(f["name"], f["role"], f["text"], f["seat"]) for f in evening.frames(member) if f["kind"] == "message"]
    assert said == [
        (evening.event.kol.name, "kol", "我先说", 0),
        ("主持人", "host", "欢迎", 0),
        ("小周", "host", "我代读", 0),
    ]
    page = member.get(evening.room).text
    assert "<i>嘉宾</i>" in page
    assert "<i>主持</i>" in page
    assert evening.entries("seat_taken")[-1].data["seat"] == 1


@pytest.mark.parametrize("role", ROLES)
def test_those_who_lead_follow_the_room_by_stream_and_by_asking(web: Web, evening: Evening, role: str) -> None:
    seq = evening.say(evening.member(), "你好").json()["seq"]
    line = listen(web, f"{evening.private(role)}/stream", web.phone())
    until(lambda: seq in line.numbers())
    line.hang_up()
    frames = web.phone().get(f"{evening.private(role)}/entries").json()["frames"]
    assert [frame["seq"] for frame in frames] == line.numbers()


def test_a_kol_who_was_changed_hears_and_opens_nothing_any_more(evening: Evening) -> None:
    web, event = evening.web, evening.event
    before = evening.private("kol")
    line = listen(web, f"{before}/stream", web.phone())
    changed = replace(event, kol=replace(event.kol, name="周新"))
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=event.languages)
    programme = Programme(series=series, groups=golden_groups(event.languages[0]), events=(changed,))
    web.run(apply_plan(web.house, programme))
    until(lambda: web.phone().get(before).status_code == 403)
    # The line ends with the first thing that happens; whoever comes back is refused.
    evening.say(evening.member("阿宁"), "大家好")
    until(line.is_over.is_set)


def test_the_kol_confirms_once(web: Web, evening: Evening) -> None:
    phone = web.phone()
    assert "我确认" in phone.get(evening.private("kol")).text
    for _ in range(2):
        assert phone.post(f"{evening.private('kol')}/confirm", follow_redirects=True).status_code == 200
    assert len(evening.entries("kol_confirmed")) == 1
    page = phone.get(evening.private("kol")).text
    assert ("已确认" in page, "我确认" in page) == (True, False)


def test_before_the_opening_the_kol_reads_the_brief_and_nobody_can_speak(web: Web) -> None:
    evening = web.evening(is_open=False)
    page = web.phone().get(evening.private("kol")).text
    assert all(question in page for section in evening.event.outline for question in section.questions)
    assert 'id="room"' not in page
    assert web.phone().post(f"{evening.private('kol')}/messages", data={"text": "喂"}).status_code == 409
    assert evening.host("end", sure="yes").status_code == 400
    assert evening.host("prompts", text="早").status_code == 409
    assert web.phone().get(evening.private("host")).status_code == 200


def test_the_host_ends_the_evening_for_good_and_only_when_sure(web: Web, evening: Evening) -> None:
    member = evening.member()
    evening.host("polls/daily/open")
    assert evening.host("end").status_code == 400
    assert evening.host("end", sure="no").status_code == 400
    assert evening.say(member, "还开着").status_code == 201
    line = listen(web, f"{evening.room}/stream", member)
    assert [evening.host("end", sure="yes").json() for _ in range(2)] == [{"closed": True}] * 2
    until(lambda: "closed" in line.names())
    line.hang_up()
    (shut,) = evening.entries("room_disbanded")
    assert shut.by == "host"
    assert evening.say(member, "还开着吗").status_code == 410
    assert web.phone().post(f"{evening.door()}/seat", headers=PROGRAM).status_code == 410


def test_after_the_close_the_host_may_still_hide_and_do_nothing_else(web: Web) -> None:
    evening = web.evening()
    seq = evening.say(evening.member(), "不该留下").json()["seq"]
    web.turn_to(evening.event.times.disbands_at)
    late = [evening.host(path, text="晚了").status_code for path in ("prompts", "polls/daily/open", "messages")]
    assert late == [410] * 3
    assert evening.host("end", sure="yes").status_code == 200
    assert evening.host(f"messages/{seq}/hide").status_code == 200
    page = web.phone().get(evening.private("host"))
    assert (page.status_code, 'id="say"' in page.text, "不该留下" in page.text) == (200, False, False)
    assert web.phone().get(evening.private("kol")).status_code == 200


def test_the_report_is_there_when_it_is_written_and_not_before(web: Web) -> None:
    evening = web.evening()
    address, phone = f"/report/{evening.event.id}", web.phone()
    evening.say(evening.member("小林"), "我们每周省下三个小时，都花在写测试上。")
    before = phone.get(address)
    assert (before.status_code, "报告还没写好" in before.text) == (404, True)
    assert phone.get(f"{address}/report.json").json()["reason"] == "no_report"
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    until(lambda: phone.get(address).status_code == 200)
    page = phone.get(address)
    assert "三个小时" in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for name, kind in (("report.md", "text/markdown; charset=utf-8"), ("report.json", "application/json")):
        answer = phone.get(f"{address}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        written = web.settings.reports / evening.event.id / name
        assert answer.content == written.read_bytes()
    assert json.loads(phone.get(f"{address}/report.json").content)
    tag = page.headers["etag"]
    for known in (tag, f'"x", W/{tag}'):
        again = phone.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert phone.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_message_hidden_after_the_report_is_gone_from_its_page(web: Web) -> None:
    evening = web.evening()
    member = evening.member("小林")
    seq = evening.say(member, "这句话原本不该写进报告里的").json()["seq"]
    evening.say(member, "省下的时间都花在写测试上了")
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    address = f"/report/{evening.event.id}"
    until(lambda: web.phone().get(address).status_code == 200)
    assert "原本不该写进报告" in web.phone().get(address).text
    evening.host(f"messages/{seq}/hide")
    for name in ("", "/report.md", "/report.json"):
        assert "原本不该写进报告" not in web.phone().get(address + name).text
