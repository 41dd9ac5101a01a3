"""`salon up` refuses what cannot work before anything starts, and lives on without Prefect.

What it does run, with the real Prefect: `tests/flows/test_real_prefect.py`.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from salon.errors import WrongUse
from salon.prefect_api import PrefectAway
from salon.settings import Settings
from salon.shipped import shipped
from salon.stack import Stack, stack_env
from salon.up import run_stack, running_stack

#: A program in Prefect's place, which stumbles when it is told to: files in its home say when.
STAND_IN = """
    import datetime, http.server, json, os, pathlib, sys, time, urllib.request

    home = pathlib.Path(os.environ["PREFECT_HOME"])
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    ANSWERS = {
        "/api/work_pools/filter": [{}],
        "/api/work_pools/salon/workers/filter": [{"last_heartbeat_time": now}],
        "/api/deployments/filter": [{"flow_id": "f", "name": str(n), "id": str(n)} for n in range(8)],
        "/api/deployments/name/plan_week/plan_week": {"id": "d"},
        "/api/deployments/d/create_flow_run": {"id": "planned"},
    }

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            stumble = home / ("stumble-" + self.path.rpartition("/")[2])
            if stumble.exists():
                stumble.unlink()
                os.kill(os.getpid(), 9)
            body = json.dumps(ANSWERS.get(self.path, [])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def do_PATCH(self):
            if (home / "stuck").exists() or os.environ.get("STUCK"):
                (home / "stuck").unlink(missing_ok=True)
                os.environ["STUCK"] = "for good"
                time.sleep(600)
            if (home / "busy").exists():
                with (home / "turned-away").open("a") as log:
                    log.write("x")
                if (home / "turned-away").stat().st_size % 4:
                    self.send_response(503)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
            self.do_GET()

    if "server" in sys.argv:
        if (home / "broken").exists():
            sys.exit("broken")
        port = int(sys.argv[sys.argv.index("--port") + 1])
        http.server.ThreadingHTTPServer(("127.0.0.1", port), Server).serve_forever()
    elif "worker" in sys.argv:
        time.sleep(600)
    else:
        urllib.request.urlopen(os.environ["PREFECT_API_URL"] + "/deploy").read()
"""
SETTINGS = """
    import os, types

    def get_current_settings():
        return types.SimpleNamespace(api=types.SimpleNamespace(auth_string=None, url=os.environ["PREFECT_API_URL"]))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    env = {"SALON_HOME": str(home), "SALON_WEB_PORT": free_port(), "SALON_PREFECT_PORT": free_port()}
    return Settings.from_env(env)


def free_port() -> str:
    with taken_port() as port:
        return str(port)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::1", 0))
    except OSError:
        return False
    return True


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """What children must be told to find a stand-in for Prefect."""
    parts = {"__init__": "", "__main__": STAND_IN, "settings": SETTINGS, "cli/__init__": "", "cli/deploy": "",
             "workers/__init__": "", "workers/process": ""}  # fmt: skip
    for name, code in parts.items():
        file = tmp_path / "stand_in" / "prefect" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(code))
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "stand_in"), str(shipped("src"))])}


async def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.05)


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


async def test_one_port_for_two_servers_is_refused(tmp_path: Path) -> None:
    port = free_port()
    env = {"SALON_HOME": str(tmp_path), "SALON_WEB_PORT": port, "SALON_PREFECT_PORT": port}
    assert await refusal(Settings.from_env(env)) == (
        f"SALON_WEB_PORT and SALON_PREFECT_PORT are both {port}; set one of them to another port"
    )


@pytest.mark.parametrize("host", ["nosuch.invalid", "203.0.113.7", "a..b"])
async def test_a_host_that_is_not_here_is_not_called_taken(settings: Settings, host: str) -> None:
    assert await refusal(replace(settings, web_host=host)) == (
        f"SALON_WEB_HOST: {host} is not an address of this machine; write 127.0.0.1, or 0.0.0.0 for all that it has"
    )


async def test_a_home_that_is_a_file_is_refused(settings: Settings) -> None:
    settings.home.touch()
    assert await refusal(settings) == (
        f"{settings.home} cannot be used: File exists; set SALON_HOME to a folder in which you may write"
    )


async def test_a_home_that_cannot_be_made_is_refused(settings: Settings) -> None:
    """Below a file, where not even root can make a folder."""
    settings.home.touch()
    assert await refusal(replace(settings, home=settings.home / "below")) == (
        f"{settings.home / 'below'} cannot be used: Not a directory; set SALON_HOME to a folder in which you may write"
    )


