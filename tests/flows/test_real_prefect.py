"""`salon up` for real: its own Prefect server, the deployed flows, the runner and the web room. One house for all."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from salon.clock import FilmClock, Reel
from salon.model import Event, Moment
from salon.prefect_api import PrefectApi
from salon.programme import read_programme
from salon.settings import Settings
from salon.shipped import shipped

PROGRAMME = shipped("examples/thursday.en.toml")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Up:
    """A house that is up, seen from outside."""

    def __init__(self, home: Path, event: Event) -> None:
        self.event = event
        clock = home / "clock.json"
        self.settings = Settings.from_env(
            {
                "SALON_HOME": str(home),
                "SALON_WEB_PORT": free_port(),
                "SALON_PREFECT_PORT": free_port(),
                "SALON_CLOCK": str(clock),
            }
        )
        put_in(clock, event.times.warm_up_at - timedelta(seconds=20))
        self.env = {**os.environ, **self.settings.as_env()}
        self.salon("plan", str(PROGRAMME), "--apply")
        self.log = home / "up.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "salon", "up"], stderr=log, env=self.env)

    def salon(self, *words: str) -> str:
        done = subprocess.run([sys.executable, "-m", "salon", *words], env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)

    def pids(self) -> dict[str, int]:
        pids: dict[str, int] = json.loads((self.settings.home / "pids.json").read_text())
        return pids

    def api(self) -> PrefectApi:
        return PrefectApi(f"http://127.0.0.1:{self.settings.prefect_port}/api")

    def entries(self, kind: str) -> list[dict[str, Any]]:
        lines = self.salon("journal", self.event.id, "--jsonl").splitlines()
        return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A house whose clock stands 20 seconds before the first event's warm-up."""
    event = read_programme(PROGRAMME).events[0]
    house = Up(tmp_path_factory.mktemp("house"), event)
    try:
        house.wait_for("READY", 240)
        yield house
    finally:
        house.process.terminate()
        house.process.wait(15)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def put_in(clock: Path, film: datetime) -> None:
    """Let the film run at the speed of life, from *film* on."""
    reel = Reel(real=time.time(), film=film, speed=1, until=film + timedelta(days=1), lead=5)
    FilmClock.lay_down(clock, reel)


async def eventually(look: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.5)
    return found


async def completed(api: PrefectApi, **where: Any) -> Any:
    return await eventually(lambda: api.runs(state={"type": {"any_": ["COMPLETED"]}}, **where))


async def test_every_moment_is_deployed_on_its_queue(up: Up) -> None:
    async with up.api() as api:
        assert sorted(await api.deployments()) == sorted(
            f"{word}/{word}" for word in [*(moment.value for moment in Moment), "plan_week"]
        )
        assert {"critical": 1, "bulk": 5}.items() <= (await api.queues()).items()


async def test_planning_is_in_prefects_calendar(up: Up) -> None:
    """With SQLAlchemy 2.1 the server starts and this calendar stays empty: the reason for a pin."""
    async with up.api() as api:
        runs = await eventually(
            lambda: api.runs(state={"type": {"any_": ["SCHEDULED"]}}, tags={"all_": ["auto-scheduled"]})
        )
    assert {run["name"] and datetime.fromisoformat(run["expected_start_time"]).minute % 5 for run in runs} == {0}


async def test_a_channels_secret_comes_out_of_a_secret_block(up: Up) -> None:
    from flows._secrets import load_secrets
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{up.settings.prefect_port}/api"}):
        await Secret(value="4711:from-the-block").save("salon-telegram-token", overwrite=True)
        await Secret(value="another").save("somebody-elses", overwrite=True)
        env = {"SALON_SLACK_TOKEN": "set before"}
        assert await load_secrets(env) == ["SALON_TELEGRAM_TOKEN"]
        assert env == {"SALON_SLACK_TOKEN": "set before", "SALON_TELEGRAM_TOKEN": "4711:from-the-block"}
        env["SALON_TELEGRAM_TOKEN"] = "of the environment"
        assert await load_secrets(env) == []


async def test_the_warm_up_is_created_started_and_said_to_every_group_once(up: Up) -> None:
    async with up.api() as api:
        [run] = await completed(api, tags={"all_": [up.event.id, "warm_up"]})
        assert run["parameters"] == {"event": up.event.id}
    assert [entry["data"]["slot"] for entry in up.entries("moment_done") if entry["data"]["slot"] == "warm_up"]


async def test_the_owner_reads_in_prefect_what_came_of_it(up: Up) -> None:
    async with up.api() as api:
        notes = await api.artifacts()
    assert "plan-week" in notes
    assert f"{up.event.id}-warm-up" in notes


@pytest.mark.parametrize("name", ["web", "runner", "prefect"])
async def test_what_is_killed_starts_again_says_so_and_works(up: Up, name: str) -> None:
    os.kill(up.pids()[name], signal.SIGKILL)
    await asyncio.to_thread(up.wait_for, f"{name} stopped (signal 9); it starts again", 10)
    async with httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{up.settings.web_port}/c/nobody"
        assert await eventually(lambda: answer(http, url), 20)
    async with up.api() as api:
        await api.until_healthy(60)
        run = await api.create_run("plan_week/plan_week")
        await completed(api, id={"any_": [run]})


async def answer(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code < 500
    except httpx.TransportError:
        return False


def test_a_second_one_on_the_same_home_is_refused(up: Up) -> None:
    second = subprocess.run([sys.executable, "-m", "salon", "up"], env=up.env, capture_output=True, text=True)
    assert second.returncode == 2
    assert second.stderr == (
        f"salon: {up.settings.home} is already up (process {up.process.pid}); "
        "stop that one, or set SALON_HOME to another folder\n"
    )


def test_sigterm_stops_all_of_it_within_ten_seconds(up: Up) -> None:
    pids = up.pids()
    assert sorted(pids) == ["prefect", "runner", "watchdog", "web"]
    began = time.monotonic()
    up.process.terminate()
    assert up.process.wait(15) == 0
    assert time.monotonic() - began < 10
    assert [name for name, pid in pids.items() if Path(f"/proc/{pid}").exists()] == []
