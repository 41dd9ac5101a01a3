"""A web process whose journal does not lock, with a pause between looking and writing: `python -m tests.mutant_web`.

It stands for the mistake that the lock is there against. Nothing is migrated, so that constraints which a test
has taken away stay away.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from salon.entries import Entry
from salon.journal.postgres import PostgresStore
from salon.journal.sqlite import SqliteStore
from salon.journal.store import Row
from salon.web.__main__ import main

#: Between what a rule sees and what it leads to.
PAUSE_SECONDS = 0.1


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


if __name__ == "__main__":
    import salon.journal.postgres
    import salon.journal.sqlite

    salon.journal.sqlite.SqliteStore = UnlockedSqlite  # type: ignore[misc]
    salon.journal.postgres.PostgresStore = UnlockedPostgres  # type: ignore[misc]
    sys.exit(main())
