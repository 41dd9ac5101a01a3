"""The rhythm console over HTTP: one tap moves the evening, marks go into the report, and members hear nothing of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, listen, until

from salon.entries import Draft
from salon.moments.recap import recap
from salon.rules.polls import open_poll
from salon.rules.rhythm import take_due
from salon.rules.talk import hide_message
from salon.rundown import steps_left

EVIL = "<img src=x onerror=alert(1)>\u202e{{ 7*7 }}"


def tap(evening: Evening, verb: str, role: str = "host", **fields: object) -> httpx.Response:
    path = f"{evening.private(role)}/console"
    return evening.web.phone().post(path, json={"do": verb, **fields}, headers=PROGRAM)


def console(evening: Evening, role: str = "host", language: str = "zh") -> str:
    return evening.web.phone(language).get(f"{evening.private(role)}/parts/console").text


def follow(evening: Evening, at: datetime) -> None:
    """Take every step up to *at* as the moment does, and set the clock there."""
    web, event = evening.web, evening.event
    state = web.run(web.house.journal.refresh(event.id)).state
    for step in steps_left(event, state):
        if step.at <= at:
            web.turn_to(max(step.at, web.now))
            evening.decide(take_due(event, step, step.data or {"text": "x"}, by="host"))
    web.turn_to(at)
    seq = evening.entries()[-1].seq
    host = web.phone()
    until(lambda: host.get(f"{evening.private('host')}/entries").json()["cursor"] >= seq)


@pytest.fixture
def begun(web: Web, evening: Evening) -> Evening:
    """Ten minutes into the evening."""
    follow(evening, evening.event.times.starts_at + timedelta(minutes=10))
    return evening


def test_the_console_shows_where_the_evening_stands(begun: Evening) -> None:
    for role in ("host", "kol"):
        page = console(begun, role)
        assert "准时" in page
        assert begun.event.outline[0].title in page
        assert re.search(r"<b data-since=[^>]*>10</b>/25", page)
        assert begun.event.outline[0].prompts[1] in page
    assert "On time" in console(begun, language="en")


def test_the_next_section_begins_with_one_tap_and_the_run_of_show_follows(begun: Evening) -> None:
    assert tap(begun, "section", "kol", section=2).json() == {"done": True}
    assert tap(begun, "section", section=2).json() == {"done": False}
    page = console(begun)
    assert "快 15 分钟" in page
    assert tap(begun, "scale").json() == {"done": True}
    assert "准时" in console(begun)
    assert [e.by for e in begun.entries("section_started")] == ["host", "kol"]
    member = begun.member("小林")
    assert begun.event.outline[1].title in member.get(begun.room).text


def test_more_minutes_make_it_late_and_one_section_may_be_left_out(begun: Evening) -> None:
    for _ in range(4):
        assert tap(begun, "longer", section=1).json() == {"done": True}
    page = console(begun)
    assert "慢 20 分钟" in page
    assert begun.event.outline[3].title in re.findall(r'id="cut">([^<]*)<', page)[0]
    assert tap(begun, "cut").json() == {"done": True}
    assert "准时" in console(begun)
    assert tap(begun, "cut").status_code == 200
    refused = tap(begun, "longer", section=3)
    assert (refused.status_code, refused.json()["reason"]) == (409, "no_section")


def test_everything_works_without_any_script(begun: Evening) -> None:
    base, host = begun.private("host"), begun.web.phone()
    seq = begun.say(begun.member("小林"), "我们每周省下三个小时").json()["seq"]
    page = host.get(base).text
    assert f'href="?mark={seq}#mark"' in page
    assert "小林: 我们每周省下三个小时" in host.get(f"{base}?mark={seq}").text
    for fields, where in (
        ({"do": "mark-agreement", "message": str(seq)}, f"#m{seq}"),
        ({"do": "park", "message": str(seq)}, f"#m{seq}"),
        ({"do": "section", "section": "2"}, "#console"),
        ({"do": "back", "message": str(seq)}, "#console"),
    ):
        answer = host.post(f"{base}/console", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, base + where)
    kinds = [entry.kind for entry in begun.entries()][-5:]
    assert kinds == ["message_tagged", "point_parked", "section_started", "point_brought_back", "message_posted"]


def test_after_the_outline_it_is_time_to_wrap_up_and_at_the_hour_no_vote_is_open(web: Web) -> None:
    evening = web.evening()
    times = evening.event.times
    evening.decide(open_poll(evening.event, evening.event.polls[1], by="host"))
    follow(evening, times.disbands_at - timedelta(minutes=3))
    assert "提纲走完，收尾" in console(evening)
    assert re.search(r'class="open">.*?投票已截止', console(evening), re.S)
    # No flow has shut the room yet.
    web.turn_to(times.disbands_at)
    assert re.search(r'class="ok"><b>[^/]*</span></b> <span>投票已截止</span>', console(evening))


def test_members_neither_see_nor_hear_nor_use_the_console(begun: Evening) -> None:
    member = begun.member("小林")
    seq = begun.say(member, "我们每周省下三个小时").json()["seq"]
    tap(begun, "mark", message=seq, kind="quote")
    tap(begun, "park", message=seq)
    tap(begun, "longer", section=1)
    assert member.get(f"{begun.room}/parts/console").status_code == 404
    assert member.post(f"{begun.room}/console", json={"do": "cut"}, headers=PROGRAM).status_code == 404
    text = member.get(begun.room).text
    assert not re.search("发言占比|跑题区|收场清单|console|mark", text)
    assert [frame["kind"] for frame in begun.frames(member) if frame.get("part") == "console"] == []
    heard = begun.web.phone().get(f"{begun.private('host')}/entries").json()["frames"]
    assert [f["part"] for f in heard if f["kind"] == "changed"] == ["console"] * 3


def test_a_mark_is_taken_back_and_a_stranger_marks_nothing(begun: Evening) -> None:
    seq = begun.say(begun.member("小林"), "我们每周省下三个小时").json()["seq"]
    assert tap(begun, "mark", "kol", message=seq, kind="point").json() == {"done": True}
    assert tap(begun, "mark", "kol", message=seq, kind="point").json() == {"done": False}
    assert tap(begun, "mark", message=seq, kind="nonsense").status_code == 400
    assert tap(begun, "mark", message=99999, kind="point").status_code == 404
    number = begun.entries("message_tagged")[0].seq
    assert tap(begun, "unmark", tag=number).json() == {"done": True}
    assert 'id="marks"' not in console(begun)
    begun.host("messages", text="#要点账要按周算")
    until(lambda: "账要按周算" in console(begun))
    marks = console(begun).partition('id="marks"')[2].partition("</details>")[0]
    assert "账要按周算" in marks, "what is typed is told beside what is put by button"
    assert "<form" not in marks
    tap(begun, "mark", message=seq, kind="quote")
    assert begun.host("messages", text="#undo").json() == {"seq": None, "say": "标记已撤回。"}
    # What was given up may be held again, by the database's word too.
    assert tap(begun, "mark", message=seq, kind="point").json() == {"done": True}
    for _ in range(2):
        assert tap(begun, "park", message=seq).json() == {"done": True}
        assert tap(begun, "back", message=seq).json() == {"done": True}
    right = begun.private("host")
    wrong = right[:-1] + ("y" if right.endswith("x") else "x")
    assert begun.web.phone().post(f"{wrong}/console", json={"do": "cut"}, headers=PROGRAM).status_code in (403, 404)


def test_what_silence_is_stands_in_the_programme(web: Web) -> None:
    evening = web.evening(silence_minutes=5, unanswered_minutes=12)
    follow(evening, evening.event.times.starts_at + timedelta(minutes=1))
    evening.member().post(f"{evening.room}/questions", data={"text": "从哪里开始？"})
    until(lambda: 'class="waits' in console(evening))
    assert re.search(r'id="silence"[^>]*data-limit="5"', console(evening))
    assert re.search(r'class="waits"[^>]*data-limit="12"', console(evening))


def test_silence_and_a_question_that_waits_are_told_with_the_times_they_began(begun: Evening) -> None:
    member = begun.member("小林")
    begun.say(member, "开始吧")
    member.post(f"{begun.room}/questions", json={"text": "先从哪里开始？"}, headers=PROGRAM)
    assert re.search(r'id="silence"[^>]*hidden', console(begun))
    begun.web.turn_to(begun.web.now + timedelta(minutes=6, seconds=30))
    page = console(begun)
    assert re.search(r'id="silence"[^>]*data-limit="3">', page)
    assert re.search(r'class="waits alarm"[^>]*data-limit="6">', page)
    assert "等了 <b>6</b> 分钟" in page


def test_a_question_from_the_door_at_noon_waits_from_the_beginning_of_the_evening(evening: Evening) -> None:
    evening.member().post(f"{evening.room}/questions", data={"text": "中午就问了？"})
    follow(evening, evening.event.times.starts_at + timedelta(minutes=2))
    until(lambda: "中午就问了？" in console(evening))
    assert re.search(r'class="waits" data-since="[^"]*" data-limit="6">', console(evening))
    assert "等了 <b>2</b> 分钟" in console(evening)


def test_a_question_that_waits_too_long_is_told_though_others_want_another_one(begun: Evening) -> None:
    member, asked = begun.member("小林"), []
    for text in ("一？", "二？", "三？", "四？"):
        asked.append(member.post(f"{begun.room}/questions", json={"text": text}, headers=PROGRAM).json()["question"])
    for number in asked[1:]:
        begun.member().post(f"{begun.room}/questions/{number}/want", json={}, headers=PROGRAM)
    until(lambda: "四？" in console(begun) and "一？" not in console(begun))
    begun.web.turn_to(begun.web.now + timedelta(minutes=6, seconds=30))
    assert re.search(r"一？</a> <span class=\"waits alarm\"", console(begun))


def test_the_share_of_voice_names_few_and_counts_the_quiet(begun: Evening) -> None:
    for name, times in (("甲", 4), ("乙", 3), ("丙", 2), ("丁", 1), ("戊", 0)):
        member = begun.member(name)
        for k in range(times):
            begun.say(member, f"第 {k} 句")
    page = console(begun)
    voices = page[page.index('id="voices"') :]
    assert [name for name in "甲乙丙丁戊" if f"<bdi>{name}</bdi>" in voices] == ["甲", "乙", "丙"]
    assert "40%" in voices
    assert re.search(r"还没开口的成员：\s*<b>1</b>", voices)


def test_a_talk_that_left_the_outline_is_led_back_once_a_tap(begun: Evening) -> None:
    member = begun.member("小林")
    for text in (
        "昨晚球赛看了吗",
        "主队输得太惨",
        "守门员扑空好几次",
        "裁判吹得偏心",
        "下周去现场看球",
        "球票已经涨价",
    ):
        begun.say(member, text)
    page = console(begun)
    assert 'id="nudge"' in page
    assert [tap(begun, "nudge", number=0).json()["done"] for _ in range(2)] == [True, False]
    posted = begun.entries("prompt_posted")[-1].data["text"]
    assert begun.event.outline[0].questions[0] in posted
    tap(begun, "nudge", number=1)
    assert begun.event.outline[0].questions[1] in begun.entries("prompt_posted")[-1].data["text"]
    begun.say(member, "说回来，写测试省下的时间最多")
    assert 'id="nudge"' not in console(begun)


def test_the_recap_is_edited_before_it_is_posted(web: Web, begun: Evening) -> None:
    seq = begun.say(begun.member("小林"), "先把测试交出去，再谈别的").json()["seq"]
    tap(begun, "mark", message=seq, kind="agreement")
    base, host = begun.private("host"), web.phone()
    web.turn_to(begun.event.times.disbands_at - timedelta(minutes=10))
    assert f'href="{base}/recap"' in console(begun)
    page = host.get(f"{base}/recap").text
    assert "先把测试交出去，再谈别的（小林）" in page
    answer = host.post(f"{base}/recap", data={"agreements": "测试先交出去\r\n别的以后再说", "waiting": EVIL})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{base}/recap")
    page = host.get(f"{base}/recap").text
    assert "<img src=x" not in page
    state = web.run(web.house.journal.refresh(begun.event.id)).state
    text = recap(web.house, begun.event, state)
    assert "【大家的共识】\n· 测试先交出去\n· 别的以后再说\n" in text
    assert "再谈别的" not in text
    refused = host.post(f"{base}/recap", json={"points": "长" * 121}, headers=PROGRAM)
    assert (refused.status_code, refused.json()["reason"]) == (422, "recap_long")
    page = host.post(f"{base}/recap", data={"points": "我打了好久的字\n" + "长" * 121})
    assert (page.status_code, "我打了好久的字" in page.text, "每行最多 120 字" in page.text) == (422, True, True)
    # Whoever leads may post it at once, once: nothing else has to be up for it.
    for _ in range(2):
        assert host.post(f"{base}/recap", data={"agreements": "测试先交出去", "do": "post"}).status_code == 303
    (posted,) = begun.entries("recap_posted")
    assert (posted.by, "· 测试先交出去\n" in posted.data["text"], EVIL[:9] in posted.data["text"]) == (
        "host",
        True,
        False,
    )
    assert "快评已经发出" in host.get(f"{base}/recap").text
    assert "recap" not in [
        step.key
        for step in steps_left(begun.event, begun.web.run(begun.web.house.journal.refresh(begun.event.id)).state)
    ]


def test_the_gate_says_what_is_missing_and_who_let_it_go(web: Web, begun: Evening) -> None:
    evening, owner = begun, f"/owner/{web.house.links.token('owner', '')}"
    evening.decide(open_poll(evening.event, evening.event.polls[1], by="host"))
    until(lambda: "还开着： 1" in console(evening))
    page = console(evening)
    # It is missing once it is time for it, and no sooner.
    assert re.search(r'class="due">.*?快评已发出', page, re.S)
    now = web.now
    web.turn_to(evening.event.times.disbands_at - timedelta(minutes=9))
    page = console(evening)
    assert re.search(r'class="open">.*?快评已发出', page, re.S)
    assert 'id="close-votes"' in page
    assert [tap(evening, "votes").json()["done"] for _ in range(2)] == [True, False]
    assert 'id="close-votes"' not in console(evening)
    web.turn_to(now)
    assert tap(evening, "waive", name=" ").json()["reason"] == "no_name"
    assert tap(evening, "waive", name=f"苏{EVIL}"[:20]).json() == {"done": True}
    for page in (console(evening), web.phone().get(owner).text):
        assert "免发，由谁决定：" in page
        assert "<img src=x" not in page
    evening.host("end", sure="yes")
    page = console(evening)
    assert 'class="open"' not in page
    assert "<form" not in page


def test_a_named_person_puts_the_close_off_for_door_room_and_watchdog(web: Web, begun: Evening) -> None:
    evening, times = begun, begun.event.times
    member = evening.member("小林")
    assert tap(evening, "extend", minutes=10, number=0, name="").json()["reason"] == "no_name"
    assert [tap(evening, "extend", minutes=10, number=0, name="苏青").json()["done"] for _ in range(2)] == [True, False]
    notice = [frame for frame in evening.frames(member) if frame["kind"] == "notice"][-1]
    assert "苏青" in notice["text"]
    assert "22:10" in notice["text"] or f"{times.disbands_at + timedelta(minutes=10):%H:%M}" in notice["text"]
    later = times.disbands_at + timedelta(minutes=10)
    assert datetime.fromisoformat(notice["closes_at"]) == later
    assert f"{later:%H:%M}" in web.phone().get(evening.door()).text
    web.turn_to(times.disbands_at + timedelta(minutes=9))
    assert evening.say(member, "还在聊").status_code == 201
    assert datetime.fromisoformat(member.get(evening.room, headers=PROGRAM).json()["closes_at"]) == later
    assert web.phone().get(f"{evening.door()}/seat").json()["phase"] == "open"
    web.turn_to(later + timedelta(seconds=11))
    assert evening.say(member, "太晚了").status_code == 410
    until(lambda: evening.entries("room_disbanded"))
    assert evening.entries("room_disbanded")[0].by == "watchdog"


def test_the_hour_that_was_put_off_holds_after_a_power_cut(web: Web, begun: Evening) -> None:
    member = begun.member("小林")
    tap(begun, "section", section=2)
    tap(begun, "extend", minutes=20, number=0, name="苏青")
    before = console(begun)
    web.kill()
    web.start()
    until(lambda: member.get(begun.room).status_code == 200)
    fresh = re.compile(r"<b>\d+</b>|>\d+</b>/")
    assert fresh.sub("", console(begun)) == fresh.sub("", before)
    web.turn_to(begun.event.times.disbands_at + timedelta(minutes=19))
    assert begun.say(member, "还在聊").status_code == 201


def test_a_recap_that_was_posted_loses_what_is_withdrawn_on_page_and_stream(web: Web, begun: Evening) -> None:
    member = begun.member("小北")
    gone = begun.say(member, "这一条我后来收回").json()["seq"]
    assert tap(begun, "mark", message=gone, kind="agreement").json() == {"done": True}
    text = recap(web.house, begun.event, web.run(web.house.journal.refresh(begun.event.id)).state)
    begun.decide(lambda state, now: [Draft(kind="recap_posted", by="host", data={"step": "recap", "text": text})])
    until(lambda: "这一条我后来收回" in member.get(f"{begun.room}/entries").text)
    line = listen(web, f"{begun.room}/stream", member)
    begun.decide(hide_message(gone, by="host"))
    until(lambda: "hidden" in line.names())
    line.hang_up()
    (seq,) = [entry.seq for entry in begun.entries("recap_posted")]
    told = line.heard[-1][2]
    assert told["recap"] == seq
    assert "【已撤回】" in told["text"], "who has it already is told what to put there"
    for page in (begun.room, f"{begun.room}/entries"):
        assert "【已撤回】" in member.get(page).text
        assert "后来收回" not in member.get(page).text
