"""Who is measured: the web room, a raw loop of writes, and nchan, which does the same in C within nginx."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.room.crowd import Address
from benchmarks.room.processes import Process, python, running
from benchmarks.room.stage import Stage
from tests.servers import free_port

NO_NCHAN = "nginx with nchan is not here (Debian: apt-get install nginx libnginx-mod-nchan): left out"
_MODULES = Path("/usr/lib/nginx/modules"), Path("/usr/share/nginx/modules"), Path("/usr/lib64/nginx/modules")
_TEXT = "what would you do with the hour that this saves? I would read to my daughter"


@dataclass(frozen=True, kw_only=True)
class Rival:
    """One way of telling everybody: where to listen and where to speak."""

    name: str
    server: Process
    #: Of each room, where its messages go; and where each of its members listens.
    rooms: list[Address]
    members: list[list[Address]]
    #: Of each room, the number of its last message.
    cursors: list[int] = field(default_factory=list)
    is_salon: bool = False

    def seats(self, rooms: int) -> list[tuple[Address, int]]:
        """Address and cursor of everybody in the first *rooms* rooms."""
        return [(self._at(one, k), self.cursors[k]) for k in range(rooms) for one in self.members[k]]

    def _at(self, address: Address, room: int) -> Address:
        if not self.is_salon:
            return address
        return Address(path=f"{address.path}?after={self.cursors[room]}", headers=address.headers)

    def body(self, room: int, text: str = _TEXT) -> bytes:
        """The next message of *room*: as a member sends it, or for the others the frame that members then hear."""
        now = time.monotonic_ns()
        self.cursors[room] += 1
        if self.is_salon:
            line = {"text": f"{now} {text}", "client_id": f"c{self.cursors[room]}"}
            return json.dumps(line, ensure_ascii=False).encode()
        frame = {
            "seq": self.cursors[room],
            "at": "2026-11-26T20:00:00.000000+00:00",
            "clock": "20:00",
            "kind": "message",
            "name": "Guest 0",
            "text": f"{now} {text}",
            **{"role": "member", "seat": 1, "reply_to": ""},
        }
        return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


def salon(made: Stage) -> Rival:
    """The web room itself."""
    program = "Accept: application/json\r\nContent-Type: application/json\r\n"
    return Rival(
        name="salon",
        server=made.server,
        rooms=[
            Address(path=f"/room/{r.event.id}/messages", headers=f"{program}Cookie: {r.members[0]}\r\n")
            for r in made.rooms
        ],
        members=[
            [Address(path=f"/room/{r.event.id}/stream", headers=f"Cookie: {cookie}\r\n") for cookie in r.members]
            for r in made.rooms
        ],
        cursors=[r.cursor for r in made.rooms],
        is_salon=True,
    )


@contextmanager
def raw_loop(rooms: int, members: int) -> Iterator[Rival]:
    """The raw loop."""
    port = free_port()
    with running(python("benchmarks.room.raw", str(port)), port, "/sub/nobody") as server:
        yield _plain("raw loop", server, rooms, members)


@contextmanager
def nchan(rooms: int, members: int) -> Iterator[Rival | None]:
    """nginx with nchan, one worker; None where it is not installed."""
    program, module = shutil.which("nginx") or "/usr/sbin/nginx", _module()
    if module is None or not Path(program).exists():
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="salon-nchan-") as folder:
        port, config = free_port(), Path(folder) / "nginx.conf"
        config.write_text(_CONFIG.format(module=module, folder=folder, port=port), encoding="ascii")
        with running([program, "-p", folder, "-c", str(config)], port, "/health") as server:
            yield _plain("nchan", server, rooms, members)


def _plain(name: str, server: Process, rooms: int, members: int) -> Rival:
    return Rival(
        name=name,
        server=server,
        rooms=[Address(path=f"/pub/room-{k}") for k in range(rooms)],
        members=[[Address(path=f"/sub/room-{k}")] * members for k in range(rooms)],
        cursors=[0] * rooms,
    )


def _module() -> Path | None:
    found = (folder / "ngx_nchan_module.so" for folder in _MODULES)
    return next((path for path in found if path.exists()), None)


_CONFIG = """
load_module {module};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 16000; }}
http {{
    access_log off;
    keepalive_timeout 60s;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location /health {{ return 204; }}
        location ~ ^/pub/(.+)$ {{
            nchan_publisher;
            nchan_channel_id $1;
            nchan_message_buffer_length 20;
            nchan_message_timeout 1m;
        }}
        location ~ ^/sub/(.+)$ {{
            nchan_subscriber eventsource;
            nchan_channel_id $1;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"""
