"""File names for things that people named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from salon.filenames import safe_name, shown_names


def test_plain_ids_are_their_own_names() -> None:
    assert [safe_name(name) for name in ("readers", "builders-2", "remind-1", "open_room", "2026-11-26")] == [
        "readers",
        "builders-2",
        "remind-1",
        "open_room",
        "2026-11-26",
    ]


def test_ids_that_differ_only_in_case_get_names_that_differ_in_more() -> None:
    names = {safe_name(name).lower() for name in ("readers", "Readers", "READERS", "readers.", "readers-")}
    assert len(names) == 5


@given(st.text(), st.text())
def test_no_two_texts_share_a_name_even_where_case_does_not_count(one: str, other: str) -> None:
    assert (safe_name(one).lower() == safe_name(other).lower()) == (one == other)


@given(st.text())
def test_a_name_is_one_short_visible_step_down(text: str) -> None:
    name = safe_name(text)
    assert name.isascii()
    assert 0 < len(name) <= 64
    assert not set(name) & set("/\\.:\0 ")
    assert not name.startswith("-")


def test_shown_names_stay_readable_and_lead_nowhere_else() -> None:
    assert shown_names(["读书会", "Tea  Room 🍵", "../etc", "a/b:c", "", "东  ", "Tea room 🍵"])[:6] == [
        "读书会", "Tea Room 🍵", "etc", "a-b-c", "group", "东",
    ]  # fmt: skip


@given(st.lists(st.text(), unique=True, max_size=6))
def test_no_two_shown_names_are_one_file(texts: list[str]) -> None:
    names = shown_names(texts)
    assert len({name.casefold() for name in names}) == len(texts)
    for name in names:
        assert 0 < len(name.encode()) <= 255
        assert not set(name) & set("/\\\0\n")
        assert name not in (".", "..")
