"""The desk and the page of one's own words in a real phone's browser: seen, tapped, by keyboard, and by axe-core."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser import NEEDS_BROWSER, Phones, check, shot
from tests.web.house import Web, until
from tests.web.test_desk import Desk, at_desk

pytestmark = NEEDS_BROWSER
#: What the page says once a text is copied, and where the phone has refused.
DONE = {"zh": "已复制。", "en": "Copied."}
BY_HAND = {
    "zh": "没能自动复制：文字已选中，请长按复制。",
    "en": "Could not copy by itself: the text is selected, copy it by hand.",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_readable_and_open_to_everybody(web: Web, phones: Phones, language: str) -> None:
    desk = at_desk(web, "publish", language)
    point = desk.look()["points"][0]["key"]
    long = "https://example.org/" + "long" * 40
    desk.edit(
        1,
        {"do": "note", "key": "n-1", "place": "top", "text": f"补一句 {long}", "by": "梅"},
        {"do": "note", "key": "n-2", "place": point, "text": "后来核实过，这个数字是对的。", "by": ""},
        {"do": "drop", "key": desk.look()["points"][1]["key"]},
        {"do": "drop", "key": "q-gone"},
    )
    page = phones(language)
    page.goto(desk.path)
    check(page, f"desk-{language}")
    for summary in page.locator("details:not(.tools details) > summary").all():
        summary.evaluate("e => e.parentElement.setAttribute('open', '')")
    page.evaluate("document.querySelectorAll('.tools details').forEach(e => e.setAttribute('open', ''))")
    check(page, f"desk-open-{language}")
    page.goto(f"{desk.path}/words")
    page.evaluate("document.querySelector('details').setAttribute('open', '')")
    check(page, f"desk-words-{language}")
    other = phones(language)
    other.goto(desk.path)
    desk.edit(2, {"do": "title", "key": "", "text": "先改了"})
    other.locator("#add-end summary").tap()
    other.locator("#add-end textarea").fill("写了很久的一句话")
    other.locator("#add-end button").tap()
    expect(other.locator("textarea")).to_have_value("写了很久的一句话")
    check(other, f"desk-changed-{language}")
    other.locator("form .button").tap()
    expect(other.locator(".note").last).to_contain_text("写了很久的一句话")
    assert desk.look()["latest"] == 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_member_takes_words_back_on_the_phone(web: Web, phones: Phones, language: str) -> None:
    desk = at_desk(web, "publish", language)
    page = phones(language)
    page.goto(f"/report/{desk.evening.event.id}/words")
    check(page, f"words-none-{language}")
    for name, value in dict(desk.member.cookies).items():
        page.context.add_cookies([{"name": name, "value": value, "url": web.url}])
    page.reload()
    check(page, f"words-{language}")
    page.locator(".piece button").first.tap()
    expect(page.locator(".piece.gone")).to_have_count(1)
    page.locator(".act button").first.tap()
    expect(page.locator(".act button").first).to_have_attribute("value", "named")
    check(page, f"words-after-{language}")
    assert desk.quote not in desk.report().text
    assert [entry.kind for entry in desk.evening.entries("words_withdrawn", "anonymity_asked")] == [
        "words_withdrawn",
        "anonymity_asked",
    ]


def test_a_draft_is_approved_by_keyboard_alone_and_without_script(web: Web, phones: Phones) -> None:
    desk = at_desk(web)
    page = phones("zh", has_script=False)
    page.goto(desk.path)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "批准并发布":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".act")).to_contain_text("大家正在读这一版")
    until(lambda: desk.heard() == ["report"])


def test_the_reports_page_runs_its_own_script_and_no_other(web: Web, phones: Phones) -> None:
    desk: Desk = at_desk(web, "publish")
    page = phones("zh")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"/report/{desk.evening.event.id}")
    page.wait_for_load_state()
    assert [text for text in complaints if "Content Security Policy" in text] == []
    link = page.locator(f'a[href$="/report/{desk.evening.event.id}/words"]')
    expect(link).to_have_count(1)


def test_every_length_is_copied_with_one_tap_and_selected_where_the_phone_refuses(web: Web, phones: Phones) -> None:
    language = "en"
    desk = at_desk(web, "publish", language)
    page = phones(language)
    page.goto(desk.path)
    page.evaluate("() => { navigator.clipboard.writeText = async text => { window.copied = text } }")
    copied = []
    for row in desk.look()["texts"]["rows"]:
        for button, text in zip(page.locator(f"#g-{row['id']} [data-copy]").all(), row["texts"], strict=True):
            button.tap()
            expect(page.locator(f"#g-{row['id']} [role=status]")).to_have_text(DONE[language])
            assert page.evaluate("window.copied") == text["text"]
            copied.append(text["text"])
    assert len({*copied}) >= 4
    assert len(copied) == 9
    check(page, f"desk-copied-{language}")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('refused') } }")
    page.locator("#g-readers [data-copy]").first.tap()
    expect(page.locator("#g-readers [role=status]")).to_have_text(BY_HAND[language])
    text = desk.look()["texts"]["rows"][0]["texts"][0]["text"]
    assert page.evaluate("(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)") == text
    check(page, f"desk-by-hand-{language}", colours=True)
    page.goto(f"{desk.path}/texts")
    check(page, f"desk-texts-{language}", colours=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(desk.path)
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    shot(page, f"desk-wide-{language}")


def test_words_taken_back_after_the_groups_heard_are_said_with_a_draft_to_copy(web: Web, phones: Phones) -> None:
    language = "zh"
    desk = at_desk(web, "publish", language)
    page = phones(language)
    page.goto(desk.path)
    expect(page.locator("#taken")).to_have_count(0)
    assert desk.member.post(f"/report/{desk.evening.event.id}/words", json={"do": "withdraw_all"}).status_code == 303
    until(lambda: desk.look()["taken"])
    page.reload()
    page.evaluate("() => { navigator.clipboard.writeText = async text => { window.copied = text } }")
    page.locator("#taken [data-copy]").tap()
    expect(page.locator("#taken [role=status]")).to_have_text(DONE[language])
    assert desk.quote not in page.evaluate("window.copied")
    assert f"/report/{desk.evening.event.id}" in page.evaluate("window.copied")
    check(page, f"desk-taken-{language}")
    page.locator("#taken form button").tap()
    until(lambda: desk.heard() == ["report", "report-correction-1"], seconds=90)
    folder = web.settings.outbox / desk.evening.event.id
    texts = [path.read_text() for path in folder.rglob("text.txt")]
    assert [text for text in texts if desk.quote in text] == []


def test_a_poll_is_left_out_on_the_phone(web: Web, phones: Phones) -> None:
    desk = at_desk(web, "publish", polls=True)
    poll = desk.look()["polls"][0]
    assert poll["text"] in desk.report().text
    page = phones("zh")
    page.goto(desk.path)
    check(page, "desk-polls")
    page.locator(f"#{poll['key']} button[value=drop]").tap()
    expect(page.locator(f"#{poll['key']}.gone")).to_have_count(1)
    page.locator(".act .button[href], .act form .button").last.tap()
    expect(page.locator(".act")).to_contain_text("大家正在读这一版")
    until(lambda: poll["text"] not in desk.report().text)
