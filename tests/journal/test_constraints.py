"""The second lock: what the database itself refuses, whatever the rules let through."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace

import psycopg
import pytest

from salon.entries import Draft, Rule
from salon.errors import JournalConflict
from salon.journal import Journal
from salon.model import Event
from salon.rules.seats import leave_seat, seat_taken, take_seat
from salon.rules.week import open_room, shut_room

INSERT = """
INSERT INTO journal (event, seq, at, kind, by, data) VALUES ('{}', {}, '2026-11-26 12:00+00', '{}', 'x', '{}')
"""


def run_sql(url: str, sql: str) -> int:
    """Run one statement behind the journal's back. Returns how many rows it changed."""
    if url.startswith("sqlite"):
        raw = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            return raw.execute(sql).rowcount
        finally:
            raw.close()
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(sql).rowcount  # type: ignore[arg-type]


def wrong(*drafts: Draft) -> Rule:
    """A rule that adds what it should not."""
    return lambda state, now: drafts


def wrongly_seated(seat: int, guest: str) -> Rule:
    return wrong(seat_taken(seat, guest, "readers", "", by=guest))


@pytest.fixture
async def opened(journal: Journal, event: Event) -> Journal:
    """A journal with an open room of a hundred seats."""
    await journal.decide(event.id, open_room(event, by="clock"))
    return journal


@pytest.mark.parametrize(
    "change", ["UPDATE journal SET by = 'me'", "UPDATE journal SET seq = seq + 1", "DELETE FROM journal"]
)
async def test_the_database_refuses_every_change_of_the_journal(
    opened: Journal, event: Event, database_url: str, change: str
) -> None:
    before = await opened.entries(event.id)
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="never"):
        run_sql(database_url, change)
    assert await opened.entries(event.id) == before


async def test_postgres_refuses_to_empty_the_journal(opened: Journal, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        # SQLite has no TRUNCATE; a DELETE without WHERE is refused above.
        return
    with pytest.raises(psycopg.IntegrityError, match="never"):
        run_sql(database_url, "TRUNCATE journal")


@pytest.mark.parametrize("seq", [0, 1, 3, 99])
async def test_the_database_refuses_a_gap_and_a_double(
    opened: Journal, event: Event, database_url: str, seq: int
) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        run_sql(database_url, INSERT.format(event.id, seq, "noted", "{}"))
    assert run_sql(database_url, INSERT.format(event.id, 2, "noted", "{}")) == 1


async def test_a_journal_begins_with_number_one(opened: Journal, database_url: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="gap"):
        run_sql(database_url, INSERT.format("other", 2, "noted", "{}"))


@pytest.mark.parametrize("seat", [0, 101, -1, 1000])
async def test_there_is_no_hundred_and_first_seat_even_if_a_rule_says_so(
    opened: Journal, event: Event, seat: int
) -> None:
    with pytest.raises(JournalConflict, match="no such seat"):
        await opened.decide(event.id, wrongly_seated(seat, "g1"))
    assert len(await opened.entries(event.id)) == 1
    await opened.decide(event.id, wrongly_seated(100, "g1"))
    assert (await opened.live(event.id)).state.seat_of("g1") == 100


async def test_a_smaller_room_has_fewer_seats(journal: Journal, event: Event) -> None:
    small = replace(event, seats=3)
    await journal.decide(event.id, open_room(small, by="clock"))
    with pytest.raises(JournalConflict, match="no such seat"):
        await journal.decide(event.id, wrongly_seated(4, "g1"))


async def test_nobody_sits_before_the_room_is_open(journal: Journal, event: Event) -> None:
    with pytest.raises(JournalConflict, match="no such seat"):
        await journal.decide(event.id, wrongly_seated(1, "g1"))


async def test_a_seat_is_held_once_and_a_guest_sits_once(opened: Journal, event: Event) -> None:
    await opened.decide(event.id, take_seat(event, "g1", source="readers"))
    for again in (wrongly_seated(1, "g2"), wrongly_seated(2, "g1")):
        with pytest.raises(JournalConflict):
            await opened.decide(event.id, again)
    assert len(await opened.entries(event.id)) == 2


async def test_what_was_freed_may_be_held_again(opened: Journal, event: Event) -> None:
    for _ in range(2):
        await opened.decide(event.id, take_seat(event, "g1", source="readers"))
        await opened.decide(event.id, leave_seat(event, "g1"))
    await opened.decide(event.id, take_seat(event, "g2", source="readers"))
    assert (await opened.live(event.id)).state.guest_by_seat == {1: "g2"}


async def test_freed_and_held_within_one_batch_keep_their_order(opened: Journal, event: Event) -> None:
    async def coming_and_going(guest: str) -> None:
        seated = opened.decide(event.id, take_seat(event, guest, source="readers"))
        left = opened.decide(event.id, leave_seat(event, guest))
        back = opened.decide(event.id, take_seat(event, guest, source="readers"))
        await asyncio.gather(seated, left, back)

    await asyncio.gather(*(coming_and_going(f"g{k}") for k in range(30)))
    state = (await opened.live(event.id)).state
    assert set(state.seat_by_guest) == {f"g{k}" for k in range(30)}
    assert sorted(state.guest_by_seat) == list(range(1, 31))


@pytest.mark.parametrize("kind", ["room_opened", "room_disbanded"])
async def test_a_room_opens_and_shuts_once_whatever_the_rules_say(opened: Journal, event: Event, kind: str) -> None:
    await opened.decide(event.id, shut_room(by="clock"))
    with pytest.raises(JournalConflict):
        await opened.decide(event.id, wrong(Draft(kind=kind, by="x", data={"seats": 100})))
    assert len(await opened.entries(event.id)) == 2


async def test_a_conflict_in_a_batch_harms_only_its_own_asker(opened: Journal, event: Event) -> None:
    live = await opened.live(event.id)
    asks = [take_seat(event, f"g{k}", source="readers") for k in range(40)]
    for place in (0, 17, 41):
        asks.insert(place, wrongly_seated(101, f"thief{place}"))
    answers = await asyncio.gather(*(opened.decide(event.id, ask) for ask in asks), return_exceptions=True)
    wronged = [k for k, answer in enumerate(answers) if isinstance(answer, JournalConflict)]
    assert wronged == [0, 17, 41]
    assert live.state.seat_by_guest == {f"g{k}": k + 1 for k in range(40)}
    assert live.entries == await opened.entries(event.id)
