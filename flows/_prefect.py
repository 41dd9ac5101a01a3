"""Prefect's command line for `salon up`, started before the server is there: `python -m flows._prefect worker …`.

Importing Prefect costs two to six seconds; done while the server starts, it costs no time.
"""

from __future__ import annotations

import asyncio
import runpy
import sys

# The expensive part, before the wait.
import prefect.cli.deploy
import prefect.workers.process  # noqa: F401
from prefect.settings import get_current_settings

from salon.errors import SalonError
from salon.prefect_api import PrefectApi


async def until_it_can_begin() -> None:
    """Wait for the server; a worker waits for its pool too, and frees what a worker before it died with.

    Raises `PrefectAway` after ten minutes, or when the server goes away meanwhile: `salon up` then starts this again.
    """
    settings = get_current_settings().api
    auth = settings.auth_string.get_secret_value() if settings.auth_string else None
    async with PrefectApi(settings.url or "", auth=auth) as api:
        await api.until_healthy(600)
        if "worker" in sys.argv:
            await api.until_pool_is_there()
            await api.give_back_what_died()


if __name__ == "__main__":
    try:
        asyncio.run(until_it_can_begin())
    except SalonError as error:
        # The last line of the log is what `salon up` says.
        sys.exit(f"salon: {error}")
    runpy.run_module("prefect", run_name="__main__")
