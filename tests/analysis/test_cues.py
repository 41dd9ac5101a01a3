"""How people agree, object, promise and propose; what is unsure counts as nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salon.analysis.cues import assents, is_settled, objects, promises, proposes

SAYS: list[tuple[Callable[[str], bool], str]] = [
    (is_settled, "好，我们就决定每月第一个周四办。"),
    (is_settled, "大家都同意先做名单再谈工具"),
    (is_settled, "那就这么定了！"),
    (is_settled, "OK, we agreed that the list comes first."),
    (is_settled, "Let's go with the paper list."),
    (assents, "我也同意，名单最要紧"),
    (assents, "小周：+1"),
    (assents, "I totally agree with that"),
    (objects, "我不太同意，价格还是最要紧的"),
    (objects, "Bei: I don't agree, price matters most."),
    (promises, "我来整理今天的名单，发到群里"),
    (promises, "我明天把表格发出来"),
    (promises, "I'll draft the list tonight."),
    (proposes, "我建议下次请一位开面馆的老板来"),
    (proposes, "what if we meet at noon?"),
    (proposes, "今天讲得很好。建议大家把名单发上来"),
    (is_settled, "That was long. Decision: the list comes first."),
]
SAYS_NOT: list[tuple[Callable[[str], bool], str]] = [
    (is_settled, "我们还没达成共识"),
    (is_settled, "如果大家都同意的话再说"),
    (is_settled, "我们都同意吗？"),
    (is_settled, "Have we agreed on that?"),
    (is_settled, "We have not decided that yet, we agreed on nothing."),
    (is_settled, "当时我们决定做这个项目的时候还没有经验"),
    (assents, "同意，但是价格更要紧"),
    (assents, "你同意吗"),
    (objects, "我不反对"),
    (objects, "老周说“我不同意”，后来又改口了"),
    (objects, "> I disagree with all of it"),
    (objects, "if I disagree I will say so"),
    (promises, "要是我来整理，名单会更乱"),
    (promises, "我来补充两句"),
    (promises, "我负责的是市场部"),
    (promises, "Unless I'll write it myself, nobody will"),
    (proposes, "他们的价格不如我们"),
]


@pytest.mark.parametrize(("says", "text"), SAYS)
def test_what_is_said_in_so_many_words_is_heard(says: Callable[[str], bool], text: str) -> None:
    assert says(text)


@pytest.mark.parametrize(("says", "text"), SAYS_NOT)
def test_what_is_denied_supposed_asked_or_quoted_is_not(says: Callable[[str], bool], text: str) -> None:
    assert not says(text)


@pytest.mark.parametrize("text", ["“" * 20_000, '"' * 20_001, "我" * 20_000, "a " * 20_000, "@x " * 9_000])
def test_a_hostile_message_costs_no_more_than_a_long_one(text: str) -> None:
    # A pattern that tries every beginning with every end would need hours for these.
    assert not any(says(text) for says in (is_settled, assents, objects, promises, proposes))
