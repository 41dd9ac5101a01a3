"""uvicorn, as the web room needs it: it ends its streams when it stops, lets them write to their line, and answers what
many send at once on a short way.

What everybody in a room hears, and an answer that is whole, are written to the line themselves: uvicorn's `send`, which
serves any application there may be, looks at each message and each header on its own.
"""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl

Headers = Sequence[tuple[bytes, bytes]]
#: Sends an answer: status, headers (the length among them), body.
Reply = Callable[[int, Headers, bytes], None]

#: A body of at most so many bytes goes the short way.
SHORT_BYTES = 16 * 1024
#: Name of the extension, in an ASGI scope, that holds the `asyncio.Transport` of a request.
LINE = "salon.line"


class Server(uvicorn.Server):
    """uvicorn, but a signal to stop first ends the parked streams, which would hold it up for ever."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop taking requests and let go of the streams."""
        # Not here and now: a signal comes between any two steps, and a page that is being told something would hear
        # the end before it.
        asyncio.get_running_loop().call_soon_threadsafe(self._end_streams)
        super().handle_exit(sig, frame)


class Taker(typing.Protocol):
    """Who answers a request on the short way."""

    def take(self, body: bytes, reply: Reply) -> None:
        """Take its *body*, and answer once, now or later; never raises."""


class Short:
    """A request on the short way (see `Protocol`): what uvicorn's protocol asks of its own, and no task behind it."""

    __slots__ = ("_protocol", "_taker", "body", "disconnected", "keep_alive", "more_body", "response_complete")

    def __init__(self, protocol: Protocol, taker: Taker, *, keep_alive: bool) -> None:
        self._protocol: Protocol | None = protocol
        self._taker: Taker | None = taker
        self.keep_alive = keep_alive
        self.body, self.more_body = bytearray(), True
        self.disconnected = self.response_complete = False

    @property
    def message_event(self) -> Short:
        """Nobody waits for more of the body: it is taken when it is whole."""
        return self

    def set(self) -> None:
        """See `message_event`."""

    def go(self) -> None:
        """The body is whole: have it taken, once."""
        # Let go of, here and below: what holds each other must be looked for and swept up, which costs a crowd a sixth.
        taker, self._taker = self._taker, None
        if taker is not None:
            taker.take(bytes(self.body), self.answer)

    def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Write the answer, where somebody still listens; again: nothing."""
        protocol, self._protocol = self._protocol, None
        if protocol is None or (transport := protocol.transport).is_closing():
            return
        self.response_complete = True
        transport.write(_whole(status, headers, body, keep_alive=self.keep_alive) or _BROKEN)
        if not self.keep_alive:
            transport.close()
        protocol.on_response_complete()


class Protocol(HttpToolsProtocol):
    """uvicorn's own, which also tells the application which line a request came on, and knows a short way to it.

    What a room's members hear are the same bytes, so they are framed once for all. Through uvicorn's `send` each of
    them costs more than half of a whole delivery again.

    The short way is for what many send in the same moment: no task of its own, no `receive`, no `send`. The
    application's `short` is asked for each small POST; whom it names takes the body and answers.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A line stands. Who is at its ends is asked for by requests that go uvicorn's way: it takes four calls to the
        system's sockets, and the short way has no use for it."""
        self.connections.add(self)
        self.transport, self.flow = transport, FlowControl(transport)

    def on_message_begin(self) -> None:
        """Begin the next request of this line."""
        super().on_message_begin()
        self.scope["extensions"] = {LINE: {"transport": self.transport}}

    def on_headers_complete(self) -> None:
        """Begin to answer, on the short way or as uvicorn does."""
        # The short way may have answered what came before it in the same packet: the line does not lie idle.
        self._unset_keepalive_if_required()
        taker = self._taker()
        if taker is None:
            self._look_who_is_there()
            super().on_headers_complete()
        else:
            # It has all that is asked of the other one.
            self.cycle = Short(self, taker, keep_alive=self.parser.should_keep_alive())  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """The request is whole."""
        super().on_message_complete()
        request: object = self.cycle
        if isinstance(request, Short):
            request.go()

    def _look_who_is_there(self) -> None:
        if self.scheme is None:
            self.server, self.client = get_local_addr(self.transport), get_remote_addr(self.transport)
            self.scheme = "https" if is_ssl(self.transport) else "http"
        self.scope["server"], self.scope["client"], self.scope["scheme"] = self.server, self.client, self.scheme

    def _taker(self) -> Taker | None:
        parser, before = self.parser, self.cycle
        is_short = parser.get_method() == b"POST" and (before is None or before.response_complete)
        if not is_short or self.expect_100_continue or self.flow.write_paused:
            return None
        headers = dict(self.headers)
        length = headers.get(b"content-length", b"")
        # uvicorn is left to hear out what is long, or comes in pieces of unknown length.
        if not length.isdigit() or int(length) > SHORT_BYTES or b"transfer-encoding" in headers:
            return None
        if parser.get_http_version() != "1.1" or parser.should_upgrade():
            return None
        scope = self.scope
        scope["method"], scope["path"], scope["query_string"] = "POST", self.url.decode("latin-1"), b""
        found: Taker | None = getattr(self.config.app, "short", _never)(scope, headers)
        return found


def _never(scope: object, headers: object) -> None:
    """An application that knows no short way."""


def line_of(scope: Mapping[str, Any]) -> asyncio.Transport | None:
    """The line that a request came on; None with another server, or where the client speaks no HTTP/1.1."""
    if scope.get("http_version") != "1.1":
        return None
    found: asyncio.Transport | None = scope.get("extensions", {}).get(LINE, {}).get("transport")
    return found


def answer_whole(send: object, status: int, headers: Headers, body: bytes) -> bool:
    """Write a whole answer at once, as uvicorn's own *send* would; False: that must do it, and nothing was written.

    *headers* give the length, and none of them ends in the middle: then uvicorn is left to say what is wrong.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle):
        return False
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    whole = _whole(status, headers, body, keep_alive=cycle.keep_alive)
    if not whole:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.write(whole)
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


def _whole(status: int, headers: Headers, body: bytes, *, keep_alive: bool) -> bytes:
    """The bytes of an answer; none where a header ends in its middle."""
    lines = list(map(b": ".join, headers))
    together = b"".join(lines)
    if b"\n" in together or b"\r" in together:
        return b""
    end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
    return b"\r\n".join((STATUS_LINE[status][:-2], *lines, end)) + body


_BROKEN = b"".join((STATUS_LINE[500], b"content-length: 0\r\n\r\n"))
