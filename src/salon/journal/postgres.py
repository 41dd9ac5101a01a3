"""The journal on PostgreSQL: an advisory lock per event, batched inserts, one NOTIFY per batch."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg import errors
from psycopg.types.json import Json, set_json_dumps, set_json_loads

from salon.entries import Entry
from salon.journal.postgres_schema import SCHEMA
from salon.journal.store import Row, StoreConflict, StoreDown, holds_in_runs

#: Channel of the wake-ups; their payload is the event's id, or empty for "look everywhere".
CHANNEL = "salon_journal"

#: How long the server may take to answer a connection, in seconds.
CONNECT_SECONDS = 10

#: Said to the server in every session.
SESSION: tuple[LiteralString, ...] = (
    # Another process's transaction is waited for as long as on SQLite; a frozen one loses its lock.
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '30s'",
    # An acknowledged entry survives a power cut, even where the server's default says otherwise.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)

_INSERT: LiteralString = """
INSERT INTO journal (event, seq, at, kind, by, data)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::json[])
"""
_AFTER: LiteralString = "SELECT seq, event, at, kind, by, data FROM journal WHERE event = %s AND seq > %s ORDER BY seq"
_HEADS: LiteralString = """
SELECT asked, (SELECT max(seq) FROM journal WHERE event = asked) FROM unnest(%s::text[]) AS asked
"""
_HOLD: LiteralString = """
INSERT INTO holds (event, name, seq) SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
"""
_FREE: LiteralString = """
DELETE FROM holds USING unnest(%s::text[], %s::text[], %s::bigint[]) AS gone (event, name, seq)
WHERE holds.event = gone.event AND holds.name = gone.name
"""
_LEASE: LiteralString = """
INSERT INTO leases AS l (event, name, holder, until)
VALUES (%(event)s, %(name)s, %(holder)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (event, name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE l.holder = excluded.holder OR l.until < now()
"""

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


class PostgresStore:
    """A `Store` on a PostgreSQL server (14 or later). A lost connection is opened anew at the next use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._writer: psycopg.Connection[Any] | None = None
        self._listener: psycopg.Connection[Any] | None = None
        self._readers = threading.local()
        self._lock = threading.Lock()
        self._open: list[psycopg.Connection[Any]] = []

    def migrate(self) -> None:
        """Create what is missing. May be run again, by several processes at once."""
        with _telling(), self._connect() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('salon migrate', 0))")
            connection.execute(SCHEMA)

    def begin(self, events: Sequence[str]) -> None:
        """Take each event's advisory lock, in one order for everybody, until the transaction ends."""
        with _telling():
            writer = self._begun()
            for event in sorted(set(events)):
                writer.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (event,))

    def _begun(self) -> psycopg.Connection[Any]:
        # Said aloud: with another default the catch-up would read what was true before the lock was had.
        begin: LiteralString = "BEGIN ISOLATION LEVEL READ COMMITTED"
        if self._writer is not None and not self._writer.closed:
            try:
                self._writer.execute(begin)
                return self._writer
            except psycopg.OperationalError:
                # The server was restarted since the last batch; nothing of this one is lost.
                self._writer.close()
        self._writer = self._connect()
        self._writer.execute(begin)
        return self._writer

    def after(self, event: str, seq: int) -> list[Entry]:
        """Entries past *seq*; READ COMMITTED, so the lock's former holder is seen."""
        with _telling():
            return [_entry(row) for row in self._transaction().execute(_AFTER, (event, seq))]

    def append(self, rows: Sequence[Row]) -> None:
        """Insert the batch in one statement, then release and take holds in order."""
        entries = [entry for entry, _ in rows]
        columns: tuple[list[Any], ...] = (
            [e.event for e in entries],
            [e.seq for e in entries],
            [e.at for e in entries],
            [e.kind for e in entries],
            [e.by for e in entries],
            [Json(dict(e.data)) for e in entries],
        )
        with _telling():
            connection = self._transaction()
            connection.execute(_INSERT, columns)
            for frees, changes in holds_in_runs(rows):
                connection.execute(_FREE if frees else _HOLD, tuple(map(list, zip(*changes, strict=True))))

    def commit(self) -> None:
        """Commit, then wake the other processes in a transaction of its own.

        NOTIFY inside the write transaction takes a global lock at commit: measured, it cut 1,646 to 424
        transactions a second (docs/why.md). A lost wake-up costs a second, never an entry.
        """
        connection = self._transaction()
        with _telling():
            connection.execute("COMMIT")
        try:
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, ""))
        except psycopg.Error:
            connection.close()

    def rollback(self) -> None:
        """Undo the transaction; a connection that cannot even do that is given up."""
        if self._writer is not None and not self._writer.closed:
            try:
                self._writer.execute("ROLLBACK")
            except psycopg.Error:
                self._writer.close()

    def read(self, event: str, after: int = 0) -> list[Entry]:
        """Committed entries of *event* past *after*."""
        with _telling():
            return [_entry(row) for row in self._ask(_AFTER, (event, after))]

    def heads(self, events: Sequence[str]) -> dict[str, int]:
        """The number of the last committed entry of each of *events* that has any."""
        with _telling():
            return {event: seq for event, seq in self._ask(_HEADS, (list(events),)) if seq}

    def events(self) -> list[str]:
        """Every event that has entries, by name."""
        with _telling():
            rows = self._ask("SELECT event FROM journal WHERE seq = 1 ORDER BY event")
            return [event for (event,) in rows]

    def wait_for_others(self, seconds: float) -> bool:
        """Listen for wake-ups. At the end of *seconds* answers True all the same: the poll is the net."""
        try:
            if self._listener is None or self._listener.closed:
                self._listener = self._connect()
                self._listener.execute(f"LISTEN {CHANNEL}")
                return True
            for _ in self._listener.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self._listener = None
            time.sleep(seconds)
        return True

    def wake(self) -> None:
        """Send a wake-up; other processes look once more than needed."""
        with suppress(psycopg.Error):
            self._ask("SELECT pg_notify(%s, %s)", (CHANNEL, ""))

    def lease(self, event: str, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong a lease, by the server's clock."""
        values = {"event": event, "name": name, "holder": holder, "seconds": seconds}
        with _telling():
            return self._ask(_LEASE, values).rowcount == 1

    def release(self, event: str, name: str, holder: str) -> None:
        """Give a lease back."""
        with _telling():
            sql: LiteralString = "DELETE FROM leases WHERE event = %s AND name = %s AND holder = %s"
            self._ask(sql, (event, name, holder))

    def leases(self, event: str) -> dict[str, str]:
        """Leases that are alive: name → holder."""
        with _telling():
            sql: LiteralString = "SELECT name, holder FROM leases WHERE event = %s AND until >= now()"
            return dict(self._ask(sql, (event,)).fetchall())

    def close(self) -> None:
        """Close every connection that any thread opened."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_SECONDS
        )
        for statement in SESSION:
            connection.execute(statement)
        with self._lock:
            self._open = [known for known in self._open if not known.closed] + [connection]
        return connection

    def _transaction(self) -> psycopg.Connection[Any]:
        if self._writer is None or self._writer.closed:
            raise StoreDown("the connection to PostgreSQL was lost within a transaction")
        return self._writer

    def _ask(self, sql: LiteralString, values: Any = None) -> psycopg.Cursor[Any]:
        """Ask in this thread's own connection, in a new one when the server was restarted since."""
        reader = self._reader()
        try:
            return reader.execute(sql, values)
        except psycopg.OperationalError:
            if not reader.closed:
                raise
            return self._reader().execute(sql, values)

    def _reader(self) -> psycopg.Connection[Any]:
        found: psycopg.Connection[Any] | None = getattr(self._readers, "connection", None)
        if found is None or found.closed:
            found = self._readers.connection = self._connect()
        return found


@contextmanager
def _telling() -> Iterator[None]:
    """Turn PostgreSQL's errors into the port's."""
    try:
        yield
    except (errors.IntegrityError, errors.DataError) as error:
        raise StoreConflict(f"PostgreSQL: {error}") from error
    except psycopg.Error as error:
        raise StoreDown(f"PostgreSQL: {' '.join(str(error).split())}") from error


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, event, at, kind, by, data = row
    return Entry(seq=seq, event=event, at=at.astimezone(UTC), kind=kind, by=by, data=data)
