"""`decide`: what it adds, what it refuses, when it answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from tests.mutants import AcknowledgesEarly, CountingStore, PublishesEarly, SlowStore

from salon.clock import HandClock
from salon.entries import Draft, Entry, Rule
from salon.errors import JournalUnavailable, RoomClosed, WrongUse
from salon.journal import Journal, store_at
from salon.journal.journal import CROWD
from salon.model import Event
from salon.rules.seats import take_seat
from salon.rules.talk import Line, post_as
from salon.rules.week import open_room
from salon.state import State


def note(text: str, **data: object) -> Rule:
    """A rule that adds one entry of no consequence."""
    return lambda state, now: [Draft(kind="noted", by="host", data={"text": text, **data})]


def texts(entries: Iterable[Entry]) -> list[str]:
    return [entry.data["text"] for entry in entries]


async def test_what_a_rule_adds_is_numbered_dated_and_kept(journal: Journal, event: Event, clock: HandClock) -> None:
    added = await journal.decide(event.id, open_room(event, by="clock"))
    expected = Entry(seq=1, event=event.id, at=clock.now(), kind="room_opened", by="clock", data={"seats": event.seats})
    assert added == (expected,)
    assert await journal.entries(event.id) == [expected]
    assert (await journal.live(event.id)).entries == [expected]
    assert await journal.events() == [event.id]


async def test_one_rule_may_add_several_entries_or_none(journal: Journal) -> None:
    def both(state: State, now: datetime) -> list[Draft]:
        return [Draft(kind="noted", by="host", data={"text": text}) for text in ("one", "two")]

    assert texts(await journal.decide("e", both)) == ["one", "two"]
    assert await journal.decide("e", lambda state, now: ()) == ()
    assert texts(await journal.entries("e", after=1)) == ["two"]


async def test_each_rule_sees_everything_decided_before_it(journal: Journal) -> None:
    def count(state: State, now: datetime) -> list[Draft]:
        return [Draft(kind="noted", by="host", data={"text": str(state.seq)})]

    answers = await asyncio.gather(*(journal.decide("e", count) for _ in range(50)))
    assert [texts(answer) for answer in answers] == [[str(k)] for k in range(50)]


async def test_events_do_not_mix(journal: Journal) -> None:
    await asyncio.gather(*(journal.decide(event, note(event)) for event in ("a", "b", "a")))
    assert [(e.seq, e.data["text"]) for e in await journal.entries("a")] == [(1, "a"), (2, "a")]
    assert [(e.seq, e.data["text"]) for e in await journal.entries("b")] == [(1, "b")]


async def test_a_refusal_leaves_nothing_and_harms_nobody_else(journal: Journal, event: Event, clock: HandClock) -> None:
    clock.turn_to(event.times.disbands_at)
    asks = (note("before"), take_seat(event, "late", source="readers"), note("after"))
    before, refused, after = await asyncio.gather(
        *(journal.decide(event.id, ask) for ask in asks), return_exceptions=True
    )
    assert isinstance(refused, RoomClosed)
    assert await journal.entries(event.id) == [*before, *after]


def _half(state: State, now: datetime) -> Iterable[Draft]:
    yield Draft(kind="noted", by="host", data={"text": "half"})
    raise WrongUse("changed my mind")


def _unwritable(state: State, now: datetime) -> Iterable[Draft]:
    return [Draft(kind="noted", by="host", data={"text": object()})]


def _surrogate(state: State, now: datetime) -> Iterable[Draft]:
    return [Draft(kind="noted", by="host", data={"text": "\ud83d"})]


def _no_such_poll(state: State, now: datetime) -> Iterable[Draft]:
    return [Draft(kind="poll_closed", by="host", data={"poll": "none"})]


@pytest.mark.parametrize("mistake", [_half, _unwritable, _surrogate, _no_such_poll])
async def test_a_mistake_in_a_rule_harms_only_its_asker(journal: Journal, mistake: Rule) -> None:
    live = await journal.live("e")
    asks = [note(str(k)) for k in range(20)]
    asks.insert(7, mistake)
    answers = await asyncio.gather(*(journal.decide("e", ask) for ask in asks), return_exceptions=True)
    assert isinstance(answers.pop(7), Exception)
    assert [texts(answer) for answer in answers] == [[str(k)] for k in range(20)]
    # The writer is alive, and nothing was shown twice.
    assert texts(await journal.decide("e", note("next"))) == ["next"]
    assert live.entries == await journal.entries("e")
    assert texts(live.entries) == [*map(str, range(20)), "next"]


async def test_a_name_that_one_database_cannot_take_harms_only_its_asker(journal: Journal) -> None:
    # PostgreSQL has no NUL in texts; SQLite has.
    odd = Draft(kind="noted", by="a\0b", data={"text": "odd"}, holds=("said:\0",))
    asks = [note("before"), lambda state, now: [odd], note("after")]
    before, _, after = await asyncio.gather(*(journal.decide("e", ask) for ask in asks), return_exceptions=True)
    assert (texts(before), texts(after)) == (["before"], ["after"])


@pytest.mark.parametrize("text", ["a\0b", "\\u0000", "\x1b[0m", "🍵 沙龙", "\u2028", "\ufffe"])
async def test_any_text_comes_back_as_it_went_in(journal: Journal, text: str) -> None:
    added = await journal.decide("e", note(text, size=1.5, big=2**53, none=None, list=[1, {"z": 1, "a": 2}]))
    (kept,) = await journal.entries("e")
    assert (kept,) == added
    # The order of the keys too: the same journal prints the same lines on every database.
    assert json.dumps(kept.as_line()) == json.dumps(added[0].as_line())


async def test_a_line_reads_back_as_the_entry_it_was(journal: Journal, event: Event) -> None:
    await journal.decide(event.id, open_room(event, by="clock"))
    await journal.decide(event.id, take_seat(event, "g1", source="readers", name="小鹿"))
    await journal.decide(event.id, post_as(event, "host", "Ann", Line(text="hello\n#1", client_id="c1")))
    entries = await journal.entries(event.id)
    lines = "\n".join(json.dumps(entry.as_line(), ensure_ascii=False) for entry in entries)
    assert [Entry.from_line(json.loads(line)) for line in lines.split("\n")] == entries
    assert list(entries[0].as_line()) == ["seq", "event", "at", "kind", "by", "data"]


async def test_time_never_runs_backwards_within_a_journal(journal: Journal, clock: HandClock) -> None:
    noon = clock.now()
    for minutes in (0, 5, -60, 3, 7):
        clock.turn_to(noon + timedelta(minutes=minutes))
        await journal.decide("e", note(str(minutes)))
    at = [(entry.at - noon) / timedelta(minutes=1) for entry in await journal.entries("e")]
    assert at == [0, 5, 5, 5, 7]


async def test_many_asks_share_few_commits(database_url: str, clock: HandClock) -> None:
    store = CountingStore(store_at(database_url))
    async with Journal(store, clock) as journal:
        await asyncio.gather(*(journal.decide("e", note(str(k))) for k in range(1_000)))
        assert len(await journal.entries("e")) == 1_000
    assert 1 <= store.commits <= 20


def asked(journal: Journal, texts: Iterable[str]) -> list[asyncio.Task[tuple[Entry, ...]]]:
    return [asyncio.create_task(journal.decide("e", note(text))) for text in texts]


async def a_few_turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_comes_right_behind_a_crowd_shares_its_commit(
    database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.journal.journal.GATHER_SECONDS", 1.0)
    store = CountingStore(store_at(database_url))
    async with Journal(store, clock) as journal:
        crowd = asked(journal, map(str, range(CROWD)))
        await a_few_turns()
        behind = asked(journal, ("behind", "last"))
        added = await asyncio.gather(*crowd, *behind)
    assert store.commits == 1
    assert [entry.data["text"] for (entry,) in added] == [*map(str, range(CROWD)), "behind", "last"]
    assert [entry.seq for (entry,) in added] == list(range(1, CROWD + 3))


async def test_who_asks_alone_waits_for_nobody(
    database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.journal.journal.GATHER_SECONDS", 3600.0)
    async with Journal(store_at(database_url), clock) as journal, asyncio.timeout(60):
        for k in range(3):
            await journal.decide("e", note(str(k)))
        await asyncio.gather(*asked(journal, map(str, range(CROWD - 1))))


async def test_a_crowd_that_still_gathers_is_decided_when_the_journal_closes(
    database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salon.journal.journal.GATHER_SECONDS", 3600.0)
    async with asyncio.timeout(60):
        async with Journal(store_at(database_url), clock) as journal:
            crowd = asked(journal, map(str, range(CROWD)))
            await a_few_turns()
        assert [texts(added) for added in await asyncio.gather(*crowd)] == [[str(k)] for k in range(CROWD)]


async def what_shows_before_commit(journal: Journal, store: SlowStore) -> set[str]:
    """Ask once, and watch until COMMIT has returned."""
    async with journal:
        live = await journal.live("e")
        ask = asyncio.create_task(journal.decide("e", note("?")))
        seen = set()
        while not store.has_committed.is_set():
            seen |= {word for word, is_so in (("answer", ask.done()), ("page", live.state.seq > 0)) if is_so}
            await asyncio.sleep(0.005)
        await ask
        assert live.state.seq == 1
        return seen


@pytest.mark.parametrize(
    ("kind", "too_early"), [(Journal, set()), (AcknowledgesEarly, {"answer"}), (PublishesEarly, {"page"})]
)
async def test_nothing_is_answered_or_shown_before_it_is_durable(
    database_url: str, clock: HandClock, kind: type[Journal], too_early: set[str]
) -> None:
    store = SlowStore(store_at(database_url))
    assert await what_shows_before_commit(kind(store, clock), store) == too_early


async def test_a_caller_who_goes_away_has_asked_all_the_same(database_url: str, clock: HandClock) -> None:
    async with Journal(SlowStore(store_at(database_url)), clock) as journal:
        ask = asyncio.create_task(journal.decide("e", note("gone")))
        await asyncio.sleep(0.01)
        ask.cancel()
        await journal.decide("e", note("stays"))
        assert texts(await journal.entries("e")) == ["gone", "stays"]


async def test_closing_decides_what_was_asked_and_takes_no_more(database_url: str, clock: HandClock) -> None:
    journal = Journal(store_at(database_url), clock)
    async with journal:
        asks = [asyncio.create_task(journal.decide("e", note(str(k)))) for k in range(5)]
        await asyncio.sleep(0)
    assert [texts(await ask) for ask in asks] == [[str(k)] for k in range(5)]
    with pytest.raises(JournalUnavailable):
        await journal.decide("e", note("too late"))


@pytest.mark.parametrize("url", ["mysql://x", "sqlite://x", ""])
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(WrongUse, match="SALON_DATABASE_URL"):
        store_at(url)


@pytest.mark.parametrize("url", ["sqlite:////dev/null/salon.db", "postgresql://postgres@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_is_said_to_be(url: str) -> None:
    with pytest.raises(JournalUnavailable, match="cannot be opened"):
        store_at(url)
