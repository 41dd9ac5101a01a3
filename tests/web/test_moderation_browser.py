"""Order in the room in a real browser, at phone size: held and let in, reported, muted, slow, removed."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones, check
from tests.web.house import Evening, Web

AD = "百家乐 加微信 abc88866"

pytestmark = NEEDS_BROWSER


def test_an_evening_is_kept_in_order_on_phones(web: Web, phones: Phones) -> None:
    evening = web.evening()

    def member(name: str) -> Page:
        page = phones()
        page.goto(evening.door())
        page.fill("#name", name)
        page.check("[name=agree]")
        page.click("button.button")
        return page

    one, two, host = member("阿宁"), member("小鹿"), phones()
    host.goto(evening.private("host"))
    say(one, AD)
    expect(one.locator("#standing")).to_contain_text("abc88866")
    check(one, "order-held")
    expect(host.locator("#queue")).to_contain_text("abc88866")
    check(host, "order-queue")
    expect(two.locator(".said")).to_have_count(0)
    host.get_by_role("button", name="放行").click()
    expect(two.locator(".said")).to_contain_text("abc88866")
    expect(one.locator(".said")).to_have_count(1)
    expect(one.locator("#standing")).to_have_count(0)

    two.get_by_role("link", name="举报").click()
    two.get_by_label("广告").check()
    check(two, "order-report")
    two.locator("button.button").click()
    two.locator("a.button").click()
    expect(host.locator("#queue")).to_contain_text("1")
    check(host, "order-reported")
    for verb, word in (("warn", "提醒"), ("mute", "禁言"), ("remove", "移出")):
        host.locator("#queue").get_by_role("link", name="处理").click()
        host.fill("#reason", "no ads, please")
        check(host, f"order-{verb}")
        host.get_by_role("button", name=word, exact=True).click()
        if verb == "mute":
            say(one, "?")
            expect(one.locator("#note")).to_contain_text("no ads, please")
            expect(one.locator("#standing")).to_contain_text("no ads, please")
            check(one, "order-muted")
    expect(one.locator("h1")).not_to_have_text(evening.event.topic)
    check(one, "order-removed")

    host.locator("#slow summary").click()
    host.locator("#slow10").click()
    expect(two.locator("#standing")).to_contain_text("10")
    say(two, "1")
    expect(two.locator(".said:not(.waiting *)")).to_have_count(2)
    say(two, "2")
    expect(two.locator(".waiting .said")).to_contain_text("2")
    check(two, "order-slow")
    check(host, "order-host")


def say(page: Page, text: str) -> None:
    """Type and send."""
    page.fill("#text", text)
    page.click("#say .button")


def test_the_owner_names_a_host_who_takes_over(web: Web, phones: Phones) -> None:
    evening: Evening = web.evening(language="en")
    owner, host = phones("en"), phones("en")
    token = web.house.links.owner().partition("/owner/")[2]
    owner.goto(f"/owner/{token}/{evening.event.id}/leaders")
    owner.fill("#name", "小林")
    owner.locator("button.button").click()
    expect(owner.locator("h2", has_text="小林")).to_be_visible()
    check(owner, "order-leaders")
    link = owner.locator("section", has_text="小林").locator("a").get_attribute("href") or ""
    host.goto(web.url + "/host/" + link.partition("/host/")[2])
    host.click("#take")
    expect(host.locator("#take")).to_have_count(0)
    check(host, "order-taken")
