"""Become another program that dies with the one that started it: `python -I -S child.py PARENT COMMAND…`.

Run as a file by the supervisor. A killed supervisor can stop nothing itself, so the kernel is asked to (prctl(2),
PR_SET_PDEATHSIG; kept across exec, not handed on to the program's own children: a flow run may finish after its
runner).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: From linux/prctl.h.
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends. Does nothing outside Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main(argv: list[str]) -> None:
    """Tie this process to the parent with pid `argv[0]`, then become the command in the rest."""
    parent, command = int(argv[0]), argv[1:]
    # A shell that starts `salon up &` hands down "ignore Ctrl-C", and Prefect's worker stops by Ctrl-C only.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent()
    # The parent may have died before the kernel was asked.
    if os.getppid() != parent:
        raise SystemExit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
