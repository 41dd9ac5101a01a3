"""The door: claims on fresh connections, each answered once it is durable, against an endpoint that does nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import cast

import uvloop
from benchmarks.room.processes import Process
from benchmarks.room.stage import Stage, stage
from tests.load import Claim, problems

from salon.entries import Entry
from salon.house import open_house

#: Claims per CPU-second of the server, to answers of the empty endpoint.
FLOOR, TARGET = 0.75, 0.9
#: People at the door at the same time, in the rounds that are compared.
AT_ONCE = 200
#: People of the burst, and the seconds in which all must be answered.
BURST, BURST_FLOOR, BURST_TARGET = 10_000, 10.0, 3.0


class Knock(asyncio.Protocol):
    """One person on a connection of their own: one request, one answer."""

    def __init__(self, request: bytes) -> None:
        self._request, self._heard = request, b""
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.sent_at = time.monotonic()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._heard += data

    def connection_lost(self, error: Exception | None) -> None:
        self.answered_at = time.monotonic()
        if not self.answer.done():
            self.answer.set_result(self._heard)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round of knocks came to."""

    claims: list[Claim]
    seconds: float
    cpu: float

    @property
    def per_cpu_second(self) -> float:
        """Answers for each CPU second of the server."""
        return len(self.claims) / max(self.cpu, 0.01)


async def knock(server: Process, path: str, people: int, at_once: int) -> Round:
    """*people* ask for *path*, each on a fresh connection, *at_once* at the same time."""
    loop, numbers, claims = asyncio.get_running_loop(), count(), list[Claim]()

    async def some() -> None:
        while (k := next(numbers)) < people:
            claims.append(await _one(loop, server, path, k))

    began, cpu = time.monotonic(), server.cpu()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return Round(claims=claims, seconds=time.monotonic() - began, cpu=server.cpu() - cpu)


async def _one(loop: asyncio.AbstractEventLoop, server: Process, path: str, k: int) -> Claim:
    body = f"name=p{k}"
    request = (
        f"POST {path} HTTP/1.1\r\nHost: salon\r\nAccept: application/json\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    one = Knock(request.encode())
    await loop.create_connection(lambda: one, "127.0.0.1", server.port)
    head, _, content = (await one.answer).partition(b"\r\n\r\n")
    return Claim(
        person=f"p{k}",
        server=0,
        sent_at=one.sent_at,
        answered_at=one.answered_at,
        status=int(head.split(b" ", 2)[1]) if head else 0,
        answer=json.loads(content) if content else {},
    )


def claims(people: int, rounds: int) -> bool:
    """Claims and empty answers in turn, each round in a room of its own; whether the floor holds and totals add up."""
    print(f"\nclaims: {people:,} fresh connections a round, answers per CPU-second of the server", flush=True)
    ratios, is_good = [], True
    with stage(rounds + 1, 0) as made:
        # Not counted: everything is loaded for the first time.
        _pair(made, 0, people)
        for k in range(1, rounds + 1):
            claimed, empty = _pair(made, k, people)
            ratios.append(claimed.per_cpu_second / empty.per_cpu_second)
            print(f"    claims {claimed.per_cpu_second:,.0f}, empty {empty.per_cpu_second:,.0f}: {ratios[-1]:.2f}")
            is_good &= _adds_up(made, k, claimed.claims)
    print(f"    median {median(ratios):.2f} (floor {FLOOR}, target {TARGET})", flush=True)
    return is_good and median(ratios) >= FLOOR


def _pair(made: Stage, room: int, people: int) -> tuple[Round, Round]:
    paths = [f"/c/{made.rooms[room].code}/seat", "/empty"]
    done = {path: uvloop.run(knock(made.server, path, people, AT_ONCE)) for path in paths[:: -1 if room % 2 else 1]}
    return done[paths[0]], done[paths[1]]


def burst(people: int = BURST) -> bool:
    """*people* at once for 100 seats, all journalled; whether all were answered in time and totals add up."""
    print(f"\nburst: {people:,} people on fresh connections for 100 seats", flush=True)
    with stage(1, 0) as made:
        done = uvloop.run(knock(made.server, f"/c/{made.rooms[0].code}/seat", people, people))
        is_good = _adds_up(made, 0, done.claims)
    waits = sorted(claim.answered_at - claim.sent_at for claim in done.claims)
    late, each = waits[len(waits) * 99 // 100], done.cpu / people * 1e6
    print(
        f"    {done.seconds:.1f} s (floor {BURST_FLOOR:g}, target {BURST_TARGET:g}),"
        f" {each:,.0f} µs of CPU each, p99 from request to answer {late:.2f} s",
        flush=True,
    )
    return is_good and done.seconds < BURST_FLOOR


def _adds_up(made: Stage, room: int, claims: Sequence[Claim]) -> bool:
    """Whether each has exactly one place, the journal says the same, and nobody overtook anybody."""
    event = made.rooms[room].event
    wrong = {f"answered {claim.status}" for claim in claims if claim.status != 201}
    wrong |= set(problems(claims, asyncio.run(_journal(made, event.id)), event.seats))
    for one in sorted(wrong):
        print(f"    WRONG: {one}")
    return not wrong


async def _journal(made: Stage, event: str) -> list[Entry]:
    async with open_house(made.settings) as house:
        return await house.journal.entries(event)
