"""The week, played: the film runs from moment to moment, and people do what people do in between."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from salon.clock import FilmClock
from salon.errors import SalonError
from salon.group_code.draw import draw
from salon.group_code.kinds import platforms
from salon.house import House, open_house
from salon.model import BY_HAND, Moment, Slot
from salon.planning import apply_plan
from salon.portraits import with_kept_portraits
from salon.prefect_api import ENDED
from salon.rehearsal.evening import Evening
from salon.rehearsal.results import lay_down, summary_of
from salon.rehearsal.script import Script
from salon.rehearsal.stage import Film, Stage
from salon.rundown import rundown
from salon.stack import Stack
from salon.state import State
from salon.up import running_stack

Say = Callable[[str], None]

#: Real seconds that a moment may take before the rehearsal gives up on it. Each starts a process that loads Prefect;
#: where several start at once on a machine that has other things to do, that alone takes minutes.
MOST_SECONDS = 420.0
#: Real seconds between two runs of `plan_week`, which an installation has every five minutes.
PLAN_EVERY = 15.0


class NotPlayed(SalonError):
    """A moment was not done in time."""


async def play(script: Script, stage: Stage, *, say: Say) -> dict[str, Any]:
    """Play *script* on *stage* and return the summary. Whatever is not as planned stands in its `problems`."""
    film = Film(stage, script.event)
    settings = stage.settings()
    async with open_house(settings, FilmClock(stage.film)) as house:
        await apply_plan(house, with_kept_portraits(script.programme, settings.home / "portraits"))
        say(f"rehearsing {script.event.id}: {script.event.topic}")
        restarts: list[str] = []

        def hear(line: str) -> None:
            say(f"  {line}")
            restarts.extend([line] if "again" in line else [])

        async with running_stack(settings, say=hear) as stack:
            director = Director(house=house, stack=stack, film=film, script=script, say=say)
            try:
                await director.direct()
            except Exception as error:
                # Whatever it is belongs into the summary, with what was played until then.
                director.evening.problems.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.3)
            summary = await summary_of(house, script, director.evening, restarts=len(restarts))
            await lay_down(house, script, stage, summary)
    return summary


class Director:
    """Lets the film run, waits for each moment, and sends people on."""

    def __init__(self, *, house: House, stack: Stack, film: Film, script: Script, say: Say) -> None:
        self.house, self.stack, self.film, self.script, self.say = house, stack, film, script, say
        self.event = script.event
        self.evening = Evening(house, script)
        self._began = time.monotonic()
        self._planning: asyncio.Task[None] | None = None

    async def direct(self) -> None:
        """The whole week. Raises `NotPlayed` when a moment is not done in time."""
        await self.stack.ready()
        self.say(f"  everything answers after {time.monotonic() - self._began:.0f} s")
        after: dict[str, Callable[[], Awaitable[None]]] = {
            "brief-1": self.evening.kol_confirms,
            # The whole week is within the planner's 48 hours from here on.
            "brief-2": self._plan_the_rest,
            "warm_up": self._owner_uploads,
            "open_room": self.evening.first_come,
            "remind-1": self.evening.others_come,
        }
        try:
            async with self.evening:
                for slot in self.event.slots():
                    await self._to(slot)
                    await after.get(slot.key, _nothing)()
        finally:
            if self._planning:
                self._planning.cancel()

    async def _plan_the_rest(self) -> None:
        """Have the whole week planned from here, meanwhile: a planner that ran already may have looked too early."""
        self._planning = asyncio.create_task(self._until_planned())

    async def _until_planned(self) -> None:
        while True:
            with contextlib.suppress(SalonError):
                if await self._was_planned(await self.stack.plan_now()):
                    return
            await asyncio.sleep(1)

    async def _was_planned(self, run: str) -> bool:
        """Wait for the planner's *run*; False: another was at work, and this one was sent away."""
        async with self.stack.api() as api:
            while (state := await api.state_of(run)) not in ENDED:
                await asyncio.sleep(0.5)
        return state == "COMPLETED"

    async def _owner_uploads(self) -> None:
        """Of a room by hand: the code of an invented group, through the owner's own page."""
        if self.event.room != BY_HAND:
            return
        start = platforms().known[self.event.platform].starts[0]
        picture = draw(f"https://{start}rehearsal-{self.event.number}")
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            link = self.house.links.room_codes(self.event.id)
            answer = await http.post(link, files={"picture": ("group.png", picture)})
        if answer.status_code != 303:
            self.evening.problems.append(f"the group code was refused with {answer.status_code}")

    async def _to(self, slot: Slot) -> None:
        if slot.moment is Moment.HOST:
            await self._host(slot)
        elif slot.moment is Moment.DISBAND:
            await self._close(slot)
        else:
            await self.film.run_to(slot.at)
            await self._until(lambda state: slot.key in state.slots, slot.key)
        done = (await self.house.live(self.event.id)).state.slots[slot.key]
        seconds = time.monotonic() - self._began
        self.say(f"  {seconds:>4.0f} s  {slot.at:%a %H:%M}  {slot.key:<10} {done.text}")

    async def _host(self, slot: Slot) -> None:
        """The evening: each step of the run of show at its time, and what members say between two of them."""
        steps = rundown(self.event)
        await self.evening.all_are_here()
        await self.film.run_to(slot.at)
        await self._until(lambda state: ("host", self.script.programme.groups[-1].id) in state.deliveries, "host")
        for number, step in enumerate(steps):
            await self.film.run_to(step.at)
            key = step.poll.id if step.poll else step.key
            await self._until(lambda state, key=key: key in state.steps or key in state.polls, step.key)  # type: ignore[misc]
            if step.poll:
                await self.evening.everybody_votes(step.poll)
            until = steps[number + 1].at if number + 1 < len(steps) else self.event.times.disbands_at
            await self.evening.people_talk(self.film, step.at, until)
        await self._until(lambda state: slot.key in state.slots, slot.key)

    async def _close(self, slot: Slot) -> None:
        """Ten o'clock in real seconds, so that the lateness is the real one."""
        await self.film.run_to(slot.at + timedelta(seconds=-12))
        await self._until_somebody_waits(slot)
        await self.film.run_to(slot.at + timedelta(seconds=-2))
        await self.film.run_to(slot.at + timedelta(seconds=1), speed=1.0)
        await self.evening.latecomers_knock()
        # On past the guard run and the watchdog, should they be needed.
        await self.film.run_to(slot.at + timedelta(seconds=14), speed=30.0)
        await self._until(lambda state: slot.key in state.slots, slot.key)

    async def _until_somebody_waits(self, slot: Slot) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if slot.key in await self.house.journal.leases(self.event.id):
                return
            await asyncio.sleep(0.1)

    async def _until(self, is_there: Callable[[State], bool], what: str) -> None:
        """Wait until the journal says so, having the week planned anew now and then as an installation does."""
        live = await self.house.live(self.event.id)
        began = planned = time.monotonic()
        while not is_there(live.state):
            if time.monotonic() - began > MOST_SECONDS:
                raise NotPlayed(f"{what} was not done within {MOST_SECONDS:.0f} s; see {self._logs()}")
            if time.monotonic() - planned > PLAN_EVERY:
                planned = time.monotonic()
                await self._plan_now()
            await asyncio.sleep(0.02)
            await self.house.journal.refresh(self.event.id)

    async def _plan_now(self) -> None:
        try:
            await self.stack.plan_now()
        except SalonError:
            # The server is being started again; the next try comes.
            return

    def _logs(self) -> Path:
        return self.house.settings.home / "logs"


async def _nothing() -> None:
    return None
