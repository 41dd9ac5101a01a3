"""What `salon up` runs: the web room, the watchdog, Prefect's server and the runner, as children of one supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import httpx

from salon.errors import SalonError
from salon.model import Moment
from salon.prefect_api import POOL, PrefectApi, PrefectAway
from salon.settings import Settings
from salon.shipped import shipped
from salon.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Child, Say, Supervisor

#: Runs at once. A `host` takes one for the whole evening, so this is also evenings at once, and some.
RUNS_AT_ONCE = 12

#: Prefect's command line, which waits for the server by itself.
WHEN_UP = "flows._prefect"

#: Seconds after which a Prefect that does not answer is spoken of.
PATIENCE = 600.0

#: Seconds between two looks at whether Prefect still writes, how long each waits, and how many must fail in a row. A
#: transaction that it left open has locked its SQLite for two minutes, in which no run began (docs/why.md, "Prefect").
PULSE_EVERY, PULSE_WITHIN, PULSE_TRIES = 10.0, 15.0, 3

#: One for each moment, and `plan_week`.
DEPLOYMENTS = len(Moment) + 1

#: What Prefect is told unless the owner's environment says otherwise. Measured figures: docs/why.md.
PREFECT_DEFAULTS: Mapping[str, str] = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # Flow logs go to runner.log; sending each line to the server as well costs more than the flow.
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    # Starts a run 0.4 s late at the median instead of 7 s.
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_WORKER_PREFETCH_SECONDS": "45",
    # In memory, a server that dies while `plan_week` runs would never let it run again.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # Seconds that a write waits for another one; ten are too few on a busy machine.
    "PREFECT_SERVER_DATABASE_TIMEOUT": "30",
    # Nobody here uses Prefect's automations, pauses or transports for them.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
}

#: Variables that would send our own children to somebody else's Prefect.
_FOREIGN = ("PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH", "PREFECT_API_DATABASE_CONNECTION_URL")


class Stack:
    """The children of one installation, from the first migration to the last goodbye."""

    def __init__(self, settings: Settings, *, say: Say, extra_env: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self.prefect_url = f"http://127.0.0.1:{settings.prefect_port}"
        self._supervisor = Supervisor(settings.home, say)
        self._env = stack_env(settings, extra_env or {})
        self._web: asyncio.Task[None] | None = None
        self._prefect: asyncio.Task[None] | None = None
        self._pulse: asyncio.Task[None] | None = None

    def say(self, line: str) -> None:
        """Say one line to the owner; where nobody can hear it, nothing happens."""
        self._supervisor.say(line)

    def pids(self) -> dict[str, int]:
        """Name (`web`, `watchdog`, `prefect`, `runner`) → pid of what is running now."""
        return self._supervisor.pids()

    def api(self) -> PrefectApi:
        """A connection to our own Prefect server; use it with `async with`."""
        return PrefectApi(f"{self.prefect_url}/api", auth=self._env.get("PREFECT_API_AUTH_STRING"))

    def start(self) -> None:
        """Start everything and return at once; `web_ready` and `ready` wait for it."""
        self._watch("web", "salon.web")
        self._watch("watchdog", "salon.watchdog")
        self._web = asyncio.create_task(self._until_web_answers())
        self._prefect = asyncio.create_task(self._start_prefect())

    async def web_ready(self) -> None:
        """Wait until the web room answers, which does not need Prefect. Raises `SalonError`."""
        assert self._web, "start() first"
        await self._web

    async def ready(self, *, within: float | None = PATIENCE) -> None:
        """Wait until everything answers, flows are deployed and the runner asks for work.

        Raises `SalonError` when the web room does not answer, and `PrefectAway` when Prefect is not ready *within* so
        many seconds after it (None: it waits for ever). Prefect is tried on all the same: wait again at any time.
        """
        assert self._prefect, "start() first"
        await self.web_ready()
        try:
            await asyncio.wait_for(asyncio.shield(self._prefect), within)
        except TimeoutError as error:
            log = self._supervisor.log_of("prefect")
            raise PrefectAway(f"Prefect was not ready within {within:g} s; see {log}") from error

    async def plan_now(self) -> str:
        """Have `plan_week` run now rather than at the next five minutes. Returns the run's id.

        Raises `PrefectAway` when Prefect does not answer, and `SalonError` when it refuses.
        """
        async with self.api() as api:
            return await api.create_run("plan_week/plan_week")

    async def stop(self) -> None:
        """Stop everything within 10 seconds. May be called again."""
        for task in (self._web, self._prefect, self._pulse):
            if task and not task.done():
                task.cancel()
        await self._supervisor.stop()

    async def _start_prefect(self) -> None:
        began = datetime.now(UTC)
        # The server migrates its own database before it answers; a command of its own would cost five seconds more.
        self._watch("prefect", "prefect", "server", "start", "--host", "127.0.0.1",
                    "--port", str(self.settings.prefect_port), is_last=True)  # fmt: skip
        self._watch("runner", WHEN_UP, "worker", "start", "--pool", POOL, "--type", "process", "--name", "runner",
                    "--limit", str(RUNS_AT_ONCE), spares_its_own=True)  # fmt: skip
        await self._until_prefect_plans(began)

    async def _until_prefect_plans(self, began: datetime) -> None:
        """Deploy, wait for the runner and plan. Whatever Prefect stumbles over is said, and all of it tried again."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._deploy()
                await self._until_runner_asks(began)
                await self.plan_now()
                break
            except Exception as error:
                # Not only what we know of: nothing about Prefect may end the web room.
                why = " ".join(str(error).split()) or repr(error)
                self.say(f"Prefect is not ready: {why}; the next try is in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._pulse = asyncio.create_task(self._keep_writing())

    async def _keep_writing(self) -> None:
        """Start Prefect's server anew whenever it answers but has not written anything for too long."""
        async with self.api() as api:
            while True:
                await asyncio.sleep(PULSE_EVERY)
                if not await self._is_stuck(api):
                    continue
                log = self._supervisor.log_of("prefect")
                self.say(f"prefect answers but writes nothing any more; it is started again. See {log}")
                self._supervisor.kill("prefect")
                with contextlib.suppress(PrefectAway):
                    await api.until_healthy(PATIENCE)

    async def _is_stuck(self, api: PrefectApi) -> bool:
        """Whether the server answers at once but writes nothing; one that is slow in everything is only busy."""
        for _ in range(PULSE_TRIES):
            if await api.can_write(PULSE_WITHIN) or not await api.is_healthy(within=2):
                return False
        return True

    def _watch(self, name: str, *module: str, is_last: bool = False, spares_its_own: bool = False) -> None:
        child = self._child(name, *module)
        self._supervisor.watch(replace(child, is_last=is_last, spares_its_own=spares_its_own))

    def _child(self, name: str, *module: str) -> Child:
        # `prefect.yaml` and `flows/` are read where the command stands.
        cwd = shipped() if module[0] == WHEN_UP else None
        return Child(name=name, command=(sys.executable, "-m", *module), env=self._env, cwd=cwd)

    async def _deploy(self) -> None:
        """Put the flows on the server, unless exactly these are there already."""
        stamp = self.settings.home / "prefect" / "deployed"
        wanted = _fingerprint(shipped())
        if stamp.is_file() and stamp.read_bytes() == wanted.encode() and await self._are_flows_there():
            return
        if code := await self._supervisor.run_once(self._child("deploy", WHEN_UP, "--no-prompt", "deploy", "--all")):
            raise SalonError(f"the flows could not be deployed ({code}); see {self._supervisor.log_of('deploy')}")
        stamp.write_text(wanted)

    async def _are_flows_there(self) -> bool:
        async with self.api() as api:
            await api.until_healthy(PATIENCE)
            return await api.is_pool_there() and len(await api.deployments()) >= DEPLOYMENTS

    async def _until_runner_asks(self, began: datetime) -> None:
        async with self.api() as api:
            await api.until_healthy(PATIENCE)
            while not await api.worker_asked_since(began):
                await asyncio.sleep(0.2)

    async def _until_web_answers(self) -> None:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            for _ in range(600):
                try:
                    await http.get(f"{self.settings.web_url}/")
                    return
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
        raise SalonError(f"the web room did not answer; see {self._supervisor.log_of('web')}")


def stack_env(settings: Settings, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of every child: the owner's own, *settings*, our Prefect, and *extra* over all of it."""
    home = settings.home / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    own = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    return {
        **PREFECT_DEFAULTS,
        **own,
        **settings.as_env(),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{settings.prefect_port}/api",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        # The flows' command is a bare `python`: it must be this one.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), own.get("PATH", os.defpath))),
        "PYTHONPATH": os.pathsep.join(filter(None, (_checkout(), own.get("PYTHONPATH", "")))),
        **extra,
    }


def _checkout() -> str:
    """`src` of a checkout; nothing for an installed program, whose folder may not stand before Python's own."""
    source = shipped("src")
    return str(source) if source.is_dir() else ""


def _fingerprint(root: Path) -> str:
    """Changes whenever a flow, `prefect.yaml` or Prefect itself does."""
    seen = hashlib.sha256(version("prefect").encode())
    for path in [root / "prefect.yaml", *sorted((root / "flows").glob("*.py"))]:
        seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()
