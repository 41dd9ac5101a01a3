"""How long a message takes to every member, and what an open line costs in memory, one that stalls above all."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import uvloop
from benchmarks.room.crowd import Line, listen, speakers, talk, until
from benchmarks.room.fanout import SEATS, stretch
from benchmarks.room.rivals import Rival, salon
from benchmarks.room.stage import stage

#: Deliveries a second at which latency is measured; milliseconds of the slowest hundredth with the most connections.
STEADY, FLOOR_MS, TARGET_MS = 6_000, 500, 100
#: kB of the server's memory for each line, and for each that takes nothing any more.
LINE_FLOOR, LINE_TARGET, STALLED_FLOOR, STALLED_TARGET = 16, 10, 256, 128
#: Lines that stall; what is said meanwhile, far more than the system keeps for them.
STALLED, MESSAGES, LETTERS = 100, 800, 9_000


def latency(connections: Sequence[int], seconds: float, deliveries: float = STEADY) -> bool:
    """From just before a message is sent until a member has it; whether the floor holds and nothing was lost."""
    print(f"\nlatency at {deliveries:,.0f} deliveries a second, and memory of each line", flush=True)
    most, is_good = max(connections) // SEATS, True
    with stage(most, SEATS) as made:
        rival = salon(made)
        for count in connections:
            heard = uvloop.run(stretch(rival, count // SEATS, seconds, deliveries))
            print(
                f"    {count:>6,} connections: p50 {heard.within(0.5):.0f} ms, p99 {heard.within(0.99):.0f} ms"
                f" (floor {FLOOR_MS}, target {TARGET_MS}), {heard.cpu / seconds:.0%} of a core"
                f"{'' if heard.is_whole else '; SOMETHING WAS LOST'}",
                flush=True,
            )
            is_good &= heard.is_whole and heard.within(0.99) < FLOOR_MS
    return is_good


def memory(connections: int, stalled: int = STALLED, messages: int = MESSAGES, per_second: float = 100) -> bool:
    """kB for each of *connections*, and for each of *stalled* that take nothing while *messages* are said."""
    print("\nmemory of the server", flush=True)
    rooms = max(connections // SEATS, 2)
    with stage(rooms, SEATS) as made:
        rival = salon(made)
        # Everything is loaded before it is counted.
        uvloop.run(stretch(rival, 1, 0.1, 100))
        each = uvloop.run(_each(rival, rooms))
        print(f"    {each:.1f} kB a connection, {rooms * SEATS:,} open (floor {LINE_FLOOR}, target {LINE_TARGET})")
        stalls, is_whole = uvloop.run(_stalls(rival, stalled, messages, per_second))
    print(
        f"    {stalls:.0f} kB a stalled client, {messages * LETTERS / 1e6:.0f} MB behind"
        f" (floor {STALLED_FLOOR}, target {STALLED_TARGET}); when they go on they have"
        f" {'every message' if is_whole else 'LOST SOME'}",
        flush=True,
    )
    return each < LINE_FLOOR and stalls < STALLED_FLOOR and is_whole


async def _each(rival: Rival, rooms: int) -> float:
    before = rival.server.kilobytes()
    crowd = await listen(rival.server, rival.seats(rooms))
    # The first numbers and the first pulse are part of it.
    await asyncio.sleep(1)
    grown = rival.server.kilobytes() - before
    crowd.close()
    return grown / (rooms * SEATS)


async def _stalls(rival: Rival, stalled: int, messages: int, per_second: float) -> tuple[float, bool]:
    """The same talk twice: in the first room everybody listens, in the second *stalled* do not. The difference."""
    without, _ = await _grown(rival, 0, 0, messages, per_second)
    with_them, is_whole = await _grown(rival, 1, stalled, messages, per_second)
    return (with_them - without) / max(stalled, 1), is_whole


async def _grown(rival: Rival, room: int, stalled: int, messages: int, per_second: float) -> tuple[int, bool]:
    seats = rival.seats(room + 1)[-SEATS:]
    crowd = await listen(rival.server, [*seats[:1], *(seats * (stalled // SEATS + 1))[:stalled]])
    for line in crowd.lines[1:]:
        _stall(line)
    speaking = await speakers(rival.server, rival.rooms[room : room + 1])
    before = rival.server.kilobytes()
    await talk(speaking, per_second, messages, lambda _: rival.body(room, "x" * LETTERS))
    await until(lambda: crowd.heard >= messages)
    grown = rival.server.kilobytes() - before
    is_behind = crowd.heard < messages * len(crowd.lines) or not stalled
    for line in crowd.lines[1:]:
        line.transport.resume_reading()
    is_whole = await until(lambda: crowd.heard == messages * len(crowd.lines)) and not crowd.gaps and not crowd.lost
    for one in (crowd, *speaking):
        one.close()
    return grown, is_whole and is_behind


def _stall(line: Line) -> None:
    """Take nothing any more; the system keeps little of it at this end, and some 4 MB at the server's."""
    # Less than two segments of the loopback would make TCP itself crawl afterwards.
    line.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 * 1024)
    line.transport.pause_reading()
