"""What stands in for a fork: it says what the fork says, hears for it, and dies with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from salon.flow_run import WARM


class Warm:
    """The other end of the socket, played by the test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "warm.sock"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.settimeout(20)
        self.listener.bind(str(self.path))
        self.listener.listen()

    def start(self, folder: Path) -> subprocess.Popen[str]:
        """Start a stand-in in *folder*, as a worker would."""
        command = [sys.executable, "-m", "salon.flow_run"]
        env = {**os.environ, WARM: str(self.path), "PREFECT__FLOW_RUN_ID": "some-run"}
        env["PYTHONPATH"] = os.pathsep.join(sys.path)
        return subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True)

    def answer(self) -> tuple[socket.socket, list[int], dict[str, dict[str, str]]]:
        """Its connection, its open files, and what it said."""
        caller, _ = self.listener.accept()
        caller.settimeout(20)
        _, files, _, _ = socket.recv_fds(caller, 1, 3)
        return caller, files, json.loads(caller.makefile().readline())


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Warm]:
    warm = Warm(tmp_path)
    yield warm
    warm.listener.close()


def test_a_run_has_the_files_the_folder_and_the_environment_that_the_worker_gave_it(warm: Warm, tmp_path: Path) -> None:
    with warm.start(tmp_path) as stand_in:
        caller, files, task = warm.answer()
        assert task["cwd"] == str(tmp_path)
        assert task["env"]["PREFECT__FLOW_RUN_ID"] == "some-run"
        os.write(files[1], b"said by the run")
        for file in files:
            os.close(file)
        caller.sendall(b"4711\n7\n")
        caller.close()
        assert stand_in.wait(20) == 7
        assert stand_in.stdout
        assert stand_in.stdout.read() == "said by the run"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_run_and_ends_both(warm: Warm, tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(["sleep", "60"]) as run, warm.start(tmp_path) as stand_in:
        caller, files, _ = warm.answer()
        stand_in.send_signal(number)
        with caller:
            caller.sendall(f"{run.pid}\n".encode())
            assert run.wait(20) == -number
        for file in files:
            os.close(file)
        assert stand_in.wait(20) == -number


def test_a_run_that_was_killed_looks_killed_to_the_worker(warm: Warm, tmp_path: Path) -> None:
    with warm.start(tmp_path) as stand_in:
        caller, files, _ = warm.answer()
        for file in files:
            os.close(file)
        caller.sendall(b"4711\n")
        caller.close()
        assert stand_in.wait(20) == -signal.SIGKILL


def test_a_run_learns_that_its_stand_in_was_killed(warm: Warm, tmp_path: Path) -> None:
    with warm.start(tmp_path) as stand_in:
        caller, files, _ = warm.answer()
        for file in files:
            os.close(file)
        stand_in.kill()
        with caller:
            assert caller.recv(1) == b""


def test_where_nothing_is_warm_it_becomes_prefects_own_engine(tmp_path: Path) -> None:
    env = {
        **os.environ,
        WARM: str(tmp_path / "nobody"),
        "PREFECT__FLOW_RUN_ID": "no run",
        "PREFECT_HOME": str(tmp_path),
    }
    env["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run([sys.executable, "-m", "salon.flow_run"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Invalid flow run id" in done.stdout + done.stderr
