"""What many send in the same moment - a claim, a message, a vote - is two plain functions: one says what is to be
decided, the other makes the answer once that is durable.

So it needs no task while it waits for the COMMIT that it shares with hundreds (`salon.web.server`, the short way);
where a server knows no such way, `handler` makes an ordinary handler of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from salon.entries import Entry, Rule
from salon.journal import Ask as Asked
from salon.journal import Behind
from salon.web.http import Answer, Ask
from salon.web.routes import Handler
from salon.web.site import Site


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request wants decided in *event*'s journal; *then* answers with what was added, or wants another one."""

    event: str
    rule: Rule
    then: Callable[[Sequence[Entry]], Answer | Decision]


Step = Answer | Decision
#: Site, request, and the fields of its body → what it wants. Raises refusals, and `Behind` where this process must
#: read first: then it is asked again, so it changes nothing.
Write = Callable[[Site, Ask, Mapping[str, str]], Step]


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


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """One request of the short way. *send* its answer; *refused* makes one of an error."""

    site: Site
    send: Callable[[Answer], None]
    refused: Callable[[Exception], Answer]

    def go(self, do: Callable[[], Step]) -> None:
        """Do the next step; never raises."""
        try:
            step = do()
        except Behind as behind:
            self._read_first(behind.event, do)
        except Exception as error:
            self.send(self.refused(error))
        else:
            if isinstance(step, Decision):
                self.site.house.journal.ask(step.event, step.rule, partial(self._decided, step.then))
            else:
                self.send(step)

    def _decided(self, then: Callable[[Sequence[Entry]], Step], asked: Asked) -> None:
        if asked.error is not None:
            self.send(self.refused(asked.error))
        else:
            self.go(partial(then, asked.added))

    def _read_first(self, event: str, do: Callable[[], Step]) -> None:
        async def read() -> None:
            try:
                await self.site.house.live(event)
            except Exception as error:
                self.send(self.refused(error))
            else:
                self.go(do)

        task = asyncio.get_running_loop().create_task(read())
        # The loop itself keeps no hold of a task.
        self.site.jobs.add(task)
        task.add_done_callback(self.site.jobs.discard)
