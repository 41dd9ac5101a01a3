"""What goes on after an answer was sent: groups are told of an approved report, files are written again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from salon import moments
from salon.errors import SalonError
from salon.house import LEASE_SECONDS
from salon.model import Event
from salon.moments.told import reissue
from salon.web.site import Site

log = logging.getLogger("salon.web")

#: Another process that is at it may have looked too early: it is waited for this long, in seconds, this often.
_HELD_SECONDS, _EVERY_SECONDS = 4 * LEASE_SECONDS, 0.5


def share_soon(site: Site, event: Event) -> None:
    """Have the report's moment run in the background, as its flow does: it publishes, writes, and tells the groups."""
    soon(site, _share(site, event))


def issue_soon(site: Site, event: Event) -> None:
    """Have the report's files written again in the background; for an unpublished one there is nothing to write.

    Of many who ask at once one is served, and once more for all who came after it began.
    """
    is_on = event.id in site.issuing
    site.issuing[event.id] = True
    if not is_on:
        soon(site, _issue(site, event))


async def _issue(site: Site, event: Event) -> None:
    try:
        while site.issuing[event.id]:
            site.issuing[event.id] = False
            await reissue(site.house, event)
    finally:
        del site.issuing[event.id]


async def _share(site: Site, event: Event) -> None:
    for _ in range(round(_HELD_SECONDS / _EVERY_SECONDS)):
        outcome = await moments.run(site.house, event.id, "report", patience=timedelta(0))
        if outcome.outcome != "held":
            return
        await asyncio.sleep(_EVERY_SECONDS)


def soon(site: Site, work: Coroutine[Any, Any, object]) -> None:
    """Have *work* done after the answer was sent; what stops it is logged, and the journal has what is left to do."""

    async def job() -> None:
        try:
            await work
        except SalonError as error:
            # The journal has what is left to do: the next run, or the next look at the desk, does it.
            log.error("it could not be shared, written or sent: %s", error)
        except Exception:
            log.exception("it could not be shared, written or sent")

    task = asyncio.get_running_loop().create_task(job())
    # The loop itself keeps no hold of a task.
    site.jobs.add(task)
    task.add_done_callback(site.jobs.discard)
