"""A leader's task in a real browser at phone size: from link to "posted" in three taps, whatever it refuses."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser import NEEDS_BROWSER, Phones, check
from tests.web.house import Web, until
from tests.web.leading import GROUPS, png

from salon.announce import announce
from salon.model import Event, Group, Programme, Series
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.rules.landing import recall
from salon.rules.relay import pass_training, prove_posted
from salon.testing.golden import golden_event

SAYS = {
    "zh": {"copied": "已复制", "by hand": "长按选中的文字", "noted": "记下了", "seen": "有人扫码了", "stop": "先别发"},
    "en": {"copied": "Copied.", "by hand": "press and hold it", "noted": "Noted", "seen": "Somebody scanned"}
    | {"stop": "Do not post"},
}
TEXT = "【现在可以领席】三个人的小团队\n\n  第二行 <b>不是标记</b>\nhttps://salon.example/c/abc?m=open_room"

pytestmark = NEEDS_BROWSER


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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_link_to_posted_in_three_taps(web: Web, phones: Phones, language: str) -> None:
    event, link = planned(web, f"taps-{language}")
    says, page = SAYS[language], phones(language, permissions=["clipboard-read", "clipboard-write"])

    page.goto(link)  # The first tap: the link in the command group.
    check(page, f"task-{language}")
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
    check(page, f"posted-{language}")
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
    check(page, f"recalled-{language}")


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
    web: Web, phones: Phones, name: str, before: str
) -> None:
    _, link = planned(web, f"clipboard-{name}")
    page = phones(before=before)
    page.goto(link)
    page.locator("details[open] .copy").tap()
    expect(page.locator("details[open] .told")).to_contain_text(SAYS["zh"]["by hand"])
    expect(page.locator("details[open] .told")).not_to_contain_text(SAYS["zh"]["copied"])
    assert page.evaluate("String(getSelection())") == TEXT
    check(page, f"by-hand-{name}")


def test_without_scripts_the_card_is_read_the_text_is_there_and_the_tap_counts(web: Web, phones: Phones) -> None:
    event, link = planned(web, "plain", is_trained=False)
    page = phones("en", has_script=False)
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


def test_the_training_card_fits_a_phone(web: Web, phones: Phones) -> None:
    _, link = planned(web, "card", is_trained=False)
    for language in ("zh", "en"):
        page = phones(language)
        page.goto(link)
        check(page, f"training-{language}")
