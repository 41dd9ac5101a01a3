"""`python -m benchmarks.room.raw PORT`: the least that fan-out can cost in Python, on uvloop.

A request is looked at just enough to know the room; the same bytes are written to everybody in it. No parser, no
journal, no tasks, no seats: what is above this is what the web room adds.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from typing import cast

import uvloop

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_DONE = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
_LENGTH = re.compile(rb"Content-Length: (\d+)")
_ROOMS: dict[bytes, set[asyncio.WriteTransport]] = defaultdict(set)


class Raw(asyncio.Protocol):
    """One connection: somebody who listens, or somebody who speaks."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._room = cast(asyncio.Transport, transport), b""
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        while (head := data.find(b"\r\n\r\n") + 4) > 3:
            length = _LENGTH.search(data, 0, head)
            end = head + (int(length[1]) if length else 0)
            if end > len(data):
                break
            method, path, _ = data.split(b" ", 2)
            self._take(method, path.rpartition(b"/")[2], data[head:end])
            data = data[end:]
        self._rest = data

    def _take(self, method: bytes, room: bytes, body: bytes) -> None:
        if method == b"GET":
            self._room = room
            _ROOMS[room].add(self._transport)
            self._transport.write(_HEAD)
            return
        frame = b"id: 1\ndata: " + body + b"\n\n"
        chunk = b"%x\r\n%b\r\n" % (len(frame), frame)
        for transport in _ROOMS[room]:
            transport.write(chunk)
        self._transport.write(_DONE)

    def connection_lost(self, error: Exception | None) -> None:
        _ROOMS[self._room].discard(self._transport)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Raw, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    from benchmarks.room.processes import raise_file_limit

    raise_file_limit()
    uvloop.run(_serve(int(sys.argv[1])))
