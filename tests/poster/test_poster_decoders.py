"""Real decoders on simulated damage; `python -m benchmarks.posters` does the same with more posters."""

from __future__ import annotations

import os

import pytest
from benchmarks.posters.damage import COVERS, DAMAGES
from benchmarks.posters.decoders import GOALS, MUST, decoders
from benchmarks.posters.scans import Scans, damaged, posters, scan

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


def test_posters_of_several_looks_are_read_through_every_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = {name: read for name, read in decoders().items() if name != "OpenCV"}
    scans = scan(posters(3), readers)
    assert scans.pictures == 3 * 36
    assert scans.wrong == 0
    told = {damage: dict(missed) for damage, missed in scans.missed.items() if any(missed.values())}
    assert scans.read["zxing-cpp"] == scans.pictures, told
    if "quirc" in readers:
        assert scans.read["quirc"] == scans.pictures, told
    if "ZBar" in readers:
        assert scans.read["ZBar"] >= 0.94 * scans.pictures, told


def test_opencv_reads_a_poster_through_the_hardest_damages() -> None:
    read = decoders()["OpenCV"]
    ((png, link),) = posters(1)
    found = {name: link in read(grey) for name, grey in damaged(png, link) if name in HARD}
    assert len(found) == len(HARD)
    assert sum(found.values()) >= len(HARD) - 1, found


def test_a_decoder_that_reads_nothing_misses_its_goal() -> None:
    scans = Scans()
    scans.add(scan(posters(1), {"zxing-cpp": lambda grey: [], "quirc": lambda grey: ["something else"]}))
    assert len(scans.failures()) == 6
    assert "zxing-cpp: 0 of 36, less than 100%" in scans.failures()
