"""What is committed of one event, in memory: the state that pages show, and a list to follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from salon.entries import Entry
from salon.state import State


class Live:
    """One event's committed journal. Changed by the event loop's thread only.

    Followers share one list and keep a cursor each: a slow one costs nothing, and takes all that it
    missed at once.
    """

    def __init__(self, event: str) -> None:
        self.event = event
        self.state = State()
        self.entries: list[Entry] = []
        #: Called with each batch of entries, before any follower wakes.
        self.listeners: list[Callable[[Sequence[Entry]], None]] = []
        #: Whether it has been read from the database once.
        self.is_loaded = False
        #: Held by whoever reads it.
        self.loading = asyncio.Lock()
        self._more = asyncio.Event()

    def publish(self, entries: Sequence[Entry]) -> None:
        """Take in committed *entries*; those already known are passed over. Raises ValueError on a gap."""
        before = len(self.entries)
        for entry in entries:
            if entry.seq > self.state.seq:
                self.state.apply(entry)
                self.entries.append(entry)
        if fresh := self.entries[before:]:
            more, self._more = self._more, asyncio.Event()
            more.set()
            for listener in self.listeners:
                listener(fresh)

    def after(self, seq: int) -> list[Entry]:
        """Entries past *seq*."""
        return self.entries[max(seq, 0) :]

    async def more(self) -> None:
        """Wait until something has been published."""
        await self._more.wait()

    async def follow(self, after: int = 0) -> AsyncIterator[list[Entry]]:
        """Entries past *after* as they come, in lists, without a gap or a double, for ever."""
        while True:
            # Taken before looking, so that nothing published in between is slept through.
            more = self._more
            if fresh := self.after(after):
                after = fresh[-1].seq
                yield fresh
            else:
                await more.wait()
