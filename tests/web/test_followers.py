"""Pages that listen to one room do not hurt each other: who breaks ends alone, who reads nothing is cut off."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from tests.web.near import Near, near

from salon.model import Programme, Series
from salon.public import LEADS
from salon.rules.roles import name_leader
from salon.rules.seats import leave_seat, take_seat
from salon.rules.talk import Line, post_as, post_message
from salon.rules.week import open_room
from salon.testing.golden import golden_event, golden_groups
from salon.web.server import LINE


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Near]:
    """An open room in which somebody sits."""
    event = golden_event("zh")
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=event.languages)
    async with near(tmp_path, Programme(series=series, groups=golden_groups("zh"), events=(event,))) as found:
        await found.decide(open_room(event, by="clock"))
        await found.decide(take_seat(event, GUEST, source="readers", name="小林"))
        yield found


GUEST, OTHER = "a" * 20, "b" * 20


class Page:
    """A page that listens: what it got, and how its line was ended. It is its own transport, as uvicorn's would be.

    *breaks*: whether a write fails; *waits*: how many bytes it has not taken; *has_line*: whether it has a transport.
    """

    def __init__(
        self,
        room: Near,
        *,
        breaks: bool = False,
        waits: int = 0,
        has_line: bool = True,
        path: str = "",
        guest: str = GUEST,
    ) -> None:
        self.got, self.breaks, self.waits = b"", breaks, waits
        self.is_aborted, self._gone = False, asyncio.Event()
        cookie = b"guest=" + room.app.site.guests._links.sign(guest).encode()
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": path or f"/room/{room.event.id}/stream",
            "query_string": b"",
            "headers": [(b"cookie", cookie)],
            "extensions": {LINE: {"transport": self}} if has_line else {},
        }
        self.answered = asyncio.ensure_future(room.app(scope, self._receive, self._send))

    def write(self, piece: bytes) -> None:
        if self.breaks:
            raise RuntimeError("this line is broken")
        if self.waits and piece:
            raise RuntimeError("this line is full")
        self.got += piece

    def get_write_buffer_size(self) -> int:
        return self.waits

    def is_closing(self) -> bool:
        return self.is_aborted

    def abort(self) -> None:
        self.is_aborted = True
        self._gone.set()

    async def _receive(self) -> MutableMapping[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if self.breaks and "小林说" in self.got.decode():
            raise RuntimeError("this line is broken")
        while self.waits and not self.is_aborted:
            # Nobody reads: what is sent waits until somebody does, or the line goes.
            await asyncio.sleep(0.001)
        self.got += message.get("body", b"")
        if message["type"] == "http.response.body" and not message["more_body"]:
            self._gone.set()

    async def hears(self, text: str) -> None:
        async with asyncio.timeout(30):
            while text not in self.got.decode():
                await asyncio.sleep(0)


async def say(room: Near, text: str) -> None:
    await room.decide(post_as(room.event, "host", "Ann", Line(text=text, client_id=str(len(text)))))


@pytest.mark.parametrize("has_line", [True, False])
async def test_a_page_that_breaks_ends_alone_and_all_others_hear(
    room: Near, has_line: bool, caplog: pytest.LogCaptureFixture
) -> None:
    before, broken, after = Page(room), Page(room, has_line=has_line), Page(room)
    for page in (before, broken, after):
        await page.hears("counts")
    broken.breaks = True
    if not has_line:
        broken.got += "小林说".encode()
    for text in ("一", "一二", "一二三"):
        await say(room, text)
        for page in (before, after):
            await page.hears(f'"{text}"')
    assert "一" not in broken.got.decode()
    if has_line:
        async with asyncio.timeout(30):
            await broken.answered
        assert broken.is_aborted, "it comes back by itself, and resumes whole"
    assert [record.message for record in caplog.records] == ["a page's line broke; it is ended"], "said once"


async def test_who_asks_is_not_woken_by_what_is_for_others(room: Near) -> None:
    cookies = {"Cookie": f"guest={room.app.site.guests._links.sign(GUEST)}"}
    path = f"/room/{room.event.id}/entries"
    page = (await room.client.get(path, headers=cookies)).json()
    asked = asyncio.ensure_future(room.client.get(f"{path}?after={page['cursor']}&wait", headers=cookies))
    hosts = Page(room, path=f"{urlsplit(room.house.links.host(room.event.id)).path}/stream")
    await hosts.hears("counts")
    await room.decide(name_leader("k", "host", "Mo", by="owner"))
    await hosts.hears('"part":"standing"')
    for _ in range(100):
        await asyncio.sleep(0)
    assert not asked.done(), "it would tell a member that something happened"
    await say(room, "你好")
    assert [frame["text"] for frame in (await asked).json()["frames"]] == ["你好"]
    hosts.abort()


async def test_at_the_end_of_the_server_who_reads_nothing_is_cut_off_and_all_others_are_ended(room: Near) -> None:
    reads, stalled = Page(room), Page(room)
    for page in (reads, stalled):
        await page.hears("counts")
    stalled.waits = 100_000
    await say(room, "多")
    await reads.hears("多")
    room.app.close()
    async with asyncio.timeout(30):
        await asyncio.gather(reads.answered, stalled.answered)
    assert (reads.is_aborted, stalled.is_aborted) == (False, True)


@pytest.mark.parametrize("seed", range(8))
async def test_whoever_falls_behind_or_hears_something_of_their_own_hears_all_of_it_once_and_in_order(
    room: Near, seed: int
) -> None:
    chance = random.Random(seed)
    await room.decide(take_seat(room.event, OTHER, source="readers", name="小王"))
    host = f"{urlsplit(room.house.links.host(room.event.id)).path}/stream"
    readers = {Page(room): GUEST, Page(room, guest=OTHER): OTHER, Page(room, has_line=False): GUEST}
    readers |= {Page(room, path=host): LEADS, Page(room, path=host): LEADS}
    for page in readers:
        await page.hears("counts")
    live = room.app.site.rooms.loaded(room.event.id)
    deeds = {
        "said": lambda k: post_as(room.event, "host", "Ann", Line(text=f"{k}", client_id=f"{k}")),
        "for the host": lambda k: name_leader(f"k{k}", "host", f"M{k}", by="owner"),
        "held": lambda k: post_message(room.event, OTHER, Line(text="x", client_id=f"{k}"), why=(("ads", "x"),)),
        "counted": lambda k: take_seat(room.event, f"{k:020}", source="readers", name=""),
    }
    for k in range(60):
        deed = chance.choice(["written", "written", "full", "taken", "pulse"])
        if deed == "written":
            # Several share a commit.
            several = enumerate(chance.choices([*deeds], k=chance.randint(1, 3)), 10 * k)
            await asyncio.gather(*(room.decide(deeds[name](number)) for number, name in several))
        elif deed == "pulse":
            live.pulse()
        else:
            page = chance.choice(list(readers))
            page.waits = 100_000 if deed == "full" else 0
        await asyncio.sleep(chance.choice((0, 0, 0.01)))
    for page in readers:
        page.waits = 0
    await room.decide(deeds["said"](999))
    for page, reader in readers.items():
        await page.hears('"text":"999"')
        told = [orjson.loads(frame)["seq"] for frame in live.frames_after(0, reader)]
        assert [int(number) for number in re.findall(r"^id: (\d+)$", page.got.decode(), re.M)] == told
        page.abort()


async def test_who_gives_up_a_seat_among_many_hears_nothing_of_what_is_said_next(room: Near) -> None:
    await room.decide(take_seat(room.event, OTHER, source="readers", name="小王"))
    stays, goes = Page(room), Page(room, guest=OTHER)
    for text in ("一", "一二"):
        await say(room, text)
        await asyncio.gather(stays.hears(text), goes.hears(text))
    await room.decide(leave_seat(room.event, OTHER))
    await say(room, "一二三")
    await stays.hears("一二三")
    async with asyncio.timeout(30):
        await goes.answered
    assert "一二三" not in goes.got.decode()
    stays.abort()
