"""Seats that are kept for people who waited: given to who is next when they may be, whoever is at the door."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from salon.errors import Refused
from salon.house import House
from salon.rules.seats import is_to_be_settled, settle_offers


async def watch(house: House) -> None:
    """Do what `settle_offers` does as soon as there is something to do, for ever. Processes may do it side by side."""
    while True:
        now = house.clock.now()
        for event in (await house.plan()).events():
            # A close may have been put off by that much.
            if not event.times.opens_at <= now < event.times.disbands_at + timedelta(minutes=event.extend_minutes):
                continue
            state = (await house.live(event.id)).state
            if is_to_be_settled(event, state, now):
                with contextlib.suppress(Refused):
                    await house.journal.decide(event.id, settle_offers(event))
        await asyncio.sleep(1.0)
