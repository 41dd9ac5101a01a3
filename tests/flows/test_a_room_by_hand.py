"""An evening in a room that somebody opens by hand, with everything real but the clock and the group.

Prefect's own server runs the deployed flows; owner and members come over HTTP. The opening waits for the owner's
screenshot, while the runner, its flow and the web room are killed.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import zxingcpp
from PIL import Image
from tests.uploads import LONG_GROUP, shot

from salon.clock import FilmClock
from salon.errors import SalonError
from salon.house import House, open_house
from salon.model import BY_HAND, Event
from salon.planning import apply_plan
from salon.programme import read_programme
from salon.rehearsal.stage import Film, cleared
from salon.shipped import shipped
from salon.stack import Stack
from salon.state import State
from salon.up import running_stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

SEATS = 4
FIRST, SECOND = LONG_GROUP, f"{LONG_GROUP}x"
JSON = {"Accept": "application/json"}


@dataclass
class Evening:
    """The house, what runs in it, and everybody who comes."""

    house: House
    stack: Stack
    film: Film
    event: Event
    http: httpx.AsyncClient
    said: list[str]
    #: Everybody's phones, to be put away in the end.
    phones: list[httpx.AsyncClient] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def desk(self) -> str:
        """The owner's page of group codes."""
        return self.house.links.room_codes(self.event.id)

    async def state(self) -> State:
        return (await self.house.journal.refresh(self.event.id)).state

    def told(self, group: str, name: str) -> Path:
        """Where an announcement lies that was said to *group*."""
        return self.house.settings.outbox / self.event.id / group / name

    async def upload(self, text: str, number: int = 0, **fields: str) -> httpx.Response:
        """As the owner's phone does it: a screenshot in the page's own form."""
        where = f"{self.desk}/{number}" if number else self.desk
        files = {"picture": ("Screenshot_1.jpg", shot(text, "JPEG"), "image/jpeg")}
        return await self.http.post(where, files=files, data=fields, headers=JSON)

    async def until(self, is_so: Callable[[], Awaitable[object]], seconds: float = 420) -> None:
        """Wait until *is_so*, having the week planned anew now and then as an installation does."""
        end = time.monotonic() + seconds
        planned = time.monotonic()
        while not await is_so():
            assert time.monotonic() < end, "\n".join(self.said)
            if time.monotonic() - planned > 8:
                planned = time.monotonic()
                await self.plan_now()
            await asyncio.sleep(0.1)

    async def plan_now(self) -> None:
        try:
            await self.stack.plan_now()
        except SalonError as away:
            self.said.append(str(away))

    async def to(self, slot: str) -> None:
        """Let the film run to a moment, and wait until it is done."""
        at = next(found.at for found in self.event.slots() if found.key == slot)
        await self.film.run_to(at)

        async def is_done() -> bool:
            return slot in (await self.state()).slots

        await self.until(is_done)
        self.note(slot)

    def note(self, what: str) -> None:
        """Remember when *what* was reached, for whoever reads why a run took long."""
        self.said.append(f"{time.monotonic() - self.began:4.0f} s  {what}")
        print(self.said[-1], flush=True)

    def kill(self, name: str) -> None:
        """End a part of the house, and what it has started, as a power cut would."""
        pid = self.stack.pids()[name]
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)

    async def answers(self) -> bool:
        try:
            return (await self.http.get(f"{self.house.settings.web_url}/health")).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Evening]:
    """The first evening of the shipped example, four seats, its room by hand; the film stands before the warm-up."""
    programme = read_programme(shipped("examples/thursday.zh.toml"))
    event = replace(programme.events[0], room=BY_HAND, seats=SEATS)
    stage = cleared(tmp_path / "stage")
    film = Film(stage, event)
    settings = stage.settings()
    said: list[str] = []
    async with open_house(settings, FilmClock(stage.film)) as house, httpx.AsyncClient(timeout=20) as http:
        await apply_plan(house, replace(programme, groups=programme.groups[:3], events=(event,)))
        # The days before are played elsewhere.
        await film.run_to(event.times.warm_up_at - timedelta(minutes=5), speed=1e7)
        async with running_stack(settings, say=said.append) as stack:
            await stack.ready()
            evening = Evening(house=house, stack=stack, film=film, event=event, http=http, said=said)
            try:
                yield evening
            finally:
                for phone in evening.phones:
                    await phone.aclose()


class Member:
    """Somebody with a phone of their own."""

    def __init__(self, evening: Evening, link: str) -> None:
        self.phone = httpx.AsyncClient(base_url=evening.house.settings.web_url, timeout=20)
        evening.phones.append(self.phone)
        self.door, self.room = urlsplit(link).path, f"/room/{evening.event.id}"

    async def come(self) -> dict[str, Any]:
        """Look at the door and take what is free: `{"seat": 3}` or `{"waiting": 1}`."""
        assert (await self.phone.get(self.door)).status_code == 200
        answer: dict[str, Any] = (await self.phone.post(f"{self.door}/seat", headers=JSON)).json()
        return answer

    async def code(self) -> str | int:
        """What the group's code says to this phone now, or the status of the refusal."""
        answer = await self.phone.get(f"{self.room}/code.png")
        if answer.status_code != 200:
            return answer.status_code
        assert answer.headers["cache-control"] == "no-store"
        return read(answer.content)


