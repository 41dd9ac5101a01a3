"""Owner and KOL look at every picture before anyone else does, in every theme."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import httpx
import zxingcpp
from PIL import Image
from tests.web.house import PROGRAM, Evening, until

from salon.poster import themes
from salon.rules.week import shut_room


def gallery(evening: Evening, role: str = "owner") -> str:
    """Path of the gallery."""
    if role == "kol":
        return f"{evening.private('kol')}/posters"
    return f"{urlsplit(evening.web.house.links.owner()).path}/{evening.event.id}/posters"


def shown(evening: Evening, name: str, role: str = "owner") -> httpx.Response:
    """One picture by its name."""
    return evening.web.phone().get(f"{gallery(evening, role)}/{name}")


def picture(answer: httpx.Response) -> Image.Image:
    """What was sent, decoded."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), answer.text[:300]
    return Image.open(io.BytesIO(answer.content))


def test_the_gallery_offers_every_theme_and_format_and_shows_the_planned_one(evening: Evening) -> None:
    page = evening.web.phone().get(gallery(evening))
    assert [theme for theme in themes() if f'value="{theme}"' not in page.text] == []
    assert f"posters/poster.portrait.{evening.event.theme}.zh.png" in page.text


def test_a_poster_in_the_gallery_carries_a_code_that_scans(evening: Evening) -> None:
    found = zxingcpp.read_barcodes(picture(shown(evening, "poster.square.night.zh.png")))
    assert [code.text for code in found] == [evening.web.house.links.door(evening.door().removeprefix("/c/"))]


def test_the_kol_sees_the_pictures_by_the_own_link_and_nobody_by_another(evening: Evening) -> None:
    assert picture(shown(evening, "teaser.portrait.night.en.png", "kol")).size == (1080, 1920)
    stranger = gallery(evening, "kol").replace("/kol/", "/kol/").replace("/posters", "a/posters")
    assert evening.web.phone().get(stranger).status_code == 403
    assert evening.web.phone().get(f"{stranger}/poster.portrait.night.zh.png").status_code == 403
    assert "theme" not in [
        name for name in evening.web.phone().get(gallery(evening, "kol")).text.split('"') if name == "choice"
    ]


def test_what_there_is_not_is_a_sentence(evening: Evening) -> None:
    for name, status in (
        ("poster.portrait.no-such-theme.zh.png", 400),
        ("poster.round.night.zh.png", 400),
        ("vote-9.three-four.night.zh.png", 404),
        ("nothing.portrait.night.zh.png", 404),
    ):
        assert evening.web.phone().get(f"{gallery(evening)}/{name}", headers=PROGRAM).status_code == status, name


def test_the_owners_choice_is_what_pictures_look_like_from_now_on(evening: Evening) -> None:
    other = next(theme for theme in themes() if theme != evening.event.theme)
    path = gallery(evening).replace("/posters", "/theme")
    refused = evening.web.phone().post(path, data={"theme": "../night"}, headers=PROGRAM)
    assert refused.status_code == 400
    assert evening.web.phone().post(path, data={"theme": other}, headers=PROGRAM).status_code == 200
    assert f"posters/poster.portrait.{other}.zh.png" in evening.web.phone().get(gallery(evening)).text


def test_after_the_evening_there_are_cards_of_its_votes_and_the_kols_numbers(evening: Evening) -> None:
    member = evening.member("小林")
    evening.say(member, "我们书店靠读书会的门票就付了一半房租，这是去年的账。")
    evening.host("polls/" + evening.event.polls[0].id + "/open")
    evening.vote(member, evening.event.polls[0].id, 0)
    evening.decide(shut_room(by="clock"))
    until(lambda: "vote-1" in evening.web.phone().get(gallery(evening)).text)
    for name in ("vote-1", "share", "cover"):
        page = evening.web.phone().get(f"{gallery(evening)}?kind={name}&format=three-four")
        assert f"posters/{name}.three-four.night.zh.png" in page.text
        assert picture(shown(evening, f"{name}.three-four.night.zh.png")).size == (1080, 1440)


def test_the_picture_is_told_in_words_too(evening: Evening) -> None:
    page = evening.web.phone().get(gallery(evening)).text
    alt = page.split('id="picture"')[1].split('alt="')[1].split('"')[0]
    facts = (evening.event.topic, evening.event.kol.name, evening.event.series_name)
    assert [part for part in facts if part not in alt] == []


def test_few_tells_the_ledgers_number_and_no_other(evening: Evening) -> None:
    evening.member("小林")
    until(lambda: "99" in alt_of(evening, "few"))
    assert "99" in alt_of(evening, "few")


def alt_of(evening: Evening, kind: str) -> str:
    page = evening.web.phone().get(f"{gallery(evening)}?kind={kind}").text
    return page.split('id="picture"')[1].split('alt="')[1].split('"')[0]


def test_whose_code_a_picture_carries_is_said(evening: Evening) -> None:
    first = evening.web.run(evening.web.house.groups(evening.event))[0].name
    assert first in evening.web.phone().get(gallery(evening, "kol")).text
    assert first not in evening.web.phone().get(f"{gallery(evening, 'kol')}?kind=teaser").text


def test_a_poll_that_is_still_open_is_no_card(evening: Evening) -> None:
    member, poll = evening.member("小林"), evening.event.polls[0].id
    evening.host(f"polls/{poll}/open")
    evening.vote(member, poll, 0)
    assert shown(evening, "vote-1.three-four.night.zh.png").status_code == 404
    evening.host(f"polls/{poll}/close")
    until(lambda: shown(evening, "vote-1.three-four.night.zh.png").status_code == 200)
