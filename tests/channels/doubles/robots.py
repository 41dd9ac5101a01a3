"""Stand-ins for platforms with a webhook: real HTTP on loopback, strict about fields, unreliable when told to."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def object(self) -> dict[str, Any]:
        """The JSON object in it; empty for anything else."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Wrong(Exception):
    """The platform's own error body, with its HTTP status."""

    def __init__(self, status: int, **body: Any) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


class Robot:
    """A platform. *faults*, one for each coming request: see `_fault`. *heard*: what its groups have read."""

    def __init__(self) -> None:
        self.base = ""
        self.faults: deque[str] = deque()
        self.heard: list[dict[str, Any]] = []
        self.asked: list[Asked] = []
        self._over = threading.Event()

    def judge(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """The answer, and what a group reads by it. Raises `Wrong`."""
        raise NotImplementedError

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, or fail as told."""
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(path=parts.path, query=dict(parse_qsl(parts.query)), headers=headers, body=body)
        self.asked.append(asked)
        fault = self.faults.popleft() if self.faults else ""
        if fault in _BEFORE:
            return _send(handler, *_BEFORE[fault])
        try:
            answer, read = self.judge(asked)
            status = 200
        except Wrong as wrong:
            answer, read, status = wrong.body, None, wrong.status
        if read is not None:
            self.heard.append(read)
        if fault == "late":
            self._over.wait(10)
        if fault in ("late", "cut"):
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "500 after":
            _send(handler, 500, {}, b"oops")
        else:
            _send(handler, status, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    @contextmanager
    def running(self) -> Iterator[Robot]:
        """Listen on a free port of loopback."""
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                robot.handle(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self._over.set()
            server.shutdown()
            server.server_close()
            thread.join()


_BEFORE: dict[str, tuple[int, dict[str, str], bytes]] = {
    "429": (429, {"Retry-After": "7"}, b""),
    "500 before": (500, {}, b"oops"),
    "html": (200, {"Content-Type": "text/html"}, b"<html>captive portal</html>"),
    "redirect": (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""),
    "404": (404, {}, b"no such page"),
}


def _send(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def fields(found: object, needed: Mapping[str, type], allowed: Mapping[str, type], wrong: Wrong) -> dict[str, Any]:
    """*found* as an object with all *needed* fields and no other than *allowed*, each of its type."""
    types = {**needed, **allowed}
    if not isinstance(found, dict) or set(needed) - set(found) or set(found) - set(types):
        raise wrong
    if not all(type(value) is types[name] for name, value in found.items()):
        raise wrong
    return found
