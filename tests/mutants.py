"""The journal with a mistake put in, on purpose: a test of the real one counts only if these fail it."""

from __future__ import annotations

import threading
import time
from typing import Any

from salon.journal import Journal, Store
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


#: What `tests.burst` can be told to run.
JOURNALS: dict[str, type[Journal]] = {
    "journal": Journal,
    "acknowledges_early": AcknowledgesEarly,
    "publishes_early": PublishesEarly,
}
