"""`python -m salon.web`: serve the web room of the installation that the environment describes."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import sys

import uvicorn

from salon.errors import SalonError
from salon.house import House, open_house
from salon.settings import Settings
from salon.web.app import App, background
from salon.web.server import Protocol, Server

#: What is still going on this long after the signal to stop is cut off, in seconds: a phone that reads nothing would
#: hold it up for ever. With what comes after it, it stays within the time that `salon up` has (`supervisor.POLITE`).
STOP_SECONDS = 4


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; ends within `STOP_SECONDS` of it."""
    async with open_house(settings) as house:
        app = App(house)
        config = uvicorn.Config(
            app,
            host=settings.web_host,
            port=settings.web_port,
            loop="uvloop",
            http=Protocol,
            lifespan="off",
            ws="none",
            access_log=False,
            log_level="warning",
            server_header=False,
            date_header=False,
            backlog=4096,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        _calm_the_collector()
        # Uvicorn sends itself the signal again once it has stopped; what runs beside the pages must still end in peace.
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        async with background(app):
            server = Server(config, app.close)
            leaving = asyncio.create_task(_leave_when_replaced(house, server))
            await server.serve()
            leaving.cancel()
        # What stays frozen to the end is reported as leaked, in thirty lines of the log.
        gc.unfreeze()


async def _leave_when_replaced(house: House, server: Server) -> None:
    """Stop once another database lies where ours was (a backup, say): whoever starts us again starts on that one."""
    while not house.journal.is_replaced:
        await asyncio.sleep(1.0)
    logging.getLogger("salon.web").error("the database was replaced by another one; stopping, to begin anew with it")
    server.handle_exit(signal.SIGTERM, None)


def main() -> int:
    """Serve; exit 2 with one sentence when the settings make no sense."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    _raise_file_limit()
    try:
        import uvloop

        uvloop.run(serve(Settings.from_env()))
    except SalonError as error:
        print(f"salon: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


def _calm_the_collector() -> None:
    """A folded evening is many small objects that stay: looking through them all again and again costs a fifth."""
    gc.collect()
    gc.freeze()
    # A crowd at the door is a hundred objects each, all of which are gone a moment later.
    gc.set_threshold(50_000, 20, 50)


def _raise_file_limit() -> None:
    """Every open stream is a file; take as many as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
