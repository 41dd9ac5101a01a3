"""Waits for the right to send: one permit per call, in the journal that all workers share."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.channels.http import ready
from salon.errors import Refused
from salon.house import House
from salon.pace import SENDING, Allowance, Pace
from salon.rules.landing import ensure_not_recalled
from salon.rules.pace import SendingPaused, give_permit

#: Whoever waits looks this often whether sending was paused or held meanwhile.
LOOK = timedelta(seconds=5)
#: The part of an allowance's grace that is kept for the way from here to the platform.
ROAD = 0.5


class TooLate(Refused):
    """The sending pace leaves no time for it."""

    reason = "too_late_to_send"

    def __init__(self, until: datetime, at: datetime) -> None:
        there = at.astimezone(until.tzinfo)
        self.values = {"at": f"{there:%Y-%m-%d %H:%M}"}
        super().__init__(f"the sending pace leaves no time before {until:%H:%M}: the next is at {self.values['at']}")


@dataclass(frozen=True, kw_only=True)
class Permit:
    """The right to make one call now."""

    #: Real seconds on the machine's own clock.
    given_at: float
    #: Real seconds for which it holds.
    grace: float

    def is_stale(self) -> bool:
        """Whether the call comes so late after it that a window might hold one more."""
        return time.monotonic() - self.given_at > self.grace


async def permit(
    house: House, allowance: Allowance, what: str, *, by: str, until: datetime | None, about: str = ""
) -> Permit:
    """Wait until *allowance* has room, and take it. Not for a repeat: each call takes one more. Raises as `asked`."""
    while True:
        given = await asked(house, allowance, what, by=by, until=until, about=about)
        if isinstance(given, Permit):
            return given
        await rest(house, given)


async def asked(
    house: House, allowance: Allowance, what: str, *, by: str, until: datetime | None, about: str = ""
) -> Permit | datetime:
    """A permit, as soon as the credential has room; or until when the group's own limits (`rest`) are in the way.

    So whoever asks one after another for a credential is not kept waiting by a group that sleeps. *about*: id of an
    event whose recall ends the waiting. Raises `SendingPaused` while sending is paused, `Recalled`, and `TooLate`
    when there is no room before *until*.
    """
    while True:
        pace = await _going(house, about)
        if allowance.is_free and allowance.credential not in pace.held:
            return Permit(given_at=time.monotonic(), grace=float("inf"))
        now = house.clock.now()
        at = pace.next_at(allowance, now)
        if until is not None and at >= until:
            raise TooLate(until, at)
        if at > pace.next_at(allowance.shared, now):
            return at
        if at > now:
            await rest(house, at)
            continue
        ready()
        # Measured from before the question: what the answer takes is part of the wait.
        asked_at = time.monotonic()
        if await house.journal.decide(SENDING, give_permit(allowance, what, by=by)):
            return Permit(given_at=asked_at, grace=allowance.grace.total_seconds() * (1 - ROAD))


async def rest(house: House, at: datetime) -> None:
    """Wait until *at*, or until it is time to look whether sending was paused meanwhile."""
    await house.clock.reach(min(at, house.clock.now() + LOOK))


async def _going(house: House, about: str) -> Pace:
    """What was sent until now. Raises `SendingPaused`, and `Recalled` for the event *about*."""
    pace = (await house.live(SENDING)).state.pace
    if pace.paused is not None:
        raise SendingPaused(f"sending is paused: {pace.paused}")
    if about:
        ensure_not_recalled((await house.live(about)).state)
    return pace
