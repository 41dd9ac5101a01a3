"""What the poster's font can draw, and what becomes of the rest."""

from __future__ import annotations

import pytest

from salon.poster import MissingGlyph
from salon.poster.fonts import BOLD, drawable, face_for, missing_glyphs, width


def test_given_names_with_rare_characters_can_be_drawn() -> None:
    assert missing_glyphs("喆堃玥珺镕𠮷「」——…·①￥℃ñЖα") == ()


def test_a_character_that_the_font_lacks_is_named_with_its_place() -> None:
    with pytest.raises(MissingGlyph, match=r"poster: topic: .*'ก' \(U\+0E01\), '🚀' \(U\+1F680\)") as caught:
        drawable("从 ก 到 🚀🚀", "topic")
    assert caught.value.characters == ("ก", "🚀")


def test_emoji_of_a_name_are_left_out_and_only_emoji() -> None:
    assert drawable("设计师茶水间 🍵👩‍💻", "name", is_name=True) == "设计师茶水间"
    assert drawable("❤️ Anna 👍🏽", "name", is_name=True) == "Anna"
    with pytest.raises(MissingGlyph, match="ก"):
        drawable("李 ก 🍵", "name", is_name=True)


def test_a_name_of_nothing_but_emoji_is_an_error() -> None:
    with pytest.raises(MissingGlyph, match="🍵"):
        drawable("🍵🍵", "name of group 'tea'", is_name=True)


def test_invisible_marks_and_line_ends_are_dropped_before_anything_is_judged() -> None:
    assert drawable("☯\ufe0e 李\u200b雷\u202e\u2066\n与 \x00韩梅梅\u0301\ufe0f", "name").startswith("☯ 李雷 与 韩梅梅")
    assert drawable("Zoe\u0308", "name") == "Zoë"


def test_english_quotation_marks_do_not_tear_words_apart() -> None:
    english, chinese = "Designers’ Room", "设计师’ Room"
    assert width("’", 40, face_for(english, BOLD)) < 20
    assert width("’", 40, face_for(chinese, BOLD)) == 40
