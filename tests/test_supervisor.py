"""The supervisor, with tiny real programs for children."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from salon.supervisor import Child, Supervisor

PATIENT = "import time; time.sleep(60)"
#: Has a child of its own, and writes both pids down.
PARENT = """
    import os, sys, time
    own = os.fork()
    if own:
        open(sys.argv[1], "w").write(f"{os.getpid()} {own} ")
    time.sleep(60)
"""
#: The same, and neither of the two listens to any request.
STUBBORN = (
    """
    import signal
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
"""
    + PARENT
)


class Home:
    """A supervisor, what it has said, and its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: list[str] = []
        self.supervisor = Supervisor(path, self.said.append)

    def program(self, name: str, code: str, *args: str, spares_its_own: bool = False, is_last: bool = False) -> None:
        command = (sys.executable, "-c", textwrap.dedent(code), *args)
        self.supervisor.watch(Child(name=name, command=command, spares_its_own=spares_its_own, is_last=is_last))

    async def pid_of(self, name: str, *, other_than: int = 0) -> int:
        await until(lambda: self.supervisor.pids().get(name, other_than) != other_than)
        return self.supervisor.pids()[name]


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    home = Home(tmp_path)
    yield home
    await home.supervisor.stop()


async def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def pids_in(file: Path) -> list[int]:
    words = file.read_text().split() if file.exists() else []
    return [int(word) for word in words]


async def test_a_child_that_dies_is_started_again_and_that_is_said(home: Home) -> None:
    home.program("web", PATIENT)
    first = await home.pid_of("web")
    os.kill(first, signal.SIGKILL)
    second = await home.pid_of("web", other_than=first)
    assert is_alive(second)
    assert home.said == ["web stopped (signal 9); it starts again in 0.5 s"]


async def test_a_child_that_fails_is_quoted_and_waits_longer_each_time(home: Home) -> None:
    home.program("web", "raise SystemExit('no such door')")
    await until(lambda: len(home.said) == 2)
    log = home.path / "logs" / "web.log"
    assert home.said == [
        f"web stopped (exit 1); it starts again in {pause} s. Last in {log}: no such door" for pause in ("0.5", "1")
    ]


async def test_a_child_starts_again_although_its_logs_were_removed(home: Home) -> None:
    home.program("web", PATIENT)
    first = await home.pid_of("web")
    shutil.rmtree(home.path / "logs")
    os.kill(first, signal.SIGKILL)
    await home.pid_of("web", other_than=first)
    assert (home.path / "logs" / "web.log").exists()


async def test_a_child_that_cannot_be_started_is_said_and_tried_until_it_can(home: Home) -> None:
    home.program("web", PATIENT)
    first = await home.pid_of("web")
    logs = home.path / "logs"
    shutil.rmtree(logs)
    logs.write_text("in the way")
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(home.said) == 2)
    assert home.said == [
        "web stopped (signal 9); it starts again in 0.5 s",
        f"web cannot be started: [Errno 17] File exists: '{logs}'; the next try is in 1 s",
    ]
    logs.unlink()
    assert is_alive(await home.pid_of("web", other_than=first))


async def test_a_note_that_cannot_be_written_leaves_nobody_dead(home: Home) -> None:
    """As on a full disk: `pids.json` cannot be replaced."""
    home.program("web", PATIENT)
    first = await home.pid_of("web")
    (home.path / "pids.json.new").mkdir()
    os.kill(first, signal.SIGKILL)
    second = await home.pid_of("web", other_than=first)
    assert is_alive(second)
    note = f"who runs could not be noted: [Errno 21] Is a directory: '{home.path / 'pids.json.new'}'"
    assert home.said == [note, "web stopped (signal 9); it starts again in 0.5 s", note]


async def test_a_log_that_was_removed_does_not_keep_a_failing_child_down(home: Home) -> None:
    home.program("web", "import pathlib, sys; pathlib.Path(sys.argv[1]).unlink(); sys.exit(1)",
                 str(home.path / "logs" / "web.log"))  # fmt: skip
    await until(lambda: len(home.said) == 2)
    assert home.said == [f"web stopped (exit 1); it starts again in {pause} s" for pause in ("0.5", "1")]


async def test_a_terminal_that_is_gone_keeps_nobody_down(tmp_path: Path) -> None:
    def nobody_listens(line: str) -> None:
        raise BrokenPipeError(line)

    supervisor = Supervisor(tmp_path, nobody_listens)
    supervisor.watch(Child(name="web", command=(sys.executable, "-c", PATIENT)))
    try:
        await until(lambda: "web" in supervisor.pids())
        first = supervisor.pids()["web"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pids().get("web", first) != first)
    finally:
        await supervisor.stop()


async def test_everybody_can_read_which_pid_is_who(home: Home) -> None:
    home.program("web", PATIENT)
    home.program("runner", PATIENT)
    pids = {"web": await home.pid_of("web"), "runner": await home.pid_of("runner")}
    assert json.loads((home.path / "pids.json").read_text()) == pids
    await home.supervisor.stop()
    assert json.loads((home.path / "pids.json").read_text()) == {}


async def test_even_a_child_that_ignores_every_request_is_gone_within_ten_seconds(home: Home) -> None:
    note = home.path / "note"
    home.program("stubborn", STUBBORN, str(note))
    home.program("prefect", PATIENT, is_last=True)
    await until(lambda: len(pids_in(note)) == 2)
    began = time.monotonic()
    await home.supervisor.stop()
    assert time.monotonic() - began < 10
    assert [pid for pid in pids_in(note) if is_alive(pid)] == []
    assert home.said == ["stubborn did not stop when asked; it was killed"]


async def test_children_that_listen_stop_at_once_and_are_not_started_again(home: Home) -> None:
    home.program("web", PATIENT)
    home.program("prefect", PATIENT, is_last=True)
    pids = [await home.pid_of("web"), await home.pid_of("prefect")]
    began = time.monotonic()
    await home.supervisor.stop()
    assert time.monotonic() - began < 5
    assert [pid for pid in pids if is_alive(pid)] == []
    assert home.said == []


@pytest.mark.parametrize("is_spared", [True, False])
async def test_a_flow_run_may_finish_after_its_runner_but_a_web_process_may_not(home: Home, is_spared: bool) -> None:
    note = home.path / "note"
    home.program("parent", PARENT, str(note), spares_its_own=is_spared)
    await until(lambda: len(pids_in(note)) == 2)
    parent, its_own = pids_in(note)
    os.kill(parent, signal.SIGKILL)
    await home.pid_of("parent", other_than=parent)
    await asyncio.sleep(0.2)
    assert is_alive(its_own) is is_spared
    await home.supervisor.stop()
    assert not is_alive(its_own)


async def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = f"""
        import asyncio, sys
        from pathlib import Path
        from salon.supervisor import Child, Supervisor

        async def main():
            supervisor = Supervisor(Path({str(tmp_path)!r}), print)
            supervisor.watch(Child(name="web", command=(sys.executable, "-c", {PATIENT!r})))
            await asyncio.sleep(60)

        asyncio.run(main())
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], env=env) as supervisor:
        pids = tmp_path / "pids.json"
        await until(lambda: pids.exists() and "web" in json.loads(pids.read_text()))
        child = json.loads(pids.read_text())["web"]
        assert is_alive(child)
        # Give it the moment in which it asks the kernel.
        await until(lambda: b"child.py" not in Path(f"/proc/{child}/cmdline").read_bytes())
        supervisor.kill()
    await until(lambda: not is_alive(child))
