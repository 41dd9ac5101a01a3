"""A house with many open rooms and everybody on a seat, and the web room that serves it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.room.processes import Process, python, running
from tests.load import open_event_now
from tests.servers import free_port

from salon.house import House, open_house
from salon.model import Event, Programme, Series
from salon.planning import apply_plan
from salon.rules.seats import take_seat
from salon.rules.week import open_room
from salon.settings import Settings
from salon.testing.golden import golden_groups


@dataclass(frozen=True, kw_only=True)
class Room:
    """One open room, and those who sit in it."""

    event: Event
    #: The live code of one group.
    code: str
    #: A Cookie header for each member, by seat.
    members: tuple[str, ...]
    #: Number of the last entry of its journal.
    cursor: int


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Rooms, and the process that serves them."""

    settings: Settings
    rooms: tuple[Room, ...]
    server: Process


@contextmanager
def stage(rooms: int, members: int, database: str = "") -> Iterator[Stage]:
    """Serve *rooms* open rooms of 100 seats with *members* in each, from a fresh house; *database*: empty is SQLite."""
    with tempfile.TemporaryDirectory(prefix="salon-room-") as folder:
        home, port = Path(folder), free_port()
        url = f"http://127.0.0.1:{port}"
        database = database or f"sqlite:///{home}/salon.db"
        settings = Settings(home=home, database=database, web_port=port, public_url=url)
        made = asyncio.run(_prepare(settings, rooms, members))
        with running(python("benchmarks.room.served"), port, "/health", settings.as_env()) as server:
            yield Stage(settings=settings, rooms=made, server=server)


async def _prepare(settings: Settings, rooms: int, members: int) -> tuple[Room, ...]:
    one, groups = open_event_now(), golden_groups("en")
    events = [replace(one, id=f"room-{k}", number=k + 1) for k in range(rooms)]
    series = Series(id=one.series, name=one.series_name, timezone=one.timezone)
    async with open_house(settings) as house:
        await apply_plan(house, Programme(series=series, groups=groups, events=tuple(events)))
        return tuple([await _open(house, event, groups[0].id, members) for event in events])


async def _open(house: House, event: Event, group: str, members: int) -> Room:
    await house.journal.decide(event.id, open_room(event, by="clock"))
    guests = [f"{event.number:08d}{k:012d}" for k in range(members)]
    rules = (take_seat(event, guest, source=group, name=f"Guest {k}") for k, guest in enumerate(guests))
    await asyncio.gather(*(house.journal.decide(event.id, rule) for rule in rules))
    return Room(
        event=event,
        code=(await house.plan()).code(event.id, group),
        members=tuple(f"guest={house.links.sign(guest)}" for guest in guests),
        cursor=(await house.live(event.id)).state.seq,
    )
