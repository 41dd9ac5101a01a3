"""From runs that are due to runs that Prefect has: which are missing, and how one is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import StateType
from prefect.states import Scheduled

from salon.planning import DueRun

#: Ends of a run that has played nothing, or not to its end.
UNPLAYED = frozenset({StateType.CRASHED, StateType.CANCELLED, StateType.FAILED})
#: A run that ends like this so often is left to the next attempt.
AT_MOST = 5


async def create_missing(client: PrefectClient, due: Sequence[DueRun]) -> list[DueRun]:
    """Create those of *due* that Prefect does not have, and return them. May be run again, and twice at once."""
    states = await _states(client, [key for run in due for key in keys_of(run)])
    new = []
    for run in due:
        if key := next_key(run, states):
            await _create(client, run, key)
            new.append(run)
    return new


def next_key(run: DueRun, states: Mapping[str, StateType]) -> str | None:
    """Under which key *run* is still to be created, or None while Prefect has it. *states*: key → state.

    Prefect's state is asked for one thing only: whether a run is over without having been played, as all that a
    stopped runner had claimed are. What has happened, the journal said when it asked for *run*.
    """
    for key in keys_of(run):
        if key not in states:
            return key
        if states[key] not in UNPLAYED:
            return None
    return None


def keys_of(run: DueRun) -> list[str]:
    """The keys under which *run* may be created, one after the other: a key stays taken after a crash."""
    return [run.key, *(f"{run.key}:{again}" for again in range(2, AT_MOST + 1))]


async def _states(client: PrefectClient, keys: Sequence[str]) -> dict[str, StateType]:
    found: dict[str, StateType] = {}
    # The server returns 200 runs at most.
    for part in (keys[start : start + 200] for start in range(0, len(keys), 200)):
        wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=list(part)))
        for run in await client.read_flow_runs(flow_run_filter=wanted):
            if run.idempotency_key and run.state_type:
                found[run.idempotency_key] = run.state_type
    return found


async def _create(client: PrefectClient, run: DueRun, key: str) -> None:
    deployment = await client.read_deployment_by_name(f"{run.moment}/{run.moment}")
    counted = {"number": run.number} if run.moment in ("brief", "remind") else {}
    # The key, not the look before, is what makes two planners at once create one run.
    await client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"event": run.event, **counted},
        state=Scheduled(scheduled_time=run.wall_at),
        name=key.replace(":", " "),
        tags=[run.event, run.moment, *(["guard"] if run.is_guard else [])],
        idempotency_key=key,
    )
