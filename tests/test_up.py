"""`salon up` refuses what cannot work before anything starts. What it does run: `tests/flows/test_real_prefect.py`."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from salon.errors import WrongUse
from salon.settings import Settings
from salon.stack import stack_env
from salon.up import run_stack


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    env = {"SALON_HOME": str(home), "SALON_WEB_PORT": free_port(), "SALON_PREFECT_PORT": free_port()}
    return Settings.from_env(env)


def free_port() -> str:
    with taken_port() as port:
        return str(port)


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


async def refusal(settings: Settings) -> str:
    """What `salon up` says while it starts nothing."""
    said: list[str] = []
    with pytest.raises(WrongUse) as refused:
        await run_stack(settings, say=said.append)
    assert refused.value.exit_code == 2
    assert said == []
    assert not (settings.home / "salon.db").exists()
    assert not (settings.home / "logs").exists()
    return str(refused.value)


async def test_every_port_that_is_taken_is_named_with_what_to_set(tmp_path: Path) -> None:
    with taken_port() as web, taken_port() as prefect:
        settings = Settings.from_env(
            {"SALON_HOME": str(tmp_path), "SALON_WEB_PORT": str(web), "SALON_PREFECT_PORT": str(prefect)}
        )
        assert await refusal(settings) == (
            f"port {web} on 127.0.0.1 is taken; set SALON_WEB_PORT to a free one\n"
            f"port {prefect} on 127.0.0.1 is taken; set SALON_PREFECT_PORT to a free one"
        )


async def test_a_home_is_up_only_once(settings: Settings) -> None:
    settings.home.mkdir()
    with (settings.home / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        assert await refusal(settings) == (
            f"{settings.home} is already up (process 4711); stop that one, or set SALON_HOME to another folder"
        )


def test_no_child_talks_to_somebody_elses_prefect(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example.org/api")
    monkeypatch.setenv("PREFECT_API_KEY", "secret")
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    env = stack_env(settings, {"SALON_CLOCK": "/film"})
    assert env["PREFECT_API_URL"] == f"http://127.0.0.1:{settings.prefect_port}/api"
    assert "PREFECT_API_KEY" not in env
    assert env["PREFECT_LOGGING_LEVEL"] == "DEBUG", "what the owner set stays"
    assert env["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert env["SALON_CLOCK"] == "/film"
    assert env["SALON_HOME"] == str(settings.home)