async def test_a_lock_that_cannot_be_written_is_refused(settings: Settings) -> None:
    lock = settings.home / "up.lock"
    lock.mkdir(parents=True)
    assert await refusal(settings) == (
        f"{lock} cannot be used: Is a directory; set SALON_HOME to a folder in which you may write"
    )


async def test_an_empty_secret_starts_nothing(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "secret").touch()
    assert "is not a secret of 64 hexadecimal digits" in await refusal(settings)


async def test_the_house_stays_up_however_often_prefect_stumbles(
    settings: Settings, stand_in: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is killed while flows are deployed, while the runner is waited for, and while planning."""
    prefect, said = settings.home / "prefect", list[str]()
    prefect.mkdir(parents=True)
    stumbles = [prefect / f"stumble-{where}" for where in ("deploy", "filter", "create_flow_run")]

    async def stop_it(stack: Stack) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{settings.web_url}/health")).status_code == 200
        os.kill(os.getpid(), signal.SIGTERM)

    for stumble in stumbles:
        stumble.touch()
    # `salon up` has more patience than this.
    monkeypatch.setitem(Stack.ready.__kwdefaults__ or {}, "within", 0.1)
    assert await run_stack(settings, say=said.append, on_ready=stop_it, extra_env=stand_in) == 0
    assert [stumble for stumble in stumbles if stumble.exists()] == []
    assert [line for line in said if line.startswith("prefect stopped (signal 9)")] != []
    assert [line for line in said if line.startswith("Prefect is not ready: ")] != []
    assert said[-3:] == ["READY: the week runs by itself; Ctrl-C stops it", "stopping", "stopped"]


async def test_a_prefect_that_answers_but_writes_nothing_is_started_again(
    settings: Settings, stand_in: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.stack.PULSE_EVERY", 0.1)
    monkeypatch.setattr("salon.stack.PULSE_WITHIN", 1.0)
    said: list[str] = []
    async with running_stack(settings, say=said.append, extra_env=stand_in) as stack:
        await stack.ready()
        stuck = stack.pids()["prefect"]
        (settings.home / "prefect" / "stuck").touch()
        await until(lambda: stack.pids().get("prefect", stuck) != stuck)
    assert any("writes nothing any more" in line for line in said)
    assert not any("web stopped" in line for line in said)


async def test_a_write_that_is_turned_away_now_and_then_is_no_reason_to_start_prefect_again(
    settings: Settings, stand_in: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite turns a writer that had read before away at once: three in a row are nothing on a busy evening."""
    monkeypatch.setattr("salon.stack.PULSE_EVERY", 0.1)
    monkeypatch.setattr("salon.prefect_api.AGAIN", 0.05)
    said: list[str] = []
    async with running_stack(settings, say=said.append, extra_env=stand_in) as stack:
        await stack.ready()
        (settings.home / "prefect" / "busy").touch()
        turned_away = settings.home / "prefect" / "turned-away"
        await until(lambda: turned_away.exists() and turned_away.stat().st_size >= 40)
    assert not any("writes nothing any more" in line for line in said)


async def test_a_prefect_that_stays_broken_is_tried_for_ever_while_the_web_room_works(
    settings: Settings, stand_in: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("salon.stack.PATIENCE", 0.2)
    async with running_stack(settings, say=said.append, extra_env=stand_in) as stack:
        await stack.ready()
    said.clear()
    (settings.home / "prefect" / "broken").touch()
    async with running_stack(settings, say=said.append, extra_env=stand_in) as stack:
        await until(lambda: sum(line.startswith("Prefect is not ready: Prefect's server did not") for line in said) > 1)
        with pytest.raises(PrefectAway, match=r"Prefect was not ready within 0\.1 s; see .*/logs/prefect\.log"):
            await stack.ready(within=0.1)
        with pytest.raises(PrefectAway):
            await stack.plan_now()
        (settings.home / "prefect" / "broken").unlink()
        await stack.ready(within=30)
        assert await stack.plan_now() == "planned"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
async def test_the_web_room_may_listen_on_ipv6(settings: Settings, stand_in: dict[str, str]) -> None:
    env = {**settings.as_env(), "SALON_WEB_HOST": "::1", "SALON_PUBLIC_URL": ""}
    settings, said = Settings.from_env(env), list[str]()
    async with running_stack(settings, say=said.append, extra_env=stand_in) as stack:
        await stack.web_ready()
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{settings.public_url}/health")).status_code == 200
    assert settings.public_url == f"http://[::1]:{settings.web_port}"


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
