"""Every five minutes: create the exact-time runs of the next 48 hours, and the next attempt of what is overdue."""

from __future__ import annotations

from prefect import flow
from prefect.client.orchestration import get_client

from flows._run import lay_down
from flows._runs import create_missing
from salon.house import open_house
from salon.planning import DueRun, due_runs
from salon.settings import Settings


@flow(name="plan_week")
async def plan_week() -> str:
    """Give Prefect every run that the journal asks for and Prefect does not have. May be run again at any time."""
    async with open_house(Settings.from_env()) as house:
        due = await due_runs(house)
    async with get_client() as client:
        new = await create_missing(client, due)
    said = f"{len(due)} runs in the next 48 hours, {len(new)} of them new"
    if new:
        await lay_down("plan-week", f"## plan_week\n\n{said}\n", [_row(run, run in new) for run in due])
    return said


def _row(run: DueRun, is_new: bool) -> dict[str, str]:
    return {
        "event": run.event,
        "moment": run.slot_key,
        "attempt": "guard" if run.is_guard else str(run.attempt),
        "at": run.at.isoformat(timespec="seconds"),
        "starts": run.wall_at.isoformat(timespec="seconds"),
        "new": "yes" if is_new else "",
    }
