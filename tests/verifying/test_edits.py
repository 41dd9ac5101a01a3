"""Whatever is changed in a report is found: single edits at random, and lies that a person would think of."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from tests.verifying.written import FORMS, forms, verdict

#: Edits of each form in each language.
EDITS = 25
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;|&#\d+;", re.S)


def visible(name: str, text: str) -> list[int]:
    """Places of all letters and digits that a reader of the form sees."""
    seen = set(range(len(text)))
    for found in (_UNSEEN if name.endswith(".html") else _COMMENT).finditer(text):
        seen -= set(range(*found.span()))
    return [k for k in sorted(seen) if text[k].isalnum()]


def edited(text: str, at: int, dice: random.Random) -> str:
    """*text* with one letter or digit changed, left out, doubled, or its neighbour put before it."""
    old = text[at]
    pool = "0123456789" if old.isdigit() else "abcdefghxyz" if old.isascii() else "不三有新旧多少改"
    other = dice.choice([sign for sign in pool if sign != old])
    new = dice.choice([other, other, other, "", old + other, other + old])
    return text[:at] + new + text[at + 1 :]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FORMS)
def test_every_single_edit_of_what_can_be_seen_is_found(tmp_path: Path, name: str, language: str) -> None:
    text, dice = forms(language)[name], random.Random(f"{name} {language}")
    assert verdict(tmp_path, name, text, language).wrong == ()
    places = visible(name, text)
    digits = [k for k in places if text[k].isdigit()]
    passed = []
    for k in range(EDITS):
        at = dice.choice(digits if k % 3 == 0 else places)
        changed = edited(text, at, dice)
        if not verdict(tmp_path, name, changed, language).wrong:
            passed.append((text[max(0, at - 20) : at + 20], changed[max(0, at - 20) : at + 20]))
    assert passed == []


QUOTE = re.compile(r"<blockquote.*?</blockquote>\n", re.S)
BY = re.compile(r'<div class="by">.*?</div>\n', re.S)


def without_a_minority_view(page: str) -> str:
    return re.sub(r'<div class="reply"><p class="soft">.*?</blockquote>\n</div>', "", page, count=1, flags=re.S)


def without_an_attribution(page: str) -> str:
    return BY.sub("", page, count=1)


def with_two_names_exchanged(page: str) -> str:
    """The first two quotes of different people exchange their names."""
    names = list(re.finditer(r"(?<=<b><bdi>)[^<]+(?=</bdi></b>)", page))
    one = names[0]
    other = next(name for name in names if name[0] != one[0])
    page = page[: other.start()] + one[0] + page[other.end() :]
    return page[: one.start()] + other[0] + page[one.end() :]


def with_a_quote_twice(page: str) -> str:
    quote = QUOTE.search(page)
    assert quote
    return page[: quote.end()] + quote[0] + page[quote.end() :]


def with_a_sentence(page: str) -> str:
    return page.replace("</main>", "<p>大家都同意涨价。</p></main>", 1)


def with_a_true_message_as_a_quote(page: str) -> str:
    return page.replace("</main>", '<blockquote data-m="m-2"><p>林老师好！</p></blockquote></main>', 1)


def with_a_heading_of_the_other_kind(page: str) -> str:
    return page.replace(">共识</h3>", ">分歧</h3>", 1)


def with_quotes_under_another_point(page: str) -> str:
    """The quotes of the first point move to the second."""
    quotes = QUOTE.findall(page[page.index('id="p-1"') : page.index('id="p-2"')])
    assert quotes
    page = page.replace(quotes[0], "", 1)
    return page.replace('<h3 id="p-3"', f'{quotes[0]}<h3 id="p-3"', 1)


def with_a_longer_bar(page: str) -> str:
    return page.replace('class="b1" width="64"', 'class="b1" width="94"', 1)


def with_a_quote_that_names_another_message(page: str) -> str:
    return page.replace('data-m="m-', 'data-m="m-9', 1)


def with_a_link_elsewhere(page: str) -> str:
    return page.replace('href="https://example.org/laoke"', 'href="https://evil.example/laoke"', 1)


def with_a_hidden_topic(page: str) -> str:
    return page.replace("<h1", "<h1 hidden", 1)


def with_a_quote_that_cannot_be_seen(page: str) -> str:
    return page.replace("<blockquote", '<blockquote style="display: none"', 1)


def with_words_in_the_style(page: str) -> str:
    return page.replace("</style>", 'h1::after{content:"（已作废）"}</style>', 1)


def with_a_style_that_hides_other_views(page: str) -> str:
    return page.replace("</style>", ".reply{display:none}</style>", 1)


def with_a_picture(page: str) -> str:
    return page.replace("</main>", '<img src="data:image/png;base64,AAAA"></main>', 1)


def without_a_message_of_the_transcript(page: str) -> str:
    return re.sub(r'<p id="m-2".*?</p>\n', "", page, count=1)


def without_what_was_not_answered(page: str) -> str:
    return re.sub(r'<h2 id="open">.*?(?=<h2|<p class="noted")', "", page, count=1, flags=re.S)


LIES = (
    without_a_minority_view, without_an_attribution, with_two_names_exchanged, with_a_quote_twice, with_a_sentence,
    with_a_true_message_as_a_quote, with_a_heading_of_the_other_kind, with_quotes_under_another_point,
    with_a_longer_bar, with_a_quote_that_names_another_message, with_a_link_elsewhere, with_a_hidden_topic,
    with_a_quote_that_cannot_be_seen, with_words_in_the_style, with_a_style_that_hides_other_views,
    with_a_picture, without_a_message_of_the_transcript,
    without_what_was_not_answered,
)  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_that_one_would_think_of_is_proven(tmp_path: Path, lie: object) -> None:
    page = forms()["report.html"]
    changed = lie(page)  # type: ignore[operator]
    assert changed != page
    assert verdict(tmp_path, "report.html", changed).wrong != ()


def test_who_wants_to_smuggle_a_lie_in_as_a_word_of_the_owners_fails(tmp_path: Path) -> None:
    page = forms()["report.html"]
    for key, old, new in (
        ("agreement", "共识", "分歧"),
        ("why", "为什么值得读", "97 个人都说好"),
        ("why", "为什么值得读", "见 www.evil.example"),
        ("why", "为什么值得读", "老周说了算"),
        (
            "why",
            "为什么值得读",
            "嘉宾最后承认，之前所有的数字都是编出来的，请大家不要再相信这份报告里的任何一个字，也不要转发",
        ),
    ):
        changed = page.replace(f">{old}<", f">{new}<") + f'\n<!-- salon words {{"{key}": "{new}"}} -->\n'
        assert "its own wording is not allowed" in "\n".join(verdict(tmp_path, "report.html", changed).wrong), new
