"""What time it is in the house, and how to wait for a time. Nothing else asks the system for the hour."""

from __future__ import annotations

import asyncio
import json
import os
import time
from bisect import bisect_right
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from salon.errors import WrongUse

#: Longest single sleep: a clock that was set, or a laptop that slept, is noticed within it.
_NAP = 30.0


class Clock(Protocol):
    """The house's clock."""

    @property
    def lead(self) -> timedelta:
        """How far ahead, in real time, a run is started so that it can wait for its time."""

    def now(self) -> datetime:
        """The time in the house, in UTC."""

    async def reach(self, at: datetime) -> None:
        """Wait until *at*; returns at once when it has passed."""

    def wall(self, at: datetime) -> datetime:
        """The real time at which the house's clock will show *at*, as far as is known now."""

    def wall_now(self) -> datetime:
        """The real time now, in UTC."""


class WallClock:
    """The real time."""

    lead = timedelta(seconds=120)

    def now(self) -> datetime:
        """The real time, in UTC."""
        return datetime.now(UTC)

    async def reach(self, at: datetime) -> None:
        """Sleep until *at* by the wall clock, 1–5 ms late."""
        while (left := (at - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _NAP))

    def wall(self, at: datetime) -> datetime:
        """*at* itself."""
        return at

    def wall_now(self) -> datetime:
        """The same as `now`."""
        return self.now()


class HandClock:
    """A clock that tests turn by hand; waiting turns it forward."""

    lead = timedelta(seconds=120)

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Where the hand stands, in UTC."""
        return self._at

    def turn_to(self, at: datetime) -> None:
        """Set the hand, forwards or backwards."""
        self._at = at.astimezone(UTC)

    async def reach(self, at: datetime) -> None:
        """Turn the hand to *at* unless it has passed."""
        await asyncio.sleep(0)
        self._at = max(self._at, at.astimezone(UTC))

    def wall(self, at: datetime) -> datetime:
        """*at* itself."""
        return at

    def wall_now(self) -> datetime:
        """Where the hand stands."""
        return self._at


@dataclass(frozen=True, kw_only=True)
class Reel:
    """How a film runs from one real instant on: at *speed*, and no further than *until*."""

    #: Real time of the start, seconds since 1970.
    real: float
    #: The house's time at the start.
    film: datetime
    #: Seconds of the house per real second.
    speed: float
    #: The film stands still here until the next reel is put in.
    until: datetime
    #: Real seconds by which runs start ahead.
    lead: float = 15.0
    #: Times that the film will stop at, in order, and the real seconds from one to the next, as a promise.
    #: With less than two of them it promises to run on at its speed.
    marks: tuple[datetime, ...] = ()
    pace: float = 4.0

    def at(self, real: float) -> datetime:
        """The house's time at the real time *real*."""
        run = self.film + timedelta(seconds=max(0.0, real - self.real) * self.speed)
        return min(run, max(self.until, self.film))

    def promise(self, at: datetime) -> float:
        """The real time, in seconds since 1970, at which the film should show *at*."""
        if len(self.marks) < 2:
            return self.real + (at - self.film).total_seconds() / self.speed
        return self.real + (self._mark(at) - self._mark(self.film)) * self.pace

    def _mark(self, at: datetime) -> float:
        """Where *at* stands among the marks: 2.5 is half way between the third and the fourth."""
        k = min(max(bisect_right(self.marks, at) - 1, 0), len(self.marks) - 2)
        return k + (at - self.marks[k]) / (self.marks[k + 1] - self.marks[k])


class FilmClock:
    """A fast clock shared by several processes through one small file: the clock of a rehearsal.

    The file is replaced as a whole (`lay_down`), so a reader sees the old reel or the new one. Time never
    runs backwards as long as each reel begins where the last one stands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] = (0, 0)
        self._reel = self._read()

    @property
    def lead(self) -> timedelta:
        """As the reel says, in real time."""
        return timedelta(seconds=self._current().lead)

    def now(self) -> datetime:
        """Where the film stands, in UTC."""
        return self._current().at(time.time()).astimezone(UTC)

    async def reach(self, at: datetime) -> None:
        """Wait until the film shows *at*, however often the reel is changed on the way."""
        while (left := (at - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(max(left / self._reel.speed, 0.001), 0.05))

    def wall(self, at: datetime) -> datetime:
        """The real time at which the film promises to show *at*."""
        return datetime.fromtimestamp(self._current().promise(at), UTC)

    def wall_now(self) -> datetime:
        """The real time; it goes on while the film stands still."""
        return datetime.now(UTC)

    @staticmethod
    def lay_down(path: Path, reel: Reel) -> None:
        """Put in *reel* for every process that reads *path*. May be called again at any time."""
        text = json.dumps(asdict(reel), default=datetime.isoformat)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)

    def _current(self) -> Reel:
        found = os.stat(self.path)
        if (found.st_mtime_ns, found.st_ino) != self._seen:
            self._seen = (found.st_mtime_ns, found.st_ino)
            self._reel = self._read()
        return self._reel

    def _read(self) -> Reel:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            times = {key: datetime.fromisoformat(data[key]) for key in ("film", "until")}
            marks = tuple(datetime.fromisoformat(mark) for mark in data["marks"])
            return Reel(**{**data, **times, "marks": marks})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise WrongUse(f"SALON_CLOCK: {self.path} is not the clock of a rehearsal ({error}); unset it") from error


def clock_of(setting: str) -> Clock:
    """The clock that `SALON_CLOCK` names: empty for the wall clock, a path for a rehearsal's film clock."""
    return FilmClock(Path(setting)) if setting else WallClock()
