"""Processes that are measured: pinned to one core, with what the system tells of their CPU and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Process:
    """A server that runs, on a port of the loopback."""

    pid: int
    port: int

    def cpu(self) -> float:
        """CPU seconds of it and of its children until now; read from /proc, in steps of 10 ms."""
        fields = (_fields(pid) for pid in (self.pid, *_children(self.pid)))
        return sum(int(one[11]) + int(one[12]) for one in fields) / _TICKS

    def kilobytes(self) -> int:
        """Its own memory that is not swapped out, in kB."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def raise_file_limit() -> int:
    """Take as many open files as the system allows; how many these are."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def pin_load() -> None:
    """Keep this process off the servers' core, where there are two."""
    if len(cores := sorted(os.sched_getaffinity(0))) > 1:
        os.sched_setaffinity(0, cores[1:])


@contextmanager
def running(command: Sequence[str], port: int, path: str, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run *command*, pinned to the first core, until the block ends; yields once *path* on *port* answers anything."""
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    # What it says is shown only when something went wrong: some libraries talk about themselves as they end.
    said = tempfile.TemporaryFile()  # noqa: SIM115
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths, **(env or {})}, stderr=said)
    try:
        # The first core of the machine's, not of this process's, which is kept off it. Before it has any threads.
        os.sched_setaffinity(server.pid, {min(_CORES)})
        _wait(f"http://127.0.0.1:{port}{path}")
        yield Process(pid=server.pid, port=port)
    except BaseException:
        said.seek(0)
        sys.stderr.write(said.read().decode(errors="replace"))
        raise
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise
        finally:
            said.close()


_CORES = os.sched_getaffinity(0)


def python(module: str, *words: str) -> list[str]:
    """The command that runs *module*."""
    return [sys.executable, "-m", module, *words]


def _wait(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
