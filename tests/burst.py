"""A process that writes as fast as it can: `python -m tests.burst URL RUN POSTS UNTIL AFTER…`.

Each of its writers posts so often; each AFTER is the cursor of one listener, who listens until entry UNTIL.
On standard output, one JSON line each: `["acknowledged", entry]` and `["seen", listener, entry]`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salon.clock import HandClock
from salon.entries import Entry
from salon.journal import Journal, store_at
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_as
from salon.rules.week import open_room
from salon.testing.golden import golden_event

ROOT = Path(__file__).parent.parent
EVENT = golden_event("en")
#: Writers that ask at the same time.
WRITERS = 20


def _say(*line: Any) -> None:
    # Past every buffer, a whole line at once: writers and listeners speak in turn.
    os.write(1, json.dumps(line).encode() + b"\n")


async def _write(journal: Journal, run: str, writer: int, posts: int) -> None:
    for k in range(posts):
        guest = f"{run}-{writer}-{k}"
        line = Line(text=f"said {guest}", client_id=guest)
        asks = take_seat(EVENT, guest, source="readers"), post_as(EVENT, "host", "Ann", line)
        for entry in await journal.decide(EVENT.id, asks[k % 2]):
            _say("acknowledged", entry.as_line())


async def _listen(journal: Journal, listener: int, after: int, until: int) -> None:
    async for entries in (await journal.live(EVENT.id)).follow(after):
        for entry in entries:
            _say("seen", listener, entry.as_line())
        if entries[-1].seq == until:
            return


async def _main(url: str, run: str, posts: int, until: int, cursors: Sequence[int]) -> None:
    async with Journal(store_at(url), HandClock(EVENT.times.opens_at)) as journal:
        await journal.decide(EVENT.id, open_room(EVENT, by="clock"))
        writers = [_write(journal, run, k, posts) for k in range(WRITERS)]
        listeners = [_listen(journal, k, after, until) for k, after in enumerate(cursors)]
        await asyncio.gather(*writers, *listeners)


def start(url: str, *, run: str, posts: int, until: int, cursors: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start such a process; it ends by itself."""
    words = [url, run, str(posts), str(until), *map(str, cursors)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.Popen([sys.executable, "-m", "tests.burst", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE)


@dataclass
class Told:
    """What such a process said on its output."""

    listeners: int
    acknowledged: list[Entry] = field(default_factory=list)
    seen: list[list[Entry]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = [[] for _ in range(self.listeners)]

    def hear(self, line: bytes) -> None:
        """Take in one line."""
        what, *rest = json.loads(line)
        entry = Entry.from_line(rest[-1])
        if what == "acknowledged":
            self.acknowledged.append(entry)
        else:
            self.seen[rest[0]].append(entry)

    def problems(self, journal: Sequence[Entry]) -> Iterator[str]:
        """What does not agree with *journal*: nothing, if it keeps its promises."""
        if [entry.seq for entry in journal] != list(range(1, len(journal) + 1)):
            yield "the journal has a gap"
        kept = {entry.seq: entry for entry in journal}
        if any(kept.get(entry.seq) != entry for entry in self.acknowledged):
            yield "an acknowledged entry is not in the journal"
        if any(seen != list(journal[: len(seen)]) for seen in self.seen):
            yield "a listener saw something else than the journal"


if __name__ == "__main__":
    _url, _run, _posts, _until, *_cursors = sys.argv[1:]
    asyncio.run(_main(_url, _run, int(_posts), int(_until), [int(after) for after in _cursors]))
