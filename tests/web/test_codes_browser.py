"""Where a printed code leads, and the page of pictures on a phone: every state, both languages, by key, by axe-core."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones, check
from tests.uploads import LONG_GROUP
from tests.web.house import Evening, Web, until
from tests.web.test_invites import desk, send, shot

from salon.gallery import formats_of
from salon.rules.landing import recall, restore
from salon.rules.week import open_room

pytestmark = NEEDS_BROWSER

SAYS = {
    "zh": {
        "before": "还没到入场时间",
        "wish": "开门时提醒我",
        "noted": "到点响铃：加到手机日历",
        "late": "马上开门",
        "take": "领一个席位",
        "full": "席位已满",
        "gone": "群码正在更新",
        "over": "本期已经结束",
    },
    "en": {
        "before": "Doors are not open yet",
        "wish": "Tell me when it opens",
        "noted": "Let my calendar ring",
        "late": "Opening any minute",
        "take": "Take a seat",
        "full": "All seats are taken",
        "gone": "being renewed",
        "over": "This evening is over",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_printed_code_leads_through_the_whole_evening(web: Web, phones: Phones, language: str) -> None:
    """The room is opened by hand, later than planned; the code on paper stays as it is."""
    evening = web.evening(is_open=False, language=language, room="by_hand", seats=1)
    one, two = phones(language), phones(language)
    says, code = SAYS[language], evening.door()
    at_the_door(one, code, says["before"], f"door-before-{language}")
    one.get_by_role("button", name=says["wish"]).tap()
    expect(one.get_by_role("link", name=says["noted"])).to_be_visible()
    check(one, f"door-wished-{language}")
    with one.expect_download() as taken:
        one.get_by_role("link", name=says["noted"]).tap()
    assert taken.value.suggested_filename == "open.ics"

    web.turn_to(evening.event.times.opens_at + timedelta(minutes=2))
    at_the_door(one, code, says["late"], f"door-late-{language}")
    assert send(evening, shot(f"{LONG_GROUP}{evening.event.id}a")).status_code == 201
    evening.decide(open_room(evening.event, by="clock"))
    at_the_door(one, code, says["take"], f"door-open-{language}")
    one.check("[name=agree]")
    one.get_by_role("button", name=says["take"]).tap()
    expect(one.locator('img[src*="code.png"]')).to_be_visible()
    before = one.locator('img[src*="code.png"]').get_attribute("src")
    check(one, f"room-code-{language}")
    at_the_door(two, code, says["full"], f"door-full-{language}")

    assert send(evening, shot(f"{LONG_GROUP}{evening.event.id}b"), 1).status_code == 201
    one.goto(evening.room)
    assert one.locator('img[src*="code.png"]').get_attribute("src") != before

    evening.decide(recall("时间有误 / Wrong time", by="owner"))
    at_the_door(two, code, "Wrong time", f"door-recalled-{language}")
    evening.decide(restore(by="owner"))
    at_the_door(two, code, says["full"], "")

    web.turn_to(evening.event.times.disbands_at + timedelta(seconds=1))
    at_the_door(two, code, says["over"], f"door-closed-{language}")
    evening.moment("disband")
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    two.goto(code)
    expect(two).to_have_url(f"{web.url}/report/{evening.event.id}")


def at_the_door(page: Page, code: str, text: str, name: str) -> None:
    """The same address, asked once: what it says now, and that nobody may keep it."""
    answer = page.goto(code)
    assert answer
    assert answer.headers["cache-control"] == "no-store"
    assert text in page.locator("main").inner_text(), page.locator("main").inner_text()
    if name:
        check(page, name)


def gallery(evening: Evening, role: str) -> str:
    owner = urlsplit(evening.web.house.links.owner()).path
    return f"{evening.private('kol')}/posters" if role == "kol" else f"{owner}/{evening.event.id}/posters"


@pytest.mark.parametrize(("role", "language"), [("owner", "zh"), ("kol", "en")])
def test_owner_and_kol_look_at_every_kind_with_a_thumb(web: Web, phones: Phones, role: str, language: str) -> None:
    evening = played(web, language)
    page = phones(language)
    # Ten pictures are drawn, one at a time.
    page.set_default_timeout(60_000)
    page.goto(gallery(evening, role), wait_until="domcontentloaded")
    kinds = [option.get_attribute("value") or "" for option in page.locator("#kind option").all()]
    assert {"poster", "teaser", "few", "full", "share", "cover", "vote-1"} <= set(kinds)
    is_drawn(page, "poster.")
    check(page, f"gallery-{role}-{language}")
    # The KOL's page is the same one; two kinds of it are enough.
    for kind in kinds if role == "owner" else kinds[:1] + kinds[-1:]:
        page.select_option("#kind", kind)
        page.wait_for_url(f"**kind={kind}*", wait_until="domcontentloaded")
        expect(page.locator("#picture")).to_be_visible()
        shapes = page.locator('input[name="format"]').all()
        assert {shape.get_attribute("value") for shape in shapes} == set(formats_of(kind)), kind
        # Each shape of the first kind and one of each other: which can be drawn at all is the posters' own proof.
        for shape in shapes if kind == kinds[0] else shapes[-1:]:
            shape.check(force=True)
            is_drawn(page, f"{kind}.{shape.get_attribute('value')}.")
    check(page, f"gallery-last-{role}-{language}")


def is_drawn(page: Page, name: str) -> None:
    """The picture of that name is there, whole."""
    page.wait_for_function(
        "name => { const p = document.getElementById('picture');"
        " return p.src.includes(name) && p.complete && p.naturalWidth > 0 && !p.classList.contains('coming'); }",
        arg=name,
        timeout=60_000,
    )
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_theme_is_chosen_by_key_and_shows_at_once(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page = phones("zh")
    page.goto(gallery(evening, "owner"), wait_until="domcontentloaded")
    is_drawn(page, f".{evening.event.theme}.")
    page.locator('input[name="theme"]:checked').focus()
    page.keyboard.press("ArrowRight")
    chosen = page.locator('input[name="theme"]:checked').get_attribute("value")
    assert chosen != evening.event.theme
    is_drawn(page, f".{chosen}.")
    page.locator("form[action$=theme] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/posters?theme=*", wait_until="domcontentloaded")
    until(lambda: web.run(web.house.live(evening.event.id)).state.landing.theme == chosen)


def test_without_script_the_button_shows_another_picture(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page = phones("zh", has_script=False)
    page.goto(gallery(evening, "owner"), wait_until="domcontentloaded")
    page.select_option("#kind", "teaser")
    page.locator('input[name="format"][value="square"]').check(force=True)
    page.locator("#look button").tap()
    expect(page.locator("#picture")).to_have_attribute("src", f"{gallery(evening, 'owner')}/teaser.square.night.zh.png")
    page.locator("form[action$=theme] button").tap()
    expect(page.locator("#look")).to_be_visible()


def test_the_page_of_group_codes_is_open_to_everybody(web: Web, phones: Phones) -> None:
    for language in ("zh", "en"):
        evening = web.evening(room="by_hand", language=language)
        page = phones(language)
        page.goto(desk(evening))
        check(page, f"codes-none-{language}")
        page.set_input_files(
            "input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": shot("wxp://f2f0invented")}
        )
        page.locator("form[enctype] button").tap()
        expect(page.get_by_role("alert").first).to_be_visible()
        check(page, f"codes-refused-{language}")
        page.set_input_files(
            "input[type=file]",
            {"name": "a.png", "mimeType": "image/png", "buffer": shot(f"{LONG_GROUP}{evening.event.id}")},
        )
        page.locator("form[enctype] button").first.tap()
        expect(page.locator("section .group img")).to_be_visible()
        check(page, f"codes-there-{language}")


def played(web: Web, language: str) -> Evening:
    """An evening with something said, one vote and its end."""
    evening = web.evening(language=language, seats=100)
    member, poll = evening.member("Lin"), evening.event.polls[0].id
    evening.say(member, "我们书店靠读书会的门票就付了一半房租，这是去年的账。")
    evening.host(f"polls/{poll}/open")
    evening.vote(member, poll, 0)
    evening.host(f"polls/{poll}/close")
    until(lambda: "vote-1" in web.phone().get(gallery(evening, "owner")).text)
    return evening
