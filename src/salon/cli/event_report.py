"""`salon report EVENT --out DIR`: the report of an evening of our own, shared as ever, and laid down somewhere else."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from salon.cli.week import moment
from salon.documents import lay_down
from salon.errors import WrongUse
from salon.house import open_house
from salon.issue import files_of, telling
from salon.model import Moment
from salon.report_command import Paper, on_paper
from salon.sharing import texts_as_files

#: Options of a chat that an event's report may have too.
ALLOWED = ("out", "has_pdf", "has_pictures", "forms")


def event_report(args: argparse.Namespace, wanted: Paper) -> int:
    """Run the report's moment of *args.event*, then write every form and every group's texts into *args.out*.

    What is not public yet is written as the draft is. May be run again. Raises as the moment does.
    """
    if not args.out:
        raise WrongUse("--out is missing; write: salon report EVENT --out DIR")
    code = moment(Moment.REPORT, args.event, number=None, wait=args.wait)
    asyncio.run(_write(args.event, args.out, wanted))
    return code


async def _write(id: str, out: Path, wanted: Paper) -> None:
    async with open_house() as house:
        event = await house.event(id)
        told = await telling(house, event)
        made = await files_of(house, told)
        made |= await texts_as_files(house, event, told.report, told.discussion)
        if any(wanted):
            link = house.links.report(event.id)
            made |= await asyncio.to_thread(on_paper, told.report, told.discussion, house.wording, wanted, link)
    for path in await asyncio.to_thread(lay_down, out, made):
        print(f"{path}: taken away; it was an earlier report's, and this one has no such file", file=sys.stderr)
    print("\n".join(str(out / name) for name in made))
