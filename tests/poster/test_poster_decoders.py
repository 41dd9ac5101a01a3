"""Real decoders on simulated damage; `python -m benchmarks.posters` does the same with more posters."""

from __future__ import annotations

import os

import pytest
from benchmarks.posters.damage import COVERS, DAMAGES
from benchmarks.posters.decoders import GOALS, MUST, decoders
from benchmarks.posters.scans import Scans, every_look, posters, scan

from salon.poster import formats, themes

#: What even a few posters are tried with: the hardest of each kind.
HARD = (
    "JPEG 25",
    "270 wide",
    "blur 4",
    "turned 17°",
    "seen from below, 12 %",
    "dark",
    "noise 30",
    "moiré of 15 pixels",
)


def test_there_are_thirty_six_damages() -> None:
    assert len({*DAMAGES, *COVERS}) == 36


def test_all_four_decoders_are_here_where_they_must_be() -> None:
    if not os.environ.get(MUST):
        pytest.skip(f"{MUST} is not set")
    assert set(decoders()) == set(GOALS)


#: Each look is tried with four of these in turn, so that five looks have had them all.
TURNS = (
    *HARD,
    "turned 45°",
    "turned 90°",
    "upside down",
    "300 wide, JPEG 80",
    "flat",
    "lamp from the left",
    "none",
    "seen from the left, 10 %",
    "gamma 2.2",
    "360 wide, JPEG 60",
    "screen rows, blur, JPEG 50",
    "bright",
)


def test_every_theme_in_every_format_is_read_by_all_four_decoders() -> None:
    readers, scans = decoders(), Scans()
    looks = len(themes()) * len(formats())
    for k in range(looks):
        chosen = {TURNS[(4 * k + n) % len(TURNS)] for n in range(4)}
        scans.add(scan(every_look(1, k), readers, chosen))
    told = {damage: dict(missed) for damage, missed in scans.missed.items() if any(missed.values())}
    assert scans.pictures == 4 * looks
    assert (scans.wrong, scans.by_three) == (0, scans.pictures if len(readers) == 4 else scans.by_three), told
    for name in ("zxing-cpp", "quirc", "ZBar", "OpenCV"):
        if name in readers:
            assert scans.read[name] >= GOALS[name] * scans.pictures, told


def test_one_poster_is_read_through_every_damage() -> None:
    scans = scan(posters(1), {name: read for name, read in decoders().items() if name != "OpenCV"})
    assert scans.pictures == 36
    assert not {damage: dict(missed) for damage, missed in scans.missed.items() if any(missed.values())}


def test_a_decoder_that_reads_nothing_misses_its_goal() -> None:
    scans = Scans()
    scans.add(scan(posters(1), {"zxing-cpp": lambda grey: [], "quirc": lambda grey: ["something else"]}))
    assert len(scans.failures()) == 6
    assert "zxing-cpp: 0 of 36, less than 100%" in scans.failures()
