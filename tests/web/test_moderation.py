"""Order in the room over HTTP: held, reported, warned, muted, removed; nobody reads what they must not."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, at_once, listen, until

from salon.rules.week import shut_room

AD = "百家乐 加微信 abc88866"
NAMES = re.compile(r'(?:key|guest)["=: ]+[a-z0-9]{20}')


def post(evening: Evening, phone: httpx.Client, path: str, **fields: object) -> httpx.Response:
    return phone.post(f"{evening.private('host')}/{path}", json=fields, headers=PROGRAM)


def part(evening: Evening, member: httpx.Client, name: str = "standing") -> str:
    return member.get(f"{evening.room}/parts/{name}").text


def queue(evening: Evening, base: str = "") -> str:
    return evening.web.phone().get(f"{base or evening.private('host')}/parts/queue").text


def named(evening: Evening, name: str, role: str = "host") -> str:
    """Path of the page that the owner gives to *name*."""
    owner = evening.web.house.links.owner().partition("/owner/")[2]
    path = f"/owner/{owner}/{evening.event.id}/leaders"
    made = evening.web.phone().post(path, json={"name": name, "role": role}, headers=PROGRAM)
    assert made.status_code == 201
    return str(httpx.URL(made.json()["link"]).path)


def test_a_held_message_is_its_author_s_and_the_host_s_alone_until_it_is_let_in(evening: Evening) -> None:
    one, two = evening.member("阿宁"), evening.member("小鹿")
    answers = at_once([partial(evening.say, one, AD, client_id="c1") for _ in range(5)])
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [202]
    assert next(a.json() for a in answers if a.status_code == 202)["held"] is True
    number = evening.entries("message_held")[0].seq
    assert "abc88866" in part(evening, one)
    assert "等主持人看" in one.get(evening.room).text
    others = (
        two.get(evening.room).text,
        part(evening, two),
        two.get(f"{evening.room}/parts/queue").text,
        str(evening.frames(two)),
        evening.web.phone().get(evening.private("kol")).text,
        two.get(f"{evening.room}/messages/{number}").text,
    )
    assert all("abc88866" not in text for text in others)
    seen = queue(evening)
    assert "abc88866" in seen
    assert "赌博" in seen
    assert evening.entries("message_held")[0].by not in seen
    both = at_once([partial(post, evening, evening.web.phone(), f"messages/{number}", do="release") for _ in range(4)])
    assert sorted(answer.json()["done"] for answer in both) == [False, False, False, True]
    (said,) = [frame for frame in evening.frames(two) if frame["kind"] == "message"]
    assert (said["text"], said["seq"] > number) == (AD, True)
    assert evening.say(one, AD, client_id="c1").json() == {"seq": None}
    assert len(evening.entries("message_posted")) == 1


def test_an_answer_in_the_words_of_the_host_s_question_does_not_wait(evening: Evening) -> None:
    member = evening.member("阿宁")
    assert evening.say(member, "我被骗去代开发票").status_code == 202
    evening.host("prompts", text="有人被骗去代开发票吗？")
    evening.web.phone().post(f"{evening.private('kol')}/messages", json={"text": "一肖中特也是骗局"}, headers=PROGRAM)
    for text in ("我也被骗去代开发票", "一肖中特害人"):
        assert evening.say(member, text).status_code == 201


def test_what_is_kept_out_is_told_to_its_author_and_never_in_a_report(evening: Evening) -> None:
    one, two = evening.member("阿宁"), evening.member("小鹿")
    evening.say(two, "今天我们谈什么？")
    evening.say(one, AD)
    evening.say(one, "加V abc12345 兼职日结")
    first = evening.entries("message_held")[0].seq
    assert post(evening, evening.web.phone(), f"messages/{first}", do="reject").status_code == 400
    assert post(evening, evening.web.phone(), f"messages/{first}", do="reject", reason="这是广告").json() == {
        "done": True
    }
    assert "这是广告" in part(evening, one)
    assert "这是广告" not in part(evening, two)
    assert post(evening, evening.web.phone(), f"messages/{first}", do="release").status_code == 409
    evening.decide(shut_room(by="clock"))
    evening.web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    for name in ("report.html", "report.md", "report.json", "transcript.html", "article.html"):
        text = two.get(f"/report/{evening.event.id}/{name}").text
        assert "abc88866" not in text
        assert "abc12345" not in text


def test_the_plain_page_does_the_same_without_a_script(evening: Evening) -> None:
    one, two, host = evening.member("阿宁"), evening.member("小鹿"), evening.web.phone()
    base = evening.private("host")
    held = one.post(f"{evening.room}/messages", data={"text": AD})
    assert (held.status_code, held.headers["location"]) == (303, f"{evening.room}#standing")
    number = evening.entries("message_held")[0].seq
    assert f'action="{base}/messages/{number}"' in host.get(base).text
    assert host.post(f"{base}/messages/{number}", data={"do": "release"}).headers["location"] == f"{base}#queue"
    said = evening.entries("message_posted")[0].seq
    assert f'href="{evening.room}/messages/{said}"' in two.get(evening.room).text
    page = two.get(f"{evening.room}/messages/{said}").text
    assert AD in page
    assert two.post(f"{evening.room}/messages/{said}/report", data={"reason": "advertising"}).status_code == 200
    assert "已经告诉主持人" in two.get(f"{evening.room}/messages/{said}").text
    acting = host.get(f"{base}/messages/{said}").text
    assert 'value="warn"' in acting
    assert 'value="mute"' not in acting
    done = host.post(f"{base}/messages/{said}", data={"do": "warn", "reason": "不要招揽生意", "seen": "0"})
    assert done.status_code == 303
    assert "不要招揽生意" in one.get(evening.room).text
    assert "不要招揽生意" not in two.get(evening.room).text
    assert host.post(f"{base}/messages/{said}", data={"do": "remove", "reason": "x"}).status_code == 409


def test_the_ladder_is_climbed_and_told_and_the_removed_are_out_for_the_evening(web: Web) -> None:
    evening = web.evening(seats=2)
    one, two, third = evening.member("阿宁"), evening.member("小鹿"), evening.member("阿橘")
    host = web.phone()
    said = evening.say(one, "买我的课").json()["seq"]
    line, other = listen(web, f"{evening.room}/stream", one), listen(web, f"{evening.room}/stream", two)
    assert post(evening, host, f"messages/{said}", do="warn", reason="别推销").json() == {"done": True}
    # Two hosts at once: one step.
    pressed = [partial(post, evening, web.phone(), f"messages/{said}", do="mute", reason="又来", minutes=5, seen=1)] * 4
    assert sum(answer.json()["done"] for answer in at_once(pressed)) == 1
    refused = evening.say(one, "为什么？", client_id="c9")
    assert (refused.status_code, refused.json()["reason"]) == (403, "muted")
    assert "又来" in refused.json()["say"]
    assert refused.json()["until"] in refused.json()["say"]
    web.turn_to(web.now + timedelta(minutes=7))
    assert evening.say(one, "为什么？", client_id="c9").status_code == 201
    assert post(evening, host, f"messages/{said}", do="remove", reason="第三次").json() == {"done": True}
    until(lambda: line.is_over.is_set())
    assert [f.get("part") or f["kind"] for _, _, f in line.heard if f["kind"] in ("changed", "removed")] == [
        "standing",
        "standing",
        "removed",
    ]
    assert not [f for _, _, f in other.heard if f["kind"] in ("changed", "removed")]
    other.hang_up()
    until(lambda: "第三次" in one.get(evening.room).text)
    for path in (f"{evening.room}/entries", f"{evening.room}/stream", f"{evening.room}/parts/standing"):
        assert one.get(path).status_code == 403
    assert evening.say(one, "hi").status_code == 403
    assert one.post(f"{evening.door()}/seat", headers=PROGRAM).json()["reason"] == "removed"
    assert "第三次" in one.get(evening.door()).text
    assert "offered_until" in third.get(f"{evening.door()}/seat").json()
    log = queue(evening)
    assert [word in log for word in ("提醒了", "禁言 5 分钟", "移出了")] == [True] * 3
    assert one.cookies["guest"].partition(".")[0] not in log


def test_two_hundred_reports_in_the_same_instant_count_once_each(evening: Evening) -> None:
    said = evening.say(evening.member("阿宁"), "我来推销一下").json()["seq"]
    members = [evening.member() for _ in range(40)]
    send = [
        partial(m.post, f"{evening.room}/messages/{said}/report", json={"reason": "advertising"}, headers=PROGRAM)
        for m in members
        for _ in range(5)
    ]
    assert sorted(answer.status_code for answer in at_once(send)) == [200] * 160 + [201] * 40
    assert "40 人举报" in queue(evening)
    assert not [f for f in evening.frames(members[0]) if f["kind"] == "changed"]
    assert post(evening, evening.web.phone(), f"messages/{said}", do="settle").json() == {"done": True}
    assert "人举报" not in queue(evening)


def test_slow_mode_says_how_many_seconds_are_left(evening: Evening) -> None:
    one = evening.member("阿宁")
    assert post(evening, evening.web.phone(), "slow", seconds="30").json() == {"seconds": 30}
    assert evening.say(one, "一").status_code == 201
    refused = evening.say(one, "二", client_id="c2")
    assert (refused.status_code, refused.json()["seconds"]) == (429, "30")
    assert "30 秒" in refused.json()["say"]
    assert "每人 30 秒" in part(evening, one)
    evening.web.turn_to(evening.web.now + timedelta(seconds=90))
    assert evening.say(one, "二", client_id="c2").status_code == 201
    assert post(evening, evening.web.phone(), "slow", seconds="0").status_code == 200
    assert evening.say(one, "三").status_code == 201


def test_a_kill_between_holding_and_letting_in_loses_nothing(evening: Evening) -> None:
    one = evening.member("阿宁")
    assert evening.say(one, AD, client_id="c1").status_code == 202
    evening.web.kill()
    evening.web.start()
    assert evening.say(one, AD, client_id="c1").json() == {"seq": None}
    number = evening.entries("message_held")[0].seq
    assert len(evening.entries("message_held")) == 1
    assert post(evening, evening.web.phone(), f"messages/{number}", do="release").json() == {"done": True}


def test_hosts_by_name_stand_in_the_journal_and_a_withdrawn_link_is_cut_at_once(evening: Evening) -> None:
    lin, web = named(evening, "小林"), evening.web
    assert "小林" in web.phone().get(lin).text
    web.phone().post(f"{lin}/messages", json={"text": "大家好"}, headers=PROGRAM)
    (said,) = evening.entries("message_posted")
    assert (said.by, said.data["name"], said.data["role"]) == ("host:小林", "小林", "host")
    line = listen(web, f"{lin}/stream", web.phone())
    owner = web.house.links.owner().partition("/owner/")[2]
    leaders = f"/owner/{owner}/{evening.event.id}/leaders"
    (row,) = web.phone().get(leaders, headers=PROGRAM).json()
    assert web.phone().post(f"{leaders}/{row['key']}/withdraw", headers=PROGRAM).status_code == 200
    until(line.is_over.is_set)
    told = web.phone().get(lin)
    assert (told.status_code, "这个链接已经收回" in told.text) == (403, True)
    assert web.phone().get(evening.private("host")).status_code == 200
    # The same name again is another link.
    assert named(evening, "小林") != lin


def test_a_note_taker_speaks_and_does_nothing_else(evening: Evening) -> None:
    note, phone = named(evening, "小记", "note_taker"), evening.web.phone()
    said = evening.say(evening.member("阿宁"), "你好").json()["seq"]
    page = phone.get(note).text
    assert "记录员" in page
    assert not re.search(r"/(?:hide|end|prompts|polls|slow|lead)\"", page)
    # No button that would only be refused.
    assert set(re.findall(r'name="do" value="(\w+)', page)) == {"mark"}
    assert phone.post(f"{note}/messages", json={"text": "#要点 你好"}, headers=PROGRAM).status_code == 200
    tried = ("prompts", "end", "slow", "lead", "polls", f"messages/{said}/hide", f"messages/{said}", "questions/1")
    for path in tried:
        fields = {"sure": "yes", "do": "hide", "text": "x", "seconds": "10", "question": "x"}
        assert phone.post(f"{note}/{path}", json=fields, headers=PROGRAM).status_code == 403, path
    assert phone.get(f"{note}/parts/queue").status_code == 404
    assert phone.get(f"{note}/messages/{said}").status_code == 403


def test_another_host_or_the_kol_takes_over_and_one_of_two_is_first(evening: Evening) -> None:
    web, lin, wu = evening.web, named(evening, "小林"), named(evening, "小吴")
    web.turn_to(evening.event.times.hosts_at - timedelta(minutes=1))
    assert "没有动静" not in web.phone().get(f"{lin}/parts/standing").text, "the evening has not begun"
    web.turn_to(evening.event.times.hosts_at + timedelta(minutes=7))
    assert re.search(r"已经 7 分钟没有动静", web.phone().get(f"{lin}/parts/standing").text)
    take = [partial(web.phone().post, f"{base}/lead", json={"seen": "host"}, headers=PROGRAM) for base in (lin, wu)]
    assert sorted(answer.status_code for answer in at_once(take)) == [200, 409]
    holder = evening.entries("lead_taken")[0].by
    kol = web.phone()
    taken = kol.post(f"{evening.private('kol')}/lead", data={"seen": holder})
    assert taken.status_code == 303
    page = kol.get(taken.headers["location"]).text
    assert "临时发起一个投票" in page
    assert evening.event.kol.name in page
    assert "打开主持人页面" in kol.get(evening.private("kol")).text


def test_who_was_removed_and_forgets_everything_is_a_new_guest_until_the_door_is_shut(web: Web) -> None:
    evening, owner = web.evening(), urlsplit(web.house.links.owner()).path
    stays, goes = evening.member("留下的"), evening.member("出去的")
    said = evening.say(goes, "骂人的话").json()["seq"]
    for verb in ("warn", "mute", "remove"):
        assert post(evening, web.phone(), f"messages/{said}", do=verb, reason="骂人").json() == {"done": True}
    # Nothing else is known of anybody than the key in their browser, and docs/running-a-week.md says so.
    assert web.phone().post(f"{evening.door()}/seat", headers=PROGRAM).status_code == 201
    recalled = web.phone().post(f"{owner}/{evening.event.id}/recall", data={"text": "今晚不再进人"})
    assert recalled.status_code == 303
    refused = web.phone().post(f"{evening.door()}/seat", headers=PROGRAM)
    assert (refused.status_code, refused.json()["reason"]) == (410, "recalled")
    assert stays.get(evening.room).status_code == 200
    assert evening.say(stays, "我们接着聊").status_code == 201


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_that_keep_order_have_no_keys_and_no_live_markup(web: Web, language: str) -> None:
    evening = web.evening(language=language)
    evil = evening.member("<script>alert(1)</script>", language=language)
    said = evening.say(evil, "<img src=x onerror=alert(1)>").json()["seq"]
    other = evening.member("x", language=language)
    report = {"reason": "other", "note": "<b>bad</b>"}
    assert other.post(f"{evening.room}/messages/{said}/report", json=report, headers=PROGRAM).status_code == 201
    post(evening, web.phone(), f"messages/{said}", do="warn", reason="<i>no</i>")
    for text in (
        queue(evening),
        web.phone(language).get(f"{evening.private('host')}/messages/{said}").text,
        other.get(f"{evening.room}/messages/{said}").text,
        evil.get(evening.room).text,
    ):
        assert not re.search(r"<(script>|img src=x|b>bad|i>no)", text)
        assert not re.search(evening.entries("message_posted")[0].by, text)