def read(png: bytes) -> str:
    """What the one code of a picture says."""
    with Image.open(io.BytesIO(png)) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


async def test_an_evening_in_a_group_that_somebody_opened_by_hand(evening: Evening) -> None:
    await evening.to("warm_up")
    await the_owner_is_reminded_in_time(evening)
    await the_opening_waits_and_says_nothing(evening)
    await killed_in_the_middle_it_goes_on_when_the_code_comes(evening)
    members = await only_seat_holders_get_the_code(evening)
    await a_full_group_is_told_to_the_owner_and_replaced_in_one_step(evening, members)
    await at_the_close_the_code_is_shown_to_nobody_and_leads_to_the_report(evening, members)


async def the_owner_is_reminded_in_time(evening: Evening) -> None:
    due = evening.event.times.opens_at - timedelta(hours=evening.event.code_hours)
    await evening.film.run_to(due - timedelta(minutes=1))
    assert not evening.told("_owner", "code-due").exists()
    await evening.film.run_to(due + timedelta(minutes=1))
    await evening.until(_is_there(evening.told("_owner", "code-due")))
    assert evening.desk in (evening.told("_owner", "code-due") / "text.txt").read_text("utf-8")


async def the_opening_waits_and_says_nothing(evening: Evening) -> None:
    await evening.film.run_to(evening.event.times.opens_at)
    await evening.until(_is_there(evening.told("_owner", "code-missing")))

    async def is_waiting() -> bool:
        tags = {"all_": [evening.event.id, "open_room"]}
        try:
            async with evening.stack.api() as api:
                return bool(await api.runs(state={"type": {"any_": ["RUNNING"]}}, tags=tags))
        except SalonError:
            # On a crowded machine the server is started again now and then.
            return False

    await evening.until(is_waiting)
    assert (await evening.state()).opened_at is None
    for group in await evening.house.groups(evening.event):
        assert not evening.told(group.id, "open_room").exists()
    evening.note("opening waits")


async def killed_in_the_middle_it_goes_on_when_the_code_comes(evening: Evening) -> None:
    evening.kill("runner")
    evening.kill("web")
    await evening.until(evening.answers)
    assert (await evening.upload("wxp://f2f0inventedinvented")).json()["reason"] == "code_payment"
    assert (await evening.state()).opened_at is None
    assert (await evening.upload(FIRST, cap="2")).status_code == 201
    evening.note("code is there")
    await evening.to("open_room")
    assert [entry.kind for entry in await evening.house.journal.entries(evening.event.id)].count("room_opened") == 1


async def only_seat_holders_get_the_code(evening: Evening) -> list[Member]:
    """Four take the seats, two wait, all by the posters that groups received."""
    groups = await evening.house.groups(evening.event)
    links = [read((evening.told(group.id, "open_room") / "poster.png").read_bytes()) for group in groups]
    assert len(set(links)) == len(groups)
    members = [Member(evening, links[k % len(links)]) for k in range(SEATS + 2)]
    places = [await member.come() for member in members]
    assert [place.get("seat", 0) for place in places] == [1, 2, 3, 4, 0, 0]
    assert [place.get("waiting", 0) for place in places[SEATS:]] == [1, 2]
    # Two fit into the group; the next two are told to wait for the next code.
    assert [await member.code() for member in members] == [FIRST, FIRST, 404, 404, 403, 403]
    stranger = Member(evening, links[0])
    assert await stranger.code() == 403
    evening.note("seats are taken")
    return members


async def a_full_group_is_told_to_the_owner_and_replaced_in_one_step(evening: Evening, members: list[Member]) -> None:
    await evening.until(_is_there(evening.told("_owner", "code-gone-1")))
    assert (await evening.upload(SECOND, 1)).status_code == 201
    assert [await member.code() for member in members] == [SECOND] * SEATS + [403, 403]
    evening.kill("web")
    await evening.until(evening.answers)
    assert [await member.code() for member in members] == [SECOND] * SEATS + [403, 403]
    # A seat that is given up shows its code no more to who had it, and then to who takes it.
    await members[0].phone.post(f"{members[0].room}/leave", headers=JSON)
    assert (await members[SEATS].come())["seat"] == 1
    assert [await member.code() for member in members] == [403, SECOND, SECOND, SECOND, SECOND, 403]
    evening.note("group is replaced")


async def at_the_close_the_code_is_shown_to_nobody_and_leads_to_the_report(
    evening: Evening, members: list[Member]
) -> None:
    said = await members[1].phone.post(f"{members[1].room}/messages", json={"text": "门票付了一半房租。"}, headers=JSON)
    assert said.status_code in (200, 201)
    await evening.film.run_to(evening.event.times.hosts_at)
    for group in await evening.house.groups(evening.event):
        await evening.until(_is_there(evening.told(group.id, "host")))
    for slot in ("disband", "host"):
        await evening.to(slot)
    assert [await member.code() for member in members] == [410] * len(members)
    assert (await evening.upload(f"{SECOND}y")).status_code == 410
    await evening.to("report")
    for member in members:
        answer = await member.phone.get(member.door)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/report/{evening.event.id}")
    for group in await evening.house.groups(evening.event):
        assert (evening.told(group.id, "report") / "poster.png").is_file()


def _is_there(path: Path) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return path.is_dir()

    return look
