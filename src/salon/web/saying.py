"""What is said (again) after an answer was sent: the moment runs in the background, as its flow does."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from salon import moments
from salon.errors import SalonError
from salon.house import LEASE_SECONDS
from salon.model import Event, Slot
from salon.web.site import Site

log = logging.getLogger("salon.web")

#: A process that is at it may have looked too early: it is waited for this long, in seconds, this often.
_HELD_SECONDS, _EVERY_SECONDS = 4 * LEASE_SECONDS, 0.5


def say_soon(site: Site, event: Event, slot: Slot) -> None:
    """Have *slot*'s moment run once more in the background: it says what a person has asked for, and nothing else.

    What it cannot do stays in the journal as to be said; the planner's own run does it later.
    """
    task = asyncio.get_running_loop().create_task(_say(site, event, slot))
    # The loop itself keeps no hold of a task.
    site.jobs.add(task)
    task.add_done_callback(site.jobs.discard)


async def _say(site: Site, event: Event, slot: Slot) -> None:
    try:
        for _ in range(round(_HELD_SECONDS / _EVERY_SECONDS)):
            outcome = await moments.run(site.house, event.id, slot.moment, slot.number, patience=timedelta(0))
            if outcome.outcome != "held":
                return
            await asyncio.sleep(_EVERY_SECONDS)
    except SalonError as error:
        log.error("%s %s could not be said again: %s", event.id, slot.key, error)
    except Exception:
        log.exception("%s %s could not be said again", event.id, slot.key)
