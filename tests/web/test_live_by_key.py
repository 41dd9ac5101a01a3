"""The evening without a finger on the screen, and without a script: keys alone, then plain forms alone, do it all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, Phones
from tests.web.house import Evening, Web, until
from tests.web.test_browser import come_in, say
from tests.web.test_console import follow

from salon.model import Item, Questionnaire

pytestmark = NEEDS_BROWSER
ITEMS = Item(question="Q?", options=("A", "B")), Item(question="W?", kind="text")
FORM = Questionnaire(id="week", title="Week", items=ITEMS, section=4)


@pytest.fixture
def evening(web: Web) -> Iterator[Evening]:
    """Two minutes into an evening in English, with a message, a question and a questionnaire of somebody else's."""
    before = web.now
    evening = web.evening(language="en", questionnaires=(FORM,))
    follow(evening, evening.event.times.starts_at + timedelta(minutes=2))
    other = evening.member("Zhou", language="en")
    evening.say(other, "Hand over the tests first")
    other.post(f"{evening.room}/questions", data={"text": "Where do we begin?"})
    evening.host("questionnaires/week/open")
    until(lambda: "form-week" in other.get(evening.room).text)
    yield evening
    web.turn_to(before)


def reach(page: Page, selector: str) -> None:
    """Press Tab until *selector* has the focus, which is seen, and which nothing hides."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate(SEEN) == "", selector
            return
    pytest.fail(f"the Tab key never comes to {selector}")


#: What is wrong with where the focus is; an empty text: nothing.
SEEN = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "no outline";
    if (box.bottom <= 0 || box.top >= innerHeight) return "off the screen";
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return at.contains(top) || top.contains(at) ? "" : "under " + top.outerHTML.slice(0, 80);
}"""


def test_a_member_needs_no_finger(web: Web, phones: Phones, evening: Evening) -> None:
    page = phones("en")
    page.goto(evening.door())
    keys = page.keyboard
    reach(page, "#name")
    keys.type("Lin")
    reach(page, "summary")
    keys.press("Enter")
    reach(page, "#question")
    keys.type("And then?")
    reach(page, "[name=agree]")
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator(".bar")).to_contain_text("Seat 2")
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every((e) => e.tabIndex < 1)")

    reach(page, "#questions .up")
    keys.press("Space")
    expect(page.locator("#questions .up[aria-pressed=true]")).to_be_focused()
    reach(page, "#questions #ask summary")
    keys.press("Enter")
    reach(page, "#questions textarea")
    keys.type("Who pays for it?")
    reach(page, "#questions #anonymous")
    keys.press("Space")
    reach(page, "#questions #ask button")
    keys.press("Enter")
    expect(page.locator("#questions li")).to_have_count(3)
    reach(page, "#form-week [type=radio]")
    keys.press("ArrowDown")
    expect(page.locator("#form-week-0-1")).to_be_checked()
    reach(page, "#form-week-1")
    keys.type("Nothing")
    reach(page, "#form-week-send")
    keys.press("Enter")
    expect(page.locator("#form-week [role=status]")).to_be_visible()
    reach(page, ".said .reply")
    keys.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    keys.type("Agreed")
    keys.press("Enter")
    expect(page.locator("#log .said .text").last).to_contain_text("Agreed")
    assert evening.entries("message_posted")[-1].data["reply_to"]
    page.goto(evening.room)
    reach(page, ".said .flag")
    keys.press("Enter")
    expect(page.locator("legend")).to_be_visible()
    reach(page, "[name=reason]")
    keys.press("Space")
    reach(page, "button.button")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("The host has been told")
    assert len(evening.entries("message_reported")) == 1
    evening.host("end", sure="yes")
    page.goto(evening.room)
    reach(page, "#rating-4")
    keys.press("Enter")
    expect(page.locator("#rating-4")).to_have_attribute("aria-pressed", "true")
    reach(page, "#lead")
    keys.press("Enter")
    expect(page.locator("#lead-topic")).to_be_visible()
    assert len(evening.entries("rating_given", "candidacy_offered")) == 2


