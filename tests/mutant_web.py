"""A web process with a mistake put in, on purpose: `python -m tests.mutant_web [JOURNAL]`.

Without a word its journal does not lock, with a pause between looking and writing: the mistake that the lock is there
against. Nothing is migrated, so that constraints which a test has taken away stay away. JOURNAL is a name of
`tests.mutants.JOURNALS`, the sound one among them; it pauses before each COMMIT, and is killed right before one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.mutants import JOURNALS, FatalStore

from salon.entries import Entry
from salon.journal import store_at
from salon.journal.postgres import PostgresStore
from salon.journal.sqlite import SqliteStore
from salon.journal.store import Row
from salon.web.__main__ import main

#: Between what a rule sees and what it leads to; also before each COMMIT of a process that is to be killed.
PAUSE_SECONDS = 0.1
#: COMMITs of a process that is to be killed that come to pass in any case.
SPARED = 6


class UnlockedSqlite(SqliteStore):
    """Looks without a lock, and takes it only to write."""

    def migrate(self) -> None:
        """Leave the file as it is."""

    def begin(self, events: Sequence[str]) -> None:
        """Begin nothing."""

    def after(self, event: str, seq: int) -> list[Entry]:
        """Look, then dawdle."""
        found = super().after(event, seq)
        time.sleep(PAUSE_SECONDS)
        return found

    def append(self, rows: Sequence[Row]) -> None:
        """Write what may no longer be so."""
        super().begin(())
        super().append(rows)


class UnlockedPostgres(PostgresStore):
    """Takes no advisory lock."""

    def migrate(self) -> None:
        """Leave the database as it is."""

    def begin(self, events: Sequence[str]) -> None:
        """Begin without a lock of any event."""
        super().begin(())

    def after(self, event: str, seq: int) -> list[Entry]:
        """Look, then dawdle."""
        found = super().after(event, seq)
        time.sleep(PAUSE_SECONDS)
        return found


def _unlock() -> None:
    import salon.journal.postgres
    import salon.journal.sqlite

    salon.journal.sqlite.SqliteStore = UnlockedSqlite  # type: ignore[misc]
    salon.journal.postgres.PostgresStore = UnlockedPostgres  # type: ignore[misc]


def _be_killed(journal: str) -> None:
    import salon.house

    salon.house.Journal = JOURNALS[journal]  # type: ignore[misc]
    salon.house.store_at = lambda url: FatalStore(store_at(url), SPARED, PAUSE_SECONDS)  # type: ignore[assignment,return-value]


if __name__ == "__main__":
    if sys.argv[1:]:
        _be_killed(sys.argv[1])
    else:
        _unlock()
    sys.exit(main())
