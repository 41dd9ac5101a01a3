"""A message to every member of its room, durable before anybody hears it: what each delivery costs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import uvloop
from benchmarks.room.crowd import listen, speakers, talk, talk_on, until
from benchmarks.room.rivals import NO_NCHAN, Rival, nchan, raw_loop, salon
from benchmarks.room.stage import stage

#: Of the durable fan-out's deliveries per CPU-second, to each rival's.
FLOORS, TARGETS = {"nchan": 0.55, "raw loop": 0.45}, {"nchan": 0.8, "raw loop": 0.6}
SEATS = 100


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of one stretch of talk."""

    deliveries: int
    #: What every member should have heard, in all.
    expected: int
    gaps: int
    lost: int
    cpu: float
    #: Nanoseconds from just before a message was sent until a member had it.
    delays: Sequence[int]

    @property
    def per_cpu_second(self) -> float:
        """Deliveries for each CPU second of the server."""
        return self.deliveries / max(self.cpu, 0.01)

    @property
    def is_whole(self) -> bool:
        """Whether everybody heard everything, once and in order."""
        return self.deliveries == self.expected and not self.gaps and not self.lost

    def within(self, share: float) -> float:
        """Milliseconds within which *share* of all deliveries came."""
        return sorted(self.delays)[min(int(len(self.delays) * share), len(self.delays) - 1)] / 1e6


async def stretch(rival: Rival, rooms: int, seconds: float, deliveries: float = 0) -> Heard:
    """Open a line for everybody in *rooms* rooms, then talk for *seconds*.

    So that *deliveries* are made a second; 0: one message of each room is on its way at any time.
    """
    members = len(rival.members[0])
    crowd = await listen(rival.server, rival.seats(rooms))
    speaking = await speakers(rival.server, rival.rooms[:rooms])
    # Once, so that everything is loaded: this is not measured.
    await talk(speaking, 1_000, rooms, rival.body)
    await until(lambda: crowd.heard >= rooms * members)
    heard, crowd.delays, cpu = crowd.heard, [], rival.server.cpu()
    if deliveries:
        messages = max(1, round(deliveries / members * seconds))
        await talk(speaking, deliveries / members, messages, rival.body)
    else:
        messages = await talk_on(speaking, seconds, rival.body)
    await until(lambda: crowd.heard - heard >= messages * members)
    came = Heard(
        deliveries=crowd.heard - heard,
        expected=messages * members,
        gaps=crowd.gaps,
        lost=crowd.lost,
        cpu=rival.server.cpu() - cpu,
        delays=crowd.delays,
    )
    for one in (crowd, *speaking):
        one.close()
    return came


def fanout(connections: Sequence[int], seconds: float, rounds: int, steady: float = 6_000) -> bool:
    """Measure all three in turn with each number of *connections*; whether floors hold and nothing was lost."""
    print(f"\nfan-out, {SEATS} members a room: deliveries per CPU-second of the server", flush=True)
    most, is_good = max(connections) // SEATS, True
    with ExitStack() as stack:
        rivals = [salon(stack.enter_context(stage(most, SEATS))), stack.enter_context(raw_loop(most, SEATS))]
        if other := stack.enter_context(nchan(most, SEATS)):
            rivals.append(other)
        else:
            print(NO_NCHAN)
        for count in connections:
            print(f"{count:,} connections, one message of each room on its way:")
            is_good &= _compared(rivals, count // SEATS, seconds, rounds, 0)
            print(f"{count:,} connections, {steady:,.0f} deliveries a second (no floor: mostly waking up):")
            is_good &= _compared(rivals, count // SEATS, seconds, rounds, steady)
    return is_good


def _compared(rivals: Sequence[Rival], rooms: int, seconds: float, rounds: int, deliveries: float) -> bool:
    found: dict[str, list[Heard]] = {rival.name: [] for rival in rivals}
    for k in range(rounds):
        for rival in rivals if k % 2 == 0 else rivals[::-1]:
            found[rival.name].append(uvloop.run(stretch(rival, rooms, seconds, deliveries)))
    is_good = all(heard.is_whole for several in found.values() for heard in several)
    figures = {name: median(heard.per_cpu_second for heard in several) for name, several in found.items()}
    said = ", ".join(f"{name} {figure:,.0f}" for name, figure in figures.items())
    print(f"    {said}{'' if is_good else '; SOMETHING WAS LOST'}")
    for name, floor in FLOORS.items():
        if name in found:
            ratio = median(
                a.per_cpu_second / b.per_cpu_second for a, b in zip(found["salon"], found[name], strict=True)
            )
            print(
                f"    to {name}: {ratio:.2f}{'' if deliveries else f' (floor {floor}, target {TARGETS[name]})'}",
                flush=True,
            )
            is_good &= bool(deliveries) or ratio >= floor
    return is_good
