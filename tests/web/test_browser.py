"""A phone's browser goes through the evening: real Chromium, both languages, with and without script, line or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, PHONE, SMALL, Phones
from tests.web.house import Evening, Web, until

#: What the pages say, by language.
SAYS = {
    "zh": {"take": "领一个席位", "enter": "进入讨论室", "seat": "席位 1", "send": "发送", "over": "本期已经结束"},
    "en": {
        "take": "Take a seat",
        "enter": "Enter the room",
        "seat": "Seat 1",
        "send": "Send",
        "over": "This evening is over",
    },
}

pytestmark = NEEDS_BROWSER


def come_in(page: Page, evening: Evening, name: str, group: str = "readers") -> None:
    """From the door into the room by the one button."""
    page.goto(evening.door(group))
    page.fill("#name", name)
    page.check("[name=agree]")
    page.click("button.button")
    expect(page).to_have_url(f"{evening.web.url}{evening.room}")


def say(page: Page, text: str) -> None:
    """Type and send."""
    page.fill("#text", text)
    page.click("#say .button")


def test_an_evening_on_two_phones_in_english(web: Web, phones: Phones) -> None:
    evening = web.evening(language="en")
    says, one, two = SAYS["en"], phones("en"), phones("en")
    one.goto(evening.door())
    expect(one.get_by_role("button", name=says["take"])).to_be_visible()
    come_in(one, evening, "Lin")
    expect(one.locator(".bar")).to_contain_text(says["seat"])
    one.goto(evening.door("tea-room"))
    one.get_by_role("link", name=says["enter"]).click()
    come_in(two, evening, "Zhou", "builders-2")

    say(one, "Hello <b>there</b> 👋")
    expect(two.locator(".said .text")).to_have_text("Hello <b>there</b> 👋")
    expect(two.locator(".said b").first).to_have_text("Lin")
    expect(one.locator(".said")).to_have_count(1)

    evening.host("polls/daily/open")
    two.tap("#asked")
    two.locator(".option").nth(1).tap()
    expect(two.locator(".option").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(one.locator(".option b")).to_have_text(["0", "1", "0", "0"])
    one.locator(".option").nth(1).tap()
    expect(two.locator(".option b")).to_have_text(["0", "2", "0", "0"])
    one.locator(".option").nth(3).tap()
    expect(two.locator(".option b")).to_have_text(["0", "1", "0", "1"])
    expect(two.locator(".total")).to_have_text("2")
    evening.host("polls/daily/close")
    expect(one.locator("button.option")).to_have_count(0)
    expect(one.locator("p.option.mine")).to_have_count(1)

    evening.host("end", sure="yes")
    for page in (one, two):
        expect(page.locator("h1")).to_have_text(says["over"])
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    until(lambda: web.phone().get(evening.door()).status_code == 303)
    one.goto(evening.door())
    expect(one).to_have_url(f"{web.url}/report/{evening.event.id}")
    expect(one.locator("h1").first).to_contain_text(evening.event.topic)


def test_at_its_hour_the_page_says_that_the_evening_is_over_though_nothing_has_run(web: Web, phones: Phones) -> None:
    evening = web.evening()
    web.turn_to(evening.event.times.disbands_at - timedelta(seconds=9))
    page = phones()
    come_in(page, evening, "Lin")
    expect(page.locator("#left")).to_contain_text("00:0")
    expect(page.locator("h1")).to_have_text(SAYS["zh"]["over"])
    assert evening.entries("room_disbanded") == []


def test_without_script_one_can_come_in_speak_and_vote(web: Web, phones: Phones) -> None:
    evening = web.evening()
    evening.host("polls/daily/open")
    page = phones(has_script=False)
    come_in(page, evening, "Lin")
    say(page, "没有脚本")
    expect(page.locator(".said .text")).to_have_text("没有脚本")
    page.locator(".option").nth(2).click()
    expect(page.locator(".option.mine b")).to_have_text("1")
    page.locator("noscript a, a.plain").first.click()
    expect(page.locator(".said")).to_have_count(1)
    page.locator(".leave summary").click()
    page.locator(".leave button").click()
    expect(page.locator("h1")).to_have_text("席位已让出")


def test_what_is_typed_off_line_is_sent_once_when_the_line_is_back(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member()
    come_in(page, evening, "Lin")
    expect(page.locator("#line")).to_have_text("已连线")
    page.context.set_offline(True)
    say(page, "断线时说的")
    say(page, "还有一句")
    expect(page.locator(".waiting .text")).to_have_text(["断线时说的", "还有一句"])
    expect(page.locator("#line")).to_contain_text("断线")
    evening.say(other, "线上的人说")
    page.context.set_offline(False)
    expect(page.locator("#log .said .text")).to_have_text(["线上的人说", "断线时说的", "还有一句"])
    expect(page.locator(".waiting .said")).to_have_count(0)
    said = [entry.data["text"] for entry in evening.entries("message_posted")]
    assert said == ["线上的人说", "断线时说的", "还有一句"]


def test_after_kill_9_the_page_resumes_whole_by_itself(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member("Zhou")
    come_in(page, evening, "Lin")
    evening.say(other, "之前")
    expect(page.locator("#log .said .text")).to_have_text(["之前"])
    web.kill()
    say(page, "服务器不在时说的")
    expect(page.locator(".waiting .said")).to_have_count(1)
    web.start()
    evening.say(other, "之后")
    expect(page.locator("#log .said")).to_have_count(3)
    expect(page.locator("#line")).to_have_text("已连线")
    assert len(evening.entries("message_posted")) == 3


def test_where_streams_do_not_pass_the_page_asks_instead(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member()
    # A proxy that keeps a stream back answers nothing at all.
    page.route("**/stream?*", lambda route: None)
    come_in(page, evening, "Lin")
    evening.say(other, "一")
    expect(page.locator("#log .said .text")).to_have_text(["一"])
    evening.say(other, "二")
    expect(page.locator("#log .said .text")).to_have_text(["一", "二"])


def test_claim_and_vote_with_the_keyboard_alone(web: Web, phones: Phones) -> None:
    evening = web.evening()
    evening.host("polls/daily/open")
    page = phones()
    page.goto(evening.door())
    _tab_to(page, "#name")
    page.keyboard.type("Lin")
    _tab_to(page, "[name=agree]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{web.url}{evening.room}")
    _tab_to(page, ".option")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".option").nth(1)).to_have_attribute("aria-pressed", "true")
    _tab_to(page, "#text")
    page.keyboard.type("用键盘说")
    page.keyboard.press("Enter")
    expect(page.locator("#log .said .text")).to_have_text(["用键盘说"])
    assert [entry.data["option"] for entry in evening.entries("vote_cast")] == [1]


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"the Tab key never comes to {selector}")


def test_who_reads_further_up_is_not_pulled_down_and_who_is_at_the_end_follows(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member("Zhou")
    for k in range(30):
        evening.say(other, f"第 {k} 句")
    come_in(page, evening, "Lin")
    last = page.locator("#log .said").last
    _is_above_the_composer(page)
    evening.say(other, "跟着看")
    expect(last).to_contain_text("跟着看")
    _is_above_the_composer(page)
    page.evaluate("scrollTo(0, 300)")
    evening.say(other, "不打扰")
    expect(last).to_contain_text("不打扰")
    expect(page.locator("#newer")).to_be_visible()
    assert page.evaluate("Math.round(scrollY)") == 300
    page.locator("#newer").tap()
    _is_above_the_composer(page)
    expect(page.locator("#newer")).to_be_hidden()
    # What one sends oneself is seen, wherever one was reading: while it waits, and once it has arrived.
    page.evaluate("scrollTo(0, 300)")
    page.context.set_offline(True)
    say(page, "断线时说的")
    expect(page.locator(".waiting .said")).to_have_count(1)
    _is_above_the_composer(page, ".waiting .said")
    page.context.set_offline(False)
    expect(last).to_contain_text("断线时说的")
    expect(page.locator(".waiting .said")).to_have_count(0)
    _is_above_the_composer(page)


#: How much is seen, in pixels, of each link and button that the bar at the top covers in part.
CUT = """() => {
    const edge = document.querySelector(".bar").getBoundingClientRect().bottom;
    return [...document.querySelectorAll("#log a, #log button")].map((e) => e.getBoundingClientRect())
        .filter((r) => r.top < edge && r.bottom > edge).map((r) => r.bottom - edge);
}"""


def test_a_room_opens_with_no_button_all_but_hidden_under_its_bar(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member("Zhou")
    for k in range(15):
        evening.say(other, f"第 {k} 句")
    come_in(page, evening, "Lin")
    moved = set()
    # Steps of less than what must be seen, over more than one message.
    for height in range(720, 820, 20):
        page.set_viewport_size({"width": PHONE["width"], "height": height})
        page.goto(evening.room)
        moved.add(page.evaluate("document.getElementById('end').style.paddingTop"))
        assert [px for px in page.evaluate(CUT) if px < 24] == [], height
        _is_above_the_composer(page)
    assert len(moved) > 1, "or none was ever in the way"


def _is_above_the_composer(page: Page, which: str = "#log .said") -> None:
    """The last message is on the screen, with nothing over it."""
    page.wait_for_function(
        """(which) => {
            const last = [...document.querySelectorAll(which)].pop().getBoundingClientRect();
            const foot = document.querySelector(".foot").getBoundingClientRect();
            return last.top > 0 && last.bottom <= foot.top + 1 && foot.bottom <= innerHeight + 1;
        }""",
        arg=which,
    )


def test_the_host_hides_with_one_tap_and_it_is_gone_everywhere(web: Web, phones: Phones) -> None:
    evening = web.evening()
    member, host = phones(), phones()
    come_in(member, evening, "Lin")
    say(member, "广告一条")
    host.goto(evening.private("host"))
    host.on("framenavigated", lambda frame: pytest.fail("the host's page was thrown away"))
    say(member, "第二条")
    expect(host.locator("#log .said")).to_have_count(2)
    host.locator(".said form button").last.tap()
    host.locator(".said form button").first.tap()
    for page in (member, host):
        expect(page.locator("#log .said")).to_have_count(0)


def test_a_reply_leads_to_what_it_answers(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page = phones()
    come_in(page, evening, "Lin")
    say(page, "问")
    page.locator(".said .reply").tap()
    expect(page.locator("#note")).to_contain_text("Lin: 问")
    say(page, "答")
    asked = page.locator(".said").first.get_attribute("id")
    expect(page.locator("#log .said .text a")).to_have_attribute("href", f"#{asked}")


#: Buttons and links that something has pushed off the screen to the right.
OUT = """() => [...document.querySelectorAll("button, #log a")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML)"""
WHERE = ("door", "room", "host", "kol", "owner", "notice")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_too_small_to_tap_or_wider_than_the_phone(web: Web, phones: Phones, language: str) -> None:
    evening = web.evening(language=language)
    page, other = phones(language), evening.member("W" * 30)
    come_in(page, evening, "名字特别特别特别长的一位朋友来自杭州的书店老板也很长很长")
    evening.host("polls/daily/open")
    evening.say(other, "https://example.org/" + "long" * 60)
    evening.say(other, "大" * 300)
    # Signs that no browser breaks, and more marks than any letter has: of the first row, both.
    for text in ("\u1100" * 150, "👩\u200d" * 60, f"Z{chr(0x300) * 99}"):
        other.post(f"{evening.room}/questions", data={"text": text})
        evening.say(other, text)
    owner = f"/owner/{web.house.links.token('owner', '')}"
    paths = (evening.door(), evening.room, evening.private("host"), evening.private("kol"), owner, "/c/none")
    for where, path in zip(WHERE, paths, strict=True):
        page.goto(path)
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], where
        assert page.evaluate(SMALL) == [], where
        assert page.evaluate(OUT) == [], where
