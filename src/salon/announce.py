"""Say one thing to many groups, each of them once."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from salon.allowances import allowance_for
from salon.channels import Announcement, Channel, Outcome, Result
from salon.errors import Recalled, SalonError
from salon.fitting import Script, Unfit, fitted
from salon.house import House
from salon.model import Event, Group
from salon.pace import SENDING, Allowance
from salon.rules.pace import SendingPaused, give_up_credential, hold_credential
from salon.rules.week import begin_delivery, end_delivery
from salon.sending import Permit, TooLate, asked, permit, rest

#: Groups spoken to at the same time, by channel: as many are *unknown* when the process is killed.
AT_ONCE = 4
#: Tries within one run, when a platform says how long to wait; after the last a later run goes on.
TRIES = 8
#: Outcomes that stay.
FINAL = ("delivered", "refused", "unknown", "awaiting")

#: What this group reads and sees: `salon.fitting.Script`, or its first two fields.
Writer = Callable[[Group], tuple[Any, ...]]


class NotAllHeard(SalonError):
    """Some groups could not be reached for a passing reason; the same moment run again tries those again."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of one announcement: group id → outcome, in the order of the groups."""

    outcomes: dict[str, str]

    def text(self) -> str:
        """`12 delivered, 1 unknown`."""
        counts = Counter(self.outcomes.values())
        return ", ".join(f"{counts[key]} {key}" for key in sorted(counts)) or "no group"


