"""Every five minutes: create the exact-time runs of the next 48 hours, and the next attempt of what is overdue."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.states import Scheduled

from flows._run import lay_down
from salon.house import open_house
from salon.planning import DueRun, due_runs
from salon.settings import Settings


@flow(name="plan_week")
async def plan_week() -> str:
    """Give Prefect every run that the journal asks for and Prefect does not have. May be run again at any time."""
    async with open_house(Settings.from_env()) as house:
        due = await due_runs(house)
    async with get_client() as client:
        known = await _known_keys(client, [run.key for run in due])
        for run in due:
            if run.key not in known:
                await _create(client, run)
    rows = [_row(run, is_new=run.key not in known) for run in due]
    new = sum(row["new"] == "yes" for row in rows)
    said = f"{len(due)} runs in the next 48 hours, {new} of them new"
    if new:
        await lay_down("plan-week", f"## plan_week\n\n{said}\n", rows)
    return said


async def _known_keys(client: PrefectClient, keys: Sequence[str]) -> set[str]:
    wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=list(keys)))
    found = await client.read_flow_runs(flow_run_filter=wanted) if keys else []
    return {run.idempotency_key for run in found if run.idempotency_key}


async def _create(client: PrefectClient, run: DueRun) -> None:
    deployment = await client.read_deployment_by_name(f"{run.moment}/{run.moment}")
    counted = {"number": run.number} if run.moment == "remind" else {}
    # The key, not the check above, is what makes two planners at once create one run.
    await client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"event": run.event, **counted},
        state=Scheduled(scheduled_time=run.wall_at),
        name=run.key.replace(":", " "),
        tags=[run.event, run.moment, *(["guard"] if run.is_guard else [])],
        idempotency_key=run.key,
    )


def _row(run: DueRun, *, is_new: bool) -> dict[str, str]:
    return {
        "event": run.event,
        "moment": run.slot_key,
        "attempt": "guard" if run.is_guard else str(run.attempt),
        "at": run.at.isoformat(timespec="seconds"),
        "starts": run.wall_at.isoformat(timespec="seconds"),
        "new": "yes" if is_new else "",
    }
