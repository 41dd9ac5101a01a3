"""The journal in one SQLite file: WAL, `synchronous=FULL`, and triggers that refuse every change."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from salon.entries import Entry
from salon.journal.store import Row, StoreConflict, StoreDown, StoreReplaced, holds_in_runs

#: Rows of one statement; SQLite takes 32,766 values in one.
_AT_ONCE = 500
#: How long a transaction waits for another process's, in seconds.
BUSY_SECONDS = 30.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    event TEXT NOT NULL,
    seq   INTEGER NOT NULL CHECK (seq > 0),
    at    TEXT NOT NULL,
    kind  TEXT NOT NULL,
    by    TEXT NOT NULL,
    data  TEXT NOT NULL CHECK (json_valid(data)),
    PRIMARY KEY (event, seq)
) WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS opened_once ON journal (event) WHERE kind = 'room_opened';
CREATE UNIQUE INDEX IF NOT EXISTS disbanded_once ON journal (event) WHERE kind = 'room_disbanded';

CREATE TRIGGER IF NOT EXISTS journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;

CREATE TRIGGER IF NOT EXISTS journal_is_never_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never shortened'); END;

CREATE TRIGGER IF NOT EXISTS journal_has_no_gap BEFORE INSERT ON journal
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal WHERE event = NEW.event), 0)
BEGIN SELECT RAISE(ABORT, 'the journal has no gap'); END;

CREATE TABLE IF NOT EXISTS holds (
    event TEXT NOT NULL,
    name  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (event, name)
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS no_seat_beyond_the_room BEFORE INSERT ON holds
WHEN NEW.name GLOB 'seat:*' AND CAST(substr(NEW.name, 6) AS INTEGER) NOT BETWEEN 1 AND coalesce(
    (SELECT json_extract(data, '$.seats') FROM journal WHERE event = NEW.event AND kind = 'room_opened'), 0)
BEGIN SELECT RAISE(ABORT, 'there is no such seat in this room'); END;

CREATE TABLE IF NOT EXISTS leases (
    event  TEXT NOT NULL,
    name   TEXT NOT NULL,
    holder TEXT NOT NULL,
    until  REAL NOT NULL,
    PRIMARY KEY (event, name)
) WITHOUT ROWID;
"""

_INSERT = "INSERT INTO journal (event, seq, at, kind, by, data) VALUES "
_HOLD = "INSERT INTO holds (event, name, seq) VALUES "
_FREE = "DELETE FROM holds WHERE event = ? AND name = ?"
_HEADS = "SELECT value, (SELECT max(seq) FROM journal WHERE event = value) FROM json_each(?)"
_AFTER = "SELECT seq, event, at, kind, by, data FROM journal WHERE event = ? AND seq > ? ORDER BY seq"


