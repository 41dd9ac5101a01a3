"""`salon paper`: an event's report as a PDF and as long pictures."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from salon.documents import lay_down
from salon.filenames import safe_name
from salon.house import open_house
from salon.issue import telling
from salon.report_command import Paper, on_paper


def paper(args: argparse.Namespace) -> int:
    """Write the public edition (before there is one: the draft) and print the files. May be run again."""

    async def make() -> int:
        async with open_house() as house:
            event = await (house.event(args.event) if args.event else house.this_week())
            told = await telling(house, event)
            both = Paper(has_pdf=True, has_pictures=True)
            link = house.links.report(event.id)
            made = await asyncio.to_thread(on_paper, told.report, told.discussion, house.wording, both, link)
        out = args.out or Path("paper") / safe_name(event.id)
        await asyncio.to_thread(lay_down, out, made)
        print("\n".join(str(out / name) for name in made))
        return 0

    return asyncio.run(make())
