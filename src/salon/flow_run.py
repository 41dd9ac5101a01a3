"""`python -m salon.flow_run`: what a worker starts for each flow run, in the place of `python -m prefect.engine`.

Under `salon up` a process that has Prefect and the house loaded already (`flows/_warm.py`) is asked to fork, which
spares each run two to six seconds. This process stands in for the fork: it passes signals on, dies as it dies, and
takes it along when it is killed. Anywhere else it becomes Prefect's own engine.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from types import FrameType

#: The variable with the path of the socket where forks are to be had.
WARM = "SALON_WARM"
#: Linux takes no longer path for a socket (unix(7)).
LONGEST_PATH = 107


def main() -> int:
    """Play the flow run that the environment names and return its exit code."""
    stand_in = StandIn()
    if not stand_in.ask(os.environ.get(WARM, "")):
        os.execv(sys.executable, [sys.executable, "-m", "prefect.engine"])
    return stand_in.last()


class StandIn:
    """This process in the place of a fork elsewhere."""

    def __init__(self) -> None:
        self._fork = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._pid = 0
        self._heard: list[int] = []
        # Before the fork exists: a signal that comes too early is passed on as soon as there is someone.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def ask(self, path: str) -> bool:
        """Have a process forked that gets our open files, folder and environment; whether there is one."""
        try:
            self._fork.connect(path)
            socket.send_fds(self._fork, [b"f"], [0, 1, 2])
            task = {"env": dict(os.environ), "cwd": os.getcwd()}
            self._fork.sendall(json.dumps(task).encode() + b"\n")
        except OSError:
            return False
        return True

    def last(self) -> int:
        """Live as long as the fork and return its exit code; die as it was killed."""
        told = self._fork.makefile()
        self._pid = int(told.readline() or 0)
        for early in self._heard[:]:
            self._pass_on(early)
        code = told.readline()
        if not code:
            # By what we were asked to pass on, or by force.
            _die_by(self._heard[0] if self._heard else signal.SIGKILL)
        # The fork hangs up with its last breath: leave only then.
        told.read()
        return int(code)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._heard.append(number)
        self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)


def _die_by(number: int) -> None:
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    sys.exit(main())
