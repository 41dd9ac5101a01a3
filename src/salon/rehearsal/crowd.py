"""The members of a rehearsal: each has cookies of their own, patience, and nothing but HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from salon.errors import SalonError

#: How long somebody goes on trying when the house does not answer, in seconds.
PATIENCE = 90.0


class NobodyAnswers(SalonError):
    """The web room did not come back within a member's patience."""


@dataclass
class Person:
    """One member with a phone."""

    name: str
    http: httpx.AsyncClient
    #: The link that they scanned.
    link: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    seat: int = 0
    place: int = 0
    tries: int = 0

    async def open(self, url: str) -> httpx.Response:
        """Look at a page, as a browser does."""
        return await self._ask("GET", url, {"Accept": "text/html"})

    async def claim(self, link: str = "") -> httpx.Response:
        """Press the door's one button by its form, and keep what came of it in `seat` and `place`."""
        answer = await self._ask("POST", f"{link or self.link}/seat", {"Accept": "text/html"}, data={"name": self.name})
        if answer.status_code == 303:
            await self.look()
        return answer

    async def look(self) -> None:
        """Where do I stand?"""
        standing = (await self._ask("GET", f"{self.link}/seat", _PROGRAM)).json()
        self.seat, self.place = standing.get("seat", 0), standing.get("waiting", 0)

    async def send(self, url: str, **fields: Any) -> httpx.Response:
        """Send something as the page's script does."""
        return await self._ask("POST", url, _PROGRAM, json=fields)

    async def _ask(self, method: str, url: str, headers: dict[str, str], **body: Any) -> httpx.Response:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            carried = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            try:
                answer = await self.http.request(method, url, headers={**headers, "Cookie": carried}, **body)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                self._keep(answer)
                return answer
            self.tries += 1
            await asyncio.sleep(0.2)
        raise NobodyAnswers(f"{url} did not answer for {PATIENCE:g} s")

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value


_PROGRAM = {"Accept": "application/json"}


@dataclass
class Listener:
    """Somebody who listens to the room, loses the line now and then, and resumes after the last entry they had."""

    person: Person
    url: str
    heard: list[int] = field(default_factory=list)
    drops: int = 0
    task: asyncio.Task[None] | None = None
    is_over: Callable[[], bool] = lambda: False

    def start(self) -> None:
        """Listen from now on."""
        self.task = asyncio.create_task(self._listen())

    async def drop(self) -> None:
        """Lose the line, and come back."""
        await self.stop()
        self.drops += 1
        self.start()

    async def stop(self) -> None:
        """Stop listening."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def _listen(self) -> None:
        while not self.is_over():
            try:
                await self._line()
            except httpx.TransportError:
                await asyncio.sleep(0.2)

    async def _line(self) -> None:
        after = self.heard[-1] if self.heard else 0
        carried = "; ".join(f"{name}={value}" for name, value in self.person.cookies.items())
        headers = {"Cookie": carried, "Accept": "text/event-stream"}
        async with self.person.http.stream("GET", f"{self.url}?after={after}", headers=headers, timeout=60) as answer:
            if answer.status_code != 200:
                await asyncio.sleep(0.2)
                return
            number = 0
            async for line in answer.aiter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: ") and number:
                    orjson.loads(line[6:])
                    self.heard.append(number)
                    number = 0
