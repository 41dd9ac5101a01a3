"""Durable messages: many that share a commit, against one transaction each. `python -m benchmarks.journal`

The same journal, the same messages, the event loop of the web room, fsync in both; only how many may share a
commit differs. Each round runs both, one after the other, on fresh databases; the ratio within a round is what
counts, since machines differ and are busy. Exits 1 when the median ratio on any database is below `FLOOR`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import uvloop  # noqa: E402
from tests.servers import PostgresServer  # noqa: E402

from salon.clock import HandClock  # noqa: E402
from salon.journal import Journal, store_at, writer  # noqa: E402
from salon.rules.talk import Line, post_as  # noqa: E402
from salon.rules.week import open_room  # noqa: E402
from salon.testing.golden import golden_event  # noqa: E402

#: Messages per CPU-second with group commit, to those with one transaction each.
FLOOR = 8.0
#: People who speak at the same time.
AT_ONCE = 1_000
EVENT = golden_event("en")


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one way of writing came to."""

    messages: int
    seconds: float
    #: Of this process and, where it can be told, of the database server.
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Messages a second, by the clock on the wall."""
        return self.messages / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """Messages a CPU-second: what the machine can do when it is busy."""
        return self.messages / self.cpu_seconds


async def post(url: str, messages: int, batch: int, server_cpu: Callable[[], float]) -> Run:
    """Post *messages*, `AT_ONCE` at a time, at most *batch* to a commit, and wait until every one is durable."""
    async with Journal(store_at(url), HandClock(EVENT.times.opens_at)) as journal:
        await journal.decide(EVENT.id, open_room(EVENT, by="clock"))
        lines = [Line(text=f"message {k}", client_id=str(k)) for k in range(messages)]
        with _batches_of(batch):
            began, cpu, theirs = time.perf_counter(), time.process_time(), server_cpu()
            for k in range(0, messages, AT_ONCE):
                rules = (post_as(EVENT, "host", "Ann", line) for line in lines[k : k + AT_ONCE])
                await asyncio.gather(*(journal.decide(EVENT.id, rule) for rule in rules))
            run = Run(
                messages=messages,
                seconds=time.perf_counter() - began,
                cpu_seconds=time.process_time() - cpu + server_cpu() - theirs,
            )
        assert len(await journal.entries(EVENT.id)) == messages + 1
        return run


@contextmanager
def _batches_of(size: int) -> Iterator[None]:
    before, writer.BATCH = writer.BATCH, size
    try:
        yield
    finally:
        writer.BATCH = before


def rounds(
    fresh: Callable[[], str], count: int, messages: int, server_cpu: Callable[[], float]
) -> Iterator[tuple[Run, Run]]:
    """Paired runs: (group commit, one transaction each), each pair in the other order than the last."""
    for k in range(count):
        pair = {}
        for batch in (1, writer.BATCH) if k % 2 else (writer.BATCH, 1):
            # Fewer of the slow kind: the ratio is per message.
            amount = messages if batch > 1 else messages // 4
            pair[batch > 1] = uvloop.run(post(fresh(), amount, batch, server_cpu))
        yield pair[True], pair[False]


def table(name: str, pairs: list[tuple[Run, Run]]) -> float:
    """Print one database's rounds. Returns the median ratio per CPU-second."""
    ratios = []
    print(f"\n{name:<12}{'group commit':>26}{'one transaction each':>28}{'ratio':>18}")
    print(f"{'round':<12}{'per s':>12}{'per CPU-s':>14}{'per s':>14}{'per CPU-s':>14}{'wall':>9}{'CPU':>9}")
    for k, (group, single) in enumerate(pairs, 1):
        ratios.append(group.per_cpu_second / single.per_cpu_second)
        print(
            f"{k:<12}{group.per_second:>12,.0f}{group.per_cpu_second:>14,.0f}{single.per_second:>14,.0f}"
            f"{single.per_cpu_second:>14,.0f}{group.per_second / single.per_second:>9.1f}{ratios[-1]:>9.1f}"
        )
    print(f"median ratio per CPU-second: {median(ratios):.1f}")
    return median(ratios)


def calm_the_collector() -> None:
    """Let Python look for rubbish less often: a burst makes many objects, and a third of its time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def cpu_of(server: PostgresServer) -> float:
    """CPU seconds of the server's processes until now; 0 where the system does not tell."""
    tick, total = os.sysconf("SC_CLK_TCK"), 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if server.pid in (int(folder.name), int(fields[1])):
            # Own time, and that of children which have ended.
            total += sum(map(int, fields[11:15]))
    return total / tick


def main() -> int:
    """Run on SQLite and on PostgreSQL; exit 1 below `FLOOR`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--sqlite-only", action="store_true")
    args = parser.parse_args()
    calm_the_collector()
    with tempfile.TemporaryDirectory(prefix="salon-benchmark-") as folder:
        names = iter(range(10**6))
        pairs = list(rounds(lambda: f"sqlite:///{folder}/{next(names)}.db", args.rounds, args.messages, lambda: 0.0))
    worst = table("SQLite", pairs)
    if not args.sqlite_only:
        server = PostgresServer()
        try:
            pairs = list(rounds(server.fresh_database, args.rounds, args.messages, lambda: cpu_of(server)))
        finally:
            server.remove()
        worst = min(worst, table("PostgreSQL", pairs))
    print(f"\n{'as promised' if worst >= FLOOR else 'BELOW THE PROMISE'}: at least {FLOOR:g} times")
    return 0 if worst >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
