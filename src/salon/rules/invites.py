"""Rules of rooms that people open by hand: which codes stand behind one, and who is sent to which group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.entries import Draft, Rule
from salon.errors import NoSeat, NotFound, Refused, RoomClosed
from salon.invites import CodeRefused, Invite
from salon.model import BY_HAND, Event
from salon.rules.seats import ensure_open
from salon.state import State

#: Groups behind one room, at most.
MOST_GROUPS = 20
#: A day that is read off a screenshot may be this much later than the platform's own count.
_SLACK = timedelta(days=1)


class NoCode(Refused):
    """There is no code to hand out now: the next one is on its way."""

    status = 404
    reason = "no_code"


@dataclass(frozen=True, kw_only=True)
class NewCode:
    """A group code that was read and looked at."""

    platform: str
    sealed: str
    mark: str
    dies_at: datetime
    cap: int
    #: What the platform says of its codes (`salon.group_code.Platform`).
    life: timedelta
    joins: int


def claim_code(mark: str, event: str, *, by: str) -> Rule:
    """In the programme's journal: the code *mark* belongs to *event*. Again adds nothing.

    Raises `CodeRefused` when it belongs to another event: its members would meet in the wrong room.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        owner, _ = state.invites.claimed.get(mark, ("", now))
        if owner not in ("", event):
            raise CodeRefused("elsewhere", f"this code was uploaded for {owner}", detail=owner, status=409)
        if not owner:
            data = {"mark": mark, "event": event}
            yield Draft(kind="invite_claimed", by=by, data=data, holds=(f"invite:{mark}",))

    return rule


def free_code(mark: str, event: str, *, by: str) -> Rule:
    """In the programme's journal: *event* has no more use for the code *mark*. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.invites.claimed.get(mark, ("", now))[0] == event:
            data = {"mark": mark, "event": event}
            yield Draft(kind="invite_freed", by=by, data=data, frees=(f"invite:{mark}",))

    return rule


def add_code(event: Event, code: NewCode, *, by: str) -> Rule:
    """Put one more group behind the room. Raises as `ensure_fits`, and `CodeRefused` when there are enough."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_fits(event, state, code, now)
        number = len(state.invites.codes) + 1
        if sum(not invite.is_withdrawn for invite in state.invites.codes.values()) >= MOST_GROUPS:
            raise CodeRefused("enough", f"{MOST_GROUPS} groups stand behind this room already", status=409)
        yield _noted("invite_added", number, code, by=by)

    return rule


def replace_code(event: Event, number: int, code: NewCode, *, by: str) -> Rule:
    """Let group *number* be entered by *code* from now on; who was sent there sees it at once.

    Raises as `ensure_fits`, and `NotFound` when there is no such group.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        before = _group(state, number)
        ensure_fits(event, state, code, now)
        yield _noted("invite_replaced", number, code, by=by, frees=_held(before))

    return rule


def withdraw_code(number: int, *, by: str) -> Rule:
    """Send nobody to group *number* any more; its holders go to another one. Again adds nothing. Raises `NotFound`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        before = _group(state, number)
        if not before.is_withdrawn:
            yield Draft(kind="invite_withdrawn", by=by, data={"invite": number}, frees=_held(before))

    return rule


def give_code(event: Event, guest: str) -> Rule:
    """Send *guest*, who holds a seat, to a group with room, and write it down. Again: the same group.

    Raises `NoSeat`, `NoCode` when no group is alive and has room, and as `salon.rules.seats.ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = state.seat_of(guest)
        if not seat:
            raise NoSeat
        wanted = state.invites.choice(guest, seat, now)
        if wanted is None:
            raise NoCode
        if state.invites.by_guest.get(guest) != wanted.number or state.invites.by_seat.get(seat) != wanted.number:
            yield Draft(kind="invite_given", by=guest, data={"guest": guest, "seat": seat, "invite": wanted.number})

    return rule


def ensure_fits(event: Event, state: State, code: NewCode, now: datetime) -> None:
    """Raise `CodeRefused` unless *code* may stand behind *event*'s room, `RoomClosed` when it is over.

    It must live until after the close, not longer than such a code can, and not stand there already.
    """
    if event.room != BY_HAND:
        raise CodeRefused("own_room", "the plan says that this event meets in our own room", status=409)
    # Somebody may have put the close off.
    event = state.rhythm.moved(event)
    if state.disbanded_at is not None or now >= event.times.disbands_at:
        raise RoomClosed
    if code.dies_at <= event.times.disbands_at:
        closes = f"{event.times.disbands_at:%Y-%m-%d %H:%M}"
        raise CodeRefused("dies", f"this code dies before the room closes at {closes}", detail=closes)
    if code.dies_at > now + code.life + _SLACK:
        raise CodeRefused("too_long", f"such a code lives for {code.life.days} days at most; read the day off again")
    if not 1 <= code.cap <= code.joins:
        raise CodeRefused("cap", f"between 1 and {code.joins} people can join by one code", detail=str(code.joins))
    for invite in state.invites.codes.values():
        if invite.mark == code.mark and not invite.is_withdrawn:
            raise CodeRefused("again", f"this code is there already, as group {invite.number}", status=409)


def _group(state: State, number: int) -> Invite:
    found = state.invites.codes.get(number)
    if found is None:
        raise NotFound(f"there is no group {number} behind this room")
    return found


def _held(before: Invite) -> tuple[str, ...]:
    return () if before.is_withdrawn else (f"invite:{before.mark}",)


def _noted(kind: str, number: int, code: NewCode, *, by: str, frees: tuple[str, ...] = ()) -> Draft:
    data = {
        "invite": number,
        "platform": code.platform,
        "sealed": code.sealed,
        "mark": code.mark,
        "dies_at": code.dies_at.isoformat(),
        "cap": code.cap,
    }
    return Draft(kind=kind, by=by, data=data, holds=(f"invite:{code.mark}",), frees=frees)
