"""uvicorn, as the web room needs it: it ends its streams when it stops, and lets them write to their line.

What everybody in a room hears, and an answer that is whole, are written to the line themselves: uvicorn's `send`, which
serves any application there may be, looks at each message and each header on its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

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


class Protocol(HttpToolsProtocol):
    """uvicorn's own, which also tells the application which line a request came on.

    What a room's members hear are the same bytes, so they are framed once for all. Through uvicorn's `send` each of
    them costs more than half of a whole delivery again.
    """

    def on_message_begin(self) -> None:
        """Begin the next request of this line."""
        super().on_message_begin()
        self.scope["extensions"] = {LINE: {"transport": self.transport}}


def line_of(scope: Mapping[str, Any]) -> asyncio.Transport | None:
    """The line that a request came on; None with another server, or where the client speaks no HTTP/1.1."""
    if scope.get("http_version") != "1.1":
        return None
    found: asyncio.Transport | None = scope.get("extensions", {}).get(LINE, {}).get("transport")
    return found


def answer_whole(send: object, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bool:
    """Write a whole answer at once, as uvicorn's own *send* would; False: that must do it, and nothing was written.

    *headers* give the length, and none of them ends in the middle: then uvicorn is left to say what is wrong.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle):
        return False
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    head = b"\r\n".join(map(b": ".join, headers))
    if head.count(b"\n") + head.count(b"\r") != 2 * len(headers) - 2:
        return False
    cycle.response_started = cycle.response_complete = True
    end = b"\r\n\r\n" if cycle.keep_alive else b"\r\nconnection: close\r\n\r\n"
    cycle.transport.write(b"".join((STATUS_LINE[status], head, end, body)))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
