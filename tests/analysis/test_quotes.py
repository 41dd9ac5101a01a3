"""Quotes are pieces of what somebody wrote, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.evening import talk

from salon.analysis.log import log_of
from salon.analysis.quotes import LONGEST, faults, quote_of, runs


def test_adjacent_messages_of_one_person_are_one_quote() -> None:
    log = log_of(talk(("a", "第一句话在这里"), ("a", "第二句话在这里"), ("b", "别人插了一句")), [])
    assert runs(log.lines, [0, 1, 2]) == [[0, 1], [2]]
    quote = quote_of(log.lines[:2])
    assert (quote.text, quote.message_ids) == ("第一句话在这里\n第二句话在这里", ("1", "2"))


def test_messages_of_one_person_under_two_names_are_two_quotes() -> None:
    said = talk(("a", "第一句话在这里"), ("b", "第二句话在这里"))
    one = replace(said, messages=tuple(replace(m, author="key") for m in said.messages))
    assert runs(log_of(one, []).lines, [0, 1]) == [[0], [1]]


def test_a_quote_is_faulty_without_its_message_its_name_or_its_letters() -> None:
    said = talk(("a", "第一句话在这里"))
    by_id, quote = {m.id: m for m in said.messages}, quote_of(log_of(said, []).lines)
    assert faults(quote, by_id) == []
    assert faults(replace(quote, text="别的话"), by_id) == ["别的话"]
    assert faults(replace(quote, name="b"), by_id) == ["第一句话在这里"]
    assert faults(quote, {}) == ["第一句话在这里"]
    assert faults(replace(quote, text="…"), by_id) == [""]


def test_a_long_message_is_cut_at_the_end_of_a_sentence() -> None:
    text = "这一句话说完了。" * 100
    quote = quote_of(log_of(talk(("a", text)), []).lines)
    assert quote.text.endswith("。…")
    assert len(quote.text) <= LONGEST + 1


@given(st.lists(st.text(min_size=1, max_size=900).filter(str.strip), min_size=1, max_size=4))
def test_every_piece_stands_in_a_message_that_it_names(texts: list[str]) -> None:
    said = talk(*(("a", text) for text in texts))
    lines = log_of(said, []).lines
    quote = quote_of(lines)
    by_id = {m.id: m.text for m in said.messages}
    assert all(any(piece in by_id[id] for id in quote.message_ids) for piece in quote.pieces)


def test_what_does_not_fit_behind_another_message_is_whole_sentences_or_nothing() -> None:
    first, broken = "一" * (LONGEST - 60), "没有标点的话" * 30
    assert quote_of(log_of(talk(("a", first), ("a", broken)), []).lines).message_ids == ("1",)
    quote = quote_of(log_of(talk(("a", first), ("a", f"这一句话在这里就说完了。{broken}")), []).lines)
    assert quote.text == f"{first}\n这一句话在这里就说完了。…"
