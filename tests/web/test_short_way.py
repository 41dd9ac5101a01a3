"""The short way over real lines: whatever a client does, it is answered, and written down, as on uvicorn's own way."""

from __future__ import annotations

import asyncio
import gc
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from tests.web.near import Near, near
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from salon.model import Poll, Programme, Series
from salon.rules.polls import close_poll, open_poll
from salon.rules.seats import take_seat
from salon.rules.week import open_room
from salon.testing.golden import golden_event, golden_groups
from salon.web.http import Answer, Ask
from salon.web.server import Protocol, Short

GUEST, EVENT = "a" * 20, golden_event("zh")
POLL = Poll(id="p", question="Q", options=("A", "B", "C"))
ROOM = f"/room/{EVENT.id}"
SAY, VOTE = f"{ROOM}/messages", f"{ROOM}/polls/p/vote"
#: Longest wait for anything; nothing here takes a second.
PATIENCE = 60


@dataclass
class Served:
    """A web room behind a port."""

    room: Near
    port: int
    cookie: str

    async def heard(self, *packets: bytes, answers: int = 1) -> list[bytes]:
        """Each of the *answers* to what is sent on one line, and what becomes of the line: told or ended."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for packet in packets:
            writer.write(packet)
            await writer.drain()
            # The server has read it before the next one comes.
            await self.is_well()
        found = [await self._answer(reader, packets[0]) for _ in range(answers)]
        try:
            writer.write(b"GET /health HTTP/1.1\r\nHost: salon\r\nConnection: close\r\n\r\n")
            found.append(await asyncio.wait_for(reader.read(), PATIENCE))
        except ConnectionError:
            found.append(b"")
        writer.close()
        return found

    async def hang_up_after(self, *packets: bytes) -> None:
        """Send *packets*, and go without reading a word."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for packet in packets:
            writer.write(packet)
        writer.transport.abort() if len(packets) > 1 else writer.close()
        await self.is_well()

    async def is_well(self) -> None:
        """Ask for something else on a line of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: salon\r\nConnection: close\r\n\r\n")
        assert b'{"ok":true}' in await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, request: bytes) -> bytes:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        if head.startswith(b"HTTP/1.1 100"):
            return head + await self._answer(reader, b"")
        length = re.search(rb"content-length: (\d+)", head)
        body = b"" if request.startswith(b"HEAD") or not length else await reader.readexactly(int(length[1]))
        # Each house has seals and codes of its own.
        return re.sub(rb"(guest|seat-[a-z0-9-]+)=[^;]+", rb"\1=", head) + re.sub(rb"/c/\w+", b"/c/", body)

    def post(self, path: str, body: object, *more: str, length: int | None = None) -> bytes:
        """A request that its member sends as the page's script does; a text is sent as a form is."""
        packed = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if isinstance(body, str) else "application/json"
        size = len(packed) if length is None else length
        own = [f"Content-Type: {kind}", f"Content-Length: {size}"] if length != -1 else []
        return self.head(f"POST {path} HTTP/1.1", "Accept: application/json", *own, *more) + packed

    def head(self, first: str, *lines: str) -> bytes:
        """The head of a request."""
        return "\r\n".join((first, "Host: salon", f"Cookie: guest={self.cookie}", *lines, "", "")).encode()


@asynccontextmanager
async def served(folder: Path, http: type[HttpToolsProtocol]) -> AsyncIterator[Served]:
    """An open room, in which somebody sits and a poll is open, behind a real uvicorn that speaks *http*."""
    series = Series(id=EVENT.series, name=EVENT.series_name, timezone=EVENT.timezone, languages=EVENT.languages)
    async with near(folder, Programme(series=series, groups=golden_groups("zh"), events=(EVENT,))) as room:
        await room.decide(open_room(EVENT, by="clock"))
        await room.decide(take_seat(EVENT, GUEST, source="readers", name="小林"))
        await room.decide(open_poll(EVENT, POLL, by="host"))
        config = uvicorn.Config(
            room.app, port=0, http=http, lifespan="off", ws="none", log_level="critical",
            date_header=False, server_header=False, timeout_keep_alive=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(room, port, room.app.site.guests._links.sign(GUEST))
        room.app.close()
        server.should_exit = True
        await serving


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Served, Served]]:
    """The same room twice: with the short way, and without."""
    async with served(tmp_path / "short", Protocol) as short, served(tmp_path / "plain", HttpToolsProtocol) as plain:
        yield short, plain


