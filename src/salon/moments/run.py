"""How every moment is run: wait for its time, hold its lease, look at its deadline, do it, write it down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from salon.codec import as_data
from salon.errors import WrongUse
from salon.hearing import is_unfinished
from salon.house import House
from salon.model import Event, Moment, Slot
from salon.moments.brief import KOL_GROUP, brief, brief_name
from salon.moments.disband import disband, shut
from salon.moments.host import host
from salon.moments.open_room import open_room
from salon.moments.remind import remind
from salon.moments.report import report
from salon.moments.warm_up import warm_up
from salon.planbook import PLAN
from salon.rules.week import finish_slot, note_plan
from salon.state import State

#: A moment's own work: returns one sentence on what came of it.
Work = Callable[[House, Event, Slot], Awaitable[str]]

_WORK: dict[Moment, Work] = {
    Moment.BRIEF: brief,
    Moment.WARM_UP: warm_up,
    Moment.OPEN_ROOM: open_room,
    Moment.REMIND: remind,
    Moment.HOST: host,
    Moment.DISBAND: disband,
    Moment.REPORT: report,
}


@dataclass(frozen=True, kw_only=True)
class MomentOutcome:
    """What came of asking for a moment."""

    event: str
    #: The slot's key, `remind-2`.
    slot: str
    #: "done" now, "already" done before, "skipped" as too late, "held" by another process that is at it,
    #: "early" when its event was moved.
    outcome: str
    #: One sentence for the owner.
    text: str
    #: Its deliveries: a row per group with announcement, group, channel, outcome, detail.
    table: list[dict[str, str]] = field(default_factory=list)


async def run(
    house: House, event_id: str, moment: str, number: int = 1, *, patience: timedelta | None = None
) -> MomentOutcome:
    """Run *moment* of an event, waiting for its time first. May be run again at any time, also side by side.

    A run that would wait for longer than *patience* (None: any time) leaves at once: its event was moved.
    Raises `NotFound` (no such event), `WrongUse` (no such moment or number), and what the moment's own work
    could not do; then it is not written down as done, and the next run does the rest.
    """
    event, slot = await _planned(house, event_id, moment, number)
    # An hour that was put off at the room is waited for: no other run will come.
    planned = slot_of(await house.event(event_id), moment, number)
    if patience is not None and house.clock.wall(planned.at) - house.clock.wall_now() > patience:
        text = f"not due before {slot.at:%Y-%m-%d %H:%M}; its own run will come"
        return MomentOutcome(event=event.id, slot=slot.key, outcome="early", text=text)
    await house.clock.reach(slot.at - house.clock.lead)
    before, (event, slot) = slot, await _planned(house, event_id, moment, number)
    if slot.at != before.at:
        # Moved while this run waited.
        return await run(house, event_id, moment, number, patience=patience)
    async with house.lease(event.id, slot.lease) as is_mine:
        if slot.moment is Moment.DISBAND:
            # The room shuts at its hour whoever else is at it: this does not ask for the lease.
            await shut(house, event)
        if not is_mine:
            text = "another process is at it; nothing to do here"
            return MomentOutcome(event=event.id, slot=slot.key, outcome="held", text=text)
        while house.clock.now() < slot.at:
            await house.clock.reach(slot.at)
            event, slot = await _planned(house, event_id, moment, number)
        return await _do(house, event, slot)


async def _planned(house: House, event_id: str, moment: str, number: int) -> tuple[Event, Slot]:
    await house.journal.refresh(PLAN)
    planned = await house.event(event_id)
    event = (await house.journal.refresh(event_id)).state.rhythm.moved(planned)
    return event, slot_of(event, moment, number)


def slot_of(event: Event, moment: str, number: int = 1) -> Slot:
    """The due run that *moment* and *number* name. Raises `WrongUse` listing what there is."""
    for slot in event.slots():
        if slot.moment == moment and slot.number == number:
            return slot
    known = ", ".join(slot.key for slot in event.slots())
    raise WrongUse(f"{event.id}: there is no {moment} number {number}; there are: {known}")


async def _do(house: House, event: Event, slot: Slot) -> MomentOutcome:
    state = (await house.journal.refresh(event.id)).state
    before = state.slots.get(slot.key)
    if before is not None and not _is_worth_another_look(event, slot, state):
        return await _outcome(house, event, slot, "already", before.text)
    groups, planned = [as_data(group) for group in await house.groups(event)], await house.event(event.id)
    await house.journal.decide(event.id, note_plan({"event": as_data(planned), "groups": groups}))
    if slot.deadline is not None and house.clock.now() >= slot.deadline:
        outcome, text = "skipped", "too late for its purpose; nobody was told anything"
    elif state.disbanded_at is not None and slot.moment not in (Moment.BRIEF, Moment.DISBAND, Moment.REPORT):
        outcome, text = "skipped", "the room was closed before; nobody was told anything"
    else:
        outcome, text = "done", await _WORK[slot.moment](house, event, slot)
    await house.journal.decide(event.id, finish_slot(slot, outcome, text))
    return await _outcome(house, event, slot, "already" if before else outcome, text)


def _is_worth_another_look(event: Event, slot: Slot, state: State) -> bool:
    """What is done may have to be done for somebody else, or anew: another KOL, a message hidden since."""
    if slot.moment is Moment.BRIEF:
        return not state.outcome_of(brief_name(event, state), KOL_GROUP)
    return slot.moment is Moment.REPORT or is_unfinished(state, slot)


async def _outcome(house: House, event: Event, slot: Slot, outcome: str, text: str) -> MomentOutcome:
    state = (await house.live(event.id)).state
    rows = [
        {
            "announcement": delivery.announcement,
            "group": delivery.group,
            "channel": delivery.channel,
            "outcome": delivery.outcome,
            "detail": delivery.detail,
        }
        for delivery in state.deliveries.values()
        if delivery.announcement == slot.key
        or (slot.moment is Moment.BRIEF and delivery.announcement.startswith("brief"))
    ]
    return MomentOutcome(event=event.id, slot=slot.key, outcome=outcome, text=text, table=rows)
