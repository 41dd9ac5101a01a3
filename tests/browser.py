"""A phone's real browser for the tests: which Chromium, how it is started, and what every page must hold.

Where no Chromium is found the tests are skipped; with SALON_MUST_HAVE_BROWSER=1 that is a failure instead.
With SALON_SHOTS=FOLDER every page that is looked at is laid there as a picture, for people to judge.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
MUST = os.environ.get("SALON_MUST_HAVE_BROWSER") == "1"
#: For `pytestmark` of a file that needs one.
NEEDS_BROWSER = pytest.mark.skipif(not CHROMIUM and not MUST, reason="no Chromium on this machine")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
#: Milliseconds that a tap or a look may take on a busy machine.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
#: Opens a phone: language, whether scripts run, a script that is there before the page's own, Playwright's own options.
Phones = Callable[..., Page]
#: Where pictures of the pages are laid; empty: nowhere.
SHOTS = os.environ.get("SALON_SHOTS", "")
#: Controls that are less than 44 px high with the space around them that belongs to them; of a box its label counts.
SMALL = """() => [...document.querySelectorAll("a, button, input, textarea, select, summary, label:has(input)")]
    .filter((e) => !["checkbox", "radio", "hidden"].includes(e.type))
    .filter((e) => e.checkVisibility() && e.id !== "asked" && e.getBoundingClientRect().height < 44)
    .map((e) => e.outerHTML.slice(0, 80))"""

# A page that a busy machine draws late is not a wrong one.
expect.set_options(timeout=30_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium that runs as long as it is looked at."""
    assert CHROMIUM, "SALON_MUST_HAVE_BROWSER=1, and there is no chromium on the PATH"
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def shot(page: Page, name: str) -> None:
    """Lay a picture of the whole page down, if somebody wants to look."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def is_open_to_everybody(page: Page, *, colours: bool = False) -> None:
    """No violation that axe-core knows of.

    Contrast costs twice as much as all other rules, and colours do not hang on the language: it is looked at on pages
    in Chinese, and elsewhere where *colours* says so.
    """
    is_chinese = page.evaluate("document.documentElement.lang").startswith("zh")
    rules = {} if colours or is_chinese else {"color-contrast": {"enabled": False}}
    # Without the list of all that is well, which takes as long as finding out; nothing of ours lies on other hosts.
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False, "rules": rules})
    assert found.violations_count == 0, found.generate_report()


def check(page: Page, name: str, *, colours: bool = False) -> None:
    """Nothing too wide, nothing too small to tap, and open to everybody; with a picture."""
    shot(page, name)
    wide, small = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(SMALL)
    assert wide == PHONE["width"], f"{name} is {wide} px wide"
    assert small == [], f"{name}: too small to tap: {small}"
    is_open_to_everybody(page, colours=colours)
