"""A process with Prefect and the house loaded, which forks for each flow run: 0.1 s instead of 2 to 6.

It is itself a fork of the runner, taken before the runner has threads or an event loop, and ends with it; the
flow runs do not. The other end is `salon.flow_run`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

import prefect.artifacts
import prefect.flow_engine  # noqa: F401
from prefect.context import refresh_global_settings_context

import flows._run  # noqa: F401
from salon.child import die_with_parent
from salon.flow_run import LONGEST_PATH


def keep_warm(path: Path) -> None:
    """Fork a process that waits at the socket *path* for flow runs, and return at once in this one."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        return
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Whoever can connect can run code as us.
    mask = os.umask(0o177)
    listener.bind(os.fspath(path))
    os.umask(mask)
    listener.listen(64)
    if os.fork() == 0:
        caller = _wait_for_runs(listener)
        raise SystemExit(_play(caller))
    listener.close()


def _wait_for_runs(listener: socket.socket) -> socket.socket:
    """Fork for every caller. Returns only in such a fork, with its caller."""
    die_with_parent()
    # Forks that have ended need no funeral.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        caller, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return caller
        caller.close()


def _play(caller: socket.socket) -> int:
    """Become what *caller* is, play its flow run, and return the exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # In a session of its own it hears only what its caller passes on, and each signal once.
    os.setsid()
    _take_over(caller)
    code = 1
    # Told with the last breath, after what Prefect still has to send.
    atexit.register(lambda: caller.sendall(f"{code}\n".encode()))
    threading.Thread(target=_end_with, args=(caller,), daemon=True).start()
    try:
        # The caller's environment may say otherwise than the runner's did.
        refresh_global_settings_context()
        # Else Python warns that it is about to run what is loaded.
        sys.modules.pop("prefect.engine", None)
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
    return code


def _take_over(caller: socket.socket) -> None:
    """Take the caller's open files, environment and folder, and tell it who we are."""
    _, files, _, _ = socket.recv_fds(caller, 1, 3)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    task = json.loads(caller.makefile().readline())
    os.environ.clear()
    os.environ.update(task["env"])
    os.chdir(task["cwd"])
    sys.argv = ["prefect.engine"]
    caller.sendall(f"{os.getpid()}\n".encode())


def _end_with(caller: socket.socket) -> None:
    # It sends nothing more; what comes is its end.
    with contextlib.suppress(OSError):
        caller.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)
