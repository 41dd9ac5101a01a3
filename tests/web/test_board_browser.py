"""The board of a thousand groups × six moments on a phone: opens, is filtered, nudges; both languages, axe-core."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.boards import all_of, drafts, half_past, many_groups, programme_of, six_moments
from tests.browser import NEEDS_BROWSER, Phones, check
from tests.web.house import Web, until

from salon.planning import apply_plan
from salon.rules.week import finish_slot

pytestmark = NEEDS_BROWSER


def late_for_some(web: Web, language: str, count: int) -> tuple[str, str]:
    """Paths of the owner's start page and of a board on which reminder 1 of *count* groups is late for some."""
    event, groups = six_moments(language, id=f"board-{language}", series=f"board-{language}"), many_groups(count)
    web.run(apply_plan(web.house, programme_of(event, groups)))
    decide = web.house.journal.decide
    web.turn_to(event.times.reminds_at[0])
    for slot in event.slots()[2:4]:
        web.run(decide(event.id, finish_slot(slot, "done", "")))
    web.run(decide(event.id, all_of(*drafts(groups, "warm_up", "open_room", "remind-1"))))
    web.turn_to(half_past(event))
    owner = urlsplit(web.house.links.owner()).path
    until(lambda: f"/{event.id}/" in web.phone().get(owner).text)
    return owner, f"{owner}/{event.id}/board"


@pytest.mark.parametrize(("language", "count"), [("zh", 1000), ("en", 60)])
def test_a_thousand_groups_on_a_phone(web: Web, phones: Phones, language: str, count: int) -> None:
    owner, board = late_for_some(web, language, count)
    page = phones(language)
    page.goto(owner)
    expect(page.locator(".red a")).to_have_count(3)
    look(page, f"owner-{language}")
    page.locator(".red a").first.tap()
    expect(page.locator(".cards > li").first).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(count * 3 // 20)
    check(page, f"board-late-{language}")

    page.goto(board)
    expect(page.locator("tbody td")).to_have_count(count * 6)
    scrolls = page.locator(".grid").evaluate(
        "box => [box.scrollWidth > box.clientWidth, box.scrollHeight > 2 * box.clientHeight]"
    )
    assert scrolls == [True, True], "the table scrolls by itself"
    few_rows(page)
    look(page, f"board-{language}")

    nudge_two(page)
    expect(page.locator("textarea")).to_have_count(1)
    check(page, f"nudges-{language}")
    register_and_import(page, f"{owner}/groups?series=board-{language}", language, count)


def look(page: Page, name: str) -> None:
    """Checked in one language; the other one's page is made of the same marks, and each look takes seconds."""
    if name.endswith("zh"):
        check(page, name)


def few_rows(page: Page) -> None:
    """All rows are made alike, and axe-core looks at every cell's colours for minutes."""
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n+12)').forEach((row) => row.remove())")


def register_and_import(page: Page, register: str, language: str, count: int) -> None:
    """All groups, a list that is looked at and taken over, a group that is edited."""
    page.goto(register)
    expect(page.locator("tbody tr")).to_have_count(count)
    few_rows(page)
    look(page, f"register-{language}")
    page.locator("#text").fill("name,leader,members\nNew & <b>,Ann,12\n上海读书会 1 群,Bob,\nBad,,many\n")
    page.locator("#import .button").tap()
    expect(page.locator(".counts b")).to_have_text(["1", "1", "0", "1"])
    check(page, f"import-{language}")
    page.locator("form .button").tap()
    expect(page.locator(".fresh")).to_be_visible()
    page.locator("tbody th a").first.tap()
    expect(page.locator("#leader")).to_be_visible()
    check(page, f"group-{language}")


def nudge_two(page: Page) -> None:
    """Choose two groups of one leader and nudge."""
    boxes = page.locator(".cards [type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("#nudge .button").tap()


def test_it_works_without_script(web: Web, phones: Phones) -> None:
    _, board = late_for_some(web, "en", 60)
    page = phones("en", has_script=False)
    page.goto(f"{board}?standing=unknown&moment=remind-1")
    cards = page.locator(".cards > li")
    before = cards.count()
    page.get_by_role("button", name="It is there").first.tap()
    expect(cards).to_have_count(before - 1)
