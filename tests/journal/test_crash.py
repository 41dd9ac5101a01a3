"""kill -9 in the middle of a burst, again and again, with listeners who come back to where they were."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from tests import burst

from salon.journal import store_at

#: Seconds that each process writes for.
DELAYS = (0.4, 0.3, 0.5)
#: From a word to the kill, in seconds: within the pause that `tests.burst` makes before each COMMIT.
AIM = 0.03


def hear_all(process: subprocess.Popen[bytes]) -> burst.Told:
    """Everything that *process* says until it ends by itself."""
    told = burst.Told(listeners=2)
    for line in process.communicate(timeout=60)[0].splitlines(keepends=True):
        told.hear(line)
    assert process.returncode == 0
    return told


def burst_and_kill(url: str, journal: str, run: str, told: burst.Told, delay: float) -> None:
    """Let one process write for *delay* seconds, kill it right before a COMMIT, and hear all that it said."""
    process = burst.start(url, journal=journal, run=run, cursors=told.cursors())
    assert process.stdout is not None
    told.hear(process.stdout.readline())
    end = time.monotonic() + delay
    for line in process.stdout:
        told.hear(line)
        if time.monotonic() > end and process.poll() is None:
            # Words come right after a COMMIT; those of a mistaken journal also before the next one.
            time.sleep(AIM)
            process.kill()
    process.stdout.close()
    assert process.wait() == -9, "it ended before it was killed"


def problems_after_kills(url: str, journal: str) -> set[str]:
    """Kill it several times over the same database. Returns what was promised and not kept."""
    told = burst.Told(listeners=3)
    store = store_at(url)
    try:
        for k, delay in enumerate(DELAYS):
            burst_and_kill(url, journal, f"run{k}", told, delay)
            if problems := set(told.problems(store.read(burst.EVENT.id))):
                return problems
        entries = store.read(burst.EVENT.id)
    finally:
        store.close()
    # The presence of what is checked: people were answered and shown things, on both sides of a kill.
    assert len({entry.by.split("-")[0] for entry in told.acknowledged if entry.kind != "message_posted"}) == len(DELAYS)
    assert all(len(seen) > 50 for seen in told.seen)
    seats = {e.data["seat"]: e.data["guest"] for e in told.acknowledged if e.kind == "seat_taken"}
    assert seats.items() <= {e.data["seat"]: e.data["guest"] for e in entries if e.kind == "seat_taken"}.items()
    return set()


def test_after_a_kill_every_answer_is_kept_and_listeners_saw_the_journal(database_url: str) -> None:
    assert problems_after_kills(database_url, "journal") == set()


def test_the_check_catches_a_journal_that_answers_before_commit(database_url: str) -> None:
    assert problems_after_kills(database_url, "acknowledges_early") == {"an acknowledged entry is not in the journal"}


def test_the_check_catches_a_journal_that_shows_before_commit(database_url: str) -> None:
    assert "a listener saw something else than the journal" in problems_after_kills(database_url, "publishes_early")


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
