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


@pytest.mark.parametrize("text", ["#action", "#action ", "#unchar x", "#", "#💥", "# heading", "#24148 is merged"])
def test_empty_and_unknown_tags_are_talk(text: str) -> None:
    assert marks(("a", text)) == []
