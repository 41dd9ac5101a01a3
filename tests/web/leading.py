"""An installation with groups that leaders post to by hand, in this process: its house, its pages, a hand clock."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from PIL import Image

from salon.announce import announce
from salon.clock import HandClock
from salon.entries import Entry, Rule
from salon.house import House, open_house
from salon.model import Event, Group, Programme, Series
from salon.planbook import PLAN
from salon.planning import apply_plan
from salon.rules.relay import pass_training
from salon.rules.week import open_room
from salon.settings import Settings
from salon.testing.golden import golden_event
from salon.web.app import App

#: What a phone's browser asks with.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "User-Agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8.0",
}
PROGRAM = {"Accept": "application/json"}
GROUPS = (
    Group(id="readers", name="产品经理读书会", channel="relay", leader="陈玥", backup="小鹿", language="zh"),
    Group(id="tea-room", name="设计师茶水间 🍵", channel="relay", leader="陈玥、老周", language="zh"),
    Group(id="builders", name="北京创业者 2 群", channel="relay", leader="老周", backup="陈玥", language="zh"),
    Group(id="aside", name="旁听群", leader="阿方", language="zh"),
)


@dataclass
class Command:
    """One installation and one event of it."""

    house: House
    app: App
    clock: HandClock
    event: Event
    groups: Sequence[Group]

    async def lay(self, *names: str, text: str = "", poster: bool = True) -> None:
        """Say the announcements *names* to every group."""
        picture = png() if poster else None
        for name in names:

            def write(group: Group, name: str = name) -> tuple[str, bytes | None]:
                return text or f"{name}：发给{group.name}\n第二行", picture

            await announce(self.house, self.event, name, self.groups, write)

    def phone(self, language: str = "zh", **headers: str) -> httpx.AsyncClient:
        """Somebody's browser, with cookies of its own."""
        known = {**BROWSER, "Accept-Language": language, **headers}
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url="http://salon.test", headers=known)

    def page(self, name: str) -> str:
        """Path of a leader's page."""
        return urlsplit(self.house.links.leader(self.event.series, name)).path

    async def door(self, group: str = "readers", mark: str = "") -> str:
        """Path behind a group's code."""
        link = urlsplit(self.house.links.door((await self.house.plan()).code(self.event.id, group), mark))
        return f"{link.path}?{link.query}" if link.query else link.path

    async def tasks(self, name: str) -> dict[tuple[str, str], dict[str, str]]:
        """(announcement, group) → what a program reads of a leader's tasks, in the page's order."""
        answer = await self.phone().get(self.page(name), headers=PROGRAM)
        assert answer.status_code == 200, answer.text
        return {(task["announcement"], task["group"]): task for task in answer.json()["tasks"]}

    async def do(self, name: str, verb: str, announcement: str, group: str = "readers") -> httpx.Response:
        """Tap a button of a leader's page."""
        key = (await self.tasks(name))[announcement, group]["task"]
        return await self.phone().post(f"{self.page(name)}/{key}/{verb}")

    async def train(self, *names: str) -> None:
        """*names* have passed the training card."""
        for name in names:
            await self.house.journal.decide(PLAN, pass_training(self.event.series, name))

    async def decide(self, rule: Rule) -> tuple[Entry, ...]:
        """Write to the event's journal."""
        return await self.house.journal.decide(self.event.id, rule)

    async def entries(self, *kinds: str) -> list[Entry]:
        """The event's journal, or what it has of *kinds*."""
        found = await self.house.journal.entries(self.event.id)
        return [entry for entry in found if not kinds or entry.kind in kinds]


@asynccontextmanager
async def command(home: Path, *, groups: Sequence[Group] = GROUPS, is_open: bool = True) -> AsyncIterator[Command]:
    """Such an installation, an hour after the golden evening's doors have opened."""
    event = golden_event("zh")
    clock = HandClock(event.times.opens_at + timedelta(minutes=10))
    async with open_house(Settings.from_env({"SALON_HOME": str(home)}), clock) as house:
        series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=event.languages)
        await apply_plan(house, Programme(series=series, groups=tuple(groups), events=(event,)))
        if is_open:
            await house.journal.decide(event.id, open_room(event, by="clock"))
        yield Command(house=house, app=App(house), clock=clock, event=event, groups=groups)


def next_week(event: Event) -> Event:
    """The same a week later."""
    moved = {
        name: tuple(at + timedelta(days=7) for at in value) if isinstance(value, tuple) else value + timedelta(days=7)
        for name, value in vars(event.times).items()
    }
    return replace(event, id=f"{event.id}-next", number=event.number + 1, times=replace(event.times, **moved))


def png() -> bytes:
    """A small poster."""
    held = io.BytesIO()
    Image.new("RGB", (90, 160), "navy").save(held, "PNG")
    return held.getvalue()


def text_of(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S).split())
