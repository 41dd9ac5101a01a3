"""Says one announcement to all groups of an installation, until everybody's outcome is known: `HOME HOSTS`.

Started by `benchmarks.wave.run` as a process of its own, so that it can be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from salon.announce import NotAllHeard, announce
from salon.fitting import Script
from salon.house import House, open_house
from salon.model import Event, Group
from salon.settings import Settings

#: Said to every group.
NAME = "open_room"
#: The smallest picture that every channel takes: one white pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fe"
    "a7d6059b0000000049454e44ae426082"
)


async def main(home: str, hosts: str) -> None:
    """Announce until nothing is left to do."""
    settings = Settings.from_env({**os.environ, "SALON_HOME": home})
    async with open_house(settings) as house:
        house.hosts = json.loads(hosts)
        [event] = (await house.plan()).events()
        # No lease: whoever starts it sees to it that there is one at a time, and waits for no dead one's.
        while not await _is_done(house, event):
            pass
    print("done", flush=True)


async def _is_done(house: House, event: Event) -> bool:
    try:
        await announce(house, event, NAME, await house.groups(event), _script)
    except NotAllHeard:
        return False
    return True


def _script(group: Group) -> Script:
    return Script(f"Hello {group.name}, tonight at eight.", PNG)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
