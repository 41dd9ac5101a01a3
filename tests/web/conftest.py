"""What the tests of the web room share: one real server for each file, and evenings of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.web.house import Evening, Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from tests.browser import Phones


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web room for the tests of one file."""
    running = Web(tmp_path_factory.mktemp("house"))
    yield running
    running.close()


@pytest.fixture
def evening(web: Web) -> Evening:
    """An open evening of its own, in Chinese."""
    return web.evening()


@pytest.fixture
def phones(web: Web, browser: Browser) -> Iterator[Phones]:
    """Phones whose every request is looked at: none may leave our own address, no script may stumble."""
    from tests.browser import LOCALES, PATIENCE, PHONE

    contexts: list[BrowserContext] = []
    asked: list[str] = []
    complaints: list[str] = []

    def phone(language: str = "zh", *, has_script: bool = True, before: str = "", **options: Any) -> Page:
        mine = {"viewport": PHONE, "locale": LOCALES[language], "has_touch": True, "base_url": web.url, **options}
        context = browser.new_context(java_script_enabled=has_script, **mine)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        context.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield phone
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if urlsplit(url).scheme != "data" and not url.startswith(f"{web.url}/")] == []
    assert complaints == []
