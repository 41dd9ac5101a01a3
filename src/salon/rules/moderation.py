"""Order in the room: what waits for the host, what members report, slow mode, who may speak now."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.model import Event
from salon.moderation import RELEASED, WAITING, Held
from salon.order.plain import is_blank
from salon.rules.seats import ensure_open, held_seat
from salon.state import State

#: What a report may say is wrong.
REASONS = ("advertising", "porn", "gambling", "drugs", "abuse", "other")
#: Longest reason, in characters.
REASON_LENGTH = 200
#: Longest slow mode, in seconds.
SLOWEST = 600


class Muted(Refused):
    """A muted member says nothing until the mute ends."""

    status = 403
    reason = "muted"

    def __init__(self, until: str, why: str) -> None:
        super().__init__(f"you are muted until {until}: {why}")
        self.values = {"until": until, "why": why}


class TooFast(Refused):
    """Slow mode is on: the next message goes a little later."""

    status = 429
    reason = "too_fast"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"slow mode: {seconds} seconds to go")
        self.values = {"seconds": str(seconds)}


class OwnMessage(Refused):
    """Nobody reports what they said themselves."""

    reason = "own_message"


class Decided(Refused):
    """Another host decided the other way meanwhile."""

    reason = "decided"


def ensure_may_speak(event: Event, state: State, guest: str, now: datetime, *, slow: bool = False) -> None:
    """Raise `Muted`, or where *slow* mode counts `TooFast`."""
    mute = state.moderation.mute_of(guest, now)
    if mute is not None and mute.until is not None:
        raise Muted(f"{mute.until.astimezone(ZoneInfo(event.timezone)):%H:%M}", mute.reason)
    last = state.moderation.last_said.get(guest)
    if slow and state.moderation.slow and last is not None:
        left = (last + timedelta(seconds=state.moderation.slow) - now).total_seconds()
        if left > 0:
            raise TooFast(math.ceil(left))


def held_or_posted(draft: Draft, guest: str, why: Sequence[tuple[str, str]]) -> Draft:
    """*draft* as it is, or, where there is a reason *why*, held for the host under the same locks."""
    if not why:
        return draft
    data = {"guest": guest, "as": draft.kind, "post": dict(draft.data), "why": [list(one) for one in why]}
    return Draft(kind="message_held", by=draft.by, data=data, holds=draft.holds)


def release(event: Event, number: int, *, by: str) -> Rule:
    """Let held message *number* into the room now. Again: nothing. Raises `NotFound`, `Decided`, as `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        held = _held(state, number)
        if held.standing == RELEASED:
            return
        if held.standing != WAITING:
            raise Decided
        data = {"held": number, "guest": held.guest}
        yield Draft(kind="message_released", by=by, data=data, holds=(f"held:{number}",))
        # Its author said it; the lock on its client id is held since it was sent.
        yield Draft(kind=held.kind, by=held.guest, data=held.post)

    return rule


def reject(event: Event, number: int, reason: str, *, by: str) -> Rule:
    """Keep held message *number* out, for a *reason* that its author reads. Again: nothing. Raises as `release`."""
    said = reason_of(reason)

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        held = _held(state, number)
        if held.standing == RELEASED:
            raise Decided
        if held.standing == WAITING:
            data = {"held": number, "guest": held.guest, "reason": said}
            yield Draft(kind="message_rejected", by=by, data=data, holds=(f"held:{number}",))

    return rule


def report_message(event: Event, guest: str, message: int, reason: str, note: str = "") -> Rule:
    """*guest* reports *message* to the host, once; again adds nothing.

    Raises as `held_seat`, `NotFound`, `OwnMessage`, `WrongUse` for a reason that is none of `REASONS`, and as
    `ensure_open`.
    """
    if reason not in REASONS:
        raise WrongUse(f"reason: write one of {', '.join(REASONS)}")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        held_seat(state, guest)
        said = state.messages.get(message)
        if said is None or said.is_hidden:
            raise NotFound(f"message {message}: there is none by that number in this room")
        if said.author == guest:
            raise OwnMessage
        reports = state.moderation.reports.get(message)
        if reports is None or guest not in reports.by_guest:
            data = {"message": message, "by": guest, "reason": reason, "note": note.strip()[:REASON_LENGTH]}
            yield Draft(kind="message_reported", by=guest, data=data, holds=(f"report:{message}:{guest}",))

    return rule


def settle_reports(message: int, *, by: str) -> Rule:
    """Let go what was reported of *message*: it stays. Nothing open adds nothing. Raises `NotFound`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        reports = state.moderation.reports.get(message)
        if reports is None:
            raise NotFound(f"message {message}: nobody has reported one by that number")
        if reports.is_open:
            yield Draft(kind="report_settled", by=by, data={"message": message})

    return rule


def set_slow_mode(event: Event, seconds: int, *, by: str) -> Rule:
    """One message each *seconds* per member; 0: off. Again: nothing. Raises `WrongUse`, and as `ensure_open`."""
    if not 0 <= seconds <= SLOWEST:
        raise WrongUse(f"seconds: write 0 (off) to {SLOWEST}")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if state.moderation.slow != seconds:
            yield Draft(kind="slow_mode_set", by=by, data={"seconds": seconds})

    return rule


def reason_of(text: str) -> str:
    """A reason that somebody reads, on one line. Raises `WrongUse` where there is none."""
    said = " ".join(text.split())[:REASON_LENGTH]
    if is_blank(said):
        raise WrongUse("reason: write one; the member reads it")
    return said


def _held(state: State, number: int) -> Held:
    held = state.moderation.held.get(number)
    if held is None:
        raise NotFound(f"message {number}: nothing by that number was held")
    return held
