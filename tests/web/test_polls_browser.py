"""Polls on a phone: real Chromium votes, changes, waits for a result, and sees the close."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.browser import NEEDS_BROWSER, SMALL, Phones
from tests.web.house import Evening, Web
from tests.web.test_browser import come_in
from tests.web.test_live_by_key import reach

from salon.model import Poll
from salon.rules.polls import scale

pytestmark = NEEDS_BROWSER

OPTIONS = ("A1", "B2", "C3")
POLLS = (
    Poll(id="voted", question="Q1", options=OPTIONS, results="voted"),
    Poll(id="closed", question="Q2", options=OPTIONS, results="closed", kind="multiple"),
    Poll(id="scale", question="Q3", options=scale(1, 5), kind="scale"),
    Poll(id="rank", question="Q4", options=OPTIONS, kind="rank"),
)


def evening_with_polls(web: Web, language: str) -> Evening:
    """An open evening with the four polls open."""
    evening = web.evening(language=language, polls=POLLS)
    for poll in POLLS:
        evening.host(f"polls/{poll.id}/open")
    return evening


def test_vote_change_wait_for_the_result_and_see_the_close(web: Web, phones: Phones) -> None:
    evening = evening_with_polls(web, "en")
    page, other = phones("en"), evening.member()
    come_in(page, evening, "Lin")
    voted, closed = page.locator("#poll-voted"), page.locator("#poll-closed")

    evening.vote(other, "voted", 0)
    expect(voted.locator("b, meter, .total")).to_have_count(0)
    voted.locator(".option").nth(1).tap()
    expect(voted.locator(".option b")).to_have_text(["1", "1", "0"])
    evening.vote(other, "voted", 2)
    expect(voted.locator(".option b")).to_have_text(["0", "1", "1"])

    closed.locator("[type=checkbox]").nth(0).check()
    closed.locator("[type=checkbox]").nth(2).check()
    closed.locator(".button").tap()
    expect(closed.locator(".button")).to_have_text("Change my vote")
    expect(closed.locator(".option.mine")).to_have_count(2)
    expect(closed.locator("b, meter, .total")).to_have_count(0)
    closed.locator("[type=checkbox]").nth(0).uncheck()
    closed.locator(".button").tap()
    expect(closed.locator(".option.mine")).to_have_count(1)
    evening.host("polls/closed/close")
    expect(closed.locator(".option b")).to_have_text(["0", "0", "1"])

    for value, mean in (("5", "5.0"), ("2", "2.0")):
        page.locator(f"#poll-scale [value='{value}']").tap()
        expect(page.locator("#poll-scale .mean")).to_have_text(mean)
    evening.vote(other, "scale", 5)
    expect(page.locator("#poll-scale .mean")).to_have_text("3.5")

    places = page.locator("#poll-rank select")
    for place, option in enumerate(("C3", "A1", "A1")):
        places.nth(place).select_option(label=option)
    page.locator("#poll-rank .button").tap()
    expect(page.locator("#note")).to_contain_text("stands twice")
    places.nth(2).select_option(label="B2")
    page.locator("#poll-rank .button").tap()
    expect(page.locator("#poll-rank .option b")).to_have_text(["2", "1", "3"])
    expect(page.locator("#asked")).to_be_hidden()
    assert page.evaluate(SMALL) == []

    evening.host("polls/voted/reset", round="1")
    expect(page.locator("#asked")).to_be_visible()
    expect(voted.locator("b, meter, .total")).to_have_count(0)


def test_what_is_half_ticked_stays_when_the_page_renews_its_polls(web: Web, phones: Phones) -> None:
    evening = evening_with_polls(web, "zh")
    page = phones()
    come_in(page, evening, "Lin")
    page.locator("#poll-closed [type=checkbox]").nth(1).check()
    page.locator("#poll-rank select").nth(0).select_option(label="B2")
    page.locator("#text").focus()
    evening.host("polls", question="还有一个", options="甲\n乙", client_id="x")
    expect(page.locator("#poll-own-x")).to_be_visible()
    expect(page.locator("#poll-closed [type=checkbox]").nth(1)).to_be_checked()
    expect(page.locator("#poll-rank select").nth(0)).to_have_value("1")
    # Whoever has only ticked something is typing nothing: they see that the poll begins anew.
    page.locator("#poll-closed [type=checkbox]").nth(1).focus()
    evening.host("polls/closed/reset", round="1")
    expect(page.locator("#poll-closed-2-1")).to_be_attached()
    expect(page.locator("#poll-closed [type=checkbox]:checked")).to_have_count(0)


def test_every_kind_with_the_keyboard_alone_keeps_its_place_and_so_does_who_leaves(web: Web, phones: Phones) -> None:
    evening = evening_with_polls(web, "zh")
    page = phones()
    come_in(page, evening, "Lin")
    page.evaluate("scrollTo(0, 0)")
    keys = page.keyboard
    # From the newest down, as the page has them.
    for place, letter in enumerate("CAB"):
        reach(page, f"#poll-rank-1-p{place + 1}")
        keys.type(letter)
    reach(page, "#poll-rank-1-send")
    keys.press("Enter")
    expect(page.locator("#poll-rank .option b")).to_have_text(["2", "1", "3"])
    expect(page.locator("#poll-rank-1-send")).to_be_focused()
    reach(page, "#poll-scale-1-3")
    keys.press("Enter")
    expect(page.locator("#poll-scale-1-3")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#poll-scale-1-3")).to_be_focused()
    reach(page, "#poll-closed-1-0")
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator("#poll-closed .option.mine")).to_have_count(1)
    reach(page, "#poll-voted-1-2")
    keys.press("Space")
    expect(page.locator("#poll-voted .option b")).to_have_text(["0", "0", "1"])
    assert [entry.data["poll"] for entry in evening.entries("vote_cast")] == ["rank", "scale", "closed", "voted"]
    reach(page, ".leave summary")
    keys.press("Enter")
    reach(page, ".leave button")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("席位已让出")
    assert len(evening.entries("seat_left")) == 1


def test_without_script_every_kind_can_be_voted_in(web: Web, phones: Phones) -> None:
    evening = evening_with_polls(web, "en")
    page = phones("en", has_script=False)
    come_in(page, evening, "Lin")
    page.locator("#poll-voted .option").nth(2).click()
    expect(page.locator("#poll-voted .option b")).to_have_text(["0", "0", "1"])
    for k in (0, 1):
        page.locator("#poll-closed [type=checkbox]").nth(k).check()
    page.locator("#poll-closed .button").click()
    expect(page.locator("#poll-closed .option.mine")).to_have_count(2)
    page.locator("#poll-scale .option").nth(4).click()
    for place, option in enumerate(("C3", "C3", "A1")):
        page.locator("#poll-rank select").nth(place).select_option(label=option)
    page.locator("#poll-rank .button").click()
    expect(page.locator("h1")).to_have_text("One option stands twice")
    page.go_back()
    for place, option in enumerate(("C3", "B2", "A1")):
        page.locator("#poll-rank select").nth(place).select_option(label=option)
    page.locator("#poll-rank .button").click()
    expect(page.locator("#poll-rank .option b")).to_have_text(["1", "2", "3"])


def test_the_host_asks_closes_and_begins_anew_on_a_phone(web: Web, phones: Phones) -> None:
    evening = web.evening(language="en", polls=POLLS)
    host, member = phones("en"), evening.member()
    host.goto(evening.private("host"))
    host.locator("#polls-planned li button").first.tap()
    expect(host.locator("#poll-voted")).to_be_visible()
    evening.vote(member, "voted", 0)
    expect(host.locator("#poll-voted .option b")).to_have_text(["1", "0", "0"])
    host.locator("#poll-voted-1-again summary").tap()
    host.locator("#poll-voted-1-again button").tap()
    expect(host.locator("#poll-voted .old")).to_contain_text("A1")
    host.locator("#poll-voted .steer form button").first.tap()
    expect(host.locator("#poll-voted[data-open]")).to_have_count(0)
    host.locator("#own-poll summary").tap()
    host.fill("#own-question", "Tea?")
    host.fill("#own-options", "yes\nno")
    host.locator("#own-poll .button").tap()
    expect(host.get_by_role("heading", name="Tea?")).to_be_visible()
    assert host.evaluate(SMALL) == []