class SqliteStore:
    """A `Store` in one file. Other processes may use the same file at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._readers = threading.local()
        self._open: list[sqlite3.Connection] = []
        #: Which file it is, once it was opened: whoever has an open file goes on writing into it when it is removed.
        self._file: tuple[int, int] | None = None
        _ensure_not_lost(path)
        self._writer = self._connect()
        self._watcher = self._connect()
        self._version = self._data_version()
        self._woken = threading.Event()

    def migrate(self) -> None:
        """Create what is missing. May be run again, by several processes at once."""
        with self._telling():
            # executescript commits first and runs statement by statement, so take the lock by hand.
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                for statement in _statements(SCHEMA):
                    self._writer.execute(statement)
                self._writer.execute("COMMIT")
            finally:
                self.rollback()

    def begin(self, events: Sequence[str]) -> None:
        """Take SQLite's one write lock, which covers every event."""
        with self._telling():
            self._writer.execute("BEGIN IMMEDIATE")

    def after(self, event: str, seq: int) -> list[Entry]:
        """Entries past *seq* as the writer's transaction sees them."""
        with self._telling():
            return [_entry(row) for row in self._writer.execute(_AFTER, (event, seq))]

    def append(self, rows: Sequence[Row]) -> None:
        """Insert the batch, releasing and taking holds in order."""
        with self._telling():
            self._insert(_INSERT, _lines(rows))
            for frees, changes in holds_in_runs(rows):
                if frees:
                    self._writer.executemany(_FREE, [(event, name) for event, name, _ in changes])
                else:
                    self._insert(_HOLD, changes)

    def _insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert *rows*, many at once: between two statements another thread takes its turn, for milliseconds."""
        for k in range(0, len(rows), _AT_ONCE):
            some = rows[k : k + _AT_ONCE]
            places = f"({', '.join('?' * len(some[0]))})"
            self._writer.execute(statement + ", ".join([places] * len(some)), list(chain.from_iterable(some)))

    def commit(self) -> None:
        """Commit with an fsync of the write-ahead log. Nothing counts that went into a file which is not there."""
        with self._telling():
            self._writer.execute("COMMIT")
            self._ensure_there()

    def rollback(self) -> None:
        """Undo the writer's transaction, if any."""
        # A full disk may have rolled back already, and what cannot be undone here is undone by the next opening.
        with suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")

    def read(self, event: str, after: int = 0) -> list[Entry]:
        """Committed entries of *event* past *after*."""
        with self._telling():
            return [_entry(row) for row in self._reader().execute(_AFTER, (event, after))]

    def heads(self, events: Sequence[str]) -> dict[str, int]:
        """The number of the last committed entry of each of *events* that has any."""
        with self._telling():
            rows = self._reader().execute(_HEADS, (orjson.dumps(list(events)).decode(),))
            return {event: seq for event, seq in rows if seq}

    def events(self) -> list[str]:
        """Every event that has entries, by name."""
        with self._telling():
            rows = self._reader().execute("SELECT event FROM journal WHERE seq = 1 ORDER BY event")
            return [event for (event,) in rows]

    def wait_for_others(self, seconds: float) -> bool:
        """Look at the file's change counter, which costs microseconds, until it moves."""
        end = time.monotonic() + seconds
        while True:
            version = self._data_version()
            if version != self._version:
                self._version = version
                return True
            if time.monotonic() >= end or self._woken.wait(min(0.05, seconds)):
                return False

    def wake(self) -> None:
        """End `wait_for_others`, now and from now on."""
        self._woken.set()

    def lease(self, event: str, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong a lease, by this machine's clock."""
        sql = """INSERT INTO leases (event, name, holder, until) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (event, name) DO UPDATE SET holder = ?3, until = ?4
                 WHERE holder = ?3 OR until < ?5"""
        now = time.time()
        with self._telling():
            return self._reader().execute(sql, (event, name, holder, now + seconds, now)).rowcount == 1

    def release(self, event: str, name: str, holder: str) -> None:
        """Give a lease back."""
        with self._telling():
            sql = "DELETE FROM leases WHERE event = ? AND name = ? AND holder = ?"
            self._reader().execute(sql, (event, name, holder))

    def leases(self, event: str) -> dict[str, str]:
        """Leases that are alive: name → holder."""
        with self._telling():
            sql = "SELECT name, holder FROM leases WHERE event = ? AND until >= ?"
            return dict(self._reader().execute(sql, (event, time.time())).fetchall())

    def close(self) -> None:
        """Close every connection that any thread opened."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()

    def _connect(self) -> sqlite3.Connection:
        with self._telling():
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            # FULL: an acknowledged entry survives a power cut. NORMAL would not sync each commit.
            connection.execute("PRAGMA synchronous=FULL")
            self._file = self._file or _which(self.path)
            # Between the look before and the opening it may have gone, and SQLite has made a new one.
            self._ensure_there()
        with self._lock:
            self._open.append(connection)
        return connection

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._readers, "connection"):
            self._readers.connection = self._connect()
        found: sqlite3.Connection = self._readers.connection
        return found

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn SQLite's errors into the port's, with the file's name; and raise them while the file is not there."""
        try:
            self._ensure_there()
            yield
        except sqlite3.IntegrityError as error:
            raise StoreConflict(f"{self.path}: {error}") from error
        except sqlite3.Error as error:
            raise StoreDown(f"{self.path}: {error}") from error

    def _ensure_there(self) -> None:
        found = _which(self.path)
        if self._file is None or found == self._file:
            return
        if found is None:
            raise StoreDown(f"{self.path} is not there, though it is in use; put it back")
        raise StoreReplaced(f"{self.path} is another file than the one that was opened")

    def _data_version(self) -> int:
        with self._telling():
            (version,) = self._watcher.execute("PRAGMA data_version").fetchone()
        return int(version)


def _which(path: Path) -> tuple[int, int] | None:
    """Which file is at *path* now; None: none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreDown(str(error)) from error
    return found.st_dev, found.st_ino


def _ensure_not_lost(path: Path) -> None:
    """Raise `StoreDown` where a database was in use and its file is gone: a new one would be an empty house."""
    if _which(path) is None and _which(path.with_name(f"{path.name}-wal")) is not None:
        raise StoreDown(f"{path} is not there, though it is in use; put it back")


def _statements(script: str) -> Iterator[str]:
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""


def _lines(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    at, written, found = None, "", list[tuple[Any, ...]]()
    for entry, _ in rows:
        if entry.at is not at:
            # Of a whole batch the same, mostly.
            at, written = entry.at, entry.at.isoformat()
        data = orjson.dumps(entry.data if type(entry.data) is dict else dict(entry.data)).decode()
        found.append((entry.event, entry.seq, written, entry.kind, entry.by, data))
    return found


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, event, at, kind, by, data = row
    at = datetime.fromisoformat(at)
    return Entry(seq=seq, event=event, at=at, kind=kind, by=by, data=orjson.loads(data))