async def announce(
    house: House, event: Event, name: str, groups: Sequence[Group], write: Writer, *, until: datetime | None = None
) -> Heard:
    """Say announcement *name* to every group that has not heard it. May be run again: only what is undone is done.

    The caller holds the moment's lease, so a delivery that was begun and has no end belongs to a process that
    died: it is said again only where the channel leaves one copy, else it becomes *unknown* for a person to
    decide. Each send keeps the pace of its credential and the group's quiet hours and budget; whom they leave no
    time before *until* is refused by name. After all others had their turn it raises what stopped one of them (a
    template that cannot be filled in, a journal that is away), or `NotAllHeard`.
    """
    speaker = _Speaker(house=house, event=event, name=name, write=write, until=until)
    # Nobody is left in the middle of a word: the lease goes back only when the last one is done.
    outcomes = await asyncio.gather(*(speaker.tell(group) for group in groups), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    heard = Heard(outcomes=dict(zip((group.id for group in groups), map(str, outcomes), strict=True)))
    if "recalled" in outcomes:
        raise NotAllHeard(f"{name} of {event.id} is recalled: {heard.text()}; restore it, and it goes on by itself")
    if "paused" in outcomes:
        raise NotAllHeard(f"{name} of {event.id} is paused: {heard.text()}; resume sending, and it goes on by itself")
    if "postponed" in outcomes:
        raise NotAllHeard(f"{name} of {event.id}: {heard.text()}; run it again")
    return heard


@dataclass(kw_only=True)
class _Speaker:
    """One announcement on its way to all groups."""

    house: House
    event: Event
    name: str
    write: Writer
    until: datetime | None
    _gates: dict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
    )
    #: One group at a time asks for the permit of a credential: the others could only be refused.
    _turns: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    #: Credentials whose platform wanted to be left alone: from then on they call one at a time.
    _slow: set[str] = field(default_factory=set)

    async def tell(self, group: Group) -> str:
        """Tell one group; returns what came of it."""
        state = (await self.house.live(self.event.id)).state
        known = state.deliveries.get((self.name, group.id))
        # Of a delivery whose poster is refused or unknown the text may still be to come.
        if known is not None and all(part.outcome in FINAL for part in known.parts.values()):
            return known.outcome
        if state.landing.recalled is not None and self._about:
            return "recalled"
        channel = self.house.channel(group.channel)
        try:
            # Made before anything is written down: what cannot be made has not been begun.
            async with self._gates[channel.name]:
                script = Script(*await asyncio.to_thread(self.write, group))
            said = fitted(script, channel, self.event.id, self.name)
        except Unfit as unfit:
            return await self._refuse(group, str(unfit))
        opened = self.house.opened(group)
        if gone := (await self.house.live(SENDING)).state.pace.gone.get(channel.credential(opened)):
            return await self._refuse(group, f"{gone}; not called again: put its new address into the register")
        try:
            return await self._in_parts(channel, opened, said)
        except SendingPaused:
            return "paused"
        except Recalled:
            return "recalled"

    async def _in_parts(self, channel: Channel, group: Group, said: Announcement) -> str:
        parts = channel.parts(said)
        for n, part in enumerate(parts):
            key = hashlib.sha256("\0".join((self.event.id, self.name, group.id, part)).encode()).hexdigest()[:32]
            one = replace(said, part=part, key=key)
            try:
                outcome = await self._part(channel, group, one, parts, is_first=n == 0)
            except TooLate as late:
                return await self._refuse(group, str(late), part, parts)
            if outcome not in FINAL:
                return outcome
        return (await self.house.live(self.event.id)).state.outcome_of(self.name, group.id)

    async def _part(
        self, channel: Channel, group: Group, said: Announcement, parts: tuple[str, ...], *, is_first: bool
    ) -> str:
        """Say one part until it is there, is refused, or has been tried often enough."""
        outcome = ""
        for _ in range(TRIES):
            if standing := await self._standing(channel, group, said.part):
                return standing
            answer = await self._once(channel, group, said, parts, is_first=is_first)
            if answer is None:
                continue
            outcome = await self._end(group, said.part, answer)
            if answer.is_gone:
                rule = give_up_credential(channel.credential(group), answer.detail, by=self.name)
                await self.house.journal.decide(SENDING, rule)
            if answer.result is not Result.RETRY or not answer.wait:
                return outcome
            await self._wait(channel, group, answer)
        return outcome

    async def _once(
        self, channel: Channel, group: Group, said: Announcement, parts: tuple[str, ...], *, is_first: bool
    ) -> Outcome | None:
        """One call, with its permit and its intent written down before; None when somebody else was first."""
        credential = channel.credential(group)
        allowance = await self._allowance(channel, group, counts=is_first)
        while True:
            async with self._turns[credential or group.id]:
                given = await asked(self.house, allowance, **self._asks())
                if isinstance(given, Permit) and credential in self._slow:
                    return await self._call(channel, group, said, parts, allowance, given)
            if isinstance(given, Permit):
                return await self._call(channel, group, said, parts, allowance, given)
            # Its own hours are in the way: nobody else waits for them.
            await rest(self.house, given)

    async def _allowance(self, channel: Channel, group: Group, *, counts: bool) -> Allowance:
        """What one call is measured against; a try that was put off has counted in the budget already."""
        ability, what = channel.ability, f"{self.event.id}/{self.name}"
        allowance = allowance_for(
            self.event, group, credential=channel.credential(group), pace=ability.pace, group_pace=ability.group_pace,
            spread=ability.spread, counts=counts,
        )  # fmt: skip
        pace, now = (await self.house.live(SENDING)).state.pace, self.house.clock.now()
        return replace(allowance, counts=counts and not pace.has_counted(what, allowance.group, allowance.zone, now))

    def _asks(self) -> dict[str, Any]:
        """What every permit of this announcement is asked for with."""
        return {
            "what": f"{self.event.id}/{self.name}", "by": self.name, "until": self.until, "about": self._about
        }  # fmt: skip

    @property
    def _about(self) -> str:
        """The event whose recall stops it; empty: what the KOL is told goes on."""
        return "" if self.name.startswith("brief") else self.event.id

    async def _call(
        self, channel: Channel, group: Group, said: Announcement, parts: tuple[str, ...], allowance: Allowance,
        given: Permit,
    ) -> Outcome | None:  # fmt: skip
        parts = () if parts == ("",) else parts
        async with self._gates[channel.name]:
            begin = begin_delivery(self.name, group.id, channel.name, by=self.name, part=said.part, parts=parts)
            if not await self.house.journal.decide(self.event.id, begin) and not channel.is_repeatable:
                return None
            try:
                while given.is_stale():
                    # The call was kept waiting: a permit more is harmless, a call more in one window is not.
                    given = await permit(self.house, allowance, **self._asks())
            except (SendingPaused, Recalled) as stopped:
                # It was written down as begun, and nothing went out.
                await self._end(group, said.part, Outcome(result=Result.RETRY, detail=str(stopped)))
                raise
            return await channel.say(group, said)

    async def _standing(self, channel: Channel, group: Group, part: str) -> str:
        """What became of a part that was begun before; an empty text when it may be said (again)."""
        known = (await self.house.live(self.event.id)).state.part_of(self.name, group.id, part)
        if known is None or known.outcome == "postponed":
            return ""
        if known.outcome != "sending":
            return known.outcome
        known = (await self.house.journal.refresh(self.event.id)).state.part_of(self.name, group.id, part)
        if known is None or known.outcome != "sending":
            return "" if known is None or known.outcome == "postponed" else known.outcome
        if channel.is_repeatable:
            return ""
        stopped = Outcome(result=Result.UNKNOWN, detail="the sender was stopped in the middle of it")
        return await self._end(group, part, stopped)

    async def _wait(self, channel: Channel, group: Group, answer: Outcome) -> None:
        """Leave the credential alone for as long as its platform wants."""
        until = self.house.clock.now() + timedelta(seconds=answer.wait)
        if answer.is_wait_of_group:
            await self.house.clock.reach(until)
            return
        if credential := channel.credential(group):
            self._slow.add(credential)
            await self.house.journal.decide(SENDING, hold_credential(credential, until, answer.detail, by=self.name))
        await self.house.clock.reach(until)

    async def _refuse(self, group: Group, why: str, part: str = "", parts: tuple[str, ...] = ()) -> str:
        parts = () if parts == ("",) else parts
        begin = begin_delivery(self.name, group.id, group.channel, by=self.name, part=part, parts=parts)
        await self.house.journal.decide(self.event.id, begin)
        return await self._end(group, part, Outcome(result=Result.REFUSED, detail=why))

    async def _end(self, group: Group, part: str, said: Outcome) -> str:
        outcome = "postponed" if said.result is Result.RETRY else str(said.result)
        rule = end_delivery(self.name, group.id, outcome, said.detail, by=self.name, part=part, receipt=said.receipt)
        await self.house.journal.decide(self.event.id, rule)
        return outcome
