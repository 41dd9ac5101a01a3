"""An owner's lists are read again when they were edited, while everything runs."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from salon import wordlists
from salon.order.match import reasons
from salon.wording import Wording
from salon.wordlists import FreshLists

AD = "来我这里买纸船"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is due."""
    monkeypatch.setattr(wordlists, "LOOK_EVERY", 0.0)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An owner's own list, which is not there yet."""
    (tmp_path / "order").mkdir()
    return tmp_path / "order" / "advertising.zh.txt"


def write(file: Path, text: str, at: int) -> None:
    """Write *text*, changed at second *at*: a file system may tell no less than a second apart."""
    file.write_text(text, "utf-8")
    os.utime(file, (at, at))


def found(lists: FreshLists) -> bool:
    return bool(reasons(lists.now(), AD))


def test_a_line_that_is_added_changed_or_taken_off_counts_at_once(own: Path) -> None:
    lists = FreshLists(Wording(own=own.parents[1]))
    assert not found(lists)
    write(own, "买纸船\n", 1)
    assert found(lists)
    write(own, "买木船\n", 2)
    assert not found(lists)
    write(own, "买纸船\n", 3)
    assert found(lists)
    own.unlink()
    assert not found(lists)


def test_a_slip_in_a_list_is_said_and_the_lists_of_before_hold(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(own, "买纸船\n", 1)
    lists = FreshLists(Wording(own=own.parents[1]))
    assert found(lists)
    own.write_bytes(b"\xff\xfe\xff")
    os.utime(own, (2, 2))
    with caplog.at_level(logging.ERROR):
        assert found(lists)
        assert found(lists)
    assert len(caplog.records) == 1, "said once, not with each message"
    write(own, "买木船\n", 3)
    assert not found(lists)


def test_files_that_nobody_touched_are_not_read_again(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = FreshLists(Wording(own=own.parents[1]))
    first = lists.now()
    assert lists.now() is first
    monkeypatch.setattr(wordlists, "LOOK_EVERY", 1_000.0)
    write(own, "买纸船\n", 1)
    assert lists.now() is first, "nor looked at all the time"
