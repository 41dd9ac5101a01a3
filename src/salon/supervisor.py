"""Child processes kept alive: started, started again when they die, and all stopped together in time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salon import child as _child

Say = Callable[[str], None]

#: Seconds before a dead child is started again: doubled each time, back to the first after a long life.
FIRST_PAUSE, LONGEST_PAUSE, LONG_LIFE = 0.5, 15.0, 60.0
#: Seconds that stopping may take: politely, and then until nothing is left.
POLITE, AT_MOST = 6.0, 9.0


@dataclass(frozen=True, kw_only=True)
class Child:
    """One program that must be running."""

    name: str
    command: tuple[str, ...]
    #: The whole environment of the program.
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None
    #: Its own children may finish when it dies, instead of dying with it. They end at `stop` all the same.
    spares_its_own: bool = False
    #: Stopped after all others, because they still talk to it while they stop.
    is_last: bool = False


class Supervisor:
    """Starts children, watches them, and stops them all. One per `salon up`."""

    def __init__(self, home: Path, say: Say) -> None:
        self._home, self._tell = home, say
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._children: dict[str, Child] = {}
        #: Process groups that may still have somebody in them although their leader has died.
        self._spared: set[int] = set()
        self._stopping = False
        self._write_pids()

    def say(self, line: str) -> None:
        """Say one line to whoever listens. A terminal that is gone, or a log on a full disk, stops nothing."""
        with contextlib.suppress(OSError):
            self._tell(line)

    def pids(self) -> dict[str, int]:
        """Name → pid of every child that is running now; also in `HOME/pids.json`."""
        return {name: process.pid for name, process in self._running.items()}

    def log_of(self, name: str) -> Path:
        """Where the output of the child *name* goes."""
        return self._home / "logs" / f"{name}.log"

    def watch(self, child: Child) -> None:
        """Start *child* and keep it running until `stop`. Returns at once; what hinders it is said, and tried again."""
        self._children[child.name] = child
        self._watchers[child.name] = asyncio.create_task(self._keep(child), name=child.name)

    def kill(self, name: str) -> None:
        """End the child *name* by force, because it is stuck; it is started again like any that died."""
        if process := self._running.get(name):
            _signal_group(process.pid, signal.SIGKILL)

    async def run_once(self, child: Child) -> int:
        """Run *child* to its end and return its exit code; its output goes to its log. Raises `OSError`."""
        process = await self._start(child)
        try:
            return await process.wait()
        finally:
            self._forget(child, process)

    async def stop(self) -> None:
        """Stop every child within 10 seconds: politely first, then by force. May be called again."""
        self._stopping = True
        for watcher in self._watchers.values():
            watcher.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        deadline = time.monotonic() + POLITE
        for is_last in (False, True):
            groups = [p.pid for name, p in self._running.items() if self._children[name].is_last is is_last]
            groups += [] if is_last else self._spared
            for group in groups:
                _signal_group(group, signal.SIGTERM)
            # Whoever is last is told at the latest when half the time is over.
            await _until_gone(groups, deadline - (0 if is_last else POLITE / 2))
        await self._stop_by_force()

    async def _stop_by_force(self) -> None:
        for name, process in self._running.items():
            if process.returncode is None:
                self.say(f"{name} did not stop when asked; it was killed")
        groups = {process.pid for process in self._running.values()} | self._spared
        for group in groups:
            _signal_group(group, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(p.wait() for p in self._running.values())), AT_MOST - POLITE)
        self._running.clear()
        self._write_pids()

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                code = await self.run_once(child)
            except OSError as error:
                # A full disk or too many open files pass; nobody else would ever start this child again.
                self.say(f"{child.name} cannot be started: {error}; the next try is in {pause:g} s")
            else:
                pause = FIRST_PAUSE if time.monotonic() - began > LONG_LIFE else pause
                self.say(f"{child.name} stopped ({_how(code)}); it starts again in {pause:g} s{self._why(child, code)}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _start(self, child: Child) -> asyncio.subprocess.Process:
        log_file = self.log_of(child.name)
        # Not the home itself: when a disk has gone, a new home in its place would be an empty one.
        log_file.parent.mkdir(exist_ok=True)
        with log_file.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", _child.__file__, str(os.getpid()), *child.command,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(child.env), cwd=child.cwd, start_new_session=True,
            )  # fmt: skip
        self._children[child.name] = child
        self._running[child.name] = process
        self._write_pids()
        return process

    def _forget(self, child: Child, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            # Cancelled by `stop`, which ends it.
            return
        if child.spares_its_own:
            self._spared = {group for group in {*self._spared, process.pid} if _is_anyone_in(group)}
        else:
            _signal_group(process.pid, signal.SIGKILL)
        self._running.pop(child.name, None)
        self._write_pids()

    def _why(self, child: Child, code: int) -> str:
        if code <= 0:
            return ""
        try:
            lines = _last_lines(self.log_of(child.name))
        except OSError:
            # The log has been taken away; that the child stopped is said all the same.
            return ""
        return f". Last in {self.log_of(child.name)}: {lines[-1][:200]}" if lines else ""

    def _write_pids(self) -> None:
        """Note who runs. A note that cannot be written is said: the children must live on without it."""
        fresh = self._home / "pids.json.new"
        try:
            fresh.write_text(json.dumps(self.pids()), encoding="utf-8")
            os.replace(fresh, self._home / "pids.json")
        except OSError as error:
            self.say(f"who runs could not be noted: {error}")


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _last_lines(file: Path) -> list[str]:
    """What is not blank in the last four kilobytes of *file*."""
    with file.open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
        return [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _is_anyone_in(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _until_gone(groups: list[int], deadline: float) -> None:
    """Wait until nobody is left in *groups*, at most until *deadline* by the monotonic clock."""
    while any(map(_is_anyone_in, groups)) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
