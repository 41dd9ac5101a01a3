"""The host's phone leads an evening: marks, sections, minutes and the gate, in real Chromium."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones, check, shot
from tests.web.house import Evening, Web, until
from tests.web.test_console import follow, tap

pytestmark = NEEDS_BROWSER


def opened(phones: Phones, language: str, path: str) -> Page:
    page = phones(language)
    page.goto(path)
    return page


def talk(evening: Evening) -> None:
    """A few who talk, of whom one stays quiet."""
    lines = {
        "小林": ("我们每周省下三个小时，都花在写测试上", "先把测试交出去，再谈别的", "#要点 账要按周算"),
        "阿宁": ("查日志我已经不亲手做了",),
        "豆豆妈": ("顺便问一句，大家都用什么键盘？",),
        "老周": (),
    }
    for name, said in lines.items():
        member = evening.member(name)
        for text in said:
            evening.say(member, text)
        if name == "阿宁":
            member.post(f"{evening.room}/questions", data={"text": "老项目没有测试，从哪里开始交出去？"})


def test_the_hosts_phone_leads_the_evening(web: Web, phones: Phones) -> None:
    evening, language = web.evening(language="en"), "en"
    follow(evening, evening.event.times.starts_at + timedelta(minutes=10))
    talk(evening)
    host = opened(phones, language, evening.private("host"))
    # A message that comes while the page is open can be marked as well.
    evening.say(evening.member("Momo"), "这一句刚刚才来")
    fresh = host.locator(".said", has_text="这一句刚刚才来")
    fresh.get_by_role("link", name="Mark").click()
    expect(host.locator("#mark")).to_contain_text("这一句刚刚才来")
    check(host, "mark", colours=True)
    host.locator("#mark").get_by_role("button", name="Agreed", exact=True).click()
    expect(host.locator("#note")).to_contain_text("Noted")
    expect(host.locator("#marks")).to_contain_text("这一句刚刚才来")
    host.locator(".said", has_text="键盘").get_by_role("link", name="Mark").click()
    host.locator("#mark").get_by_role("button", name="Park it").click()
    expect(host.locator("#parked")).to_contain_text("键盘")
    host.click("#longer")
    expect(host.locator(".drift")).to_contain_text("Late by 5")
    for part in ("sheet", "voices", "parked", "marks", "gate"):
        host.locator(f"#{part} summary").first.click()
    check(host, "console", colours=True)
    host.click("#scale")
    expect(host.locator(".drift")).to_contain_text("On time")
    # What stood open stays open when the part is drawn anew.
    expect(host.locator("#voices")).to_have_attribute("open", "")
    host.focus("#next-section")
    host.keyboard.press("Enter")
    expect(host.locator(".now .title")).to_contain_text(evening.event.outline[1].title)
    expect(host.locator("#log .part").last).to_contain_text(evening.event.outline[1].title)


def test_the_alarm_comes_with_the_minutes_and_goes_with_a_message(web: Web, phones: Phones) -> None:
    evening = web.evening()
    follow(evening, evening.event.times.starts_at + timedelta(minutes=1))
    member = evening.member("小林")
    evening.say(member, "开始吧")
    web.turn_to(web.now + timedelta(minutes=4))
    host = opened(phones, "zh", evening.private("host"))
    expect(host.locator("#silence")).to_be_visible()
    shot(host, "silence-zh")
    evening.say(member, "还在")
    expect(host.locator("#silence")).to_be_hidden()
    shot(opened(phones, "zh", evening.private("kol")), "kol-zh")


def test_the_end_of_the_evening_on_the_hosts_phone(web: Web, phones: Phones) -> None:
    evening, language = web.evening(), "zh"
    times = evening.event.times
    follow(evening, times.disbands_at - timedelta(minutes=9))
    talk(evening)
    seq = evening.entries("message_posted")[1].seq
    tap(evening, "mark", message=seq, kind="agreement")
    member = opened(phones, language, evening.door())
    member.fill("#name", "Zhou")
    member.check("[name=agree]")
    member.click("button.button")
    expect(member.locator("#left")).to_contain_text("08:")
    host = opened(phones, language, evening.private("host"))
    host.click("#edit-recap")
    expect(host.locator("#agreements")).to_have_value("先把测试交出去，再谈别的（小林）")
    check(host, "recap")
    host.fill("#agreements", "先把测试交出去")
    host.click("form .button")
    expect(host.locator(".card.recap")).to_contain_text("先把测试交出去")
    expect(host.locator(".card.recap")).not_to_contain_text("再谈别的，")
    host.goto(evening.private("host"))
    host.fill("#extend-name", "苏青")
    host.locator("#gate button[name=minutes]").first.click()
    # The countdown of a page that was open before moves, and the notice is read.
    expect(member.locator("#left")).to_contain_text("18:")
    expect(member.locator("#log .notice").last).to_contain_text("苏青")
    expect(host.locator("#gate")).to_contain_text("苏青")
    check(host, "gate")
    owner = opened(phones, language, f"/owner/{web.house.links.token('owner', '')}")
    check(owner, "owner")
    until(lambda: evening.entries("evening_extended"))
