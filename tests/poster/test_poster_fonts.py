"""What the pictures' fonts can draw, and what becomes of the rest."""

from __future__ import annotations

import pytest

from salon.poster import MissingGlyph
from salon.poster.fonts import drawable, is_latin, missing_glyphs


def test_given_names_with_rare_characters_can_be_drawn() -> None:
    assert missing_glyphs("喆堃玥珺镕𠮷「」——…·①￥℃ñЖα") == ()


def test_emoji_and_other_scripts_can_be_drawn() -> None:
    assert missing_glyphs("🚀🍵👩‍💻👍🏽 กลุ่ม عربي हिन्दी עברית தமிழ் ქართული አማርኛ") == ()


def test_a_character_that_the_fonts_lack_is_named_with_its_place() -> None:
    with pytest.raises(MissingGlyph, match=r"poster: topic: .*'ꯀ' \(U\+ABC0\), .* \(U\+1FAE9\)") as caught:
        drawable("从 ꯀ 到 \U0001fae9\U0001fae9", "topic")
    assert caught.value.characters == ("ꯀ", "\U0001fae9")


def test_emoji_too_new_for_the_fonts_are_left_out_of_a_name_and_only_emoji() -> None:
    assert drawable("设计师茶水间 🍵\U0001fae9", "name", is_name=True) == "设计师茶水间 🍵"
    with pytest.raises(MissingGlyph, match="ꯀ"):
        drawable("李 ꯀ \U0001fae9", "name", is_name=True)


def test_a_name_of_nothing_that_can_be_drawn_is_an_error() -> None:
    with pytest.raises(MissingGlyph, match="1FAE9"):
        drawable("\U0001fae9\U0001fae9", "name of group 'tired'", is_name=True)


def test_invisible_marks_and_line_ends_are_dropped_before_anything_is_judged() -> None:
    assert drawable("☯\ufe0e 李\u200b雷\u202e\u2066\n与 \x00韩梅梅\u0301\ufe0f", "name").startswith("☯ 李雷 与 韩梅梅")
    assert drawable("Zoe\u0308", "name") == "Zoë"


def test_joiners_stay_where_they_shape_what_is_seen_and_nowhere_else() -> None:
    text = "👩\u200d💻 بی\u200cنظیر"
    assert drawable(text, "name") == text
    assert drawable("李\u200d雷 a\u200cb\u200d", "name") == "李雷 ab"


def test_a_text_without_chinese_characters_is_latin() -> None:
    assert is_latin("Designers’ Room 🍵")
    assert not is_latin("设计师’ Room")
