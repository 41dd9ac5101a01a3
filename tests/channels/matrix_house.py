"""Tells Matrix groups something out of a real house; also as a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from salon.announce import Heard, announce
from salon.clock import WallClock
from salon.house import open_house
from salon.model import Group
from salon.settings import Settings
from salon.testing.golden import golden_event

TEXT = '<p><strong>今晚八点</strong><br>a &lt; b · <a href="https://example.org/c/x">进群</a></p>'


async def tell(home: Path, host: str, groups: Sequence[Group], poster: bytes | None) -> Heard:
    """Say one announcement with *poster* to *groups*, with the real engine on the real clock."""
    async with open_house(Settings.from_env({"SALON_HOME": str(home)}), WallClock()) as house:
        house.hosts = {"matrix": host}
        return await announce(house, golden_event("zh"), "warm_up", groups, lambda group: (TEXT, poster))


if __name__ == "__main__":
    where, at, room = sys.argv[1:]
    picture = Path(where, "poster.png").read_bytes()
    asyncio.run(tell(Path(where), at, [Group(id="g", name="g", channel="matrix", address=room)], picture))
