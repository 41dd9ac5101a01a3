"""A room that is opened by hand: the owner uploads the group's code, seat holders see it, and nobody else."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import zxingcpp
from PIL import Image
from tests.command import salon
from tests.uploads import GROUP, LONG_GROUP, code_of, huge_header, huge_png, moving, packed, shot, with_zip_behind
from tests.web.house import PROGRAM, Evening, Web, at_once, until

from salon.invites import Invite
from salon.rules.invites import claim_code, give_code
from salon.rules.seats import leave_seat
from salon.rules.week import shut_room

NUMBERS = iter(range(100_000, 999_999))


def group() -> str:
    """A code that no other test has."""
    return f"https://weixin.qq.com/g/AQYAinvented{next(NUMBERS)}"


@pytest.fixture
def evening(web: Web) -> Evening:
    """An open evening in a room by hand, without a code."""
    return web.evening(room="by_hand")


def desk(evening: Evening) -> str:
    """Path of the owner's page."""
    return urlsplit(evening.web.house.links.room_codes(evening.event.id)).path


def send(evening: Evening, picture: bytes, number: int = 0, **fields: str) -> httpx.Response:
    """Upload as a program does."""
    path = f"{desk(evening)}/{number}" if number else desk(evening)
    return evening.web.phone().post(path, files={"picture": ("shot.png", picture)}, data=fields, headers=PROGRAM)


def refusal(evening: Evening, picture: bytes, language: str = "zh") -> tuple[int, str]:
    """Status and heading of the page that the owner sees after a form with *picture*."""
    answer = evening.web.phone(language).post(desk(evening), files={"picture": ("x.png", picture, "image/png")})
    found = re.search(r'role="alert"><b>([^<]+)</b> [^<]{10,}', answer.text)
    assert found, answer.text
    return answer.status_code, found[1]


def picture_of(member: httpx.Client, evening: Evening) -> httpx.Response:
    """The address that the member's own page names."""
    page = member.get(evening.room).text
    found = re.search(rf'<img src="({evening.room}/code\.png[^"]*)"', page)
    return member.get(found[1] if found else f"{evening.room}/code.png")


