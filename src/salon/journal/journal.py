"""The only thing written about an evening, and the only way to write it: `decide`."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from salon.clock import Clock
from salon.entries import Entry, Rule
from salon.errors import JournalUnavailable, WrongUse
from salon.journal.live import Live
from salon.journal.store import Store, StoreDown, StoreReplaced
from salon.journal.writer import Ask, Writer

log = logging.getLogger("salon.journal")

#: How long the watcher waits for a wake-up before it looks by itself, in seconds.
POLL_SECONDS = 1.0
#: So many who ask together are a crowd, and those who come within `GATHER_SECONDS` share its transaction: by then a
#: COMMIT costs each of them next to nothing, and nobody notices the wait. A smaller one costs as much as a dozen asks.
CROWD = 8
GATHER_SECONDS = 0.02


class Behind(Exception):
    """This process has not read *event* as far as is known to be committed: await `Journal.live`, then go on."""

    def __init__(self, event: str) -> None:
        super().__init__(event)
        self.event = event


class Journal:
    """Append-only journals, one per event, on any `Store`. Use it within one event loop, as a context manager.

    Nothing is acknowledged or shown before it is durable: `decide` returns, and `live` changes, after COMMIT.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self._clock = store, clock
        self._lives: dict[str, Live] = {}
        #: The highest number known to be committed, by event: a live below it has something to load.
        self._known: dict[str, int] = {}
        #: Another database lies where this one was: what is known here is of the past, begin anew.
        self.is_replaced = False
        #: The highest number that was given to the loop to be shown, by event.
        self._sent: dict[str, int] = {}
        #: What was asked since the writer was last given anything.
        self._asked: list[Ask] = []
        #: Whether it is going to be handed over without anybody's doing: soon, or when the writer has answered.
        self._is_on_its_way = False
        #: How many the writer answered last.
        self._answered = 0

    async def __aenter__(self) -> Journal:
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(self.store, self._clock, self._written)
        self._is_closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="journal-watcher", daemon=True)
        self._watcher.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing.set()
        self._hand_over()
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self.store.wake)
        await asyncio.to_thread(self._watcher.join)
        self.store.close()

    async def decide(self, event: str, rule: Rule) -> tuple[Entry, ...]:
        """Ask *rule* what to add to *event*'s journal, and add it durably.

        The rule sees every committed entry, of other processes too, and everything decided before it. The
        answer is what it added; empty when there was nothing to do. Raises what the rule raises, or
        `JournalUnavailable` when the database could not take it: then nothing was acknowledged, and the same
        rule may be asked again.
        """
        reply: asyncio.Future[tuple[Entry, ...]] = self._loop.create_future()
        self.ask(event, rule, partial(_settle, reply))
        # A caller that is cancelled takes back the reply, not what it has asked for.
        return await reply

    def ask(self, event: str, rule: Rule, reply: Callable[[Ask], None]) -> None:
        """The same, for who does not wait: *reply* is called with the answer. What it raises is logged.

        A crowd that comes in the same moment has no need of a task and a future each.
        """
        self._asked.append(Ask(event, rule, reply=reply))
        if not self._is_on_its_way:
            self._is_on_its_way = True
            self._loop.call_soon(self._gather)

    def _gather(self) -> None:
        """Hand over what was asked in this turn of the loop: woken for each, the writer would commit each alone."""
        # Those who were answered together come back together.
        if max(len(self._asked), self._answered) < CROWD:
            self._hand_over()
        else:
            self._loop.call_later(GATHER_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        asks, self._asked = self._asked, []
        try:
            self._writer.put(*asks)
        except JournalUnavailable as closing:
            self._is_on_its_way = False
            for ask in asks:
                ask.error = closing
                _answer(ask)

    def now(self, event: str) -> Live:
        """`live` for who cannot wait. Raises `Behind` while it must be read first: then await that."""
        found = self._lives.get(event)
        if found is None or self._is_behind(found):
            raise Behind(event)
        return found

    async def live(self, event: str) -> Live:
        """What is committed of *event*, kept up to date from now on; it has everything acknowledged until now."""
        found = self._lives.get(event)
        if found is None:
            found = self._lives[event] = Live(event)
        if self._is_behind(found):
            # One at a time: of a thousand who ask at once the first one reads for all.
            async with found.loading:
                # Again: what is committed while a read is on its way comes too early to be shown.
                while self._is_behind(found):
                    await self._load(found)
        return found

    async def _load(self, live: Live) -> None:
        live.publish(await asyncio.to_thread(self._read, live.event, live.state.seq))
        live.is_loaded = True

    def _is_behind(self, live: Live) -> bool:
        return not live.is_loaded or live.state.seq < self._known.get(live.event, 0)

    async def entries(self, event: str, after: int = 0) -> list[Entry]:
        """Committed entries of *event* past *after*, read anew from the database."""
        return await asyncio.to_thread(self._read, event, after)

    async def refresh(self, event: str) -> Live:
        """`live`, caught up with what other processes have committed until now."""
        live = await self.live(event)
        await self._load(live)
        return live

    async def lease(self, event: str, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong the right to do *name* for *seconds* of real time; False while another holds it."""
        with _unavailable("try again"):
            return await asyncio.to_thread(self.store.lease, event, name, holder, seconds)

    async def release(self, event: str, name: str, holder: str) -> None:
        """Give a lease back; nothing happens when *holder* does not hold it."""
        with _unavailable("try again"):
            await asyncio.to_thread(self.store.release, event, name, holder)

    async def leases(self, event: str) -> dict[str, str]:
        """Leases of *event* that are alive: name → holder."""
        with _unavailable("try again"):
            return await asyncio.to_thread(self.store.leases, event)

    async def events(self) -> list[str]:
        """Every event that has a journal."""
        with _unavailable("try again"):
            return await asyncio.to_thread(self.store.events)

    def _read(self, event: str, after: int) -> list[Entry]:
        with _unavailable("try again"):
            return self.store.read(event, after)

    def _written(self, seen: dict[str, list[Entry]], asks: Sequence[Ask]) -> None:
        self._sent.update({event: entries[-1].seq for event, entries in seen.items()})
        # RuntimeError: the loop has ended. Nobody is left to tell, and all is in the database.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._publish, seen, asks)

    def _publish(self, seen: dict[str, list[Entry]], asks: Sequence[Ask]) -> None:
        if asks:
            self._go_on(len(asks))
        try:
            for event, entries in seen.items():
                self._show(event, entries)
        finally:
            # Committed is committed: a listener that stumbles keeps nobody waiting for the answer.
            for ask in asks:
                _answer(ask)

    def _go_on(self, answered: int) -> None:
        """The writer is free: whoever asked meanwhile is next."""
        self._answered = answered
        self._is_on_its_way = bool(self._asked)
        if self._asked:
            self._gather()

    def _show(self, event: str, entries: Sequence[Entry]) -> None:
        self._known[event] = max(self._known.get(event, 0), entries[-1].seq)
        live = self._lives.get(event)
        if live is not None and entries[0].seq <= live.state.seq + 1:
            live.publish(entries)

    def _watch(self) -> None:
        is_behind = False
        while not self._is_closing.is_set():
            try:
                if self.store.wait_for_others(POLL_SECONDS) or is_behind:
                    # Stays set when the look fails: the wake-up must not be lost with it.
                    is_behind = True
                    self._look_everywhere()
                    is_behind = False
            except StoreDown as down:
                self.is_replaced = isinstance(down, StoreReplaced)
                self._is_closing.wait(POLL_SECONDS)

    def _look_everywhere(self) -> None:
        # A copy: the loop's thread may add a live while this one looks.
        lives = dict(self._lives)
        # One question for all: with a hundred rooms each of this process's own commits would make a hundred.
        for event, seq in self.store.heads(list(lives)).items():
            after = lives[event].state.seq
            # What this process wrote itself is on its way, with all that came before it.
            if after < seq and self._sent.get(event) != seq:
                fresh = self.store.read(event, after)
                if fresh and not self._is_closing.is_set():
                    self._written({event: fresh}, ())


@contextmanager
def _unavailable(what: str) -> Iterator[None]:
    try:
        yield
    except StoreDown as down:
        raise JournalUnavailable(f"{down}; {what}") from down


def _answer(ask: Ask) -> None:
    """Tell who asked; whoever stumbles over the answer keeps nobody else from theirs."""
    try:
        if ask.reply is not None:
            ask.reply(ask)
    except Exception:
        log.exception("an answer of the journal was not taken")


def _settle(reply: asyncio.Future[tuple[Entry, ...]], ask: Ask) -> None:
    if reply.done():
        return
    if ask.error is not None:
        reply.set_exception(ask.error)
    else:
        reply.set_result(ask.added)


def store_at(url: str) -> Store:
    """The store that *url* names, migrated: `sqlite:///PATH` or `postgresql://…`. May be run again at any time.

    Raises `WrongUse` for another kind of address and `JournalUnavailable` when it cannot be opened.
    """
    with _unavailable("the journal cannot be opened"):
        if url.startswith("sqlite:///"):
            return _sqlite(Path(url.removeprefix("sqlite:///")))
        if url.startswith(("postgresql://", "postgres://")):
            return _postgres(url)
    raise WrongUse("SALON_DATABASE_URL: write sqlite:///PATH or postgresql://USER@HOST/NAME")


def _sqlite(path: Path) -> Store:
    from salon.journal.sqlite import SqliteStore

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreDown(str(error)) from error
    store = SqliteStore(path)
    store.migrate()
    return store


def _postgres(url: str) -> Store:
    # Imported here: an installation on SQLite need not load the driver.
    from salon.journal.postgres import PostgresStore

    store = PostgresStore(url)
    store.migrate()
    return store
