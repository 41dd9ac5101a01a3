"""A leader's task in a real browser at phone size: from link to "posted" in three taps, whatever it refuses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from tests.web.house import Web, until
from tests.web.leading import GROUPS, png

from salon.announce import announce
from salon.model import Event, Group, Programme, Series
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.rules.landing import recall
from salon.rules.relay import pass_training, prove_posted
from salon.testing.golden import golden_event

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
MUST = os.environ.get("SALON_MUST_HAVE_BROWSER") == "1"
PHONE: ViewportSize = {"width": 390, "height": 844}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
SAYS = {
    "zh": {"copied": "已复制", "by hand": "长按选中的文字", "noted": "记下了", "seen": "有人扫码了", "stop": "先别发"},
    "en": {"copied": "Copied.", "by hand": "press and hold it", "noted": "Noted", "seen": "Somebody scanned"}
    | {"stop": "Do not post"},
}
TEXT = "【现在可以领席】三个人的小团队\n\n  第二行 <b>不是标记</b>\nhttps://salon.example/c/abc?m=open_room"
#: Buttons and links that a thumb would miss, and whether anything is wider than the phone.
SMALL = """() => [...document.querySelectorAll('button, a, summary, input[type=radio]')]
  .filter(e => e.offsetParent && Math.min((e.closest('label') || e).offsetHeight, 44) < 40)
  .map(e => e.outerHTML.slice(0, 80))
  .concat(document.documentElement.scrollWidth > innerWidth ? ['too wide'] : [])"""

pytestmark = pytest.mark.skipif(not CHROMIUM and not MUST, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the file."""
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def planned(web: Web, series: str, *, is_trained: bool = True) -> tuple[Event, str]:
    """An evening of a series of its own with one task for each group; and the link of a leader of two of them."""
    event = replace(golden_event("zh"), id=f"{series}-1", series=series)
    programme = Programme(
        series=Series(id=series, name=event.series_name, timezone=event.timezone, languages=event.languages),
        groups=GROUPS,
        events=(event,),
    )

    def write(group: Group) -> tuple[str, bytes]:
        return TEXT, png()

    web.run(apply_plan(web.house, programme))
    web.run(announce(web.house, event, "open_room", GROUPS, write))
    if is_trained:
        web.run(web.house.journal.decide(PLAN, pass_training(series, "陈玥")))
    link = urlsplit(web.house.links.leader(series, "陈玥")).path
    until(lambda: web.phone().get(link).text.count("<details class=") == 2 if is_trained else web.phone().get(link))
    return event, link


def phone(web: Web, browser: Browser, language: str = "zh", *, before: str = "", **options: object) -> Page:
    """A phone whose every request must stay with us; *before*: a script that is there before the page's own."""
    context = browser.new_context(
        viewport=PHONE,
        locale=LOCALES[language],
        base_url=web.url,
        has_touch=True,
        **options,  # type: ignore[arg-type]
    )
    context.set_default_timeout(10000)
    context.on("request", lambda request: asked.append(request.url))
    if before:
        context.add_init_script(before)
    return context.new_page()


#: Every address that was asked for.
asked: list[str] = []


@pytest.fixture(autouse=True)
def nobody_else_is_asked(web: Web) -> Iterator[None]:
    """No request leaves our own address."""
    asked.clear()
    yield
    assert asked
    assert [url for url in asked if not url.startswith((f"{web.url}/", "data:"))] == []


