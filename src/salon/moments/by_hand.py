"""A room that people open by hand: its moments wait for the group's code, and the owner is told while it is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from salon.announce import NotAllHeard, announce
from salon.house import House
from salon.model import BY_HAND, Event, Group
from salon.moments.brief import OWNER_GROUP
from salon.moments.texts import words
from salon.planbook import PLAN
from salon.rules.week import tell_owner
from salon.state import State

#: Whoever waits for a code looks again after this long at the latest, in real seconds; mostly the journal wakes it.
LOOK_SECONDS = 2.0


async def code_in_hand(house: House, event: Event) -> bool:
    """Wait until a code that lives until after the close stands behind *event*'s room; False when it never came.

    Goes on within seconds of the upload. May be killed and run again: whoever is next waits on.
    """

    def has_code(planned: Event, state: State) -> bool:
        return planned.room != BY_HAND or bool(state.invites.lasting(planned.times.disbands_at))

    return await _until(house, event, has_code)


async def opened(house: House, event: Event) -> bool:
    """Wait until *event*'s room is open; False when it never was."""
    return await _until(house, event, lambda planned, state: state.opened_at is not None)


async def look_after(house: House, event: Event) -> None:
    """Tell the owner, once each time, when people are or will be in front of a group that they cannot enter."""
    state = (await house.live(event.id)).state
    about = trouble(event, state, house.clock.now())
    if not about or about in state.told:
        return
    async with house.lease(event.id, "group_code") as is_mine:
        if is_mine:
            await _tell(house, event, about)


async def watch(house: House) -> None:
    """`look_after` every room by hand, for ever. Runs outside Prefect, beside the pages."""
    while True:
        for event in (await house.plan()).events():
            if event.room == BY_HAND:
                await look_after(house, event)
        await asyncio.sleep(LOOK_SECONDS)


def trouble(event: Event, state: State, now: datetime) -> str:
    """What the owner has to be told now: `code_due` some hours before the opening, `code_missing` from then on,
    `code_gone_3` once the room is open and nobody else can be let in until the close; empty: nothing.
    """
    times, invites = state.rhythm.moved(event).times, state.invites
    is_time = times.opens_at - timedelta(hours=event.code_hours) <= now < times.disbands_at
    if event.room != BY_HAND or not is_time or state.disbanded_at is not None:
        return ""
    lasting = invites.lasting(times.disbands_at)
    if state.opened_at is None:
        return "" if lasting else "code_due" if now < times.opens_at else "code_missing"
    has_room = any(invites.left(invite.number) for invite in lasting)
    # Counted, so that the owner is told again when the next code is used up as well.
    return "" if has_room else f"code_gone_{invites.changes}"


async def _until(house: House, event: Event, is_so: Callable[[Event, State], bool]) -> bool:
    while True:
        await house.journal.refresh(PLAN)
        # Another room or another hour may be planned while we wait.
        event = await house.event(event.id)
        state = (await house.journal.refresh(event.id)).state
        if is_so(event, state):
            return True
        if state.disbanded_at is not None or house.clock.now() >= event.times.disbands_at:
            return False
        await look_after(house, event)
        await _next_entry(house, event)


async def _next_entry(house: House, event: Event) -> None:
    """Wait for the next entry of *event*'s journal, for its end, or for `LOOK_SECONDS`."""
    live = await house.live(event.id)
    waits = [asyncio.ensure_future(live.more()), asyncio.ensure_future(house.clock.reach(event.times.disbands_at))]
    try:
        await asyncio.wait(waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _tell(house: House, event: Event, about: str) -> None:
    series = next(p.series for p in (await house.plan()).programmes() if p.series.id == event.series)
    owner = Group(id=OWNER_GROUP, name="owner", channel=series.owner_channel, address=series.owner_address or "owner")
    template = "open_room/owner_" + about.rstrip("0123456789").rstrip("_")
    text = words(house, event, template, room_link=house.links.room_codes(event.id))
    try:
        await announce(house, event, about.replace("_", "-"), [owner], lambda _: (text, None))
    except NotAllHeard:
        # A passing failure: the next look tries again.
        return
    await house.journal.decide(event.id, tell_owner(about, text, by="group_code"))
