"""The house's clocks: the wall's, and the film that several processes share."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salon.clock import FilmClock, HandClock, Reel, WallClock, clock_of
from salon.errors import WrongUse

NOON = datetime(2027, 3, 4, 12, tzinfo=UTC)


def reel(speed: float = 1.0, *, until: timedelta = timedelta(days=1), marks: tuple[datetime, ...] = ()) -> Reel:
    return Reel(real=time.time(), film=NOON, speed=speed, until=NOON + until, marks=marks, pace=4.0)


def film(path: Path, put_in: Reel) -> FilmClock:
    FilmClock.lay_down(path, put_in)
    return FilmClock(path)


async def test_the_wall_clock_is_never_early() -> None:
    at = datetime.now(UTC) + timedelta(milliseconds=80)
    await WallClock().reach(at)
    assert datetime.now(UTC) >= at


async def test_waiting_for_what_has_passed_returns_at_once() -> None:
    for clock in (WallClock(), HandClock(NOON)):
        before = clock.now()
        await clock.reach(before - timedelta(days=1))
        assert clock.now() >= before


async def test_a_fast_film_reaches_an_hour_in_a_moment(tmp_path: Path) -> None:
    clock = film(tmp_path / "clock", reel(36_000))
    await asyncio.wait_for(clock.reach(NOON + timedelta(hours=1)), 5)
    assert clock.now() >= NOON + timedelta(hours=1)


async def test_a_film_stands_still_at_its_stop_until_the_next_reel(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    clock = film(path, reel(1e6, until=timedelta(hours=1)))
    waiting = asyncio.create_task(clock.reach(NOON + timedelta(hours=2)))
    await asyncio.sleep(0.2)
    assert clock.now() == NOON + timedelta(hours=1)
    assert not waiting.done()
    FilmClock.lay_down(path, reel(1e6, until=timedelta(hours=3)))
    await asyncio.wait_for(waiting, 5)


def test_two_processes_see_the_same_film(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    one, other = film(path, reel(until=timedelta())), FilmClock(path)
    assert one.now() == other.now() == NOON


def test_a_standing_film_promises_each_stop_at_its_pace(tmp_path: Path) -> None:
    marks = (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=2))
    put_in = reel(until=timedelta(), marks=marks)
    clock = film(tmp_path / "clock", put_in)
    promised = [(clock.wall(mark).timestamp() - put_in.real) for mark in marks]
    assert promised == pytest.approx([0, 4, 8], abs=1e-3)
    half_way = clock.wall(NOON + timedelta(minutes=30)).timestamp() - put_in.real
    assert half_way == pytest.approx(2, abs=1e-3)


def test_without_marks_it_promises_to_run_on(tmp_path: Path) -> None:
    put_in = reel(60)
    clock = film(tmp_path / "clock", put_in)
    assert clock.wall(NOON + timedelta(minutes=1)).timestamp() - put_in.real == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"real": "x"}', "not json"])
def test_a_clock_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "clock"
    path.write_text(content)
    with pytest.raises(WrongUse, match="SALON_CLOCK"):
        clock_of(str(path))


def test_no_setting_is_the_wall_clock() -> None:
    assert isinstance(clock_of(""), WallClock)
