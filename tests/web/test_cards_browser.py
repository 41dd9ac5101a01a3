"""Cards on a phone, in real Chromium: a half-filled questionnaire survives everything, and the page after ten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser import NEEDS_BROWSER, PHONE, SMALL, Phones, is_open_to_everybody
from tests.browser import shot as picture
from tests.web.house import Evening, Web, until
from tests.web.test_browser import come_in, say
from tests.web.test_cards import FORM, LINK

from salon.model import Item, Promotion, Questionnaire
from salon.rules.week import shut_room, take_step

pytestmark = NEEDS_BROWSER
EN = Questionnaire(
    id="week",
    title="Your week with the tools",
    items=(
        Item(question="Which do you reach for first?", options=("A terminal tool", "One inside the editor")),
        Item(question="Where do you use it?", kind="multiple", options=("Tests", "Texts", "Logs")),
        Item(question="How sure are you of it?", kind="scale", options=("1", "2", "3", "4", "5"), ends=("not", "very")),
        Item(question="What should we talk about next?", kind="text"),
    ),
)


@pytest.fixture(params=["zh"])
def evening(web: Web, request: pytest.FixtureRequest) -> Iterator[Evening]:
    """An open evening with a questionnaire and a promotion, in Chinese unless a test asks for English.

    The clock goes back afterwards.
    """
    before, language = web.now, request.param
    card = {
        "zh": Promotion(id="book", title="纸舟日历", link=LINK, text="一本会自己留白的日历。"),
        "en": Promotion(id="book", title="Paperboat", link=LINK, text="A calendar that keeps room for you."),
    }
    form = FORM if language == "zh" else EN
    yield web.evening(language=language, questionnaires=(form,), promotions=(card[language],))
    web.turn_to(before)


def begin(web: Web, evening: Evening) -> None:
    """Start the first section, a minute ago."""
    section = evening.event.outline[0]
    data = {"section": 1, "title": section.title, "minutes": section.minutes}
    evening.decide(take_step(evening.event, "section_started", "section-1", data, by="host"))
    web.turn_to(web.now + timedelta(minutes=1))


def shot(page: Page, name: str, evening: Evening) -> None:
    picture(page, f"{name}-{evening.event.languages[0]}")


def test_a_half_filled_questionnaire_survives_redraws_a_dead_line_and_kill_9(
    web: Web, phones: Phones, evening: Evening
) -> None:
    language = evening.event.languages[0]
    page, host = phones(language), phones(language)
    come_in(page, evening, "Lin")
    host.goto(evening.private("host"))
    host.locator("#cards-planned summary").first.click()
    host.locator("#cards-planned form button").first.click()
    tab = page.locator("[data-of=cards]")
    expect(tab.locator("b")).to_have_text("1")
    tab.tap()
    expect(page.locator("#form-week")).to_be_in_viewport()
    page.locator("#form-week-0-1").check()
    page.locator("#form-week-1-2").check()
    page.fill("#form-week-3", "还没写完 / half")
    page.locator("#text").focus()
    evening.host("cards/book/show")
    expect(page.locator("#card-book")).to_be_visible()
    shot(page, "form", evening)
    web.kill()
    page.locator("#form-week-send").tap()
    expect(page.locator("body.off")).to_be_attached()
    web.start()
    expect(page.locator("body.off")).not_to_be_attached(timeout=20_000)
    for what in (page.locator("#form-week-0-1"), page.locator("#form-week-1-2")):
        expect(what).to_be_checked()
    expect(page.locator("#form-week-3")).to_have_value("还没写完 / half")
    page.locator("#form-week-send").tap()
    expect(page.locator("#form-week [role=status]")).to_be_visible()
    expect(tab.locator("b")).to_have_text("")
    expect(page.locator("#form-week-again")).to_be_visible()
    assert [entry.data["answers"] for entry in evening.entries("answers_given")] == [[[1], [2], [], "还没写完 / half"]]
    host.goto(evening.private("host"))
    host.locator("#form-week-results summary").click()
    expect(host.locator("#form-week-results")).to_contain_text("还没写完")
    shot(host, "host", evening)
    for one in (page, host):
        assert one.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert one.evaluate(SMALL) == []
    page.goto(evening.room)
    shot(page, "room", evening)


def test_after_ten_one_tap_rates_and_the_page_becomes_the_report(web: Web, phones: Phones, evening: Evening) -> None:
    language = evening.event.languages[0]
    one, two = phones(language), phones(language)
    come_in(one, evening, "Lin")
    come_in(two, evening, "Zhou")
    say(one, "最后一句 last")
    web.turn_to(evening.event.times.disbands_at)
    evening.decide(shut_room(by="clock"))
    for page in (one, two):
        expect(page.locator("#rating-4")).to_be_visible(timeout=15_000)
    shot(one, "after", evening)
    one.locator("#rating-4").tap()
    expect(one.locator("#rating-4")).to_have_attribute("aria-pressed", "true")
    one.locator("#rating-5").tap()
    expect(one.locator("#rating-5")).to_have_attribute("aria-pressed", "true")
    one.locator("#lead").tap()
    one.fill("#lead-topic", "Small teams")
    one.locator("#lead-save").tap()
    expect(one.locator("#lead-topic")).to_have_value("Small teams")
    shot(one, "rated", evening)
    assert one.evaluate(SMALL) == []
    web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    expect(one).to_have_url(f"{web.url}/report/{evening.event.id}")
    # Who has not rated yet keeps the page, with the report on it.
    expect(two.locator(f'a[href="/report/{evening.event.id}"]')).to_be_visible(timeout=20_000)
    expect(two.locator("#rating-4")).to_be_visible()
    assert [entry.data["value"] for entry in evening.entries("rating_given", "rating_changed")] == [4, 5]


def test_the_same_evening_without_any_script(web: Web, phones: Phones, evening: Evening) -> None:
    evening.host("questionnaires/week/open")
    page = phones(evening.event.languages[0], has_script=False)
    come_in(page, evening, "Lin")
    page.locator("#form-week-0-0").check()
    page.locator("#form-week-send").click()
    expect(page.locator("#form-week [role=status]")).to_be_visible()
    web.turn_to(evening.event.times.disbands_at)
    page.goto(evening.room)
    page.locator("#rating-3").click()
    expect(page.locator("#rating-3")).to_have_attribute("aria-pressed", "true")
    page.locator("#lead").click()
    page.fill("#lead-topic", "Tea")
    page.locator("#lead-save").click()
    expect(page.locator("#lead-topic")).to_have_value("Tea")
    assert [entry.data["topic"] for entry in evening.entries("candidacy_offered", "candidacy_changed")] == ["", "Tea"]


def test_who_comes_late_reads_the_card_first_and_folds_it_away(web: Web, phones: Phones, evening: Evening) -> None:
    language, early = evening.event.languages[0], evening.member("Ning")
    for k in range(15):
        evening.say(early, f"{k} …")
    evening.host("messages", text="#要点 先算账，再动手" if language == "zh" else "#info count first, then begin")
    evening.host("polls/daily/open")
    evening.vote(early, "daily", 1)
    begin(web, evening)
    page = phones(language)
    come_in(page, evening, "Lin")
    expect(page.locator("#catchup")).to_be_in_viewport()
    expect(page.locator("#here")).to_have_text("2")
    shot(page, "late", evening)
    page.locator("#catchup summary").tap()
    page.locator(".tabs a").last.tap()
    expect(page.locator("#log .said").last).to_be_in_viewport()
    evening.member("Zhou")
    expect(page.locator("#here")).to_have_text("3")


@pytest.mark.parametrize("evening", ["zh", "en"], indirect=True)
def test_every_page_with_cards_is_whole_for_who_cannot_see_it(web: Web, phones: Phones, evening: Evening) -> None:
    language = evening.event.languages[0]
    evening.host("questionnaires/week/open")
    evening.host("cards/book/show")
    begin(web, evening)
    page = phones(language)
    come_in(page, evening, "Lin")
    expect(page.locator("#catchup")).to_be_visible()
    _is_accessible(page)
    page.goto(evening.private("host"))
    _is_accessible(page)
    web.turn_to(evening.event.times.disbands_at)
    page.goto(evening.room)
    page.locator("#lead").tap()
    expect(page.locator("#lead-topic")).to_be_visible()
    _is_accessible(page)


def _is_accessible(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    is_open_to_everybody(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate(SMALL) == []


def test_a_phone_in_the_background_misses_nothing_of_a_server_that_was_killed(web: Web, phones: Phones) -> None:
    evening = web.evening()
    page, other = phones(), evening.member("Zhou")
    come_in(page, evening, "Lin")
    evening.say(other, "之前")
    expect(page.locator("#log .said .text")).to_have_text(["之前"])
    _hide(page, True)
    web.kill()
    say(page, "服务器不在时说的")
    expect(page.locator(".waiting .said")).to_have_count(1)
    # A phone that sleeps gets nothing through: neither what it waits for, nor what it has to send.
    page.context.set_offline(True)
    web.start()
    evening.say(other, "睡着时说的")
    evening.host("polls/daily/open")
    page.context.set_offline(False)
    _hide(page, False)
    expect(page.locator("#log .said")).to_have_count(3)
    expect(page.locator("#poll-daily")).to_be_visible()
    expect(page.locator("#line")).to_have_text("已连线")
    expect(page.locator(".waiting .said")).to_have_count(0)
    texts = [entry.data["text"] for entry in evening.entries("message_posted")]
    assert sorted(texts) == sorted(["之前", "服务器不在时说的", "睡着时说的"])
    until(lambda: page.locator("#log .said .text").all_text_contents() == texts)


def _hide(page: Page, is_hidden: bool) -> None:
    """As when somebody goes to another app, or comes back."""
    state = "hidden" if is_hidden else "visible"
    page.evaluate(
        """state => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )
