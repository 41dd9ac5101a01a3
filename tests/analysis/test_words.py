"""Words of mixed Chinese and English text."""

from __future__ import annotations

import time

import pytest

from salon.analysis.words import is_chinese, sentences, words


def test_chinese_and_english_in_one_sentence_are_both_cut_into_words() -> None:
    assert words("小店用 AI Agent 留住老客") == ("小店", "ai", "agent", "留住", "老客")


@pytest.mark.parametrize("form", ["evict", "evicts", "evicted", "eviction", "evictions", "Evicting"])
def test_forms_of_one_word_are_alike(form: str) -> None:
    assert words(form) == ("evict",)


def test_british_and_american_spelling_are_one_word() -> None:
    assert words("behaviour") == words("behavior")


def test_a_name_in_code_is_also_about_its_parts() -> None:
    assert words("m_most_recent") == ("m_most_recent", "recent")
    assert {"map", "relay"} < set(words("MapRelay"))


def test_fillers_and_addresses_are_no_words() -> None:
    assert words("what is this? https://example.org/really 是的，那么") == ()


def test_a_hostile_word_costs_no_time() -> None:
    began = time.perf_counter()
    words("x" * 100_000 + "字" * 100_000)
    assert time.perf_counter() - began < 1


def test_sentences_are_cut_in_both_languages() -> None:
    assert sentences("为什么？因为贵。 Really? Yes.") == ["为什么？", "因为贵。", " Really?", "Yes."]


def test_language_is_told_by_the_share_of_chinese() -> None:
    assert is_chinese("今天聊聊 private domain")
    assert not is_chinese("today: 你好 and a few more words")
    assert not is_chinese("")