def look(page: Page, name: str) -> None:
    """No hurdle for anybody, nothing too small for a thumb; a picture where `SALON_PICTURES` names a folder."""
    if folder := os.environ.get("SALON_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_link_to_posted_in_three_taps(web: Web, browser: Browser, language: str) -> None:
    event, link = planned(web, f"taps-{language}")
    says, page = SAYS[language], phone(web, browser, language, permissions=["clipboard-read", "clipboard-write"])

    page.goto(link)  # The first tap: the link in the command group.
    look(page, f"task-{language}")
    poster = page.locator("details[open] .poster img")
    poster.scroll_into_view_if_needed()
    assert poster.evaluate("e => [e.naturalWidth, e.currentSrc.startsWith('http'), e.offsetWidth >= 330]") == [
        90,
        True,
        True,
    ]
    box = poster.bounding_box()
    assert box is not None
    on_top = "([x, y]) => document.elementFromPoint(x, y).tagName"
    assert page.evaluate(on_top, [box["x"] + 20, box["y"] + 20]) == "IMG", "nothing lies over the poster"

    page.locator("details[open] .copy").tap()  # The second.
    expect(page.locator("details[open] .told")).to_contain_text(says["copied"])
    assert page.evaluate("navigator.clipboard.readText()") == TEXT

    page.locator("details[open] .did").tap()  # The third.
    expect(page.locator(".just")).to_contain_text(says["noted"])
    (entry,) = web.run(web.house.journal.entries(event.id))[-1:]
    assert (entry.kind, entry.by) == ("task_posted", "leader:陈玥")
    look(page, f"posted-{language}")
    expect(page.locator("details.task[open]")).to_have_count(1)

    page.locator(".just button").tap()
    expect(page.locator(".just")).to_have_count(0)
    page.locator("details[open] .did").tap()
    expect(page.locator(".just")).to_have_count(1)
    group = web.run(web.house.journal.entries(event.id))[-1].data["group"]
    web.run(web.house.journal.decide(event.id, prove_posted("open_room", group)))
    page.reload()
    expect(page.locator("#t-" + "x, .fine")).to_contain_text(says["seen"])
    web.run(web.house.journal.decide(event.id, recall("改到下周四 20:00。", by="owner")))
    page.reload()
    expect(page.locator("h1")).to_have_text(says["stop"])
    look(page, f"recalled-{language}")


@pytest.mark.parametrize(
    ("name", "before"),
    [
        (
            "refused",
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: () => Promise.reject(Error())}})",
        ),
        (
            "missing",
            "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false",
        ),
    ],
)
def test_where_copying_is_refused_the_text_is_selected_and_it_is_said(
    web: Web, browser: Browser, name: str, before: str
) -> None:
    _, link = planned(web, f"clipboard-{name}")
    page = phone(web, browser, before=before)
    page.goto(link)
    page.locator("details[open] .copy").tap()
    expect(page.locator("details[open] .told")).to_contain_text(SAYS["zh"]["by hand"])
    expect(page.locator("details[open] .told")).not_to_contain_text(SAYS["zh"]["copied"])
    assert page.evaluate("String(getSelection())") == TEXT
    look(page, f"by-hand-{name}")


def test_without_scripts_the_card_is_read_the_text_is_there_and_the_tap_counts(web: Web, browser: Browser) -> None:
    event, link = planned(web, "plain", is_trained=False)
    page = phone(web, browser, "en", java_script_enabled=False)
    page.goto(link)
    for question, right in ((1, 2), (2, 3), (3, 1)):
        page.locator(f"[name=q{question}][value='{right if question < 3 else 2}']").check()
    page.locator("#questions .button").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".why")).to_have_count(1)
    page.locator("[name=q3][value='1']").check()
    page.locator("#questions .button").tap()
    shown = page.locator("details[open]")
    expect(shown.locator(".copy")).to_be_hidden()
    assert shown.locator(".script").text_content() == TEXT
    expect(shown.locator("noscript, .small").first).to_be_visible()
    shown.locator(".did").tap()
    expect(page.locator(".just")).to_contain_text("Noted")
    assert [entry.kind for entry in web.run(web.house.journal.entries(event.id))].count("task_posted") == 1


def test_the_training_card_fits_a_phone(web: Web, browser: Browser) -> None:
    _, link = planned(web, "card", is_trained=False)
    for language in ("zh", "en"):
        page = phone(web, browser, language)
        page.goto(link)
        look(page, f"training-{language}")
