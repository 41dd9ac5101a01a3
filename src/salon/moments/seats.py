"""Seats that are kept for people who waited: passed on when their time is over, whoever is at the door."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from salon.errors import Refused
from salon.house import House
from salon.rules.seats import settle_offers


async def watch(house: House) -> None:
    """Pass on every offer whose time is over, for ever. Processes may do it side by side."""
    while True:
        now = house.clock.now()
        for event in (await house.plan()).events():
            # A close may have been put off by that much.
            if not event.times.opens_at <= now < event.times.disbands_at + timedelta(minutes=event.extend_minutes):
                continue
            state = (await house.live(event.id)).state
            if any(offer.until <= now for offer in state.offers.values()):
                with contextlib.suppress(Refused):
                    await house.journal.decide(event.id, settle_offers(event))
        await asyncio.sleep(1.0)
