"""`salon verify REPORT`: a report that was written, against its journal or its chat."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salon.state import State
    from salon.verifying import Told

#: Of what is wrong so many lines are printed.
_SHOWN = 40
#: Where a page leads back to the house that printed it; a journal alone does not know its own house.
_HOUSE = re.compile(r'href="(https?://[^"]+/report/[^"/]+)/(report\.pdf|words)"')


def verify(args: argparse.Namespace) -> int:
    """Say whether all of it is proven. Exit 0: it is; 1: it is not, and why; 2: something cannot be read."""
    from salon.verifying import check_file

    told, against = _told(args)
    verdict = check_file(args.report, told)
    for line in (*verdict.notes, *verdict.wrong[:_SHOWN]):
        print(line, file=sys.stderr)
    if len(verdict.wrong) > _SHOWN:
        print(f"and {len(verdict.wrong) - _SHOWN} more", file=sys.stderr)
    if verdict.wrong:
        print(f"{args.report}: {len(verdict.wrong)} things are not proven by {against}", file=sys.stderr)
        return 1
    what = f"{verdict.facts} facts, among them {verdict.quotes} quotes, and {verdict.messages} messages"
    print(f"{args.report}: {what}, all proven by {against}")
    return 0


def _told(args: argparse.Namespace) -> tuple[Iterable[Told], str]:
    """What the report may say, version by version, and where what was said stands."""
    if args.chat:
        return [_of_chat(args)], str(args.chat)
    if args.journal:
        return _of_journal(args.journal, args.report), str(args.journal)
    event = args.event or _event_of(args.report)
    return asyncio.run(_of_event(event)), f"the journal of {event}"


def _event_of(report: Path) -> str:
    """The event in whose folder *report* lies: `reports/EVENT/report.html`, `reports/EVENT/groups/NAME/short.txt`."""
    folder = report.absolute().parent
    for name in (folder, *folder.parents):
        if name.name == "groups":
            return name.parent.name
    return folder.name


def _of_chat(args: argparse.Namespace) -> Told:
    from salon.cli.report import how_to_read
    from salon.elsewhere import read_discussion
    from salon.report import report_of
    from salon.settings import Settings
    from salon.verifying import Told, drafted_beside
    from salon.wording import Wording

    discussion = read_discussion(args.chat, args.outline, args.kol or "-", how_to_read(args))
    discussion = replace(discussion, drafted=drafted_beside(args.report))
    wording = Wording(own=Settings.from_env().templates)
    return Told(report=report_of(discussion), discussion=discussion, wording=wording)


async def _of_event(id: str) -> list[Told]:
    """The version that everybody reads first, then the others, the newest first."""
    from salon.house import open_house
    from salon.issue import telling
    from salon.verifying import Told

    async with open_house() as house:
        event = await house.event(id)
        versions = (await house.journal.refresh(event.id)).state.editions.versions
        now = await telling(house, event)
        others = [await telling(house, event, n) for n in sorted(versions, reverse=True) if n != now.version]
        return [
            Told(
                report=one.report,
                discussion=one.discussion,
                wording=house.wording,
                steps=one.steps,
                link=house.links.report(event.id),
            )
            for one in (now, *others)
        ]


def _of_journal(path: Path, report: Path) -> Iterator[Told]:
    from salon.errors import Mistakes

    try:
        yield from _in_state(_state(path), report)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Mistakes([f"{path}: is no journal ({why}); write one with: salon journal EVENT --jsonl"]) from error


def _state(path: Path) -> State:
    from salon.entries import Entry
    from salon.state import State

    lines = path.read_text("utf-8").split("\n")
    return State.of(Entry.from_line(json.loads(line)) for line in lines if line.strip())


def _in_state(state: State, report: Path) -> Iterator[Told]:
    from salon.edited import edited
    from salon.issue import discussion_in, told_steps
    from salon.report import report_of
    from salon.settings import Settings
    from salon.verifying import Told
    from salon.wording import Wording

    discussion = discussion_in(state)
    discussion = replace(discussion, extra={**discussion.extra, **_house_of(report)})
    fresh, steps, wording = report_of(discussion), told_steps(state), Wording(own=Settings.from_env().templates)
    editions = state.editions
    for number in dict.fromkeys([editions.published, *sorted(editions.versions, reverse=True), 0]):
        operations = editions.versions[number].operations if number in editions.versions else ()
        version = edited(fresh, operations, discussion).report
        yield Told(report=version, discussion=discussion, wording=wording, steps=steps)


def _house_of(report: Path) -> dict[str, str]:
    """Where *report* itself says its house is: the links to its other forms."""
    try:
        text = report.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    links = {"report.pdf": ("report_link", ""), "words": ("words_link", "/words")}
    return {links[found[2]][0]: found[1] + links[found[2]][1] for found in _HOUSE.finditer(text)}
