"""Order in the room in a real browser, at phone size: held and let in, reported, muted, slow, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones, is_open_to_everybody, shot
from tests.web.house import Evening, Web

SAYS = {
    "zh": {"in": "放行", "flag": "举报", "act": "处理", "ad": "广告", "warn": "提醒", "mute": "禁言", "remove": "移出"},
    "en": {"in": "Let in", "flag": "Report", "act": "Act", "ad": "Advertising", "warn": "Warn", "mute": "Mute"}
    | {"remove": "Remove"},
}
AD = "百家乐 加微信 abc88866"

pytestmark = NEEDS_BROWSER


def look(page: Page, name: str) -> None:
    """No hurdle for anybody; with a picture."""
    shot(page, name)
    is_open_to_everybody(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_evening_is_kept_in_order_on_phones(web: Web, phones: Phones, language: str) -> None:
    evening, says = web.evening(language=language), SAYS[language]

    def member(name: str) -> Page:
        page = phones(language)
        page.goto(evening.door())
        page.fill("#name", name)
        page.check("[name=agree]")
        page.click("button.button")
        return page

    one, two, host = member("阿宁"), member("小鹿"), phones(language)
    host.goto(evening.private("host"))
    say(one, AD)
    expect(one.locator("#standing")).to_contain_text("abc88866")
    look(one, f"held-{language}")
    expect(host.locator("#queue")).to_contain_text("abc88866")
    look(host, f"queue-{language}")
    expect(two.locator(".said")).to_have_count(0)
    host.get_by_role("button", name=says["in"]).click()
    expect(two.locator(".said")).to_contain_text("abc88866")
    expect(one.locator(".said")).to_have_count(1)
    expect(one.locator("#standing")).to_have_count(0)

    two.get_by_role("link", name=says["flag"]).click()
    two.get_by_label(says["ad"]).check()
    look(two, f"report-{language}")
    two.locator("button.button").click()
    two.locator("a.button").click()
    expect(host.locator("#queue")).to_contain_text("1")
    look(host, f"reported-{language}")
    for verb in ("warn", "mute", "remove"):
        host.locator("#queue").get_by_role("link", name=says["act"]).click()
        host.fill("#reason", "no ads, please")
        look(host, f"{verb}-{language}")
        host.get_by_role("button", name=says[verb], exact=True).click()
        if verb == "mute":
            say(one, "?")
            expect(one.locator("#note")).to_contain_text("no ads, please")
            expect(one.locator("#standing")).to_contain_text("no ads, please")
            look(one, f"muted-{language}")
    expect(one.locator("h1")).not_to_have_text(evening.event.topic)
    look(one, f"removed-{language}")

    host.locator("#slow summary").click()
    host.locator("#slow10").click()
    expect(two.locator("#standing")).to_contain_text("10")
    say(two, "1")
    expect(two.locator(".said:not(.waiting *)")).to_have_count(2)
    say(two, "2")
    expect(two.locator(".waiting .said")).to_contain_text("2")
    look(two, f"slow-{language}")
    look(host, f"host-{language}")


def say(page: Page, text: str) -> None:
    """Type and send."""
    page.fill("#text", text)
    page.click("#say .button")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_owner_names_a_host_who_takes_over(web: Web, phones: Phones, language: str) -> None:
    evening: Evening = web.evening(language=language)
    owner, host = phones(language), phones(language)
    token = web.house.links.owner().partition("/owner/")[2]
    owner.goto(f"/owner/{token}/{evening.event.id}/leaders")
    owner.fill("#name", "小林")
    owner.locator("button.button").click()
    expect(owner.locator("h2", has_text="小林")).to_be_visible()
    look(owner, f"leaders-{language}")
    link = owner.locator("section", has_text="小林").locator("a").get_attribute("href") or ""
    host.goto(web.url + "/host/" + link.partition("/host/")[2])
    host.click("#take")
    expect(host.locator("#take")).to_have_count(0)
    look(host, f"taken-{language}")
