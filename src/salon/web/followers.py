"""Pages that listen to a room: whoever publishes writes to each of them at once, and no task is woken for it.

A task that waits for each page costs more than what it sends. So a page is a place in the room's list and a line to
write to. Only where the line is full a task goes on for it, and takes what it missed meanwhile in as few pieces as can
be.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from salon.web.http import Ask
from salon.web.server import line_of

log = logging.getLogger("salon.web")

#: A line is full when more than so many bytes wait to be taken.
FULL_BYTES = 32 * 1024
_END = {"type": "http.response.body", "body": b"", "more_body": False}


@dataclass(frozen=True, slots=True)
class Piece:
    """What is sent at once; *body* may be empty."""

    body: bytes
    #: The place in the list after it, and whether that is the list's end.
    end: int
    is_last: bool
    #: The same as a chunk of HTTP/1.1, put together once for all who get it.
    chunk: bytes

    @classmethod
    def of(cls, body: bytes, end: int, is_last: bool) -> Piece:
        """The piece that *body* makes."""
        return cls(body, end, is_last, chunk_of(body))


def chunk_of(body: bytes) -> bytes:
    """*body* as a chunk of HTTP/1.1; nothing for nothing, since an empty one would end the stream."""
    return b"%x\r\n%b\r\n" % (len(body), body) if body else b""


_PULSE = b"event: pulse\ndata: {}\n\n"
_PULSE_CHUNK = chunk_of(_PULSE)


@dataclass(frozen=True, slots=True)
class News:
    """What everybody hears who has heard all until now: told to a hundred, it is looked for once."""

    #: What is written to their lines.
    chunk: bytes
    #: The place in the list that they stand at afterwards, and the numbers that they were told last.
    end: int
    told: bytes


def tell(followers: Iterable[Follower], news: News, last: News) -> None:
    """Send *news* to each of *followers* who was told *last* and nothing since; to others, whatever is new to them.

    News without a chunk is not the same for all. A page that breaks ends alone: all others hear it.
    """
    # Nobody has heard these news yet.
    abreast = last if news.chunk else news
    for follower in followers:
        try:
            line = follower._line
            if (
                follower._last is abreast
                and line is not None
                and line.get_write_buffer_size() <= FULL_BYTES
                and not line.is_closing()
            ):
                follower._last = news
                line.write(news.chunk)
            else:
                follower.hear(news)
        except Exception:
            log.exception("a page's line broke; it is ended")
            follower.cut_off()


class Source(Protocol):
    """What a follower hears of."""

    is_closing: bool

    def piece(self, start: int, reader: str) -> Piece:
        """Frames for *reader* from place *start* of the list on, as much as goes at once."""

    def told(self, reader: str) -> bytes:
        """The frame in which the room's numbers were last told."""


class Follower:
    """One page that listens, from *place* in the list of its *source* on. Touched by the event loop's thread only.

    *reader*: a member's key, or `salon.public.LEADS`; frames that are for others are left out. It ends at shutdown, and
    with the first piece after which *may_hear* says no: a member was removed, a link was withdrawn.
    """

    __slots__ = (
        "_ask",
        "_is_over",
        "_last",
        "_line",
        "_may_hear",
        "_numbers",
        "_place",
        "_rest",
        "_source",
        "_told",
        "reader",
    )

    def __init__(self, source: Source, place: int, reader: str, may_hear: Callable[[], bool], ask: Ask) -> None:
        self._source, self._place, self.reader, self._may_hear, self._ask = source, place, reader, may_hear, ask
        self._line = line_of(ask.scope)
        self._told, self._numbers = source.told(reader), b""
        #: Sends what was not taken at once; None: all was.
        self._rest: asyncio.Task[None] | None = None
        self._is_over = False
        #: What was told last to everybody, where this page is abreast with all others: its place is that one's end.
        self._last: News | None = None

    def begin(self, first: bytes, numbers: bytes) -> None:
        """Send *first* and the room's *numbers* as they are now, then everything from its place on."""
        self._numbers = self._told if numbers == self._told else numbers
        self._rest = asyncio.ensure_future(self._send_on(first + numbers))

    def hear(self, news: News) -> None:
        """Send whatever is new, and be abreast where that is all of it."""
        self.push()
        is_abreast = self._place == news.end and self._told is self._numbers is news.told
        if is_abreast and self._rest is None and not self._is_over:
            self._last = news

    def push(self) -> None:
        """Send what is new, if anything, and end it where it is over."""
        self._fall_out()
        if self._rest is not None or self._is_over:
            # A task that is at it looks again before it ends.
            return
        line = self._line
        while line is not None and line.get_write_buffer_size() <= FULL_BYTES and not line.is_closing():
            piece = self._next()
            line.write(piece.chunk)
            if self._is_over:
                break
            if piece.is_last:
                return
        self._rest = asyncio.ensure_future(self._send_on())

    def pulse(self) -> None:
        """Send a sign that the line still stands; none where it is full, which says so as well."""
        line = self._line
        if self._rest is not None or self._is_over:
            return
        if line is None:
            self._fall_out()
            self._rest = asyncio.ensure_future(self._send_on(_PULSE))
        elif line.get_write_buffer_size() <= FULL_BYTES and not line.is_closing():
            line.write(_PULSE_CHUNK)

    def cut_off(self) -> None:
        """End this page's line at once, wherever it stands: it comes back by itself, and resumes whole."""
        self._fall_out()
        self._is_over = True
        if self._line is not None:
            self._line.abort()
        elif self._rest is None:
            self._rest = asyncio.ensure_future(self._send_on())

    @property
    def is_behind(self) -> bool:
        """Whether something is still to be sent, or to be taken by who reads."""
        return self._rest is not None or (self._line is not None and self._line.get_write_buffer_size() > 0)

    def hang_up(self) -> None:
        """Send nothing more."""
        self._fall_out()
        self._is_over = True
        if self._rest is not None:
            self._rest.cancel()

    def _fall_out(self) -> None:
        """From here on this page has a place of its own."""
        if self._last is not None:
            self._place, self._told, self._numbers = self._last.end, self._last.told, self._last.told
            self._last = None

    async def _send_on(self, body: bytes = b"") -> None:
        """Send *body*, then what is new until nothing is; the stream ends where it is over."""
        try:
            while True:
                if body:
                    await self._ask.send({"type": "http.response.body", "body": body, "more_body": True})
                if self._is_over:
                    await self._ask.send(_END)
                    return
                piece = self._next()
                body = piece.body
                if not body and not self._is_over:
                    return
        except Exception:
            self._rest = None
            if not self._is_over:
                # Its place may lie behind a piece that was never sent: only a new line is sure to be whole.
                log.exception("a page's line broke; it is ended")
                self.cut_off()
        finally:
            if self._rest is asyncio.current_task():
                self._rest = None

    def _next(self) -> Piece:
        """What is to be sent now; it may be empty."""
        piece = self._source.piece(self._place, self.reader)
        self._place = piece.end
        told = self._source.told(self.reader)
        if told is not self._told:
            if told != self._numbers:
                piece = Piece.of(piece.body + told, piece.end, piece.is_last)
            self._told = self._numbers = told
        self._is_over = self._source.is_closing or not self._may_hear()
        return piece
