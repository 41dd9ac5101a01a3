"""Pages that listen to a room: whoever publishes sends to each of them at once, and no task is woken for it.

A task that waits for each page costs as much as what it sends. So a page is a place in the room's list and a way to
send. Only where its line is full a task goes on for it, from where it stopped, and takes all that it missed meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, MutableMapping
from typing import Any, Protocol

from salon.web.http import Send

log = logging.getLogger("salon.web")

_PULSE = b"event: pulse\ndata: {}\n\n"


class Source(Protocol):
    """What a follower hears of."""

    is_closing: bool

    def piece(self, start: int, reader: str) -> tuple[bytes, int]:
        """Frames for *reader* from place *start* of the list on, as much as goes at once, and the place after them."""

    def told(self, reader: str) -> bytes:
        """The frame in which the room's numbers were last told."""


class Follower:
    """One page that listens, from *place* in the list of its *source* on. Touched by the event loop's thread only.

    *reader*: a member's key, or `salon.public.LEADS`; frames that are for others are left out. It ends at shutdown, and
    with the first piece after which *may_hear* says no: a member was removed, a link was withdrawn.
    """

    __slots__ = ("_may_hear", "_numbers", "_page", "_place", "_rest", "_send", "_source", "_told", "is_over", "reader")

    def __init__(self, source: Source, place: int, reader: str, may_hear: Callable[[], bool], send: Send) -> None:
        self._source, self._place, self.reader, self._may_hear, self._send = source, place, reader, may_hear, send
        self._told, self._numbers = source.told(reader), b""
        #: Stands at the page's request until it goes away.
        self._page = asyncio.current_task()
        #: Goes on where the line was full; None: it is not.
        self._rest: asyncio.Task[None] | None = None
        self.is_over = False

    def begin(self, numbers: bytes) -> None:
        """Send the room's *numbers* as they are now, then everything from its place on."""
        self._numbers = numbers
        self._push(numbers)

    def push(self) -> None:
        """Send what is new, if anything."""
        self._push()

    def pulse(self) -> None:
        """Send a sign that the line still stands."""
        self._push(_PULSE)

    def hang_up(self) -> None:
        """Send nothing more."""
        self.is_over = True
        if self._rest is not None:
            self._rest.cancel()

    def _push(self, first: bytes = b"") -> None:
        if self._rest is not None:
            # It looks again before it ends.
            return
        try:
            message = self._next(first)
            while message is not None:
                steps = self._send(message).__await__()
                try:
                    waits_for = next(steps)
                except StopIteration:
                    message = self._next()
                else:
                    self._rest = asyncio.ensure_future(self._go_on(_Begun(steps, waits_for)))
                    return
        except Exception:
            self._fail()

    async def _go_on(self, begun: _Begun) -> None:
        try:
            await begun
            while (message := self._next()) is not None:
                await self._send(message)
        except Exception:
            self._fail()
        finally:
            self._rest = None

    def _next(self, first: bytes = b"") -> MutableMapping[str, Any] | None:
        """What is to be sent now; None: nothing."""
        if self.is_over:
            return None
        body = first + self._fresh()
        self.is_over = self._source.is_closing or not self._may_hear()
        if not body and not self.is_over:
            return None
        return {"type": "http.response.body", "body": body, "more_body": not self.is_over}

    def _fresh(self) -> bytes:
        piece, self._place = self._source.piece(self._place, self.reader)
        told = self._source.told(self.reader)
        if told is self._told:
            return piece
        piece += told if told != self._numbers else b""
        self._told = self._numbers = told
        return piece

    def _fail(self) -> None:
        """Cut the line off: the page comes back and resumes; half of a room would be worse."""
        log.exception("a page that listens could not be told; its line is cut off")
        self.is_over = True
        if self._page is not None:
            self._page.cancel()


class _Begun:
    """A send that was begun without a task, and then had to wait: a task takes it over from there."""

    def __init__(self, steps: Generator[Any, Any, Any], waits_for: Any) -> None:
        self._steps, self._waits_for = steps, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._waits_for
        yield from self._steps
