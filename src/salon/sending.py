"""Waits for the right to send: one permit per call, in the journal that all workers share."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.errors import SalonError
from salon.house import House
from salon.pace import SENDING, Allowance
from salon.rules.pace import SendingPaused, give_permit

#: Whoever waits looks this often whether sending was paused or held meanwhile.
LOOK = timedelta(seconds=5)


class TooLate(SalonError):
    """The sending pace leaves no time for it."""


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


async def permit(house: House, allowance: Allowance, what: str, *, by: str, until: datetime | None) -> Permit:
    """Wait until *allowance* has room, and take it. Not for a repeat: each call takes one more.

    Raises `SendingPaused` while sending is paused, and `TooLate` when there is no room before *until*.
    """
    while True:
        pace = (await house.live(SENDING)).state.pace
        if pace.paused is not None:
            raise SendingPaused(f"sending is paused: {pace.paused}")
        if allowance.is_free and allowance.credential not in pace.held:
            return Permit(given_at=time.monotonic(), grace=float("inf"))
        now = house.clock.now()
        at = pace.next_at(allowance, now)
        if until is not None and at >= until:
            raise TooLate(f"the sending pace leaves no time before {until:%H:%M}: the next is at {at:%Y-%m-%d %H:%M}")
        if at > now:
            await house.clock.reach(min(at, now + LOOK))
            continue
        # Measured from before the question: what the answer takes is part of the wait.
        asked_at = time.monotonic()
        if await house.journal.decide(SENDING, give_permit(allowance, what, by=by)):
            return Permit(given_at=asked_at, grace=allowance.grace.total_seconds())
