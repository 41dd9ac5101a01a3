"""Prefect's HTTP API, as far as the house needs it from outside: is it there, its pool, its runs.

Prefect itself is never imported here: that would cost every command two seconds. Addresses and bodies as in
Prefect 3.8.8's own OpenAPI description (`/api/docs`, read November 2026).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import httpx

from salon.errors import SalonError

#: The work pool that `prefect.yaml` names.
POOL = "salon"
#: The variable that is written to see whether the server still writes.
PULSE = "salon_pulse"
#: Seconds after which a write that was turned away is tried again.
AGAIN = 1.0
#: The states in which a run stays.
ENDED = frozenset({"COMPLETED", "CANCELLED", "FAILED", "CRASHED"})
#: Seconds between tries while the server's database is busy.
_PAUSES = (0.2, 0.5, 1, 2, 4, 8)


class PrefectAway(SalonError):
    """Prefect's server does not answer."""

    status = 503


class PrefectApi:
    """A connection to one Prefect server. Use it with `async with`.

    *url* ends in `/api`. *auth* is `user:password` where the server asks for it (`PREFECT_API_AUTH_STRING`).
    """

    def __init__(self, url: str, *, auth: str | None = None) -> None:
        name, _, password = (auth or "").partition(":")
        self._http = httpx.AsyncClient(
            base_url=url, timeout=30, auth=httpx.BasicAuth(name, password) if auth else None, trust_env=False
        )

    async def __aenter__(self) -> PrefectApi:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:  # fmt: skip
        await self._http.aclose()

    async def is_healthy(self, within: float = 5) -> bool:
        """Whether the server answers *within* so many seconds."""
        try:
            return (await self._http.get("/health", timeout=within)).status_code == 200
        except httpx.HTTPError:
            return False

    async def can_write(self, seconds: float) -> bool:
        """Whether the server writes something down within *seconds*. A server that only reads is healthy, and stuck.

        A refusal in between proves nothing, and is tried again: this write reads first, and SQLite turns such a one
        away at once (`SQLITE_BUSY_SNAPSHOT`) whenever another came between, as it does while runs are started.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if await self._writes(left):
                return True
            await asyncio.sleep(min(AGAIN, left))
        return False

    async def _writes(self, seconds: float) -> bool:
        body = {"value": datetime.now(UTC).isoformat()}
        try:
            answer = await self._http.patch(f"/variables/name/{PULSE}", json=body, timeout=seconds)
            if answer.status_code == 404:
                answer = await self._http.post("/variables/", json={"name": PULSE, **body}, timeout=seconds)
        except httpx.HTTPError:
            return False
        # 500 and 503 are how it says that its database is locked; any other refusal was looked up or written.
        return answer.status_code not in (500, 503)

    async def until_healthy(self, seconds: float = 180) -> None:
        """Wait until the server answers. Raises `PrefectAway` after *seconds*."""
        deadline = time.monotonic() + seconds
        while not await self.is_healthy():
            if time.monotonic() > deadline:
                raise PrefectAway(f"Prefect's server did not answer at {self._http.base_url} within {seconds:g} s")
            await asyncio.sleep(0.2)

    async def is_pool_there(self) -> bool:
        """Whether the pool exists; `prefect deploy` makes it (`flows/_pool.py`)."""
        return bool(await self._call("POST", "/work_pools/filter", {"work_pools": {"name": {"any_": [POOL]}}}))

    async def until_pool_is_there(self) -> None:
        """Wait until the pool exists."""
        while not await self.is_pool_there():
            await asyncio.sleep(0.2)

    async def worker_asked_since(self, at: datetime) -> bool:
        """Whether some worker has reported to the pool since *at*."""
        workers = await self._call("POST", f"/work_pools/{POOL}/workers/filter", {})
        heard = [one["last_heartbeat_time"] for one in workers if one["last_heartbeat_time"]]
        return any(datetime.fromisoformat(when) >= at for when in heard)

    async def deployments(self) -> dict[str, str]:
        """`flow/deployment` → id, of every deployment that belongs to the pool."""
        body = {"work_pools": {"name": {"any_": [POOL]}}}
        found = await self._call("POST", "/deployments/filter", body)
        flows = await self._call("POST", "/flows/filter", {})
        names = {flow["id"]: flow["name"] for flow in flows}
        return {f"{names.get(one['flow_id'], '?')}/{one['name']}": one["id"] for one in found}

    async def create_run(
        self,
        deployment: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
        key: str | None = None,
    ) -> str:
        """Schedule a run of *deployment* (`plan_week/plan_week`) for *at*, or for now. Returns its id.

        With a *key* a second call returns the first run, whatever became of it.
        """
        flow, _, name = deployment.partition("/")
        found = await self._call("GET", f"/deployments/name/{flow}/{name}")
        due = (at or datetime.now(UTC)).isoformat()
        body = {
            "parameters": dict(parameters or {}),
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due}},
            **({"idempotency_key": key} if key else {}),
        }
        run = await self._call("POST", f"/deployments/{found['id']}/create_flow_run", body)
        return str(run["id"])

    async def give_back_what_died(self) -> None:
        """Free what a killed runner still holds: runs that it had claimed but not begun, and `plan_week`'s only slot.

        Prefect waits five minutes for the dead before it plans again, and for claimed runs for ever. For use while
        no runner is alive. A planner that lives on does no harm: two at once create the same runs by the same keys.
        """
        for run in await self.runs(state={"type": {"any_": ["PENDING"]}}):
            again = {"type": "SCHEDULED", "state_details": {"scheduled_time": run["expected_start_time"]}}
            await self._call("POST", f"/flow_runs/{run['id']}/set_state", {"state": again, "force": True})
        for deployment in await self._call("POST", "/deployments/filter", {}):
            if limit := deployment.get("global_concurrency_limit"):
                await self._call("PATCH", f"/v2/concurrency_limits/{limit['id']}", {"active_slots": 0})

    async def runs(self, **where: Any) -> list[dict[str, Any]]:
        """Flow runs, newest last; *where* is Prefect's own `flow_runs` filter, or nothing for all (200 at most)."""
        body = {"flow_runs": where, "sort": "EXPECTED_START_TIME_ASC"}
        return list(await self._call("POST", "/flow_runs/filter", body))

    async def state_of(self, run: str) -> str:
        """The state of one run, in Prefect's words: `SCHEDULED`, `RUNNING`, `COMPLETED` …"""
        return str((await self._call("GET", f"/flow_runs/{run}"))["state_type"])

    async def queues(self) -> dict[str, int]:
        """Queue of the pool → priority; 1 is served first."""
        found = await self._call("POST", f"/work_pools/{POOL}/queues/filter", {})
        return {queue["name"]: queue["priority"] for queue in found}

    async def artifacts(self) -> dict[str, str]:
        """Key → what the newest artifact of that key says: Markdown, or rows as JSON."""
        found = await self._call("POST", "/artifacts/latest/filter", {})
        return {one["key"]: str(one["data"]) for one in found if one["key"]}

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        for pause in (*_PAUSES, None):
            try:
                answer = await self._http.request(method, path, json=body)
            except httpx.HTTPError as error:
                raise PrefectAway(f"Prefect's server does not answer at {self._http.base_url}: {error!r}") from error
            # 503 is how it says that its SQLite was busy: nothing was written.
            if answer.status_code != 503 or pause is None:
                break
            await asyncio.sleep(pause)
        if not answer.is_success:
            raise SalonError(f"Prefect refused {method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None
