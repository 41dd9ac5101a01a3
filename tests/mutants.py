"""The journal with a mistake put in, on purpose: a test of the real one counts only if these fail it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any

from salon.journal import Journal, Store
from salon.journal.store import Row
from salon.journal.writer import Writer


class Around:
    """A store around another: passes everything through but what a subclass changes."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class CountingStore(Around):
    """Counts the commits."""

    commits = 0

    def commit(self) -> None:
        """Commit, and count it."""
        self.commits += 1
        self.inner.commit()


class SlowStore(Around):
    """Takes its time before each COMMIT, so that what happens too early is seen to be early."""

    def __init__(self, inner: Store, seconds: float = 0.06) -> None:
        super().__init__(inner)
        self.seconds = seconds
        self.has_committed = threading.Event()

    def commit(self) -> None:
        """Wait, commit, and say so."""
        time.sleep(self.seconds)
        self.inner.commit()
        self.has_committed.set()


class FatalStore(SlowStore):
    """Does so, and its process is killed right before a COMMIT: the first one with a claim, a message and a vote in it.

    *spared*: so many COMMITs come before, whatever is in them.
    """

    def __init__(self, inner: Store, spared: int, seconds: float = 0.06) -> None:
        super().__init__(inner, seconds)
        self.spared, self.kinds = spared, set[str]()

    def append(self, rows: Sequence[Row]) -> None:
        """Append, and look at what it is."""
        self.kinds = {_WHAT[entry.kind] for entry, _ in rows if entry.kind in _WHAT}
        self.inner.append(rows)

    def commit(self) -> None:
        """Wait; then commit, or be no more."""
        self.spared -= 1
        if self.spared < 0 and len(self.kinds) == 3:
            time.sleep(self.seconds)
            os.kill(os.getpid(), signal.SIGKILL)
        super().commit()


_WHAT = {
    "seat_taken": "claim",
    "waiting_list_joined": "claim",
    "message_posted": "message",
    "vote_cast": "vote",
    "vote_changed": "vote",
}


class _AcknowledgingWriter(Writer):
    def _ask(self, ask: Any, batch: Any) -> None:
        super()._ask(ask, batch)
        self._done({}, [ask])


class _PublishingWriter(Writer):
    def _add(self, event: str, state: Any, at: Any, draft: Any, batch: Any) -> Any:
        entry = super()._add(event, state, at, draft, batch)
        self._done({event: [entry]}, ())
        return entry


class AcknowledgesEarly(Journal):
    """Answers before COMMIT."""

    _mistaken: type[Writer] = _AcknowledgingWriter

    async def __aenter__(self) -> Journal:
        """Open as ever, then let the mistaken writer write."""
        await super().__aenter__()
        self._writer.close()
        self._writer = self._mistaken(self.store, self._clock, self._written)
        return self


class PublishesEarly(AcknowledgesEarly):
    """Shows entries before COMMIT."""

    _mistaken = _PublishingWriter


#: What `tests.mutant_web` can be told to run.
JOURNALS: dict[str, type[Journal]] = {
    "journal": Journal,
    "acknowledges_early": AcknowledgesEarly,
    "publishes_early": PublishesEarly,
}
