"""The port between the journal and a database: transactions of batches, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from salon.entries import Draft, Entry
from salon.errors import SalonError

#: What is appended: the entry as numbered, and the draft it came from (for its holds).
Row = tuple[Entry, Draft]


class StoreConflict(SalonError):
    """The database will never take this entry (a constraint, or a value); the transaction is to be rolled back."""


class StoreDown(SalonError):
    """The database cannot be reached, is full, or stayed locked; the transaction is to be rolled back."""


class StoreReplaced(StoreDown):
    """Another database is where this one was: only a process that begins anew can use it."""


class Store(Protocol):
    """One database, used by one writer thread and any number of reading threads.

    `begin` … `commit` are called by the writer thread only. Every method may raise `StoreDown`.
    """

    def begin(self, events: Sequence[str]) -> None:
        """Open a transaction that holds the lock of each of *events* against every other process."""

    def after(self, event: str, seq: int) -> list[Entry]:
        """Entries of *event* past *seq*, as the open transaction sees them."""

    def append(self, rows: Sequence[Row]) -> None:
        """Insert a batch. Raises `StoreConflict` when the database refuses one of them for good."""

    def commit(self) -> None:
        """Make it durable: returns only when a crash cannot undo it. Then wakes other processes."""

    def rollback(self) -> None:
        """Undo the open transaction, if any; never raises."""

    def read(self, event: str, after: int = 0) -> list[Entry]:
        """Committed entries of *event* past *after*; from any thread."""

    def heads(self, events: Sequence[str]) -> dict[str, int]:
        """The number of the last committed entry of those of *events* that have any; from any thread."""

    def events(self) -> list[str]:
        """Every event that has entries; from any thread."""

    def wait_for_others(self, seconds: float) -> bool:
        """Block one watching thread until another process may have written, or *seconds* have passed.

        Returns whether there may be something new.
        """

    def wake(self) -> None:
        """End a `wait_for_others` early, so that closing need not wait for it; never raises."""

    def lease(self, event: str, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong the right to do *name* for *seconds* of real time; False while another holds it."""

    def release(self, event: str, name: str, holder: str) -> None:
        """Give a lease back; nothing happens when *holder* does not hold it."""

    def leases(self, event: str) -> dict[str, str]:
        """Leases of *event* that are alive: name → holder."""

    def close(self) -> None:
        """Close every connection."""


def holds_in_runs(rows: Sequence[Row]) -> Iterator[tuple[bool, list[tuple[str, str, int]]]]:
    """The batch's holds in order, as runs that one statement can do: (is it freeing, [(event, name, seq)])."""
    is_free, run = False, list[tuple[str, str, int]]()
    for entry, draft in rows:
        for frees, names in ((True, draft.frees), (False, draft.holds)):
            if names and frees != is_free:
                if run:
                    yield is_free, run
                is_free, run = frees, []
            run += [(entry.event, name, entry.seq) for name in names]
    if run:
        yield is_free, run
