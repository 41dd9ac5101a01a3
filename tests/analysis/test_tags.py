"""Minute tags."""

from __future__ import annotations

import pytest
from tests.evening import talk

from salon.analysis.tags import tagged


def marks(*lines: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [(mark.kind, mark.text, mark.name) for mark in tagged(talk(*lines).messages)]


def test_what_is_marked_is_kept_with_its_author() -> None:
    assert marks(("a", "#共识 先记住老客"), ("b", "#ACTION: call them"), ("c", "\uff03要点 一张表")) == [
        ("agreement", "先记住老客", "a"),
        ("action", "call them", "b"),
        ("point", "一张表", "c"),
    ]


def test_undo_takes_back_the_last_mark_of_the_same_author_only() -> None:
    assert marks(("a", "#info one"), ("b", "#info two"), ("a", "#undo"), ("c", "#undo")) == [("point", "two", "b")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#要点价格要先谈", [("point", "价格要先谈")]),
        ("\uff03行动@小林 周五", [("action", "@小林 周五")]),
        ("#要点，先算账", [("point", "先算账")]),
        ("#要點 1. 先算賬", [("point", "1. 先算賬")]),
        ("\u200b#要点 先算账", [("point", "先算账")]),
        ("#要点 先算账 #行动：小林写", [("point", "先算账"), ("action", "小林写")]),
        ("#agreed ship it #action Bo writes", [("agreement", "ship it"), ("action", "Bo writes")]),
        ("#要点 #金句 先算账", [("point", "先算账"), ("quote", "先算账")]),
        ("#info -1 is not #24148", [("point", "-1 is not #24148")]),
    ],
)
def test_tags_are_read_as_they_are_typed_on_a_phone(text: str, found: list[tuple[str, str]]) -> None:
    assert [(kind, said) for kind, said, _ in marks(("a", text))] == found


@pytest.mark.parametrize(
    "text",
    ["#共识度很高", "#行动派的人来", "#要点是什么", "#行动起来吧朋友们", "#要点、#共识、#分歧 可以用",
     "#要点 #共识 #分歧 都可以用", "#要点击这里看", "可以用 #要点 开头", "#行动起来# 大家一起"],
)  # fmt: skip
def test_hashtags_and_words_about_tags_are_talk(text: str) -> None:
    assert marks(("a", text)) == []


@pytest.mark.parametrize("text", ["#action", "#action ", "#unchar x", "#", "#💥", "# heading", "#24148 is merged"])
def test_empty_and_unknown_tags_are_talk(text: str) -> None:
    assert marks(("a", text)) == []
