"""What many send in the same moment - a claim, a message, a vote - is two plain functions: one says what is to be
decided, the other makes the answer once that is durable.

So it needs no task while it waits for the COMMIT that it shares with hundreds (`salon.web.server`, the short way);
where a server knows no such way, `handler` makes an ordinary handler of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from salon.entries import Entry, Rule
from salon.journal import Ask as Asked
from salon.journal import Behind
from salon.web.http import Answer, Ask
from salon.web.routes import Handler
from salon.web.server import Reply
from salon.web.site import Site


class Decision(NamedTuple):
    """What a request wants decided in *event*'s journal; *then* answers with what was added, or wants another one."""

    event: str
    rule: Rule
    then: Callable[[Sequence[Entry]], Answer | Decision]


Step = Answer | Decision
#: Site, request, and the fields of its body → what it wants. Raises refusals, and `Behind` where this process must
#: read first: then it is asked again, so it changes nothing.
Write = Callable[[Site, Ask, Mapping[str, str]], Step]
#: Request and error → what its sender is told.
Refusal = Callable[[Ask, Exception], Answer]


def handler(write: Write, **joined: str) -> Handler:
    """*write* as an ordinary handler; *joined* as `Ask.fields_in`."""

    async def handle(site: Site, ask: Ask) -> Answer:
        fields = await ask.fields(**joined)
        step = await _read_for(site, partial(write, site, ask, fields))
        while isinstance(step, Decision):
            added = await site.house.journal.decide(step.event, step.rule)
            step = await _read_for(site, partial(step.then, added))
        return step

    return handle


async def _read_for(site: Site, do: Callable[[], Step]) -> Step:
    while True:
        try:
            return do()
        except Behind as behind:
            await site.house.live(behind.event)


class OnItsWay:
    """One request of the short way (`salon.web.server`). *refused* makes the answer to an error."""

    __slots__ = ("_ask", "_joined", "_refused", "_reply", "_site", "_write")

    def __init__(self, site: Site, ask: Ask, write: Write, joined: Mapping[str, str], refused: Refusal) -> None:
        self._site, self._ask, self._write, self._joined, self._refused = site, ask, write, joined, refused

    def take(self, body: bytes, reply: Reply) -> None:
        """See `salon.web.server.Taker`."""
        self._reply = reply
        self._go(partial(self._begin, body))

    def _begin(self, body: bytes) -> Step:
        return self._write(self._site, self._ask, self._ask.fields_in(body, **self._joined))

    def _go(self, do: Callable[[], Step]) -> None:
        """Do the next step; never raises."""
        try:
            step = do()
        except Behind as behind:
            self._read_first(behind.event, do)
        except Exception as error:
            self._send(self._refused(self._ask, error))
        else:
            if isinstance(step, Decision):
                self._site.house.journal.ask(step.event, step.rule, partial(self._decided, step.then))
            else:
                self._send(step)

    def _decided(self, then: Callable[[Sequence[Entry]], Step], asked: Asked) -> None:
        if asked.error is not None:
            self._send(self._refused(self._ask, asked.error))
        else:
            self._go(partial(then, asked.added))

    def _send(self, answer: Answer) -> None:
        self._reply(answer.status, answer.all_headers(), answer.body)

    def _read_first(self, event: str, do: Callable[[], Step]) -> None:
        async def read() -> None:
            try:
                await self._site.house.live(event)
            except Exception as error:
                self._send(self._refused(self._ask, error))
            else:
                self._go(do)

        task = asyncio.get_running_loop().create_task(read())
        # The loop itself keeps no hold of a task.
        self._site.jobs.add(task)
        task.add_done_callback(self._site.jobs.discard)
