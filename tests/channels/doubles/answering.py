"""A platform's double: real HTTP on loopback, which checks every call and can be told to fail in every way."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

#: What a call may meet instead of its answer; any other `Answer` does as well. "After": it was delivered first.
BROKEN_AFTER, CUT_BEFORE, CUT_AFTER, LATE_AFTER = "502 after", "cut before", "cut after", "late after"


@dataclass(kw_only=True)
class Call:
    """One call as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    #: Names in small letters.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    #: Fields of a JSON object (empty for any other), of a form, or of the multipart's texts.
    fields: dict[str, Any] = field(default_factory=dict)
    #: Of a multipart: field → (file name, type, content).
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict, repr=False)


@dataclass(kw_only=True)
class Answer:
    """What goes back: *data* as JSON, or as it is when it is bytes."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body."""
        if isinstance(self.data, bytes):
            return self.data
        return b"" if self.data is None else json.dumps(self.data).encode()


BROKEN_BEFORE = Answer(status=503, data="away")


class Wrong(Exception):
    """The platform's no: ends `Double.answer` from any depth with its own error body."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Double(ABC):
    """A platform on a free port from its making to `close`; a context manager that closes.

    *faults* are met by one call each, in order; an empty one is none, an `Answer` goes instead of the double's.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: deque[str | Answer] = deque()
        #: What members have read, one for each message, in order.
        self.heard: list[dict[str, Any]] = []
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

    @abstractmethod
    def answer(self, call: Call) -> Answer:
        """What the platform does with a call: checks it against its own field list, and adds it to what was *heard*.

        May raise `Wrong`.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
            fault = self.faults.popleft() if self.faults else ""
            if isinstance(fault, Answer):
                return fault
            if fault == CUT_BEFORE:
                return None
            try:
                answer = self.answer(call)
            except Wrong as wrong:
                answer = wrong.answer
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
                content = answer.content()
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


def checked(
    found: object, needed: Mapping[str, Any], may: Mapping[str, Any] | None = None, *, no: Answer
) -> dict[str, Any]:
    """*found* as an object with all *needed* fields and no other than *may* be there; kinds as in `wrong_fields`.

    Raises `Wrong` with *no*.
    """
    if not isinstance(found, dict) or wrong_fields(found, needed, may or {}):
        raise Wrong(no)
    return found


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
        call.fields = _object(body)
    elif kind.startswith("application/x-www-form-urlencoded"):
        call.fields = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
    elif kind.startswith("multipart/form-data"):
        _read_multipart(call, kind)
    return call


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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
