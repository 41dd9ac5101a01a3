"""uvicorn, as the web room needs it: it ends its streams when it stops, and lets them write to their line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

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
