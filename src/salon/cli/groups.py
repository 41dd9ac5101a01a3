"""`salon groups`: the register of groups on the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import orjson

from salon.channels import hides_address
from salon.errors import WrongUse
from salon.house import House, open_house
from salon.model import Group, Programme
from salon.register.comparing import Preview
from salon.register.reading import MOST_BYTES, Reading, read_list
from salon.register.writing import FIELDS, as_csv, as_toml
from salon.registering import change_groups, compared, programme_of, put


def groups(args: argparse.Namespace) -> int:
    """Do what the command line asks; 1 when a line of a list is wrong."""
    return asyncio.run(_list(args) if args.do == "list" else _import(args))


async def _list(args: argparse.Namespace) -> int:
    async with open_house() as house:
        found = (await _programme(house, args.series)).groups
    if args.form == "csv":
        sys.stdout.buffer.write(as_csv(found))
    elif args.form == "toml":
        print(as_toml(found), end="")
    elif args.form == "json":
        print(orjson.dumps([_as_data(group) for group in found]).decode())
    else:
        for group in found:
            print(_shown(group))
    return 0


async def _import(args: argparse.Namespace) -> int:
    reading = _read(args.file)
    async with open_house() as house:
        programme = await _programme(house, args.series)
        preview = compared(house, reading.lines, programme.groups)
        _say(args.file, house, reading, preview)
        if args.apply and preview.groups:
            written = await change_groups(
                house,
                programme.series.id,
                lambda known: put(compared(house, reading.lines, known).groups)(known),
            )
            print(f"applied: {written} entries written", file=sys.stderr)
        elif preview.groups:
            print(f"not applied; to apply: salon groups import {args.file} --apply", file=sys.stderr)
        else:
            print("nothing changes", file=sys.stderr)
    return 1 if preview.wrong else 0


def _read(path: Path) -> Reading:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise WrongUse(f"{path.name}: is larger than {MOST_BYTES:,} bytes; that is no list of groups")
    return read_list(data)


def _say(path: Path, house: House, reading: Reading, preview: Preview) -> None:
    words = house.wording.table("web/words.en.toml")
    for number, group in preview.new:
        print(f"+ line {number}: {_shown(group)}")
    for change in preview.changed:
        for field, old, new in change.fields():
            said = f"{old!r} → {new!r}" if field != "address" else "another one"
            print(f"~ line {change.number}: {change.new.name}: {field}: {said}")
    for wrong in preview.wrong:
        why = f"{words[f'column_{wrong.field}']}: {words[f'wrong_{wrong.why}']}"
        print(f"{path.name}: line {wrong.number}: {why}{f': {wrong.shown}' if wrong.shown else ''}", file=sys.stderr)
    for heading in reading.passed_over:
        print(f"{path.name}: column {heading[:60]!r} is not known, and passed over", file=sys.stderr)
    counts = (
        f"{len(preview.new)} new, {len(preview.changed)} changed, {preview.same} the same, {len(preview.wrong)} wrong"
    )
    print(counts, file=sys.stderr)


def _as_data(group: Group) -> dict[str, object]:
    """Its fields; an address that is hidden in the plan is so here."""
    data = {name: getattr(group, name) for name in FIELDS}
    return {**data, "address": ""} if hides_address(group.channel) else data


def _shown(group: Group) -> str:
    people = " / ".join(filter(None, (group.leader, group.backup))) or "nobody in charge"
    return "  ".join(filter(None, (group.id, group.name, people, group.channel, group.parent)))


async def _programme(house: House, series: str) -> Programme:
    """The series asked for, or the only one. Raises `WrongUse` when there are several."""
    if series:
        return await programme_of(house, series)
    known = (await house.plan()).programmes()
    if len(known) != 1:
        names = ", ".join(one.series.id for one in known) or "none yet; plan one with: salon plan FILE --apply"
        raise WrongUse(f"--series: write which one; there are: {names}")
    return known[0]
