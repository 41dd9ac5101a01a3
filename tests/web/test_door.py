"""The door behind every code: what it says at each hour, and who gets which seat."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import httpx
import pytest
from tests.web.house import PROGRAM, Evening, Web, at_once, until

from salon.rules.seats import NO_OFFERS_IN, OFFER
from salon.rules.week import shut_room


def button(page: httpx.Response) -> str:
    """What the one button of the door says, or an empty text."""
    found = re.search(r'<(?:button|a) class="button"[^>]*>([^<]+)<', page.text)
    return found[1] if found else ""


def claim(phone: httpx.Client, door: str, **fields: str) -> httpx.Response:
    """Take a seat as a program does."""
    return phone.post(f"{door}/seat", data=fields, headers=PROGRAM)


def standing(phone: httpx.Client, door: str) -> dict[str, object]:
    """Where somebody stands."""
    found: dict[str, object] = phone.get(f"{door}/seat").json()
    return found


def test_before_its_hour_the_door_names_the_hour_and_has_no_seat_to_take(web: Web) -> None:
    evening = web.evening(is_open=False)
    page = web.phone().get(evening.door())
    assert "还没到入场时间" in page.text
    assert f"{evening.event.times.opens_at:%H:%M}" in page.text
    assert f'action="{evening.door()}/seat"' not in page.text
    refused = claim(web.phone(), evening.door())
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_open")


def test_an_open_door_shows_what_it_is_about_the_seats_left_and_one_button(web: Web, evening: Evening) -> None:
    page = web.phone().get(evening.door())
    event = evening.event
    told = (event.topic, event.kol.name, event.kol.title, *event.precautions, *(s.title for s in event.outline))
    hours = f"{event.times.starts_at:%H:%M}–{event.times.disbands_at:%H:%M}"
    assert [text for text in (*told, hours, "北京时间") if text not in page.text] == []
    assert '<span class="number">100</span>' in page.text
    assert button(page) == "领一个席位"


def test_who_has_a_seat_reads_its_number_and_the_way_in(evening: Evening) -> None:
    member = evening.member("小林")
    page = member.get(evening.door())
    assert '<p class="number">1</p>' in page.text
    assert button(page) == "进入讨论室"
    assert f'href="{evening.room}"' in page.text


def test_a_full_door_offers_the_waiting_list_and_tells_the_place(web: Web) -> None:
    evening = web.evening(seats=1)
    evening.member()
    page = web.phone().get(evening.door())
    assert "席位已满" in page.text
    assert button(page) == "排入候补"
    second = evening.member()
    place = second.get(evening.door())
    assert '<p class="number">1</p>' in place.text
    assert "候补顺位" in place.text
    assert place.headers["refresh"] == "15"
    assert ("会按先后留给你" in place.text, "报告从同一个码打开" in place.text) == (True, True)
    now = web.now
    web.turn_to(evening.event.times.disbands_at - NO_OFFERS_IN)
    late = second.get(evening.door()).text
    assert ("会按先后留给你" in late, "谁先点就是谁的" in late) == (False, True)
    web.turn_to(now)


def test_a_door_where_somebody_may_be_typing_never_reloads_by_itself(web: Web, evening: Evening) -> None:
    assert "refresh" not in web.phone().get(evening.door()).headers


def test_after_the_evening_the_door_says_so_and_then_leads_to_the_report(web: Web) -> None:
    evening = web.evening()
    member = evening.member()
    evening.say(member, "说一句")
    web.turn_to(evening.event.times.reports_at)
    page = web.phone().get(evening.door())
    assert "本期已经结束" in page.text
    assert button(page) == ""
    evening.moment("report")
    until(lambda: web.phone().get(evening.door()).status_code == 303)
    answer = web.phone().get(evening.door(), follow_redirects=True)
    assert answer.url.path == f"/report/{evening.event.id}"
    assert "说一句" in answer.text


@pytest.mark.parametrize("code", ["nosuchcode", "a", "A" * 40])
def test_an_unknown_code_is_a_page_in_the_language_of_whoever_scanned(web: Web, code: str) -> None:
    chinese, english = web.phone("zh").get(f"/c/{code}"), web.phone("en").get(f"/c/{code}")
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "没有这个页面" in chinese.text
    assert "There is no such page" in english.text


def test_a_code_may_be_typed_in_capitals(web: Web, evening: Evening) -> None:
    assert web.phone().get(evening.door().upper().replace("/C/", "/c/")).status_code == 200


def test_a_claim_by_form_leads_into_the_room_and_by_program_names_the_seat(web: Web, evening: Evening) -> None:
    form, program = web.phone(), web.phone()
    answer = form.post(f"{evening.door()}/seat", data={"name": "小林"})
    assert (answer.status_code, answer.headers["location"]) == (303, evening.room)
    first, again = claim(program, evening.door()), claim(program, evening.door())
    whole = {"event": evening.event.id, "seat": 2, "room": evening.room}
    assert (first.status_code, first.json()) == (201, whole)
    assert (again.status_code, again.json()) == (200, whole)
    assert program.post(f"{evening.door()}/seat", json={"name": "小周"}, headers=PROGRAM).status_code == 200


def test_the_seat_number_is_in_a_cookie_under_our_seal_that_no_script_can_read(web: Web, evening: Evening) -> None:
    phone = web.phone()
    lines = phone.post(f"{evening.door()}/seat").headers.get_list("set-cookie")
    seat = next(line for line in lines if line.startswith(f"seat-{evening.event.id}="))
    assert "HttpOnly" in seat
    assert "SameSite=Lax" in seat
    sealed = seat.partition("=")[2].partition(";")[0]
    assert web.house.links.unsign(sealed).startswith("1~")
    assert web.house.links.unsign("2" + sealed[1:]) == ""


def test_who_moves_up_gets_the_cookie_of_the_seat_too(web: Web) -> None:
    evening = web.evening(seats=1)
    first, second = evening.member(), evening.member()
    assert f"seat-{evening.event.id}" not in second.cookies
    first.post(f"{evening.room}/leave")
    assert "有一个席位给你留着" in second.get(evening.door()).text
    second.post(f"{evening.door()}/seat")
    assert web.house.links.unsign(second.cookies[f"seat-{evening.event.id}"]).startswith("1~")


def test_the_same_person_keeps_the_same_seat_and_the_first_source(evening: Evening) -> None:
    member = evening.member("小林", group="readers")
    for group in ("builders-2", "tea-room", "readers"):
        member.get(evening.door(group))
        assert claim(member, evening.door(group), name="别人").json()["seat"] == 1
    (taken,) = evening.entries("seat_taken")
    assert (taken.data["seat"], taken.data["source"], taken.data["name"]) == (1, "readers", "小林")


def test_twenty_claims_with_one_cookie_are_one_seat(web: Web, evening: Evening) -> None:
    phone = web.phone()
    phone.get(evening.door())
    cookie = {"Cookie": f"guest={phone.cookies['guest']}"}
    phones = [web.phone(**PROGRAM, **cookie) for _ in range(20)]
    answers = at_once([partial(tap.post, f"{evening.door()}/seat") for tap in phones])
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert {answer.json()["seat"] for answer in answers} == {1}
    assert len(evening.entries("seat_taken")) == 1


@pytest.mark.parametrize("kind", ["forged", "foreign", "garbage", "empty", "dots", "huge", "latin"])
def test_a_cookie_that_is_not_ours_is_nobody(web: Web, evening: Evening, kind: str) -> None:
    owner = evening.member()
    sealed = owner.cookies["guest"]
    foreign = "k" * 20 + sealed[20:]
    other = web.evening().member().cookies["guest"]
    assert web.house.links.unsign(other), "a seal that is ours is known"
    cookies = {
        "forged": sealed[:-1] + ("A" if sealed[-1] != "A" else "B"),
        "foreign": foreign,
        "garbage": '{"a": [1, 2]}',
        "empty": "",
        "dots": "." * 30,
        "huge": "x" * 5000,
        "latin": "\u00ff\u00fe.\u00e9",
    }
    headers = {b"Cookie": f"guest={cookies[kind]}".encode("latin-1"), b"Accept": b"application/json"}
    asked = web.phone().get(f"{evening.door()}/seat", headers=headers)
    assert (asked.status_code, "seat" in asked.json()) == (200, False)
    said = web.phone().post(f"{evening.room}/messages", headers=headers, json={"text": "我"})
    assert (said.status_code, said.json()["reason"]) == (403, "no_seat")


def test_a_senseless_cookie_of_another_site_does_not_cost_a_seat(web: Web, evening: Evening) -> None:
    member = evening.member()
    noise = f'bad[]={{"x":"y, z"}}; =; lone; guest={member.cookies["guest"]}; after="q'
    answer = web.phone().get(f"{evening.door()}/seat", headers={"Cookie": noise})
    assert answer.json()["seat"] == 1


def test_the_one_too_many_waits_and_moves_up_when_somebody_leaves(web: Web) -> None:
    evening = web.evening(seats=100)
    phones = [web.phone() for _ in range(102)]
    answers = [claim(phone, evening.door()).json() for phone in phones]
    assert [answer.get("seat") for answer in answers] == [*range(1, 101), None, None]
    assert [answer.get("waiting") for answer in answers[100:]] == [1, 2]
    assert phones[16].post(f"{evening.room}/leave", headers=PROGRAM).json() == {"left": True}
    offered = standing(phones[100], evening.door())
    assert (offered["waiting"], offered["seats_left"], "offered_until" in offered) == (1, 0, True)
    assert claim(web.phone(), evening.door()).json()["waiting"] == 3, "what is kept is nobody else's"
    assert claim(phones[100], evening.door()).json()["seat"] == 17
    assert standing(phones[101], evening.door())["waiting"] == 1
    assert "seat" not in standing(phones[16], evening.door())
    assert phones[16].get(f"{evening.room}/stream").status_code == 403


def test_a_seat_that_was_kept_too_long_goes_to_the_next_and_the_page_says_so(web: Web) -> None:
    evening = web.evening(seats=1)
    first, second, third = (evening.member() for _ in range(3))
    first.post(f"{evening.room}/leave")
    web.kill()
    web.turn_to(web.now + OFFER)
    web.start()
    until(lambda: "offered_until" in standing(third, evening.door()), 30)
    for language, says in (("zh-CN", "已经让给下一位"), ("en-GB", "has gone to the next in line")):
        assert says in second.get(evening.door(), headers={"Accept-Language": language}).text
    assert [entry.data["why"] for entry in evening.entries("offer_ended")] == ["expired"]
    assert claim(third, evening.door()).json()["seat"] == 1


def test_who_waits_may_stop_waiting_by_one_button(web: Web) -> None:
    evening = web.evening(seats=1)
    evening.member()
    second, third = evening.member(), evening.member()
    assert f'action="{evening.room}/leave"' in second.get(evening.door()).text
    assert "已退出候补" in second.post(f"{evening.room}/leave").text
    assert standing(third, evening.door())["waiting"] == 1


@pytest.mark.parametrize("is_known", [True, False])
def test_nobody_gets_in_after_the_close_by_the_clock_though_no_flow_has_run(web: Web, is_known: bool) -> None:
    evening = web.evening()
    member, late = evening.member(), web.phone()
    if is_known:
        evening.decide(shut_room(by="host"))
        until(lambda: claim(late, evening.door()).status_code == 410)
    web.turn_to(evening.event.times.disbands_at)
    if not is_known:
        assert evening.entries("room_disbanded") == []
    for phone, language in ((late, "zh"), (web.phone("en"), "en")):
        refused = phone.post(f"{evening.door()}/seat")
        assert refused.status_code == 410
        assert {"zh": "本期已经结束", "en": "This evening is over"}[language] in refused.text
    assert claim(late, evening.door()).json()["reason"] == "closed"
    assert evening.say(member, "还在吗").status_code == 410
    assert member.post(f"{evening.room}/leave", headers=PROGRAM).status_code == 410
    assert [entry.data["seat"] for entry in evening.entries("seat_taken")] == [1]


def test_a_second_before_the_close_the_door_is_open(web: Web) -> None:
    evening = web.evening()
    web.turn_to(evening.event.times.disbands_at - timedelta(seconds=5))
    assert claim(web.phone(), evening.door()).status_code == 201


def test_behind_a_barred_door_newcomers_read_so_and_everybody_else_goes_on(web: Web) -> None:
    evening = web.evening(seats=1)
    member, waiting, new = evening.member("Ann"), evening.member("Ben"), web.phone("en")
    assert [evening.host("console", do="bar").json()["done"] for _ in range(2)] == [True, False]
    page = new.get(evening.door())
    assert "The host has shut the door" in page.text
    assert f'action="{evening.door()}/seat"' not in page.text
    assert page.headers["refresh"] == "30", "it looks again by itself: the door may open"
    assert new.get(f"{evening.door()}/seat").json()["is_barred"] is True
    answer = new.post(f"{evening.door()}/seat", data={"name": "Cem", "question": "为什么？"})
    assert (answer.status_code, "Nobody new comes in tonight" in answer.text) == (409, True)
    assert new.post(f"{evening.door()}/seat", headers=PROGRAM).json()["reason"] == "door_barred"
    assert member.get(evening.room).status_code == 200
    member.post(f"{evening.room}/leave")
    until(lambda: "offered_until" in waiting.get(f"{evening.door()}/seat").json())
    assert waiting.post(f"{evening.door()}/seat", headers=PROGRAM).json()["seat"] == 1
    assert evening.host("console", do="unbar").json() == {"done": True}
    assert new.post(f"{evening.door()}/seat", headers=PROGRAM).json()["waiting"] == 1
    assert evening.entries("question_asked") == []


def test_the_seats_left_are_the_ledgers_everywhere(web: Web) -> None:
    evening = web.evening(seats=5)
    members = [evening.member() for _ in range(3)]
    members[0].post(f"{evening.room}/leave")
    ledger = 5 - (len(evening.entries("seat_taken")) - len(evening.entries("seat_left")))
    assert ledger == 3
    assert f'<span class="number">{ledger}</span>' in web.phone().get(evening.door()).text
    assert standing(web.phone(), evening.door())["seats_left"] == ledger
    assert members[1].get(f"{evening.room}/entries").json()["counts"]["seats_left"] == ledger
    assert f'<b id="seats-left">{ledger}</b>' in web.phone().get(evening.private("host")).text


def test_a_name_is_one_calm_line_of_thirty_characters(evening: Evening) -> None:
    evening.member(" \u202e小\u200b林\x00\n" + "长" * 50)
    assert evening.entries("seat_taken")[0].data["name"] == "小林 " + "长" * 27


def test_the_portrait_is_small_whatever_the_kol_sent(web: Web) -> None:
    from PIL import Image

    path = web.settings.home / "face.png"
    Image.effect_noise((1200, 1600), 90).save(path)
    golden = web.evening().event
    evening = web.evening(kol=type(golden.kol)(name="林若溪", portrait=str(path)))
    picture = web.phone().get(f"/portrait/{evening.event.id}")
    assert picture.headers["content-type"] == "image/jpeg"
    assert len(picture.content) < 20_000 < path.stat().st_size
    assert f'src="/portrait/{evening.event.id}"' in web.phone().get(evening.door()).text
    path.write_bytes(b"not a picture")
    broken = web.evening(kol=type(golden.kol)(name="林若溪", portrait=str(path.with_name("none.png"))))
    assert web.phone().get(f"/portrait/{broken.event.id}").status_code == 404
    assert web.phone().get(f"/portrait/{golden.id}").status_code == 404
