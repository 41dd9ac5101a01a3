"""The ways into a room that people opened by hand, as the journal tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from salon.entries import Entry
from salon.errors import Refused
from salon.part import Part


class CodeRefused(Refused):
    """That is not a code that can be handed out."""

    def __init__(self, reason: str, message: str, *, detail: str = "", status: int = 422) -> None:
        super().__init__(message)
        #: Key of the sentence that the owner reads, in `templates/web/words.*.toml`.
        self.reason = f"code_{reason}"
        #: What the sentence is about, where there is something to show: a host, a day, an event.
        self.detail = detail
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    """One group behind a room, by the code that leads into it now."""

    #: Counted from 1 within its event; a replaced code keeps the number.
    number: int
    platform: str
    #: What the code says, under the installation's secret; only who holds that can open it.
    sealed: str
    #: The same for the same code, and says nothing about it.
    mark: str
    added_at: datetime
    dies_at: datetime
    #: So many people are sent there, at most.
    cap: int
    is_withdrawn: bool = False

    def is_alive(self, at: datetime) -> bool:
        """Whether the code still leads anywhere at *at*."""
        return not self.is_withdrawn and at < self.dies_at


class Invites(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        self.codes: dict[int, Invite] = {}
        #: Guest → number of the group that they were sent to last.
        self.by_guest: dict[str, int] = {}
        #: Seat → number of the group that its holder was sent to last.
        self.by_seat: dict[int, int] = {}
        #: Number → everybody who was ever sent there. Who left the seat may still be in the group.
        self.sent: dict[int, set[str]] = {}
        #: How often a code was added or replaced.
        self.changes = 0
        #: In the programme's journal only: mark of a code → the event that it belongs to, and since when.
        self.claimed: dict[str, tuple[str, datetime]] = {}

    def lasting(self, until: datetime) -> list[Invite]:
        """Codes that are still alive at *until*, in the order in which they came."""
        return [invite for invite in self.codes.values() if invite.is_alive(until)]

    def left(self, number: int) -> int:
        """How many more people may be sent to group *number*."""
        return max(self.codes[number].cap - len(self.sent.get(number, ())), 0)

    def of(self, guest: str, now: datetime) -> Invite | None:
        """The code that *guest* was sent to, while it is alive. Whether they still hold a seat is asked elsewhere."""
        found = self.codes.get(self.by_guest.get(guest, 0))
        return found if found is not None and found.is_alive(now) else None

    def choice(self, guest: str, seat: int, now: datetime) -> Invite | None:
        """Where *guest* on *seat* is to go: where they were, where the seat was, else the first group with room."""
        known = (self.codes.get(number) for number in (self.by_guest.get(guest, 0), self.by_seat.get(seat, 0)))
        wanted = [*(invite for invite in known if invite is not None), *self.codes.values()]
        for invite in wanted:
            has_room = guest in self.sent.get(invite.number, ()) or self.left(invite.number) > 0
            if invite.is_alive(now) and has_room:
                return invite
        return None

    # One fold per kind.

    def _added(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.changes += 1
        self.codes[data["invite"]] = Invite(
            number=data["invite"],
            platform=data["platform"],
            sealed=data["sealed"],
            mark=data["mark"],
            added_at=entry.at,
            dies_at=datetime.fromisoformat(data["dies_at"]),
            cap=data["cap"],
        )

    def _withdrawn(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.codes[data["invite"]] = replace(self.codes[data["invite"]], is_withdrawn=True)

    def _given(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.by_guest[data["guest"]] = data["invite"]
        self.by_seat[data["seat"]] = data["invite"]
        self.sent.setdefault(data["invite"], set()).add(data["guest"])

    def _claimed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.claimed[data["mark"]] = data["event"], entry.at

    def _freed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.claimed.pop(data["mark"], None)

    _folds: ClassVar[Mapping[str, Callable[[Invites, Entry, Mapping[str, Any]], None]]] = {
        "invite_added": _added,
        "invite_replaced": _added,
        "invite_withdrawn": _withdrawn,
        "invite_given": _given,
        "invite_claimed": _claimed,
        "invite_freed": _freed,
    }
