"""`python -m salon.watchdog`: the last layer of 22:00, outside Prefect and outside the web room."""

from __future__ import annotations

import asyncio
import sys

from salon.errors import SalonError
from salon.house import open_house
from salon.moments.disband import watch
from salon.settings import Settings


async def stand_guard(settings: Settings) -> None:
    """Shut every room whose hour passed ten seconds ago and that nobody has shut; for ever.

    Raises `JournalUnavailable` when the database goes away; the supervisor then starts it again.
    """
    async with open_house(settings) as house:
        await watch(house)


def main() -> int:
    """Stand guard until stopped."""
    try:
        asyncio.run(stand_guard(Settings.from_env()))
    except SalonError as error:
        print(f"salon watchdog: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
