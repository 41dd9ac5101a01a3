"""The web room without a process of its own: a house on a folder, a clock turned by hand, asked in the same loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from salon.clock import HandClock
from salon.entries import Rule
from salon.house import House, open_house
from salon.model import Event, Programme
from salon.planning import apply_plan
from salon.settings import Settings
from salon.web.app import App

PROGRAM = {"Accept": "application/json"}


@dataclass
class Near:
    """One installation with its web room, and who looks at it."""

    house: House
    clock: HandClock
    app: App
    client: httpx.AsyncClient
    event: Event

    @property
    def owner(self) -> str:
        """Path of the owner's start page."""
        return urlsplit(self.house.links.owner()).path

    @property
    def board(self) -> str:
        """Path of the board."""
        return f"{self.owner}/{self.event.id}/board"

    async def decide(self, rule: Rule, event: str = "") -> int:
        """Write to a journal as another process does; how many entries it took."""
        return len(await self.house.journal.decide(event or self.event.id, rule))

    async def kinds(self, *kinds: str) -> list[dict[str, Any]]:
        """What the evening's journal has of *kinds*."""
        found = await self.house.journal.entries(self.event.id)
        return [dict(entry.data) for entry in found if entry.kind in kinds]

    async def page(self, path: str, language: str = "zh") -> str:
        """A page that is there."""
        answer = await self.client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def look(self, path: str) -> Any:
        """The same for a program."""
        answer = await self.client.get(path, headers=PROGRAM)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def press(self, path: str, **fields: Any) -> httpx.Response:
        """Press a button of a page as a program does."""
        return await self.client.post(path, data=fields, headers=PROGRAM)


@asynccontextmanager
async def near(folder: Path, programme: Programme) -> AsyncIterator[Near]:
    """A web room in which *programme* is planned; the clock stands at the opening of its first evening."""
    event = programme.events[0]
    clock = HandClock(event.times.opens_at)
    settings = Settings.from_env({"SALON_HOME": str(folder / "house")})
    async with open_house(settings, clock) as house:
        await apply_plan(house, programme)
        app = App(house)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://near", follow_redirects=False) as client:
            yield Near(house=house, clock=clock, app=app, client=client, event=event)
        app.close()
