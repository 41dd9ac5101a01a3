"""Two thousand people, a hundred seats, one moment, two server processes, over real HTTP."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from tests import load

from salon.entries import Entry
from salon.journal import Store
from salon.journal.postgres import PostgresStore
from salon.journal.sqlite import SqliteStore
from salon.settings import Settings

#: Everything in the database that stands behind the rules, taken away; the lock is another matter.
UNCONSTRAINED = {
    "sqlite": """
        DROP TRIGGER journal_has_no_gap; DROP TRIGGER no_seat_beyond_the_room;
        CREATE TABLE loose AS SELECT * FROM journal; DROP TABLE journal; ALTER TABLE loose RENAME TO journal;
        CREATE TABLE loose AS SELECT * FROM holds; DROP TABLE holds; ALTER TABLE loose RENAME TO holds;
    """,
    "postgresql": """
        DROP TRIGGER no_gap ON journal; DROP TRIGGER no_seat_beyond ON holds;
        ALTER TABLE journal DROP CONSTRAINT journal_pkey; ALTER TABLE holds DROP CONSTRAINT holds_pkey;
    """,
}


def without_constraints(url: str) -> None:
    """Take the second lock out of the database at *url*."""
    kind, _, path = url.partition(":///")
    if kind == "sqlite":
        raw = sqlite3.connect(path)
        raw.executescript(UNCONSTRAINED[kind])
        raw.close()
    else:
        with psycopg.connect(url) as connection:
            connection.execute(UNCONSTRAINED["postgresql"].encode())


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """An installation on each kind of database."""
    return Settings(home=tmp_path / "home", database=database_url)


async def rush(
    settings: Settings, people: int, module: str = "salon.web", *, has_constraints: bool = True
) -> tuple[list[load.Claim], list[Entry]]:
    """Let *people* claim at once. Returns what each was told, and the journal."""
    event = load.open_event_now()
    codes = await load.prepare(settings, event)
    if not has_constraints:
        without_constraints(settings.database)
    with load.servers(settings, 2, (module,)) as ports:
        claims = await load.claim_all(ports, codes, people)
    with closing(_as_it_is(settings.database)) as store:
        return claims, store.read(event.id)


def _as_it_is(url: str) -> Store:
    """The store at *url*, not migrated: constraints that were taken away stay away."""
    return SqliteStore(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else PostgresStore(url)


async def test_two_thousand_people_claim_a_hundred_seats(settings: Settings) -> None:
    claims, entries = await rush(settings, 2_000)
    assert {claim.status for claim in claims} == {201}
    assert list(load.problems(claims, entries, 100)) == []
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    # The presence of what is checked: claims that came after an answer, and two processes that wrote in turn.
    assert load.comparable(claims) >= 500
    server = {claim.person: claim.server for claim in claims}
    wrote = [server[entry.data["name"]] for entry in entries if "name" in entry.data]
    assert sum(one != two for one, two in pairwise(wrote)) >= 2


async def test_the_check_catches_servers_without_the_lock(settings: Settings) -> None:
    claims, entries = await rush(settings, 300, "tests.mutant_web", has_constraints=False)
    assert list(load.problems(claims, entries, 100)) != []
    # Not only a tangle: one seat, two people.
    people = Counter(entry.data["seat"] for entry in entries if entry.kind == "seat_taken")
    assert max(people.values()) == 2
