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
    engine = _ask(os.environ.get(WARM, ""))
    if engine is None:
        os.execv(sys.executable, [sys.executable, "-m", "prefect.engine"])
    return _stand_in(engine)


def _ask(path: str) -> socket.socket | None:
    """A connection to a fresh fork that knows our files, folder and environment; None when there is none to be had."""
    engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        engine.connect(path)
        socket.send_fds(engine, [b"f"], [0, 1, 2])
        task = {"env": dict(os.environ), "cwd": os.getcwd()}
        engine.sendall(json.dumps(task).encode() + b"\n")
    except OSError:
        engine.close()
        return None
    return engine


def _stand_in(engine: socket.socket) -> int:
    told = engine.makefile()
    pid, heard = 0, list[int]()

    def pass_on(number: int, _frame: FrameType | None = None) -> None:
        heard.append(number)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    pid = int(told.readline() or 0)
    for early in heard[:]:
        pass_on(early)
    code = told.readline()
    if code:
        # The fork hangs up with its last breath: leave only then.
        told.read()
        return int(code)
    # It was killed, by what we were asked to pass on or by force: so are we.
    killer: int = heard[0] if heard else signal.SIGKILL
    if killer != signal.SIGKILL:
        signal.signal(killer, signal.SIG_DFL)
    os.kill(os.getpid(), killer)
    return 1


if __name__ == "__main__":
    sys.exit(main())
