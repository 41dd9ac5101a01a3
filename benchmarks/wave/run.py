"""Sends a wave to many groups, kills the sender at random moments, and counts who heard what."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.wave.platforms import CHANNELS, Call, Platforms
from benchmarks.wave.sender import NAME

from salon.house import House, open_house
from salon.model import Group, Programme, Series
from salon.pace import SENDING
from salon.planning import apply_plan
from salon.settings import Settings
from salon.state import Delivery
from salon.testing.golden import golden_event

#: Seconds that a call may take, so that a platform's silence does not take the test's time.
TIMEOUT = 1.0
SECRETS = {"SALON_TELEGRAM_TOKEN": "123456:of-the-wave", "SALON_SLACK_TOKEN": "xoxb-of-the-wave"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is sent, how fast it may be, and what goes wrong."""

    groups: int = 1000
    #: At most so many in so many seconds, for each credential of `SHARED`.
    pace: tuple[int, float] = (60, 5.0)
    faults: float = 0.1
    #: One hook in so many is dead.
    dead_one_in: int = 50
    kills: int = 0
    seed: int = 7


@dataclass(kw_only=True)
class Found:
    """What came of it."""

    plan: Plan
    outcomes: Counter[str] = field(default_factory=Counter)
    #: Sentences on what must not be.
    wrong: list[str] = field(default_factory=list)
    #: Seconds from the first permit to the last, and what the pace alone demands.
    seconds: float = 0.0
    demanded: float = 0.0
    kills: int = 0


#: Channels whose groups share one credential.
SHARED = ("telegram", "slack")


async def run(home: Path, plan: Plan) -> Found:
    """Plan the groups, send, kill and send again, count. Everything stays below *home*."""
    groups = list(_groups(plan))
    dead = frozenset(_target(group) for n, group in enumerate(groups) if n % plan.dead_one_in == 7)
    home.mkdir(parents=True, exist_ok=True)
    (home / "channels.toml").write_text(_limits(plan), "utf-8")
    settings = Settings.from_env({"SALON_HOME": str(home)})
    async with Platforms(seed=plan.seed, faults=plan.faults, dead=dead) as platforms:
        async with open_house(settings) as house:
            await _planned(house, groups)
        found = Found(plan=plan)
        await _send(home, platforms, found)
        async with open_house(settings) as house:
            await _count(house, groups, platforms, found)
    return found


def _groups(plan: Plan) -> Iterator[Group]:
    for n in range(plan.groups):
        channel = CHANNELS[n % len(CHANNELS)]
        yield Group(id=f"g-{n:04}", name=f"Group {n:04}", channel=channel, address=_address(channel, n))


def _address(channel: str, n: int) -> str:
    return {
        "wecom": f"{n:08x}-0000-4000-8000-{n:012x}",
        "feishu": f"{n:08x}-0000-4000-8000-{n:012x}",
        "dingtalk": f"{n:064x}",
        "telegram": f"-100{n + 1_000_000}",
        "discord": f"{10**17 + n}/{'t' * 60}{n:08}",
        "slack": f"C{n:010}",
    }[channel]


def _target(group: Group) -> str:
    return group.address.partition("/")[0]


def _limits(plan: Plan) -> str:
    count, seconds = plan.pace
    shared = "".join(f"[{name}]\npace = [[{count}, {seconds}]]\ntimeout = {TIMEOUT}\n" for name in SHARED)
    others = "".join(f"[{name}]\ntimeout = {TIMEOUT}\n" for name in CHANNELS if name not in SHARED)
    return shared + others


async def _planned(house: House, groups: list[Group]) -> None:
    golden = golden_event("en")
    moved = datetime.now(UTC) - golden.times.opens_at
    times = {
        name: tuple(at + moved for at in value) if isinstance(value, tuple) else value + moved
        for name, value in vars(golden.times).items()
    }
    event = replace(golden, times=replace(golden.times, **times))
    series = Series(id=event.series, name=event.series_name, timezone=event.timezone, languages=("en",))
    await apply_plan(house, Programme(series=series, groups=tuple(groups), events=(event,)))


async def _send(home: Path, platforms: Platforms, found: Found) -> None:
    plan = found.plan
    dice = random.Random(plan.seed)
    while True:
        sender = await _start(home, platforms)
        if found.kills < plan.kills:
            # Somewhere in its share of the calls, or in the journal's work between two of them.
            await _calls(platforms, sender, dice.randint(1, max(2, 2 * plan.groups // plan.kills)))
            await asyncio.sleep(dice.uniform(0, 0.02))
            if sender.returncode is None:
                sender.kill()
                found.kills += 1
        out, _ = await sender.communicate()
        if out.strip() == b"done":
            return
        if sender.returncode not in (0, -9):
            raise RuntimeError(f"the sender stopped with {sender.returncode}; see {home / 'sender.log'}")


async def _calls(platforms: Platforms, sender: asyncio.subprocess.Process, more: int) -> None:
    """Wait for so many more calls, or for the sender's end."""
    enough = sum(map(len, platforms.at.values())) + more
    while sender.returncode is None and sum(map(len, platforms.at.values())) < enough:
        await asyncio.sleep(0.005)


async def _start(home: Path, platforms: Platforms) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "benchmarks.wave.sender", str(home), json.dumps(platforms.hosts())]
    with (home / "sender.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=log, env={**os.environ, **SECRETS}
        )


async def _count(house: House, groups: list[Group], platforms: Platforms, found: Found) -> None:
    [event] = (await house.plan()).events()
    deliveries = (await house.journal.refresh(event.id)).state.deliveries
    for group in groups:
        delivery = deliveries.get((NAME, group.id))
        found.outcomes[delivery.outcome if delivery else "missing"] += 1
        found.wrong += _wrong(group, delivery, platforms)
    pace = (await house.journal.refresh(SENDING)).state.pace
    for name in SHARED:
        times = list(pace.sent[name])
        count, seconds = found.plan.pace
        found.demanded = max(found.demanded, (len(times) - 1) // count * seconds)
        if times:
            found.seconds = max(found.seconds, (times[-1] - times[0]).total_seconds())
        arrived = platforms.at.get(name, [])
        found.wrong += [
            f"{name}: {count + 1} calls in {later - first}"
            for first, later in zip(arrived, arrived[count:], strict=False)
            if later - first < timedelta(seconds=seconds)
        ]


def _wrong(group: Group, delivery: Delivery | None, platforms: Platforms) -> Iterator[str]:
    if delivery is None:
        yield f"{group.id}: skipped"
        return
    heard = {kind: platforms.heard[Call(group.channel, _target(group), kind)] for kind in ("image", "text")}
    yield from (f"{group.id} ({group.channel}): heard {times} times" for times in heard.values() if times > 1)
    is_dead = _target(group) in platforms.dead
    for part, done in delivery.parts.items():
        kinds = ("image", "text") if not part else ("image" if part == "poster" else "text",)
        there = sum(heard[kind] for kind in kinds)
        is_right = {"delivered": there == 1, "refused": is_dead and not there, "unknown": not is_dead or not there}
        if not is_right.get(done.outcome, False):
            yield f"{group.id} ({group.channel}) {part}: {done.outcome}, heard {there} times: {done.detail}"
