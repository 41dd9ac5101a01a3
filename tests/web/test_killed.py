"""kill -9 of a web room in the middle of a crowd, over real HTTP: claims, messages and votes, and who listens.

What the three of them share is their way to the journal (`salon.web.writes`); so each kind of answer is looked at, and
each mistake of `tests.mutants` must be seen in each of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests import load
from tests.servers import free_port

from salon.entries import Entry
from salon.house import open_house
from salon.model import MULTIPLE, Event, Poll
from salon.rules.polls import open_poll
from salon.rules.seats import take_seat
from salon.settings import Settings

#: Those who claim, those who speak, those who vote, and those who listen.
EACH = 6
#: So many options that a voter never votes the same twice: each vote is a number in binary.
POLL = Poll(id="p", question="?", options=tuple("abcdefghijkl"), kind=MULTIPLE)
GONE = (ConnectionError, asyncio.IncompleteReadError)


@dataclass
class Told:
    """What the crowd was answered and shown, over all servers."""

    #: Name → seat, or 0 for who was given none.
    seats: dict[str, int] = field(default_factory=dict)
    #: Number of a message → its words; seat and vote.
    said: dict[int, str] = field(default_factory=dict)
    votes: set[tuple[int, int]] = field(default_factory=set)
    #: By listener: (number, words) of each message, in order.
    heard: list[list[tuple[int, str]]] = field(default_factory=lambda: [[] for _ in range(EACH)])

    def problems(self, journal: Sequence[Entry]) -> Iterator[str]:
        """What was promised and is not in *journal*."""
        said = [(entry.seq, entry.data["text"]) for entry in journal if entry.kind == "message_posted"]
        names = {entry.data["name"]: entry.data.get("seat", 0) for entry in journal if "name" in entry.data}
        votes = {
            (entry.data["seat"], sum(1 << k for k in entry.data["options"]))
            for entry in journal
            if entry.kind.startswith("vote_")
        }
        if [entry.seq for entry in journal] != list(range(1, len(journal) + 1)):
            yield "the journal has a gap"
        if not self.seats.items() <= names.items():
            yield "a claim that was answered is lost"
        if not self.said.items() <= dict(said).items():
            yield "a message that was answered is lost"
        if not self.votes <= votes:
            yield "a vote that was answered is lost"
        if any(heard != said[: len(heard)] for heard in self.heard):
            yield "a listener heard something else than the journal"


class Crowd:
    """Everybody who is at one server until it is gone."""

    def __init__(self, port: int, event: Event, cookies: Sequence[str], code: str, told: Told) -> None:
        self.port, self.event, self.cookies, self.code, self.told = port, event, cookies, code, told

    async def until_it_is_gone(self) -> None:
        """Claim, speak, vote and listen, `EACH` at once."""
        who = (self._claims, self._speaks, self._votes, self._listens)
        await asyncio.gather(*(self._one(does, k) for does in who for k in range(EACH)))

    async def _one(self, does: Callable[[Asked, int], Awaitable[None]], k: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with suppress(*GONE):
            await does(Asked(reader, writer), k)
        writer.close()

    async def _claims(self, asked: Asked, k: int) -> None:
        while True:
            name = f"p{self.port}-{k}-{len(self.told.seats)}"
            place = await asked.post(f"/c/{self.code}/seat", "", name=name)
            self.told.seats[name] = place.get("seat", 0)

    async def _speaks(self, asked: Asked, k: int) -> None:
        while True:
            text = f"said {self.port}-{k}-{len(self.told.said)}"
            answer = await asked.post(f"/room/{self.event.id}/messages", self.cookies[k], text=text)
            self.told.said[answer["seq"]] = text

    async def _votes(self, asked: Asked, k: int) -> None:
        while True:
            # Never twice the same: of one seat each vote has a number of its own.
            number = len(self.told.votes) + 1
            chosen = [place for place in range(len(POLL.options)) if number >> place & 1]
            await asked.post(f"/room/{self.event.id}/polls/p/vote", self.cookies[EACH + k], option=chosen)
            self.told.votes.add((EACH + k + 1, number))

    async def _listens(self, asked: Asked, k: int) -> None:
        heard = self.told.heard[k]
        async for number, frame in asked.stream(f"/room/{self.event.id}/stream", self.cookies[k], heard):
            if frame.get("kind") == "message":
                heard.append((number, frame["text"]))


@dataclass
class Asked:
    """One line to the server, which everything goes over."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post(self, path: str, cookie: str, **fields: object) -> dict[str, object]:
        """Send *fields*; the answer, which took them in. Raises one of `GONE`."""
        body = json.dumps(fields).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nAccept: application/json\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        content = await self.reader.readexactly(length)
        assert answer.startswith(b"HTTP/1.1 201 "), (answer, content)
        found: dict[str, object] = json.loads(content)
        return found

    async def stream(
        self, path: str, cookie: str, heard: list[tuple[int, str]]
    ) -> AsyncIterator[tuple[int, dict[str, object]]]:
        """Numbered frames past the last one *heard*, as they come. Raises one of `GONE`."""
        after = heard[-1][0] if heard else 0
        self.writer.write(f"GET {path}?after={after} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
        number = 0
        while line := await self.reader.readuntil(b"\n"):
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line.startswith(b"data: ") and number:
                yield number, json.loads(line[6:])
                number = 0


async def prepared(settings: Settings) -> tuple[Event, str, list[str]]:
    """An evening that is open, with a poll; the code of a group; the cookies of those who speak, then who vote."""
    event = load.open_event_now()
    codes = await load.prepare(settings, event)
    async with open_house(settings) as house:
        await house.journal.decide(event.id, open_poll(event, POLL, by="host"))
        guests = [f"member{k:014}" for k in range(2 * EACH)]
        for guest in guests:
            await house.journal.decide(event.id, take_seat(event, guest, source="readers"))
        return event, codes[0], [f"guest={house.links.sign(guest)}" for guest in guests]


async def stand_until_killed(settings: Settings, journal: str, told: Told, *where: Any) -> None:
    """Start a server with that *journal*, and let a crowd come, until it is killed right before a COMMIT."""
    settings = replace(settings, web_port=free_port())
    env = {**os.environ, **settings.as_env(), "PYTHONPATH": f"{load.ROOT / 'src'}{os.pathsep}{load.ROOT}"}
    command = [sys.executable, "-m", "tests.mutant_web", journal]
    process = subprocess.Popen(command, cwd=load.ROOT, env=env)
    try:
        await asyncio.to_thread(load.wait, settings.web_port)
        async with asyncio.timeout(60):
            await Crowd(settings.web_port, *where, told).until_it_is_gone()
        assert process.wait(timeout=30) == -9
    finally:
        process.kill()
        process.wait()


async def problems_after_kills(settings: Settings, journal: str, times: int = 1) -> set[str]:
    """Kill so many servers with that *journal* on one database. Returns what was promised and not kept."""
    (event, code, cookies), told = await prepared(settings), Told()
    for _ in range(times):
        await stand_until_killed(settings, journal, told, event, cookies, code)
    async with open_house(settings) as house:
        found = set(told.problems(await house.journal.entries(event.id)))
    assert min(len(told.seats), len(told.said), len(told.votes), *map(len, told.heard)) >= EACH, (
        "or nothing was promised"
    )
    return found


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """An installation on each kind of database."""
    return Settings(home=tmp_path / "home", database=database_url)


async def test_after_a_kill_every_answer_is_kept_and_listeners_heard_the_journal(settings: Settings) -> None:
    assert await problems_after_kills(settings, "journal", times=2) == set()


async def test_a_journal_that_answers_before_commit_is_caught_at_claims_messages_and_votes(settings: Settings) -> None:
    found = await problems_after_kills(settings, "acknowledges_early")
    assert found == {f"a {what} that was answered is lost" for what in ("claim", "message", "vote")}


async def test_a_journal_that_shows_before_commit_is_caught_by_who_listens(settings: Settings) -> None:
    assert "a listener heard something else than the journal" in await problems_after_kills(settings, "publishes_early")
