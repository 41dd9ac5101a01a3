"""Say one thing to many groups, each of them once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from salon.channels import Announcement, Channel, Outcome, Result
from salon.errors import SalonError
from salon.house import House
from salon.model import Event, Group
from salon.rules.week import begin_delivery, end_delivery

#: Groups spoken to at the same time.
AT_ONCE = 8

#: What this group reads and sees: (text, PNG or None).
Writer = Callable[[Group], tuple[str, bytes | None]]


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


async def announce(house: House, event: Event, name: str, groups: Sequence[Group], write: Writer) -> Heard:
    """Say announcement *name* to every group that has not heard it. May be run again: only what is undone is done.

    The caller holds the moment's lease, so a delivery that was begun and has no end belongs to a process that
    died: it is said again only where the channel leaves one copy, else it becomes *unknown* for a person to
    decide. After all others had their turn it raises what stopped one of them (a template that cannot be filled
    in, a journal that is away), or `NotAllHeard`.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(group: Group) -> str:
        async with gate:
            return await _say(house, event, name, group, write)

    # Nobody is left in the middle of a word: the lease goes back only when the last one is done.
    outcomes = await asyncio.gather(*(one(group) for group in groups), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    heard = Heard(outcomes=dict(zip((group.id for group in groups), map(str, outcomes), strict=True)))
    if "recalled" in outcomes:
        raise NotAllHeard(f"{name} of {event.id} is recalled: {heard.text()}; restore it, and it goes on by itself")
    if "postponed" in outcomes:
        raise NotAllHeard(f"{name} of {event.id}: {heard.text()}; run it again")
    return heard


async def _say(house: House, event: Event, name: str, group: Group, write: Writer) -> str:
    state = (await house.live(event.id)).state
    known = state.outcome_of(name, group.id)
    if known in ("delivered", "refused", "unknown"):
        return known
    if state.landing.recalled is not None and not name.startswith("brief"):
        return "recalled"
    # Made before anything is written down: what cannot be made has not been begun.
    channel = house.channel(group.channel)
    text, poster = await asyncio.to_thread(write, group)
    began = await house.journal.decide(event.id, begin_delivery(name, group.id, group.channel, by=name))
    if not began and (standing := await _standing(house, event, name, group, channel)):
        return standing
    said = await channel.say(group, Announcement(event=event.id, name=name, text=text, poster=poster))
    return await _end(house, event, name, group, _word(said), said.detail)


async def _standing(house: House, event: Event, name: str, group: Group, channel: Channel) -> str:
    """What became of a delivery that was begun before; an empty text when it may be said again."""
    known = (await house.journal.refresh(event.id)).state.outcome_of(name, group.id)
    if known != "sending":
        return known
    if channel.is_repeatable:
        return ""
    return await _end(house, event, name, group, "unknown", "the sender was stopped in the middle of it")


def _word(said: Outcome) -> str:
    return "postponed" if said.result is Result.RETRY else str(said.result)


async def _end(house: House, event: Event, name: str, group: Group, outcome: str, detail: str) -> str:
    await house.journal.decide(event.id, end_delivery(name, group.id, outcome, detail, by=name))
    return outcome
