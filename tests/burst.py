"""A process that writes as fast as it can until it is killed: `python -m tests.burst URL JOURNAL RUN POSTS AFTER…`.

JOURNAL is a name of `tests.mutants.JOURNALS`; each AFTER is the cursor of one listener; POSTS 0 means without end.
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

from tests.mutants import JOURNALS, SlowStore

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
#: Before each COMMIT of a process that is to be killed: without it an answer that comes too early is hardly seen.
PAUSE_SECONDS = 0.1


def _say(*line: Any) -> None:
    # Past every buffer: what was said stays said when the process is killed.
    os.write(1, json.dumps(line).encode() + b"\n")


async def _write(journal: Journal, run: str, writer: int, posts: int) -> None:
    k = 0
    while not posts or k < posts:
        k += 1
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


async def _main(url: str, name: str, run: str, posts: int, cursors: Sequence[int], until: int) -> None:
    store = store_at(url) if posts else SlowStore(store_at(url), PAUSE_SECONDS)
    async with JOURNALS[name](store, HandClock(EVENT.times.opens_at)) as journal:
        await journal.decide(EVENT.id, open_room(EVENT, by="clock"))
        writers = [_write(journal, run, k, posts) for k in range(WRITERS)]
        listeners = [_listen(journal, k, after, until) for k, after in enumerate(cursors)]
        await asyncio.gather(*writers, *listeners)


def start(
    url: str, *, journal: str = "journal", run: str, posts: int = 0, cursors: Sequence[int] = (), until: int = 0
) -> subprocess.Popen[bytes]:
    """Start such a process; it ends by itself when *posts* and *until* are given."""
    words = [url, journal, run, str(posts), str(until), *map(str, cursors)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.Popen([sys.executable, "-m", "tests.burst", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE)


@dataclass
class Told:
    """What such processes said on their outputs, over all runs."""

    listeners: int
    acknowledged: list[Entry] = field(default_factory=list)
    seen: list[list[Entry]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = [[] for _ in range(self.listeners)]

    def cursors(self) -> list[int]:
        """Where each listener would go on."""
        return [entries[-1].seq if entries else 0 for entries in self.seen]

    def hear(self, line: bytes) -> None:
        """Take in one line; one that was cut off says nothing."""
        if not line.endswith(b"\n"):
            return
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
    _url, _name, _run, _posts, _until, *_cursors = sys.argv[1:]
    asyncio.run(_main(_url, _name, _run, int(_posts), [int(after) for after in _cursors], int(_until)))
