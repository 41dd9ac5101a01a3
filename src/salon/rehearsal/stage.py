"""Where a rehearsal is played: an empty folder, free ports, and the film that is its clock."""

from __future__ import annotations

import shutil
import socket
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from salon.clock import FilmClock, Reel
from salon.errors import WrongUse
from salon.model import Event
from salon.settings import Settings

#: The house's seconds per real second: an hour and a half goes by in less than one.
SPEED = 7200.0
#: Real seconds from one moment to the next, as promised to the scheduler. Promising less would start every run
#: of the day at once, and the first of them would come last.
PACE = 4.0
#: Real seconds by which runs start ahead of their time.
LEAD = 12.0

_MARK = ".rehearsal"
_RESULTS = ("journal.jsonl", "report.md", "report.html", "report.json", "summary.json")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The folder of one rehearsal."""

    out: Path

    @property
    def home(self) -> Path:
        """The installation that is rehearsed with; kept for whoever wants to look into it."""
        return self.out / "house"

    @property
    def film(self) -> Path:
        """The clock's file."""
        return self.home / "clock.json"

    def settings(self) -> Settings:
        """Settings on two ports that are free now."""
        web, prefect = _free_ports(2)
        return Settings.from_env(
            {
                "SALON_HOME": str(self.home),
                "SALON_WEB_PORT": str(web),
                "SALON_PREFECT_PORT": str(prefect),
                "SALON_CLOCK": str(self.film),
            }
        )


class Film:
    """Turns the rehearsal's clock: it runs fast from stop to stop, and stands still in between."""

    def __init__(self, stage: Stage, event: Event) -> None:
        stage.home.mkdir(parents=True, exist_ok=True)
        start = event.times.brief_at - timedelta(minutes=5)
        self._marks = (start, *sorted({slot.at for slot in event.slots()}))
        self._put(stage.film, start, start, SPEED)
        self.clock = FilmClock(stage.film)

    async def run_to(self, at: datetime, *, speed: float = SPEED) -> None:
        """Let the film run up to *at* and stop there; returns when it shows it."""
        now = self.clock.now()
        if at > now:
            self._put(self.clock.path, now, at, speed)
            await self.clock.reach(at)
            # Standing, it promises the next stop from here.
            self._put(self.clock.path, at, at, SPEED)

    def _put(self, path: Path, film: datetime, until: datetime, speed: float) -> None:
        reel = Reel(real=time.time(), film=film, speed=speed, until=until, lead=LEAD, marks=self._marks, pace=PACE)
        FilmClock.lay_down(path, reel)


def cleared(out: Path) -> Stage:
    """An empty stage in *out*. Raises `WrongUse` when it holds anything but an earlier rehearsal."""
    if out.is_file():
        raise WrongUse(f"{out}: is a file; name a folder for the results")
    if out.is_dir() and any(out.iterdir()) and not (out / _MARK).exists():
        raise WrongUse(f"{out}: is not empty and holds no earlier rehearsal; name another folder")
    for name in ("house", "outbox", "posters"):
        shutil.rmtree(out / name, ignore_errors=True)
    for name in _RESULTS:
        (out / name).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()
    return Stage(out=out)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
