"""One writer for one process: asks the rules of a whole batch inside one transaction, commits once."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from salon.clock import Clock
from salon.entries import Draft, Entry, Rule
from salon.errors import JournalConflict, JournalUnavailable
from salon.journal.store import Row, Store, StoreConflict, StoreDown
from salon.state import State

#: Asks that share one commit at most: bounds how long the first of them waits.
BATCH = 2_000


@dataclass(slots=True)
class Ask:
    """One `decide` on its way: what is asked, and afterwards its answer."""

    event: str
    rule: Rule
    added: tuple[Entry, ...] = ()
    error: Exception | None = None
    #: Who is told, in the loop's thread, once it is committed or refused.
    reply: Callable[[Ask], None] | None = None


@dataclass(slots=True)
class _Batch:
    asks: Sequence[Ask]
    #: When it is decided: all of it at one time.
    now: datetime
    rows: list[Row] = field(default_factory=list)
    #: Everything that this transaction saw or wrote: event → entries, without a gap.
    seen: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))


class Writer:
    """The thread that owns the database's write side.

    *done* is called in the writer's thread after each commit, with what was seen and written and with the
    answered asks: only then may anything be acknowledged or published.
    """

    def __init__(
        self, store: Store, clock: Clock, done: Callable[[dict[str, list[Entry]], Sequence[Ask]], None]
    ) -> None:
        self._store, self._clock, self._done = store, clock, done
        self._states: dict[str, State] = {}
        self._asks: list[Ask] = []
        self._wake = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def put(self, *asks: Ask) -> None:
        """Queue *asks*; they are decided in the order in which they were put."""
        with self._wake:
            if self._is_closing:
                raise JournalUnavailable("the journal is closing; try again")
            self._asks += asks
            self._wake.notify()

    def close(self) -> None:
        """Decide what is queued, then end."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while asks := self._take():
            seen = self._decide(asks)
            self._done(seen, asks)

    def _take(self) -> list[Ask]:
        with self._wake:
            while not self._asks and not self._is_closing:
                self._wake.wait()
            # Whatever came in during the last fsync shares the next one.
            asks, self._asks = self._asks[:BATCH], self._asks[BATCH:]
            return asks

    def _decide(self, asks: Sequence[Ask]) -> dict[str, list[Entry]]:
        try:
            return self._transact(asks)
        except StoreDown as down:
            for ask in asks:
                ask.added, ask.error = (), _unavailable(down)
            return {}
        except Exception as error:  # a constraint stands against one entry, or it cannot be written down at all
            if len(asks) == 1:
                asks[0].added, asks[0].error = (), _conflict(error)
                return {}
        # One ask of the batch is at odds with the database: the others must not suffer for it.
        middle = len(asks) // 2
        return _joined(self._decide(half) for half in (asks[:middle], asks[middle:]))

    def _transact(self, asks: Sequence[Ask]) -> dict[str, list[Entry]]:
        events = list(dict.fromkeys(ask.event for ask in asks))
        try:
            self._store.begin(events)
            batch = _Batch(asks, self._clock.now())
            for event in events:
                self._catch_up(event, batch)
            for ask in asks:
                self._ask(ask, batch)
            if batch.rows:
                self._store.append(batch.rows)
                self._store.commit()
            else:
                self._store.rollback()
        except BaseException:
            # The states may have run ahead of the database: forget them, the next batch folds anew.
            self._store.rollback()
            self._states.clear()
            raise
        return batch.seen

    def _catch_up(self, event: str, batch: _Batch) -> None:
        state = self._states.get(event)
        if state is None:
            state = self._states[event] = State()
        for entry in self._store.after(event, state.seq):
            state.apply(entry)
            batch.seen[event].append(entry)

    def _ask(self, ask: Ask, batch: _Batch) -> None:
        state = self._states[ask.event]
        # Time never runs backwards within a journal, whatever the clocks of several machines say.
        at = max(batch.now, state.at) if state.at else batch.now
        try:
            drafts = list(ask.rule(state, at))
        except Exception as error:  # a refusal, or a mistake in a rule: the asker's business alone
            ask.added, ask.error = (), error
            return
        ask.error = None
        ask.added = tuple([self._add(ask.event, state, at, draft, batch) for draft in drafts])

    def _add(self, event: str, state: State, at: datetime, draft: Draft, batch: _Batch) -> Entry:
        entry = Entry(seq=state.seq + 1, event=event, at=at, kind=draft.kind, by=draft.by, data=draft.data)
        state.apply(entry)
        batch.rows.append((entry, draft))
        batch.seen[event].append(entry)
        return entry


def _unavailable(cause: StoreDown) -> JournalUnavailable:
    error = JournalUnavailable(f"{cause}; nothing was acknowledged, try again")
    error.__cause__ = cause
    return error


def _conflict(cause: Exception) -> Exception:
    if not isinstance(cause, StoreConflict):
        return cause
    error = JournalConflict(str(cause))
    error.__cause__ = cause
    return error


def _joined(parts: Iterable[dict[str, list[Entry]]]) -> dict[str, list[Entry]]:
    whole: dict[str, list[Entry]] = defaultdict(list)
    for part in parts:
        for event, entries in part.items():
            whole[event] += entries
    return whole
