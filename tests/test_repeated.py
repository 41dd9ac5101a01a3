"""Words taken back are found where others repeated them, whole and in nobody else's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.repeated import MARK, TakenBack

SAID = "我们每周省下三个小时，都花在写测试上。"


def taken_back(*texts: str, language: str = "zh") -> TakenBack:
    return TakenBack(dict(enumerate(texts, 1)), {}, language)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"同意这句：{SAID}说得好", "同意这句：【已撤回】。说得好"),
        (f"> {SAID}\n我不同意", "> 【已撤回】。\n我不同意"),
        ("> 我们每周省下三个小时，\n> 都花在写测试上。\n不对", "> 【已撤回】。\n不对"),
        ("我们 每周省下三个小时, 都花在写测试上！真的？", "【已撤回】！真的？"),
        ("我们每\u200b周省下三个小时，都花在写测试上", "【已撤回】"),
        (f"{SAID}{SAID}", "【已撤回】。【已撤回】。"),
        ("我们每周省下三个小时，这我也想", "我们每周省下三个小时，这我也想"),
    ],
)
def test_a_repeated_passage_gets_the_mark_and_the_rest_stays(text: str, left: str) -> None:
    assert taken_back(SAID).over(text) == left


def test_short_words_belong_to_everybody() -> None:
    assert taken_back("同意，先测试").over("我也说同意，先测试") == "我也说同意，先测试"
    assert taken_back("I agree", language="en").over("Well, I agree with it") == "Well, I agree with it"
    assert taken_back("我同意先写测试呀").over("他说我同意先写测试呀") == "他说【已撤回】"


def test_english_words_are_whole_words() -> None:
    taken = taken_back("is other way", language="en")
    assert taken.over("this other wayward son") == "this other wayward son"
    assert taken.over("It is  OTHER\nway round") == "It [withdrawn] round"


def test_what_was_tagged_or_answered_a_quote_is_found_without_either() -> None:
    assert taken_back("#共识 先让它写测试，再让它改代码").over("先让它写测试，再让它改代码+1") == "【已撤回】+1"
    assert taken_back("> 你怎么看\n我看先写测试再改代码").over("他说我看先写测试再改代码") == "他说【已撤回】"


def test_two_that_overlap_leave_one_whole_text() -> None:
    taken = taken_back("先写测试再改代码然后上线", "然后上线之前再看一遍日志")
    assert taken.over("先写测试再改代码然后上线之前再看一遍日志，好") == "【已撤回】，好"
    assert taken.over("没有人说过的话") == "没有人说过的话"


@given(st.text(), st.lists(st.text(min_size=8, max_size=30), max_size=4))
def test_nothing_that_was_taken_back_is_left_and_no_text_breaks_it(text: str, taken: list[str]) -> None:
    found = taken_back(*taken)
    for one in taken:
        if len(" ".join(one.split())) >= 8 and one in f" {one} {text}":
            assert MARK["zh"] in found.over(f" {one} {text}") or not one.strip(" >\u3000")


def test_who_copies_anothers_words_and_takes_the_copy_back_takes_nothing_from_them() -> None:
    kol, repeated = {1: SAID}, {3: f"> {SAID}"}
    copied = TakenBack({2: SAID}, kol | repeated, "zh")
    assert [copied.over(text) for text in (kol | repeated).values()] == [SAID, f"> {SAID}"]
    # The same words, said first by whoever takes them back.
    assert TakenBack({2: SAID}, repeated, "zh").over(f"> {SAID}") == "> 【已撤回】。"
