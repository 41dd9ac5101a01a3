"""Many people at the door at once: real servers, real HTTP, a fresh connection for each of them."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers import free_port

from salon.entries import Entry
from salon.house import open_house
from salon.model import Event, Programme, Series, Times
from salon.planning import apply_plan
from salon.rules.week import open_room
from salon.settings import Settings
from salon.testing.golden import golden_event, golden_groups

ROOT = Path(__file__).parent.parent
#: Share of the claims that is sent in the same instant; the others follow, one for each answer.
AT_ONCE = 0.75


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One person's claim, as that person saw it."""

    person: str
    #: Which of the servers was asked, counted from 0.
    server: int
    sent_at: float
    answered_at: float
    status: int
    answer: dict[str, Any]


def open_event_now(seats: int = 100) -> Event:
    """The golden evening, moved so that its room is open by the wall clock, for hours."""
    golden, now = golden_event("en"), datetime.now().astimezone()
    moved = now - golden.times.hosts_at
    times = {
        name: tuple(at + moved for at in value) if isinstance(value, tuple) else value + moved
        for name, value in ((name, getattr(golden.times, name)) for name in golden.times.__dataclass_fields__)
    }
    late = {name: now + timedelta(hours=8) for name in ("starts_at", "disbands_at", "reports_at")}
    return replace(golden, seats=seats, times=Times(**{**times, **late}))


async def prepare(settings: Settings, event: Event) -> tuple[str, ...]:
    """Plan *event* and open its room. Returns the live code of every group."""
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone)
    groups = golden_groups("en")
    async with open_house(settings) as house:
        await apply_plan(house, Programme(series=series, groups=groups, events=(event,)))
        await house.journal.decide(event.id, open_room(event, by="clock"))
        book = await house.plan()
        return tuple(book.code(event.id, group.id) for group in groups)


@contextmanager
def servers(settings: Settings, count: int, module: Sequence[str] = ("salon.web",)) -> Iterator[list[int]]:
    """Run *count* web processes on one database. Yields their ports; they end, all of them, with the block."""
    with ExitStack() as stack:
        ports: list[int] = []
        while len(ports) < count:
            ports += {free_port()} - set(ports)
        for port in ports:
            stack.enter_context(_server(replace(settings, web_port=port), module))
        for port in ports:
            wait(port)
        yield ports


@contextmanager
def _server(settings: Settings, module: Sequence[str]) -> Iterator[None]:
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    env = {**os.environ, **settings.as_env(), "PYTHONPATH": paths}
    process = subprocess.Popen([sys.executable, "-m", *module], cwd=ROOT, env=env)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def wait(port: int) -> None:
    """Wait until a web process answers on *port*."""
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


async def claim_all(ports: Sequence[int], codes: Sequence[str], people: int) -> list[Claim]:
    """*people* claim a seat: all connect, then most of them ask in the same instant, over all servers in turn."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, people + 500), hard), hard))
    connecting, all_stand_there, answers = asyncio.Semaphore(200), asyncio.Barrier(people), asyncio.Semaphore(0)

    async def one(k: int) -> Claim:
        async with connecting:
            reader, writer = await asyncio.open_connection("127.0.0.1", ports[k % len(ports)])
        # Everybody stands at the door before anybody knocks.
        await all_stand_there.wait()
        if k >= AT_ONCE * people:
            await answers.acquire()
        claim = await _claim(reader, writer, k, ports, codes[k % len(codes)])
        answers.release()
        return claim

    return await asyncio.gather(*(one(k) for k in range(people)))


async def _claim(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, k: int, ports: Sequence[int], code: str
) -> Claim:
    body = f"name=p{k}"
    sent_at = time.monotonic()
    writer.write(
        f"POST /c/{code}/seat HTTP/1.1\r\nHost: salon\r\nAccept: application/json\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head, _, content = (await reader.read()).partition(b"\r\n\r\n")
    answered_at = time.monotonic()
    writer.close()
    return Claim(
        person=f"p{k}",
        server=k % len(ports),
        sent_at=sent_at,
        answered_at=answered_at,
        status=int(head.split(b" ", 2)[1]) if head else 0,
        answer=json.loads(content) if content else {},
    )


def problems(claims: Sequence[Claim], entries: Sequence[Entry], seats: int) -> Iterator[str]:
    """What is not as promised: nothing, when each has exactly one place, in the order in which they came."""
    seated = sorted(claim.answer["seat"] for claim in claims if "seat" in claim.answer)
    waiting = sorted(claim.answer["waiting"] for claim in claims if "waiting" in claim.answer)
    if len(seated) > seats:
        yield "more seats were given than there are"
    if len(seated) + len(waiting) < len(claims):
        yield "somebody has neither a seat nor a place in the waiting list"
    if seated != list(range(1, seats + 1)) or waiting != list(range(1, len(claims) - seats + 1)):
        yield "the numbers are not one for each"
    if _places_kept(entries) != {c.person: c.answer.get("seat") or -c.answer.get("waiting", 0) for c in claims}:
        yield "the journal tells something else than the answers"
    if _is_out_of_order(claims, entries):
        yield "somebody was answered before another one asked, and comes after them"


def _places_kept(entries: Sequence[Entry]) -> dict[str, int]:
    """Person → seat, or minus the place in the waiting list, as the journal tells it."""
    kept, waiting = {}, 0
    for entry in entries:
        if entry.kind == "seat_taken":
            kept[entry.data["name"]] = entry.data["seat"]
        elif entry.kind == "waiting_list_joined":
            waiting += 1
            kept[entry.data["name"]] = -waiting
    return kept


def _is_out_of_order(claims: Sequence[Claim], entries: Sequence[Entry]) -> bool:
    number = {e.data["name"]: e.seq for e in entries if e.kind in ("seat_taken", "waiting_list_joined")}
    answered = sorted(claims, key=lambda claim: claim.answered_at)
    last, k = 0, 0
    for claim in sorted(claims, key=lambda claim: claim.sent_at):
        while answered[k].answered_at < claim.sent_at:
            last = max(last, number.get(answered[k].person, 0))
            k += 1
        if number.get(claim.person, last + 1) <= last:
            return True
    return False


def comparable(claims: Sequence[Claim]) -> int:
    """How many claims were sent after another one's answer: only these can be out of order."""
    first = min(claim.answered_at for claim in claims)
    return sum(claim.sent_at > first for claim in claims)
