"""A hundred rooms of a hundred members, one message a second in each, on one machine, without loss."""

from __future__ import annotations

import math
import time

import uvloop
from benchmarks.room.fanout import SEATS, stretch
from benchmarks.room.rivals import salon
from benchmarks.room.stage import stage

#: So much of a core is one web process given when it is worked out how many another number of rooms needs.
FULL = 0.7


def hundred(seconds: float, rooms: int = 100, members: int = SEATS, more_rooms: int = 300) -> bool:
    """Hold it for *seconds*; whether everybody heard every message, in order, and what *more_rooms* would take."""
    print(f"\n{rooms} rooms × {members} members, one message a second in each, {seconds:,.0f} s", flush=True)
    with stage(rooms, members) as made:
        began, load = time.monotonic(), time.process_time()
        heard = uvloop.run(stretch(salon(made), rooms, seconds, rooms * members))
        took, load = time.monotonic() - began, time.process_time() - load
        kilobytes = made.server.kilobytes()
    share = heard.cpu / seconds
    print(
        f"    {heard.deliveries:,} of {heard.expected:,} deliveries, {heard.gaps} gaps, {heard.lost} lines lost;"
        f" p50 {heard.within(0.5):.0f} ms, p99 {heard.within(0.99):.0f} ms, slowest {heard.within(1) / 1e3:.1f} s\n"
        f"    server: one process on SQLite, {share:.0%} of a core, {kilobytes / 1024:.0f} MB;"
        f" load: {load / took:.0%} of a core"
    )
    cores = share * more_rooms / rooms
    print(
        f"    {more_rooms} rooms: {cores:.1f} cores, so {math.ceil(cores / FULL)} web processes at {FULL:.0%} of a core"
        f" each, {kilobytes * more_rooms / rooms / 1024:,.0f} MB, {more_rooms * members:,} open files",
        flush=True,
    )
    return heard.is_whole
