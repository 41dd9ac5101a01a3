"""The load: thousands of open lines that are listened to, and messages sent at a steady pace. Plain asyncio protocols.

A line looks at every frame that comes: its number must follow the last one's, and its text begins with the time at
which it was sent.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from benchmarks.room.processes import Process

#: Lines that are opened at the same time.
_AT_ONCE = 200
_FRAME = re.compile(rb'"seq":(\d+),.*?"text":"(\d+) ')
#: How long is waited for what is still to come, in seconds.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where one member listens, or where messages for one room go."""

    path: str
    headers: str = ""


@dataclass(kw_only=True)
class Crowd:
    """Everybody who listens, and what they heard."""

    lines: list[Line] = field(default_factory=list)
    heard: int = 0
    #: Frames whose number did not follow, and lines that ended.
    gaps: int = 0
    lost: int = 0
    #: Of each delivery, in nanoseconds; only while it is a list.
    delays: list[int] | None = None

    def close(self) -> None:
        """Hang up, without anything that stays behind in the system."""
        for line in self.lines:
            line.hang_up()
        self.lines.clear()


class Line(asyncio.Protocol):
    """One member's open line."""

    __slots__ = ("_crowd", "_is_open", "_request", "_rest", "cursor", "ready", "transport")

    def __init__(self, crowd: Crowd, request: bytes, cursor: int) -> None:
        self._crowd, self._request, self.cursor = crowd, request, cursor
        self._rest = b""
        self._is_open = True
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.ready.done():
            self._begin(data)
        *frames, self._rest = (self._rest + data).split(b"\n\n")
        for frame in frames:
            if found := _FRAME.search(frame):
                self._hear(int(found[1]), int(found[2]))

    def _begin(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 200"):
            self.ready.set_result(None)
        else:
            self.ready.set_exception(RuntimeError(f"the line was refused: {data[:300]!r}"))

    def _hear(self, seq: int, sent: int) -> None:
        crowd = self._crowd
        crowd.heard += 1
        crowd.gaps += seq != self.cursor + 1
        self.cursor = seq
        if crowd.delays is not None:
            crowd.delays.append(time.monotonic_ns() - sent)

    def connection_lost(self, error: Exception | None) -> None:
        self._crowd.lost += self._is_open

    def hang_up(self) -> None:
        """End it from this side."""
        self._is_open = False
        sock = self.transport.get_extra_info("socket")
        # A reset: ten thousand ports that wait for a minute each would soon be all that there are.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def listen(server: Process, seats: Sequence[tuple[Address, int]]) -> Crowd:
    """Open a line for each of *seats* (address, number of the last frame that they have), and wait until all stand."""
    crowd, loop, free = Crowd(), asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)

    async def one(address: Address, cursor: int) -> Line:
        head = f"GET {address.path} HTTP/1.1\r\nHost: salon\r\nAccept: text/event-stream\r\n{address.headers}\r\n"
        async with free:
            line = Line(crowd, head.encode(), cursor)
            await loop.create_connection(lambda: line, "127.0.0.1", server.port)
            await line.ready
        return line

    crowd.lines = list(await asyncio.gather(*(one(*seat) for seat in seats)))
    return crowd


class Speaker(asyncio.Protocol):
    """A line that messages for one room are sent on, one after the other."""

    def __init__(self, address: Address) -> None:
        self._address, self.said, self.answered, self.refused = address, 0, 0, 0
        #: Called with every answer.
        self.go_on: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        answers = data.count(b"HTTP/1.1 ")
        self.answered += answers
        self.refused += answers - data.count(b"HTTP/1.1 20")
        if answers:
            self.go_on()

    def say(self, body: bytes) -> None:
        """Send *body*, without waiting for an answer."""
        self.said += 1
        head = f"POST {self._address.path} HTTP/1.1\r\nHost: salon\r\nContent-Length: {len(body)}\r\n"
        self._transport.write(f"{head}{self._address.headers}\r\n".encode() + body)

    def close(self) -> None:
        """End it."""
        self._transport.close()


async def speakers(server: Process, rooms: Sequence[Address]) -> list[Speaker]:
    """Open a line for the messages of each of *rooms*."""
    loop = asyncio.get_running_loop()
    made = [loop.create_connection(lambda a=a: Speaker(a), "127.0.0.1", server.port) for a in rooms]  # type: ignore[misc]
    return [speaker for _, speaker in await asyncio.gather(*made)]


async def talk(speaking: Sequence[Speaker], per_second: float, messages: int, body: Callable[[int], bytes]) -> None:
    """Say *messages* in turn at a steady pace, then wait for every answer. *body* makes the next one of a room."""
    began = time.monotonic()
    for k in range(messages):
        ahead = began + k / per_second - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)
        room = k % len(speaking)
        speaking[room].say(body(room))
    await _answered(speaking)


async def talk_on(speaking: Sequence[Speaker], seconds: float, body: Callable[[int], bytes]) -> int:
    """Say one message in each room, and the next one as soon as it is answered; how many, after *seconds*."""
    end, before = time.monotonic() + seconds, sum(one.said for one in speaking)

    def next_in(room: int) -> None:
        if time.monotonic() < end:
            speaking[room].say(body(room))

    for room, one in enumerate(speaking):
        one.go_on = partial(next_in, room)
        next_in(room)
    await asyncio.sleep(seconds)
    await _answered(speaking)
    return sum(one.said for one in speaking) - before


async def _answered(speaking: Sequence[Speaker]) -> None:
    await until(lambda: all(one.answered >= one.said for one in speaking))
    if refused := sum(one.refused for one in speaking):
        raise RuntimeError(f"{refused} messages were refused")


async def until(is_so: Callable[[], bool]) -> bool:
    """Wait for *is_so*, `PATIENCE` at most; whether it came."""
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        await asyncio.sleep(0.02)
    return is_so()
