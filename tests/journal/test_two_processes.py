"""Two processes write to one journal at once. What becomes of it when one is killed: `tests/web/test_killed.py`."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

from tests import burst

from salon.journal import store_at


def hear_all(process: subprocess.Popen[bytes]) -> burst.Told:
    """Everything that *process* says until it ends by itself."""
    told = burst.Told(listeners=2)
    for line in process.communicate(timeout=60)[0].splitlines(keepends=True):
        told.hear(line)
    assert process.returncode == 0
    return told


def test_two_processes_write_at_once_and_everybody_sees_one_journal(database_url: str) -> None:
    posts, people = 15, burst.WRITERS
    until = 1 + 2 * posts * people
    processes: list[subprocess.Popen[bytes]] = [
        burst.start(database_url, run=run, posts=posts, cursors=(0, 0), until=until) for run in ("one", "two")
    ]
    try:
        # Both at once: whose output nobody takes stands still.
        with ThreadPoolExecutor() as pool:
            heard = list(pool.map(hear_all, processes))
    finally:
        for process in processes:
            process.kill()
    store = store_at(database_url)
    journal = store.read(burst.EVENT.id)
    store.close()
    assert len(journal) == until
    for told in heard:
        assert list(told.problems(journal)) == []
        assert [len(seen) for seen in told.seen] == [until, until]
        assert len(told.acknowledged) == posts * people
    assert sum(entry.kind == "seat_taken" for entry in journal) == burst.EVENT.seats
