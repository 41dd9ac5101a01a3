"""Reads what an owner plans: one TOML file in, a `Programme` out, or every mistake in it at once.

The format is described in `docs/programme.md`; its numbers are the constants of `salon.programme.parts`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from salon.errors import Mistakes
from salon.model import Programme
from salon.programme.events import read_events
from salon.programme.parts import CHANNELS, check_addresses, read_groups, read_series
from salon.programme.table import Notes, Table

__all__ = ["CHANNELS", "MOST_BYTES", "read_programme"]

#: A larger file is refused before it is read.
MOST_BYTES = 4_000_000

_AT_LINE = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


def read_programme(path: Path, channels: Collection[str] = CHANNELS) -> Programme:
    """All that *path* plans, with every time absolute and every portrait's path absolute; events by date.

    *channels* are the names that a group, the owner or a KOL may be reached by. Reads the file and the portraits
    that it names, and writes nothing, so it may be run again. Raises `Mistakes` with every mistake of the file, one
    line each: `thursday.toml: events[2].outline[1].minutes: -5 is not allowed; write …`. Counted from 1.
    """
    notes = Notes(path.name)
    root = Table(_parsed(path), "", notes)
    plan = read_series(root, channels)
    groups = read_groups(root, channels)
    events = read_events(root, plan, path.parent, channels)
    root.done()
    check_addresses(notes, plan.series, groups, events)
    notes.settle()
    return Programme(series=plan.series, groups=groups, events=tuple(sorted(events, key=lambda e: e.times.starts_at)))


def _parsed(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Mistakes([f"{path.name}: too many brackets inside one another; write it flatter"]) from None
    except ValueError as broken:
        raise Mistakes([f"{path.name}: {_where(str(broken), text)}"]) from broken


def _text(path: Path) -> str:
    """The file's text; a byte-order mark, which some editors write, is left out."""
    try:
        if path.is_dir():
            raise Mistakes([f"{path.name or path}: is a folder; name the programme's .toml file"])
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise Mistakes([f"{path.name}: is larger than {MOST_BYTES:,} bytes; that is no programme"])
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise Mistakes([f"{path.name}: there is no such file; check the name and the folder"]) from None
    except UnicodeDecodeError as foreign:
        line = foreign.object.count(b"\n", 0, foreign.start) + 1
        raise Mistakes([f"{path.name}: line {line}: is not UTF-8; save the file with the encoding UTF-8"]) from foreign
    except OSError as closed:
        raise Mistakes([f"{path.name}: cannot be read ({closed.strerror}); check who may open it"]) from closed


def _where(message: str, text: str) -> str:
    """Python's own words about broken TOML, with the line in front."""
    found = _AT_LINE.match(message)
    if found:
        return f"line {found['line']}: {found['what']}; this is not TOML, compare with examples/"
    line = text.rstrip().count("\n") + 1
    return f"line {line}: {message.removesuffix(' (at end of document)')}; this is not TOML, compare with examples/"
