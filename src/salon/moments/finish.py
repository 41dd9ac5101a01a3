"""What was begun and cut off: a report that is public, and that somebody has not been told of, is told by itself."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from salon.errors import JournalUnavailable, SalonError
from salon.hearing import is_owed
from salon.house import House
from salon.model import Event
from salon.moments.run import run
from salon.planbook import PLAN

log = logging.getLogger("salon.moments")

#: How long after its planned hour a report that is owed is looked for.
MEMORY = timedelta(days=30)
#: Between two looks, and at most between two tries of what goes wrong each time; in real seconds.
EVERY_SECONDS, MOST_SECONDS = 2.0, 600.0


class Finisher:
    """Looks again and again, for ever. Many may: whoever holds the lease does it, and each group hears once."""

    def __init__(self, house: House) -> None:
        self._house = house
        #: Event → how long it is left alone after it went wrong, and until when, in real time.
        self._waits: dict[str, tuple[float, datetime]] = {}

    async def watch(self) -> None:
        """Finish what is owed. Raises `JournalUnavailable`; then it may be asked again."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> list[str]:
        """Run the report's moment of every event that owes its report to somebody; ids of these events."""
        await self._house.journal.refresh(PLAN)
        now, tried = self._house.clock.now(), []
        for event in (await self._house.plan()).events():
            if event.times.reports_at <= now <= event.times.reports_at + MEMORY and await self._is_owed(event):
                tried.append(event.id)
                await self._finish(event)
        return tried

    async def _is_owed(self, event: Event) -> bool:
        _, until = self._waits.get(event.id, (0.0, None))
        if until is not None and self._house.clock.wall_now() < until:
            return False
        state = (await self._house.live(event.id)).state
        return is_owed(state, await self._house.groups(event))

    async def _finish(self, event: Event) -> None:
        try:
            # Where somebody is at it already this leaves at once.
            await run(self._house, event.id, "report", patience=timedelta(0))
            self._waits.pop(event.id, None)
        except JournalUnavailable:
            raise
        except (SalonError, OSError) as error:
            before, _ = self._waits.get(event.id, (EVERY_SECONDS, None))
            seconds = min(2 * before, MOST_SECONDS)
            self._waits[event.id] = seconds, self._house.clock.wall_now() + timedelta(seconds=seconds)
            log.error("the report of %s is still owed to somebody: %s", event.id, error)
