"""`salon verify REPORT`: a report that was written, against its journal or its chat."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salon.model import Discussion


def verify(args: argparse.Namespace) -> int:
    """Say whether all of it is proven. Exit 0: it is; 1: it is not, and why; 2: something cannot be read."""
    from salon.verifying import check_file

    discussion, made, against = _said(args)
    verdict = check_file(args.report, discussion, made)
    for line in verdict.wrong:
        print(line, file=sys.stderr)
    if verdict.wrong:
        print(f"{args.report}: {len(verdict.wrong)} things are not proven by {against}", file=sys.stderr)
        return 1
    what = f"{verdict.quotes} quotes and {verdict.messages} messages" if verdict.messages else "every line"
    print(f"{args.report}: {what}, all proven by {against}")
    return 0


def _said(args: argparse.Namespace) -> tuple[Discussion, Mapping[str, bytes] | None, str]:
    """What was said, the files that a report of it has today where they can be made, and where it stands."""
    if args.chat:
        return *_of_chat(args), str(args.chat)
    if args.journal:
        return _of_journal(args.journal), None, str(args.journal)
    event = args.event or args.report.absolute().parent.name
    return *asyncio.run(_of_event(event)), f"the journal of {event}"


def _of_chat(args: argparse.Namespace) -> tuple[Discussion, Mapping[str, bytes]]:
    from salon.cli.report import how_to_read
    from salon.documents import documents
    from salon.elsewhere import read_discussion
    from salon.report import report_of
    from salon.verifying import drafted_beside
    from salon.wording import Wording

    discussion = read_discussion(args.chat, args.outline, args.kol or "-", how_to_read(args))
    discussion = replace(discussion, drafted=drafted_beside(args.report))
    return discussion, documents(report_of(discussion), discussion, Wording())


async def _of_event(id: str) -> tuple[Discussion, Mapping[str, bytes]]:
    from salon.house import open_house
    from salon.issue import files_of, telling

    async with open_house() as house:
        told = await telling(house, await house.event(id))
        return told.discussion, await files_of(house, told)


def _of_journal(path: Path) -> Discussion:
    from salon.entries import Entry
    from salon.errors import Mistakes
    from salon.issue import discussion_in
    from salon.state import State

    try:
        lines = path.read_text("utf-8").split("\n")
        state = State.of(Entry.from_line(json.loads(line)) for line in lines if line.strip())
        return discussion_in(state)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Mistakes([f"{path}: is no journal ({why}); write one with: salon journal EVENT --jsonl"]) from error
