"""The report's pages in a real browser, as files without any server: readable by everybody, checked by the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Error, Page, Request, expect
from tests.browser import NEEDS_BROWSER, PATIENCE, PHONE, is_open_to_everybody
from tests.evening import evening
from tests.test_documents import STEPS, hostile, rich

from salon.archive import evening_of
from salon.archive_pages import archive_page
from salon.documents import documents
from salon.model import Discussion
from salon.report import report_of
from salon.wording import Wording

pytestmark = NEEDS_BROWSER
PAGES = ("report.html", "team.html", "letter.html", "article.html", "index.html")
Open = Callable[..., Page]


def _pages(said: Discussion) -> dict[str, bytes]:
    report, wording = replace(report_of(said), **rich(said)), Wording()
    made = documents(report, said, wording, STEPS)
    listed = evening_of("e-1", "s", "2026-11-19", datetime(2026, 11, 20, tzinfo=UTC), made["report.json"])
    made["index.html"] = archive_page(
        wording,
        [listed],
        said.language,
        lambda event: "report.html",
        feed="feed.xml",
        form="index.html",
        has_index=True,
    )
    return made


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of three evenings: Chinese, English, hostile."""
    found = {}
    for name, said in {"zh": evening(), "en": replace(evening(), language="en"), "hostile": hostile()}.items():
        found[name] = tmp_path_factory.mktemp(name)
        for file, content in _pages(said).items():
            (found[name] / file).write_bytes(content)
    return found


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """One for the file: a fresh one costs more than most pages."""
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(phone: Page, folders: dict[str, Path]) -> Iterator[Open]:
    """Open a page on a phone that is off line; nothing may be asked for but the file itself."""
    asked: list[str] = []
    complaints: list[str] = []

    def hear(request: Request) -> None:
        asked.append(request.url)

    def complain(error: Error) -> None:
        complaints.append(str(error))

    def open_page(folder: str, name: str, scheme: Literal["light", "dark"] = "light", place: str = "") -> Page:
        # Else another place on the page that is open would only be scrolled to.
        phone.goto("about:blank")
        phone.emulate_media(color_scheme=scheme)
        phone.goto(f"{(folders[folder] / name).as_uri()}{place}")
        return phone

    phone.on("request", hear)
    phone.on("pageerror", complain)
    yield open_page
    phone.remove_listener("request", hear)
    phone.remove_listener("pageerror", complain)
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("folder", "scheme"), [("zh", "light"), ("zh", "dark"), ("en", "light"), ("hostile", "light")])
def test_everybody_can_read_every_page_and_none_is_wider_than_a_phone(
    opened: Open, folder: str, name: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(folder, name, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    is_open_to_everybody(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(
    ("folder", "name", "all_well"),
    [
        ("zh", "report.html", "都和这一页所附的 16 条发言一致"),
        ("zh", "team.html", "核对无误"),
        ("en", "report.html", "All is well"),
        ("hostile", "report.html", "核对无误"),
    ],
)
def test_the_check_accuses_no_honest_page(opened: Open, folder: str, name: str, all_well: str) -> None:
    page = opened(folder, name)
    page.locator("#check button").click()
    expect(page.locator("#check")).to_contain_text(all_well)
    assert page.locator("#check li").count() == 0


#: What was changed in the page → what the check calls it, in Chinese and in English.
TAMPERED = {
    r'(data-is="messages">)16()': ("数字", "Number"),
    r'(data-is="speakers">)\d+()': ("数字", "Number"),
    r'(data-is="count-1">)\d+()': ("数字", "Number"),
    r'(<h1 data-is="topic">)[^<]()': ("标题", "Title"),
    r'(<span data-is="point-1">)[^<]()': ("标题", "Title"),
    r'(<a href="#p-1" data-is="point-1">)[^<]()': ("标题", "Title"),
    r"(<p>)价格()还是重要的": ("引文", "Quote"),
    r'(<section class="why".*?<a href="#m-[^>]*>[^<]*“)[^<]()': ("引文", "Quote"),
    r'(class="by"><b><bdi>)[^<]+()': ("名字", "Name"),
    r'(data-is="by-1">)[^<]+()': ("名字", "Name"),
    r'(class="by">.*?aria-label[^>]*>)[^<]+( ↓)': ("时间", "Time"),
    r'(data-is="votes-1-1">)\d+()': ("投票", "Vote"),
    r'(data-is="percent-1-1">)\d+()': ("投票", "Vote"),
    r'(data-is="option-1-1">)[^<]()': ("投票", "Vote"),
    r'(class="b1" width=")64()"': ("图", "Bar"),
    r'(<rect class="was" x=")\d+()"': ("图", "Bar"),
    r'(<span data-is="total-1">)[^<]+()': ("投票", "Vote"),
    r'(<h2 id="results">)[^<]()': ("其他文字", "Other words"),
    r'(<p id="m-2".*?</a>)[^<]()': ("其他文字", "Other words"),
}


@pytest.mark.parametrize("folder", ["zh", "en"])
def test_the_check_finds_whatever_was_changed_and_says_what(
    opened: Open, folders: dict[str, Path], folder: str
) -> None:
    text = (folders[folder] / "report.html").read_text("utf-8")
    # In English one of each kind: what is found does not hang on the language, only how it is called.
    one_of_each = {kinds: pattern for pattern, kinds in TAMPERED.items()}
    for pattern, kinds in TAMPERED.items():
        if folder == "en" and one_of_each[kinds] != pattern:
            continue
        changed = re.sub(pattern, r"\g<1>97\g<2>", text, count=1, flags=re.S)
        assert changed != text, pattern
        (folders[folder] / "changed.html").write_text(changed, encoding="utf-8")
        page = opened(folder, "changed.html")
        page.locator("#check button").click()
        told = page.locator("#check li b").first
        expect(told).to_have_text(kinds[folder == "en"])


def test_the_check_finds_what_is_missing(opened: Open, folders: dict[str, Path]) -> None:
    text = (folders["zh"] / "report.html").read_text("utf-8")
    for pattern in (r'<p class="where soft">.*?</p>', r'<section class="poll">.*?</section>', r'<p id="m-2".*?</p>'):
        changed = re.sub(pattern, "", text, count=1, flags=re.S)
        assert changed != text, pattern
        (folders["zh"] / "changed.html").write_text(changed, encoding="utf-8")
        page = opened("zh", "changed.html")
        page.locator("#check button").click()
        expect(page.locator("#check li b").first).to_have_text("缺少")


def test_a_link_to_a_message_opens_the_log_there(opened: Open) -> None:
    page = opened("zh", "report.html", place="#m-5")
    expect(page.locator("#m-5")).to_be_in_viewport()


def test_a_section_is_copied_with_its_link(opened: Open) -> None:
    page = opened("zh", "report.html")
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    page.locator("#p-1 button").click()
    expect(page.locator("#p-1 button")).to_have_text("已复制")
    copied = page.evaluate("window.copied || ''")
    assert "老客为什么会走？" in copied.splitlines()
    assert "价格还是重要的" in copied
    assert "小店每周该花多少时间" not in copied
    assert copied.endswith("#p-1")


def test_the_static_archive_searches_by_itself(opened: Open) -> None:
    page = opened("zh", "index.html")
    page.get_by_label("在全部报告里找").fill("老客厨房")
    expect(page.locator("#found")).to_have_text("“老客厨房”：1 期里提到")
    expect(page.locator(".excerpts a")).to_have_attribute("href", "report.html#m-15")
    page.get_by_label("在全部报告里找").fill("没有人说过这个")
    expect(page.locator("#found")).to_contain_text("没有哪一期")