def read(png: bytes) -> str:
    """What the picture's one code says."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    return found.text


def invites(evening: Evening) -> dict[int, Invite]:
    return evening.web.run(evening.web.house.live(evening.event.id)).state.invites.codes


def test_a_seat_holder_sees_the_code_drawn_anew_and_nobody_else_does(evening: Evening) -> None:
    uploaded, text = shot(LONG_GROUP), LONG_GROUP
    assert send(evening, uploaded).status_code == 201
    member = evening.member("林")
    page = member.get(evening.room).text
    (width,) = re.findall(r'code\.png[^>]+width="(\d+)"', page)
    assert int(width) >= 120
    answer = picture_of(member, evening)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    assert read(answer.content) == text
    assert answer.content not in (uploaded,)
    for stranger in (evening.web.phone(), _waiting(evening.web)):
        for path in (evening.room, f"{evening.room}/code.png"):
            refused = stranger.get(path)
            assert refused.status_code == 403
            assert "<img" not in refused.text


def _waiting(web: Web) -> httpx.Client:
    """Somebody who waits in another evening, and carries a good cookie."""
    other = web.evening(seats=1, room="by_hand")
    other.member()
    phone = web.phone()
    phone.post(f"{other.door()}/seat", data={})
    return phone


def test_who_waits_never_gets_the_code_until_a_seat_is_theirs(web: Web) -> None:
    evening = web.evening(seats=1, room="by_hand")
    text = group()
    send(evening, shot(text))
    first, second = evening.member(), web.phone()
    second.post(f"{evening.door()}/seat", data={})
    assert read(picture_of(first, evening).content) == text
    assert second.get(f"{evening.room}/code.png").status_code == 403
    first.post(f"{evening.room}/leave")
    assert [phone.get(f"{evening.room}/code.png").status_code for phone in (first, second)] == [403, 403]
    second.post(f"{evening.door()}/seat", data={})
    assert read(picture_of(second, evening).content) == text


def test_leaving_in_another_process_ends_it_at_once(evening: Evening) -> None:
    send(evening, shot(group()))
    member = evening.member()
    assert picture_of(member, evening).status_code == 200
    (taken,) = evening.entries("seat_taken")
    evening.decide(leave_seat(evening.event, taken.data["guest"]))
    assert member.get(f"{evening.room}/code.png").status_code == 403


def test_a_replaced_code_shows_at_once_under_another_address(evening: Evening) -> None:
    old, new = group(), group()
    send(evening, shot(old))
    member = evening.member()
    before = re.findall(r"code\.png\?\w+", member.get(evening.room).text)
    assert read(picture_of(member, evening).content) == old
    assert send(evening, shot(new), 1).json() == {"invite": 1}
    after = re.findall(r"code\.png\?\w+", member.get(evening.room).text)
    assert before != after
    assert read(picture_of(member, evening).content) == new
    assert read(member.get(f"{evening.room}/code.png").content) == new


def test_several_groups_share_the_seats_by_their_caps(web: Web) -> None:
    evening, texts = web.evening(seats=5, room="by_hand"), [group(), group()]
    for text in texts:
        assert send(evening, shot(text), cap="2").status_code == 201
    members = [evening.member(str(k)) for k in range(5)]
    shown = [picture_of(member, evening) for member in members]
    assert [read(answer.content) for answer in shown[:4]] == [texts[0]] * 2 + [texts[1]] * 2
    assert shown[4].status_code == 404
    assert "群码正在更新" in members[4].get(evening.room).text
    third = group()
    send(evening, shot(third))
    assert read(picture_of(members[4], evening).content) == third
    assert [read(picture_of(member, evening).content) for member in members[:4]] == [texts[0]] * 2 + [texts[1]] * 2
    assert len(evening.entries("invite_given")) == 5


def test_what_the_code_says_is_in_no_journal_page_frame_or_log(evening: Evening) -> None:
    text = group()
    send(evening, shot(text))
    member = evening.member()
    picture_of(member, evening)
    journal = json.dumps([entry.as_line() for entry in evening.entries()])
    plan = evening.web.run(evening.web.house.journal.entries("programme"))
    everything = [
        journal,
        json.dumps([entry.as_line() for entry in plan]),
        member.get(evening.room).text,
        member.get(f"{evening.room}/entries").text,
        evening.web.phone().get(desk(evening)).text,
        evening.web.phone().get(desk(evening), headers=PROGRAM).text,
        evening.web.log.read_text(),
    ]
    assert "invite_added" in journal
    assert [k for k, said in enumerate(everything) if text.rpartition("/")[2] in said] == []
    assert "invite" not in member.get(f"{evening.room}/entries").text
    shown = salon("journal", evening.event.id, env=evening.web.settings.as_env())
    assert "invite_added" in shown.stdout
    assert text.rpartition("/")[2] not in shown.stdout


def test_the_upload_itself_is_kept_nowhere(evening: Evening) -> None:
    picture = shot(group())
    send(evening, picture)
    evening.member()
    # The middle of the compressed picture: no part of it lies in any file of the house.
    part = picture[len(picture) // 2 :][:200]
    files = [path for path in evening.web.settings.home.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if part in path.read_bytes()] == []


@pytest.mark.parametrize("path", ["/room", "/room/1.png", "/room/1", "/room/1/withdraw"])
def test_only_the_owners_link_opens_the_desk(evening: Evening, path: str) -> None:
    send(evening, shot(group()))
    links, id = evening.web.house.links, evening.event.id
    for token in ("aaaa", links.token("host", id), links.token("owner", id)):
        there = f"/owner/{token}/{id}{path}"
        asked = evening.web.phone().get(there) if path.endswith(("room", "png")) else evening.web.phone().post(there)
        assert asked.status_code == 403
    there = f"/owner/aaaa/{id}/room"
    assert evening.web.phone().post(there, files={"picture": shot(group())}).status_code == 403
    assert len(invites(evening)) == 1


HOSTILE = {
    "nothing": (lambda: b"", 422, "没有收到图片", "No picture arrived"),
    "100 megapixels": (lambda: huge_png(10_000, 10_000), 422, "图片像素太多", "The picture has too many pixels"),
    "a header of 400": (lambda: huge_header("PNG"), 422, "图片像素太多", "The picture has too many pixels"),
    "a WebP of 268": (lambda: huge_header("WEBP"), 422, "图片像素太多", "The picture has too many pixels"),
    "a JPEG of 400": (lambda: huge_header("JPEG"), 422, "图片像素太多", "The picture has too many pixels"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "这不是我们能读的图片", "This is no picture"),
    "PDF": (lambda: b"%PDF-1.7\n%%EOF", 422, "这不是我们能读的图片", "This is no picture"),
    "GIF": (lambda: packed(code_of(GROUP, 300), "GIF"), 422, "这不是我们能读的图片", "This is no picture"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", 422, "这不是我们能读的图片", "This is no picture"),
    "polyglot": (
        lambda: with_zip_behind(shot()),
        422,
        "这个文件里除了图片",
        "This file is a picture and something else",
    ),
    "animated PNG": (lambda: moving("PNG"), 422, "这是一张会动的图", "This picture moves"),
    "animated WebP": (lambda: moving("WEBP"), 422, "这是一张会动的图", "This picture moves"),
    "truncated": (lambda: shot()[:-3000], 422, "图片不完整", "The picture is not whole"),
    "no code": (lambda: packed(Image.new("RGB", (700, 900), "white")), 422, "图里没有找到二维码", "There is no code"),
    "payment": (lambda: shot("wxp://f2f0inventedinvented"), 422, "这是收款码，不是群码", "This is a payment code"),
    "Alipay": (lambda: shot("HTTPS://QR.ALIPAY.COM/FKX0INVENTED"), 422, "这是收款码，不是群码", "This is a payment"),
    "personal": (
        lambda: shot("https://u.wechat.com/inventedA"),
        422,
        "这是个人名片码，不是群码",
        "This is a personal code",
    ),
    "account": (
        lambda: shot("http://weixin.qq.com/r/inventedA"),
        422,
        "这是公众号的码",
        "This is the code of an official",
    ),
    "login": (lambda: shot("https://login.weixin.qq.com/l/abc=="), 422, "这是登录码", "This is a code that signs in"),
    "another group": (lambda: shot("https://qm.qq.com/q/invented"), 422, "这是另一个平台的群码", "This is a group of"),
    "another host": (
        lambda: shot("https://evil.example/weixin.qq.com/g/x"),
        422,
        "这个码指向别的网站",
        "This code leads",
    ),
    "words": (lambda: shot("hello"), 422, "这个码里不是群聊链接", "This code is not the link of a group"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_upload_gets_its_sentence_in_both_languages(web: Web, name: str) -> None:
    evening = web.evening(room="by_hand")
    make, status, zh, en = HOSTILE[name]
    picture = make()
    assert refusal(evening, picture)[0] == status
    assert refusal(evening, picture)[1].startswith(zh)
    assert refusal(evening, picture, "en")[1].startswith(en)
    assert send(evening, picture).json()["reason"].startswith("code_")
    assert evening.entries("invite_added") == []


def test_two_codes_are_said_to_be_two(evening: Evening) -> None:
    screen = Image.new("RGB", (900, 1600), "white")
    screen.paste(code_of(group(), 500), (50, 50))
    screen.paste(code_of("wxp://f2f0invented", 300), (300, 900))
    assert refusal(evening, packed(screen)) == (422, "图里有不止一个二维码")


def test_a_code_for_another_host_names_the_host(evening: Evening) -> None:
    answer = evening.web.phone().post(
        desk(evening), files={"picture": shot("https://weixin.qq.com@evil.example/g/abcd")}
    )
    assert "<strong>evil.example</strong>" in answer.text


def test_our_own_poster_is_not_taken_for_a_group(evening: Evening) -> None:
    link = f"{evening.web.settings.public_url}{evening.door()}"
    assert refusal(evening, shot(link)) == (422, "这是我们自己海报上的活码")


def test_an_upload_that_is_too_large_is_heard_out_and_told_so(evening: Evening) -> None:
    assert refusal(evening, b"\x89PNG\r\n\x1a\n" + b"x" * 30_000_000) == (413, "文件太大")
    assert send(evening, shot(group())).status_code == 201


def test_everything_else_still_takes_small_bodies_only(evening: Evening) -> None:
    member = evening.member()
    files = {"text": ("x", b"x" * 200_000)}
    assert member.post(f"{evening.room}/messages", files=files).status_code == 413
    assert evening.web.phone().post(f"{desk(evening)}/1/withdraw", files=files).status_code == 413


def test_a_code_that_dies_before_the_close_is_refused_with_the_hour(evening: Evening) -> None:
    today = evening.event.times.opens_at.date().isoformat()
    answer = evening.web.phone().post(desk(evening), files={"picture": shot(group())}, data={"dies_on": today})
    assert answer.status_code == 422
    assert "这个群码活不到散场" in answer.text
    assert "<strong>" in answer.text
    tomorrow = (evening.event.times.opens_at + timedelta(days=1)).date().isoformat()
    assert send(evening, shot(group()), dies_on=tomorrow).status_code == 201


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"dies_on": "27 Nov"}, "code_day"),
        ({"dies_on": "2027-12-31"}, "code_too_long"),
        ({"cap": "many"}, "code_cap"),
        ({"cap": "0"}, "code_cap"),
        ({"cap": "201"}, "code_cap"),
    ],
)
def test_what_was_typed_wrongly_is_said(evening: Evening, fields: dict[str, str], reason: str) -> None:
    assert send(evening, shot(group()), **fields).json()["reason"] == reason
    assert evening.entries("invite_added") == []


def test_the_same_code_twice_is_said_to_be_there(evening: Evening) -> None:
    text = group()
    assert send(evening, shot(text)).status_code == 201
    again = send(evening, shot(text, "JPEG"))
    assert (again.status_code, again.json()["reason"]) == (409, "code_again")


def test_a_code_of_another_evening_is_refused_until_it_is_withdrawn_there(web: Web) -> None:
    one, two, text = web.evening(room="by_hand"), web.evening(room="by_hand"), group()
    assert send(one, shot(text)).status_code == 201
    refused = send(two, shot(text))
    assert (refused.status_code, refused.json()["reason"]) == (409, "code_elsewhere")
    assert one.event.id in refused.json()["error"]
    assert web.phone().post(f"{desk(one)}/1/withdraw").status_code == 303
    assert send(two, shot(text)).status_code == 201


def test_a_code_that_somebody_was_given_stays_with_its_evening(web: Web) -> None:
    one, two, text = web.evening(room="by_hand"), web.evening(room="by_hand"), group()
    send(one, shot(text))
    picture_of(one.member(), one)
    web.phone().post(f"{desk(one)}/1/withdraw")
    assert send(two, shot(text)).json()["reason"] == "code_elsewhere"


def test_two_uploads_at_once_both_stand_and_the_same_one_stands_once(evening: Evening) -> None:
    one, two = shot(group()), shot(group())
    asks = [lambda: send(evening, one), lambda: send(evening, two), lambda: send(evening, one)]
    answers = at_once(asks)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    assert len(evening.entries("invite_added")) == 2


def test_an_upload_that_was_killed_half_way_is_simply_sent_again(web: Web) -> None:
    one, two, text = web.evening(room="by_hand"), web.evening(room="by_hand"), group()
    mark = web.house.links.mark(text)
    web.run(web.house.journal.decide("programme", claim_code(mark, one.event.id, by="owner")))
    assert send(one, shot(text)).status_code == 201
    lost = group()
    web.run(web.house.journal.decide("programme", claim_code(web.house.links.mark(lost), one.event.id, by="owner")))
    assert send(two, shot(lost)).json()["reason"] == "code_elsewhere"
    web.turn_to(web.house.clock.now() + timedelta(minutes=2))
    assert send(two, shot(lost)).status_code == 201


def test_a_server_that_is_killed_shows_each_seat_the_same_code_again(evening: Evening) -> None:
    texts = [group(), group()]
    for text in texts:
        send(evening, shot(text), cap="1")
    members = [evening.member(str(k)) for k in range(2)]
    assert [read(picture_of(member, evening).content) for member in reversed(members)] == texts
    evening.web.kill()
    evening.web.start()
    assert [read(picture_of(member, evening).content) for member in reversed(members)] == texts
    assert len(evening.entries("invite_given")) == 2


def test_after_the_close_nobody_sees_the_code(evening: Evening) -> None:
    send(evening, shot(group()))
    member = evening.member()
    assert picture_of(member, evening).status_code == 200
    evening.decide(shut_room(by="host"))
    assert member.get(f"{evening.room}/code.png").status_code == 410
    assert "不再给任何人看" in evening.web.phone().get(desk(evening)).text
    assert send(evening, shot(group())).status_code == 410


def test_the_owners_page_says_how_every_code_stands(web: Web) -> None:
    assert "还没有能用到散场的群码" in web.phone().get(desk(web.evening(room="by_hand", is_open=False))).text
    evening = web.evening(room="by_hand")
    page = web.phone().get(desk(evening)).text
    assert "新来的人进不了群" in page
    assert f'value="{(web.now + timedelta(days=7)).date()}"' in page
    assert 'enctype="multipart/form-data"' in page
    send(evening, shot(group()), cap="1")
    picture_of(evening.member(), evening)
    tomorrow = (evening.event.times.opens_at + timedelta(days=1)).date().isoformat()
    send(evening, shot(group()), dies_on=tomorrow)
    page = web.phone().get(desk(evening)).text
    assert "新来的人进不了群" not in page
    for words in ("还能用 6 天 23 小时", "已满：请加一个群", "<b>1</b>/1", "可用"):
        assert words in page, words
    row = web.phone().get(desk(evening), headers=PROGRAM).json()["codes"]
    assert [(code["invite"], code["sent"], code["is_alive"]) for code in row] == [(1, 1, True), (2, 0, True)]
    (picture,) = re.findall(rf"{desk(evening)}/2\.png\?\w+", page)
    assert web.phone().get(picture).headers["content-type"] == "image/png"
    assert f"{evening.event.id}/room" in web.phone().get(f"/owner/{web.house.links.token('owner', '')}").text


def test_an_evening_in_our_own_room_has_no_code_and_takes_none(web: Web) -> None:
    evening = web.evening()
    assert "不需要群码" in web.phone().get(desk(evening)).text
    assert send(evening, shot(group())).json()["reason"] == "code_own_room"
    member = evening.member()
    assert "code.png" not in member.get(evening.room).text
    assert member.get(f"{evening.room}/code.png").status_code == 404


def test_the_journal_gives_each_guest_one_group_whoever_asks(evening: Evening) -> None:
    send(evening, shot(group()))
    member = evening.member()
    answers = at_once([lambda: member.get(f"{evening.room}/code.png") for _ in range(8)])
    assert {answer.status_code for answer in answers} == {200}
    (given,) = evening.entries("invite_given")
    assert evening.decide(give_code(evening.event, given.data["guest"])) == ()


def test_a_lost_secret_is_said_and_shows_nothing(tmp_path: Path) -> None:
    web = Web(tmp_path / "house")
    try:
        evening = web.evening(room="by_hand")
        send(evening, shot(group()))
        evening.decide(lambda state, now: [_under_another_secret(state.invites.codes[1])])
        until(lambda: "密钥已更换" in web.phone().get(desk(evening)).text)
        member = evening.member()
        assert "群码正在更新" in member.get(evening.room).text
        assert member.get(f"{evening.room}/code.png").status_code == 404
    finally:
        web.close()


def _under_another_secret(invite: Invite):  # type: ignore[no-untyped-def]
    from salon.entries import Draft

    data = {
        "invite": invite.number,
        "platform": invite.platform,
        "sealed": invite.sealed[:-8] + "AAAAAAA=",
        "mark": invite.mark,
        "dies_at": invite.dies_at.isoformat(),
        "cap": invite.cap,
    }
    return Draft(kind="invite_replaced", by="owner", data=data)