def test_a_host_needs_no_finger(web: Web, phones: Phones, evening: Evening) -> None:
    page = phones("en")
    page.goto(evening.private("host"))
    keys = page.keyboard
    evening.say(evening.member("Ning"), "百家乐 加微信 abc88866")
    expect(page.locator("#queue li")).to_have_count(1)
    reach(page, "#queue [value=release]")
    keys.press("Enter")
    expect(page.locator("#log .said")).to_have_count(2)
    reach(page, "#next-section")
    keys.press("Enter")
    expect(page.locator(".now .title")).to_have_text(evening.event.outline[1].title)
    reach(page, "#scale")
    keys.press("Space")
    expect(page.locator(".drift")).to_contain_text("On time")
    reach(page, "#next-prompt")
    keys.press("Enter")
    expect(page.locator("#log .prompt")).to_have_count(2)
    reach(page, "#polls-planned li button")
    keys.press("Enter")
    expect(page.locator(".poll[data-open]").first).to_be_visible()
    reach(page, ".said .mark")
    keys.press("Enter")
    expect(page.locator("#mark button").first).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#mark")).to_be_hidden()
    # Back where it was opened from, so that the next message is one key away.
    expect(page.locator(".said .mark").first).to_be_focused()
    reach(page, ".said form button")
    keys.press("Enter")
    expect(page.locator("#log .said")).to_have_count(1)
    kinds = ("message_released", "evening_replanned", "poll_opened", "message_tagged", "message_hidden")
    assert set(kinds) <= {entry.kind for entry in evening.entries()}


def test_plain_forms_alone_carry_the_whole_evening(web: Web, phones: Phones, evening: Evening) -> None:
    evening.host("polls/daily/open")
    page, host = phones("en", has_script=False), phones("en", has_script=False)
    come_in(page, evening, "Lin")
    expect(page.locator("#log .said .text")).to_have_text(["Hand over the tests first"])
    page.locator("#poll-daily .option").nth(1).click()
    expect(page.locator("#poll-daily .option.mine b")).to_have_text("1")
    page.locator("#questions .up").first.click()
    expect(page.locator("#questions .up[aria-pressed=true]")).to_have_text("▲ 2")
    page.locator("#questions #ask summary").click()
    page.fill("#questions #question", "Who pays for it?")
    page.locator("#questions #ask button").click()
    expect(page.locator("#questions li")).to_have_count(2)
    page.locator("#form-week-0-0").check()
    page.locator("#form-week-send").click()
    expect(page.locator("#form-week [role=status]")).to_be_visible()
    say(page, "百家乐 加微信 abc88866")
    expect(page.locator("#standing")).to_contain_text("abc88866")
    page.locator(".said .flag").first.click()
    page.locator("[name=reason]").last.check()
    page.locator("button.button").click()
    expect(page.locator("h1")).to_have_text("The host has been told")

    host.goto(evening.private("host"))
    host.locator("#queue [value=release]").click()
    expect(host.locator("#log .said")).to_have_count(2)
    host.locator(".said .mark").first.click()
    host.locator("#mark").get_by_role("button", name="Agreed", exact=True).click()
    host.locator("#next-prompt").click()
    host.locator("#next-section").click()
    expect(host.locator(".now .title")).to_have_text(evening.event.outline[1].title)
    host.locator(".leave summary").click()
    host.check("[name=sure]")
    host.locator(".leave button").click()
    page.goto(evening.room)
    page.locator("#rating-5").click()
    expect(page.locator("#rating-5")).to_have_attribute("aria-pressed", "true")
    page.locator("#lead").click()
    expect(page.locator("#lead-topic")).to_be_visible()
    kinds = [
        "message_tagged",
        "message_reported",
        "answers_given",
        "question_wanted",
        "rating_given",
        "candidacy_offered",
    ]
    assert set(kinds) <= {entry.kind for entry in evening.entries()}
