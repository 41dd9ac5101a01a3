"""The process that forks for each flow run, with the real stand-in at the other end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from salon.flow_run import WARM

RUNNER = """
import sys, time
from pathlib import Path
from flows._warm import keep_warm
keep_warm(Path(sys.argv[1]))
print("warm", flush=True)
time.sleep(120)
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    warm = tmp_path / "warm.sock"
    return {
        **os.environ,
        WARM: str(warm),
        "PREFECT_HOME": str(tmp_path),
        "PREFECT__FLOW_RUN_ID": "no run",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@pytest.fixture
def runner(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", RUNNER, env[WARM]]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout
        assert runner.stdout.readline() == "warm\n"
        yield runner
        runner.kill()


def play(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "salon.flow_run"]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def cpu_seconds_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def test_a_fork_plays_the_run_with_the_engine_and_ends_as_the_engine_ends(
    runner: subprocess.Popen[str], env: dict[str, str]
) -> None:
    before = cpu_seconds_of_children()
    done = play(env)
    assert done.returncode == 1
    assert "Invalid flow run id" in done.stdout + done.stderr
    assert cpu_seconds_of_children() - before < 0.5, "it was not forked: it has loaded Prefect itself"


def test_only_we_can_ask_for_a_fork(runner: subprocess.Popen[str], env: dict[str, str]) -> None:
    assert Path(env[WARM]).stat().st_mode & 0o077 == 0


def test_nothing_stays_warm_after_its_runner(runner: subprocess.Popen[str], env: dict[str, str]) -> None:
    [warm] = Path(f"/proc/{runner.pid}/task/{runner.pid}/children").read_text().split()
    runner.kill()
    runner.wait()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{warm}/cmdline").exists() and Path(f"/proc/{warm}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