async def everything(at: Served) -> dict[str, list[bytes]]:
    """What a client hears that does everything there is to do, one line each."""
    code = (await at.room.house.plan()).code(EVENT.id, "readers")
    door, said = f"/c/{code}/seat", {"text": "你好", "client_id": "one"}
    post, heard = at.post, at.heard

    def new(id: str) -> dict[str, str]:
        return {"text": id, "client_id": id}

    chunked = post(SAY, "", "Transfer-Encoding: chunked", "Content-Type: application/json", length=-1)
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (b'{"text":"in pieces",', b'"client_id":"c"}'))
    half = post(SAY, new("half"))
    return {
        "said": await heard(post(SAY, said)),
        "said again": await heard(post(SAY, said)),
        "said as a form": await heard(post(SAY, "text=a+form&client_id=f")),
        "claimed": await heard(post(door, {})),
        "claimed with nothing": await heard(post(door, "", length=0)),
        "voted": await heard(post(VOTE, {"option": 1})),
        "voted badly": await heard(post(VOTE, {"option": "x"})),
        "two in one packet": await heard(post(SAY, new("p1")) + post(SAY, new("p2")), answers=2),
        "three in one packet, each another": await heard(
            post(VOTE, {"option": 2}) + at.head(f"GET {door} HTTP/1.1") + post(door, {}), answers=3
        ),
        "refused at once, and more behind it": await heard(
            post(VOTE, {"option": "x"}) + post(VOTE, "no", length=2) + post(SAY, new("behind")), answers=3
        ),
        "ten on one line": await heard(*(post(SAY, new(f"k{k}")) for k in range(10)), answers=10),
        "in four packets": await heard(half[:40], half[40:-20], half[-20:-1], half[-1:]),
        "nothing more after a close": await heard(post(SAY, new("last"), "Connection: close") + post(SAY, new("no"))),
        "nothing more after a refusal and a close": await heard(
            post(VOTE, {"option": "x"}, "Connection: close") + post(SAY, new("never"))
        ),
        "waits to be told to go on": await heard(post(SAY, new("expects"), "Expect: 100-continue")),
        "in pieces": await heard(chunked + pieces + b"0\r\n\r\n"),
        "both lengths": await heard(post(SAY, new("both"), "Transfer-Encoding: chunked")),
        "a long one": await heard(post(SAY, {"text": "字" * 10_000, "client_id": "long"})),
        "far too long": await heard(post(SAY, "text=" + "x" * 200_000)),
        "the protocol of before": await heard(post(SAY, new("old")).replace(b"HTTP/1.1", b"HTTP/1.0", 1)),
        "a wish for another protocol": await heard(post(SAY, new("up"), "Connection: Upgrade", "Upgrade: h2c")),
        **{f"{verb} {path.rpartition('/')[2]}": await heard(at.head(f"{verb} {path} HTTP/1.1", "Content-Length: 0"))
           for verb in ("GET", "HEAD", "PUT", "DELETE") for path in (door, SAY, VOTE)},
        "with a query": await heard(post(f"{SAY}?lang=en", {"text": ""})),
        "written otherwise": await heard(post(SAY.replace("room", "r%6Fom"), new("otherwise"))),
        "with the whole address": await heard(post(f"http://salon{SAY}", new("whole"))),
        "no such room": await heard(post("/room/nothing/messages", new("nowhere"))),
        "no JSON": await heard(post(SAY, {}, length=1)[:-1]),
        "no text": await heard(post(SAY, {}).replace(b"{}", b"\xff\xfe")),
        "shorter than it says it is": await heard(post(SAY, "text=a&client_id=s", length=6)),
        "two lengths": await heard(post(SAY, "text=a", "Content-Length: 7")),
        "no length": await heard(post(SAY, "", length=-1)),
        "a length that is none": await heard(post(SAY, "text=a", length=-6)),
    }  # fmt: skip


async def test_on_the_short_way_every_client_hears_and_does_what_it_would_on_the_long_one(
    both: tuple[Served, Served],
) -> None:
    short, plain = both
    heard, expected = await everything(short), await everything(plain)
    for name, answers in expected.items():
        assert heard[name] == answers, name
    kept = [await at.room.kinds("seat_taken", "message_posted", "vote_cast", "vote_changed") for at in both]
    # One line that sends less than it has is a message without an id: each house gives it one.
    told, again = ([{**data, "client_id": ""} for data in rows] for rows in kept)
    assert told == again
    texts = {data["text"] for data in told if "text" in data}
    assert {"p2", "k9", "last", "in pieces", "old", "a", "字" * 10_000} <= texts
    assert {"no", "never", "nowhere"}.isdisjoint(texts)


async def test_who_hangs_up_in_the_middle_has_said_nothing_and_afterwards_it_is_said_once(
    both: tuple[Served, Served],
) -> None:
    at, _ = both
    whole = at.post(SAY, {"text": "gone", "client_id": "gone"})
    await at.hang_up_after(whole[:-5])
    await at.hang_up_after(whole[:60], whole[60:-5])
    assert await at.room.kinds("message_posted") == []
    # Whether it was said is nobody's guess before the commit: said again, it is said.
    for _ in range(3):
        await at.hang_up_after(whole)
    assert (await at.heard(whole))[0].startswith(b"HTTP/1.1 20")
    assert [said["text"] for said in await at.room.kinds("message_posted")] == ["gone"]


async def test_a_line_that_was_refused_something_is_not_cut_off_while_it_waits(both: tuple[Served, Served]) -> None:
    at, _ = both
    waits = at.head(f"GET {ROOM}/entries?after=3&wait HTTP/1.1")
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    writer.write(at.post(VOTE, {"option": "x"}) + waits)
    assert (await at._answer(reader, b"")).startswith(b"HTTP/1.1 400")
    # Longer than a line may lie idle (`timeout_keep_alive`).
    await asyncio.sleep(1.2)
    await at.room.decide(close_poll("p", by="host"))
    assert b'"kind":"poll_closed"' in await at._answer(reader, b"")
    writer.close()


async def test_a_crowd_on_the_short_way_leaves_nothing_to_be_swept_up(both: tuple[Served, Served]) -> None:
    at, _ = both
    door = f"/c/{(await at.room.house.plan()).code(EVENT.id, 'readers')}/seat"
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            assert (await at.heard(at.post(door, {}), at.post(SAY, {"text": "x"}), answers=2))[-1]
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        swept = {type(one).__name__ for one in gc.garbage if isinstance(one, Short | Protocol | Ask | Answer)}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert not swept, "each would be looked for and swept up: a sixth of what a claim costs"
