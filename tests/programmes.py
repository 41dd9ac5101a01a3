"""A short good programme, and what tests do with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from salon.errors import Mistakes
from salon.model import Programme
from salon.programme import read_programme

GOOD = """
[series]
id = "tea"
name = "Tea Table"
timezone = "Asia/Shanghai"
weekday = "thursday"

[[groups]]
id = "east"
name = "East"
leader = "Lin"

[[events]]
date = 2027-03-04
topic = "Spring tea"

[events.kol]
name = "Chen"

[[events.outline]]
title = "Leaves"
minutes = 60
questions = ["Which leaf?"]
prompts = ["Show your cup."]

[[events.polls]]
question = "Hot or cold?"
options = ["Hot", "Cold"]
"""


SECOND = '\n[[events]]\ndate = 2027-03-{day}\n{more}topic = "Again"\n[events.kol]\nname = "Wu"\naddress = "wu"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "tea.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    path = written(folder, text)
    with pytest.raises(Mistakes) as refused:
        read_programme(path)
    assert all("\n" not in line for line in refused.value.lines)
    return refused.value.lines


def read(folder: Path, text: str) -> Programme:
    return read_programme(written(folder, text))


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def lines_about(path: Path) -> tuple[str, ...]:
    try:
        read_programme(path)
    except Mistakes as refused:
        return refused.lines
    return ()
