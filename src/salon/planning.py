"""What is due: the runs that Prefect is to start, and the programme that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.hearing import is_owed, is_unfinished
from salon.house import House
from salon.links import new_code
from salon.model import Event, Moment, Programme, Slot
from salon.planbook import PLAN, PlanBook
from salon.rules.plan import apply_programme
from salon.sealing import sealed
from salon.state import State

#: How far ahead runs are created.
HORIZON = timedelta(hours=48)
#: A moment that was never run is healed for this long, then left alone.
MEMORY = timedelta(days=7)
#: Real time that a started run has to show itself before another attempt is made.
PATIENCE = timedelta(seconds=20)
#: The guard run that disbands when the first run did not.
GUARD_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class DueRun:
    """One run that Prefect is to start."""

    event: str
    moment: Moment
    number: int
    slot_key: str
    #: 1 for the planned run; higher when the moment is overdue and nobody is at it.
    attempt: int
    #: When the moment is due, by the house's clock.
    at: datetime
    #: When Prefect should start it, in real time: ahead of `at`, it waits for its time by itself.
    wall_at: datetime
    is_guard: bool = False

    @property
    def key(self) -> str:
        """Idempotency key: one run for each event, slot, hour as planned, and attempt."""
        last = "guard" if self.is_guard else str(self.attempt)
        return f"{self.event}:{self.slot_key}:{self.at:%Y%m%dT%H%M%S}:{last}"


async def apply_plan(house: House, programme: Programme, *, by: str = "owner") -> int:
    """Make *programme* the plan of its series; returns how many entries that took. Again: none.

    Raises `Mistakes`; then nothing was applied.
    """
    old = (await house.journal.refresh(PLAN)).state
    programme = sealed(house, programme, PlanBook(old).programme(programme.series.id))
    rule = apply_programme(programme, by=by, make_code=new_code)
    return len(await house.journal.decide(PLAN, rule))


async def due_runs(house: House, horizon: timedelta = HORIZON) -> list[DueRun]:
    """Runs to create now: what comes up within *horizon*, and the next attempt at what is overdue.

    It reads the journal and the leases, never a scheduler's states; asked again it names the same runs by the
    same keys.
    """
    await house.journal.refresh(PLAN)
    now = house.clock.now()
    runs: list[DueRun] = []
    for event in (await house.plan()).events():
        if event.times.brief_at - horizon <= now <= event.times.reports_at + MEMORY:
            state = (await house.journal.refresh(event.id)).state
            leased = await house.journal.leases(event.id)
            owed = is_owed(state, await house.groups(event))
            runs += _due(house, event, state, set(leased), now, horizon, owed)
    return sorted(runs, key=lambda run: (run.wall_at, run.key))


def _due(
    house: House, event: Event, state: State, leased: set[str], now: datetime, horizon: timedelta, is_report_owed: bool
) -> Iterator[DueRun]:
    for slot in event.slots():
        # A report may be approved long after its moment: who is told then may be cut off as well.
        is_owed = slot.moment is Moment.REPORT and is_report_owed
        is_too_late = slot.deadline is not None and now >= slot.deadline
        is_done = slot.key in state.slots and not (is_owed or (is_unfinished(state, slot) and not is_too_late))
        if is_done or slot.at > now + horizon:
            continue
        wall_at = house.clock.wall(slot.at)
        # Real time, so that a film that stands still does not keep a moment from being healed.
        late = house.clock.wall_now() - wall_at
        if slot.at > now or late < PATIENCE:
            yield _run(event, slot, 1, wall_at - house.clock.lead)
            if slot.moment is Moment.DISBAND:
                yield _run(event, slot, 1, wall_at + GUARD_AFTER, is_guard=True)
        elif slot.lease not in leased:
            # One attempt per PATIENCE, however often this is asked.
            yield _run(event, slot, 1 + late // PATIENCE, house.clock.wall_now())


def _run(event: Event, slot: Slot, attempt: int, wall_at: datetime, *, is_guard: bool = False) -> DueRun:
    return DueRun(
        event=event.id,
        moment=slot.moment,
        number=slot.number,
        slot_key=slot.key,
        attempt=attempt,
        at=slot.at,
        wall_at=wall_at,
        is_guard=is_guard,
    )
