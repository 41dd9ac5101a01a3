"""Where lines of a poster end."""

from __future__ import annotations

import random

import pytest

from salon.poster import fonts
from salon.poster.lines import Fitted, breaks, fit, wrap

_CHINESE = (
    *("小团队", "独立开发者", "编程助手", "私域运营", "产品经理", "增长", "账本", "真正", "日常", "复盘", "用户", "慢"),
    *(
        "就是",
        "快",
        "怎样",
        "什么",
        "为什么",
        "三个人",
        "九个月",
        "二十万",
        "的",
        "把",
        "用",
        "做",
        "与",
        "和",
        "在",
        "从",
    ),
    *("（OPC）", "「第二大脑」", "《小而美》"),
)
_WORDS = (*_CHINESE, "ChatGPT-4o", "AI", "DeepSeek", "SaaS", "2026", "30%", "v1.2", "Notion")
_JOINTS = ("", "", "", " ", "，", "：", "、", "——", "？", "！", "……")
#: A line that begins or ends with one of these is a fault of typesetting.
_NEVER_FIRST = tuple("，。、：；？！）」』》】…%,.;:?!)")
_NEVER_LAST = tuple("（「『《【([")


def _topics() -> list[str]:
    rng = random.Random(20261126)
    topics = []
    for length in range(1, 121):
        for _ in range(2):
            text = ""
            while len(text) < length:
                text += rng.choice(_WORDS) + rng.choice(_JOINTS)
            topics.append(text[:length].strip(" ") or "慢")
    return topics


@pytest.fixture(scope="module")
def headlines() -> list[tuple[str, Fitted]]:
    """240 topics of 1 to 120 characters, each fitted as on the poster."""
    sizes = range(112, 46, -4)
    return [(t, fit(t, 920, sizes, weight=fonts.BLACK, lines=7, leading=1.28, height=500)) for t in _topics()]


def test_no_line_of_240_topics_overflows(headlines: list[tuple[str, Fitted]]) -> None:
    for topic, fitted in headlines:
        assert not fitted.is_cut, topic
        assert fitted.height <= 500, topic
        assert "".join(fitted.lines).replace(" ", "") == topic.replace(" ", "")
        assert all(fonts.width(line, fitted.size, fitted.look) <= 920 for line in fitted.lines), topic


def test_no_line_begins_or_ends_with_a_mark_that_may_not_stand_there(headlines: list[tuple[str, Fitted]]) -> None:
    assert sum(len(fitted.lines) > 2 for _, fitted in headlines) > 100
    for _, fitted in headlines:
        assert not any(line.startswith(_NEVER_FIRST) for line in fitted.lines[1:]), fitted.lines
        assert not any(line.endswith(_NEVER_LAST) for line in fitted.lines[:-1]), fitted.lines


def test_latin_words_are_never_cut(headlines: list[tuple[str, Fitted]]) -> None:
    for topic, fitted in headlines:
        for before, after in zip(fitted.lines, fitted.lines[1:], strict=False):
            seam = before[-1:] + after[:1]
            # Two ASCII letters may meet only where there was a space.
            if seam.isascii() and seam.isalnum():
                assert f"{before[-3:]} {after[:3]}" in topic, fitted.lines


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("三个人的小团队，怎样把 AI 编程助手真正用进日常？", ["编程助手", "小团队", "日常"]),
        ("县城青年的返乡创业与乡村振兴观察", ["县城", "返乡", "创业", "振兴"]),
        ("大模型时代产品经理的核心竞争力到底是什么", ["大模型", "竞争力", "到底", "什么"]),
    ],
)
def test_chinese_phrases_stay_together(text: str, together: list[str]) -> None:
    ends = set(breaks(text))
    for phrase in together:
        start = text.index(phrase)
        assert not ends & set(range(start + 1, start + len(phrase))), phrase


def test_no_line_begins_with_a_clinging_particle() -> None:
    text = "省下的时间你拿去做了什么呢"
    assert all(text[end] not in "的了呢" for end in breaks(text) if end < len(text))


def test_lines_are_as_few_as_can_be_and_even() -> None:
    look = fonts.Face(fonts.REGULAR, is_latin=True)
    # Four words fit on a line, so greedy lines would be 4 + 1.
    room = round(fonts.width("aaaa aaaa aaaa aaaa", 20, look)) + 1
    assert wrap("aaaa aaaa aaaa aaaa aaaa", room, 20, look) in (
        ["aaaa aaaa aaaa", "aaaa aaaa"],
        ["aaaa aaaa", "aaaa aaaa aaaa"],
    )


def test_a_word_wider_than_the_line_is_made_smaller_before_it_is_cut() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    fitted = fit(word, 920, range(112, 46, -4), weight=fonts.BLACK, lines=7)
    assert fitted.lines == (word,)
    endless = fit("a" * 120, 920, range(112, 46, -4), weight=fonts.BLACK, lines=7)
    assert "".join(endless.lines) == "a" * 120
    assert all(fonts.width(line, endless.size, endless.look) <= 920 for line in endless.lines)


def test_what_cannot_fit_ends_in_an_ellipsis() -> None:
    fitted = fit("周四夜谈" * 30, 400, (40, 30), weight=fonts.BOLD, lines=1)
    assert fitted.is_cut
    assert len(fitted.lines) == 1
    assert fitted.lines[0].endswith("…")
    assert fonts.width(fitted.lines[0], fitted.size, fitted.look) <= 400
