"""How every moment is run: wait for its time, hold its lease, look at its deadline, do it, write it down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from salon.codec import as_data
from salon.errors import WrongUse
from salon.house import House
from salon.model import Event, Moment, Slot
from salon.moments.brief import brief
from salon.moments.disband import disband, shut
from salon.moments.host import host
from salon.moments.open_room import open_room
from salon.moments.remind import remind
from salon.moments.report import report
from salon.moments.warm_up import warm_up
from salon.rules.week import finish_slot, note_plan
from salon.state import SlotDone

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
    #: "done" now, "already" done before, "skipped" as too late, "held" by another process that is at it.
    outcome: str
    #: One sentence for the owner.
    text: str
    #: Its deliveries: a row per group with announcement, group, channel, outcome, detail.
    table: list[dict[str, str]] = field(default_factory=list)


async def run(house: House, event_id: str, moment: str, number: int = 1) -> MomentOutcome:
    """Run *moment* of an event, waiting for its time first. May be run again at any time, also side by side.

    Raises `NotFound` (no such event), `WrongUse` (no such moment or number), and what the moment's own work
    could not do; then it is not written down as done, and the next run does the rest.
    """
    event = await house.event(event_id)
    slot = slot_of(event, moment, number)
    await house.clock.reach(slot.at - house.clock.lead)
    async with house.lease(event.id, slot.key) as is_mine:
        if slot.moment is Moment.DISBAND:
            # The room shuts at its hour whoever else is at it: this does not ask for the lease.
            await shut(house, event)
        if not is_mine:
            text = "another process is at it; nothing to do here"
            return MomentOutcome(event=event.id, slot=slot.key, outcome="held", text=text)
        await house.clock.reach(slot.at)
        return await _do(house, event, slot)


def slot_of(event: Event, moment: str, number: int = 1) -> Slot:
    """The due run that *moment* and *number* name. Raises `WrongUse` listing what there is."""
    for slot in event.slots():
        if slot.moment == moment and slot.number == number:
            return slot
    known = ", ".join(slot.key for slot in event.slots())
    raise WrongUse(f"{event.id}: there is no {moment} number {number}; there are: {known}")


async def _do(house: House, event: Event, slot: Slot) -> MomentOutcome:
    before = await _done(house, event, slot)
    if before is not None:
        return await _outcome(house, event, slot, "already", before.text)
    groups = [as_data(group) for group in await house.groups(event)]
    await house.journal.decide(event.id, note_plan({"event": as_data(event), "groups": groups}))
    if slot.deadline is not None and house.clock.now() >= slot.deadline:
        outcome, text = "skipped", "too late for its purpose; nobody was told anything"
    else:
        outcome, text = "done", await _WORK[slot.moment](house, event, slot)
    await house.journal.decide(event.id, finish_slot(slot, outcome, text))
    return await _outcome(house, event, slot, outcome, text)


async def _done(house: House, event: Event, slot: Slot) -> SlotDone | None:
    return (await house.journal.refresh(event.id)).state.slots.get(slot.key)


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
        if delivery.announcement.startswith(slot.key)
    ]
    return MomentOutcome(event=event.id, slot=slot.key, outcome=outcome, text=text, table=rows)
