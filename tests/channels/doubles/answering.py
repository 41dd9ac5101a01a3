"""A platform's double: real HTTP on loopback, which checks every call and can be told to fail in every way."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: What a call may meet instead of its answer. "before" and "after": whether it was delivered.
BROKEN_BEFORE, BROKEN_AFTER, CUT_BEFORE, CUT_AFTER, LATE_AFTER = (
    "503 before",
    "503 after",
    "cut before",
    "cut after",
    "late after",
)


@dataclass(kw_only=True)
class Call:
    """One call as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    #: Names in small letters.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    #: Fields of JSON, of a form, or of the multipart's texts.
    fields: dict[str, Any] = field(default_factory=dict)
    #: Of a multipart: field → (file name, type, content).
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict, repr=False)


@dataclass(kw_only=True)
class Answer:
    """What goes back."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Double:
    """A platform on a free port. *faults* are met by one call each; an empty one is none, an `Answer` goes first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: deque[str | Answer] = deque()
        #: (where, what was said), one for each message that members see, in order.
        self.delivered: list[tuple[str, str]] = []
        self._one = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """What stands in the place of the platform's own host."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, call: Call) -> Answer:
        """What the platform does with a call: checks it against its own field list, and delivers it."""
        raise NotImplementedError

    def fault(self, call: Call) -> str | Answer:
        """What *call* meets; for a wave with faults, override it."""
        return self.faults.popleft() if self.faults else ""

    def close(self) -> None:
        """Stop; whoever waits for a late answer gets none. Again does nothing."""
        if self._over.is_set():
            return
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _met(self, call: Call) -> Answer | None:
        """The answer to *call* under its fault; None: the connection is cut."""
        with self._one:
            self.calls.append(call)
            fault = self.fault(call)
            if isinstance(fault, Answer):
                return fault
            if fault == BROKEN_BEFORE:
                return Answer(status=503, data="away")
            if fault == CUT_BEFORE:
                return None
            answer = self.answer(call)
        if fault == BROKEN_AFTER:
            return Answer(status=502, data="away")
        if fault == LATE_AFTER:
            self._over.wait(10)
        return None if fault in (CUT_AFTER, LATE_AFTER) else answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                self.close_connection = True
                answer = double._met(_read(self))
                if answer is None:
                    return
                content = b"" if answer.data is None else json.dumps(answer.data).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def wrong_fields(fields: Mapping[str, Any], needed: Mapping[str, Any], may: Mapping[str, Any]) -> str:
    """Name of the first field that is missing, unknown or of a wrong kind; empty: all are right.

    A kind is a type, or a function that says whether a value is right.
    """
    for name in needed:
        if name not in fields:
            return name
    for name, value in fields.items():
        kind = needed.get(name, may.get(name))
        if kind is None or not _is(value, kind):
            return name
    return ""


def _is(value: Any, kind: Any) -> bool:
    if isinstance(kind, type):
        return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    test: Callable[[Any], bool] = kind
    return test(value)


def _read(handler: BaseHTTPRequestHandler) -> Call:
    parts = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    if "chunked" in headers.get("transfer-encoding", ""):
        raise AssertionError("no platform takes a body without a length")
    body = handler.rfile.read(int(headers.get("content-length", 0)))
    query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    call = Call(method=handler.command, path=parts.path, query=query, headers=headers, body=body)
    kind = headers.get("content-type", "")
    if kind.startswith("application/json"):
        call.fields = json.loads(body)
    elif kind.startswith("application/x-www-form-urlencoded"):
        call.fields = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
    elif kind.startswith("multipart/form-data"):
        _read_multipart(call, kind)
    return call


def _read_multipart(call: Call, kind: str) -> None:
    message = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + call.body)
    for part in message.iter_parts():
        name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        if filename is None:
            call.fields[name] = content.decode()
        else:
            call.files[name] = (filename, part.get_content_type(), content)
