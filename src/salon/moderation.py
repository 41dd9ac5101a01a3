"""Order in the room, as the journal tells it: held and reported messages, who was warned, muted or removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Part

#: How a held message stands.
WAITING, RELEASED, REJECTED = "waiting", "released", "rejected"
#: The ladder, in this order.
WARN, MUTE, REMOVE = LADDER = ("warn", "mute", "remove")
#: Ends a mute before its time.
UNMUTE = "unmute"


@dataclass(slots=True)
class Held:
    """A message or a question that waits for the host; nobody else but its author sees it."""

    number: int
    at: datetime
    guest: str
    #: Kind of the entry that it becomes when it is released, and what that says.
    kind: str
    post: Mapping[str, Any]
    #: (kind of the list, its line) for each reason to wait.
    why: tuple[tuple[str, str], ...]
    standing: str = WAITING
    #: Why it was rejected.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a host did to keep order, as the log tells it."""

    number: int
    at: datetime
    #: Who did it, as entries say it.
    by: str
    #: `warn`, `mute`, `unmute`, `remove`, `release`, `reject`, `hide`, `settle` or `slow`.
    what: str
    guest: str = ""
    reason: str = ""
    minutes: int = 0
    #: Of a mute.
    until: datetime | None = None
    #: Of slow mode; 0: off.
    seconds: int = 0
    #: Number of the message that it was about; 0: none.
    message: int = 0


@dataclass(slots=True)
class Reports:
    """What members reported about one message."""

    #: Guest → (reason, their own words).
    by_guest: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: So many of them the host has looked at and let go.
    settled: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody reported it since the host last looked."""
        return len(self.by_guest) > self.settled


class Moderation(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: Number of the entry → what is or was held.
        self.held: dict[int, Held] = {}
        #: Number of a message → its reports.
        self.reports: dict[int, Reports] = {}
        #: Guest → what was done about them on the ladder, oldest first.
        self.acts: dict[str, list[Act]] = {}
        #: Everything that hosts did, oldest first.
        self.log: list[Act] = []
        self.muted_until: dict[str, datetime] = {}
        #: Guest → why they were removed.
        self.removed: dict[str, str] = {}
        #: Seconds between two messages of one member; 0: as fast as they like.
        self.slow = 0
        #: Guest → when they last said something, held or not.
        self.last_said: dict[str, datetime] = {}
        self._were_held: set[tuple[str, str]] = set()

    def waiting(self, guest: str = "") -> list[Held]:
        """What waits for the host, oldest first; of *guest* alone where one is given."""
        return [h for h in self.held.values() if h.standing == WAITING and guest in ("", h.guest)]

    def mute_of(self, guest: str, now: datetime) -> Act | None:
        """The mute that *guest* is under; it ends by itself."""
        if self.muted_until.get(guest, now) <= now:
            return None
        return next(act for act in reversed(self.acts[guest]) if act.what == MUTE)

    def rung(self, guest: str) -> str:
        """The highest rung of the ladder that *guest* has been on; empty: none."""
        been = {act.what for act in self.acts.get(guest, ())}
        return next((rung for rung in reversed(LADDER) if rung in been), "")

    def _held(self, entry: Entry, data: Mapping[str, Any]) -> None:
        why = tuple((kind, term) for kind, term in data["why"])
        self.held[entry.seq] = Held(entry.seq, entry.at, data["guest"], data["as"], data["post"], why)
        self.last_said[data["guest"]] = entry.at
        self._were_held.add((data["guest"], data["post"]["client_id"]))

    def _decided(self, entry: Entry, data: Mapping[str, Any]) -> None:
        held = self.held[data["held"]]
        is_released = entry.kind == "message_released"
        held.standing, held.reason = RELEASED if is_released else REJECTED, data.get("reason", "")
        self._note(entry, "release" if is_released else "reject", message=data["held"])

    def _reported(self, entry: Entry, data: Mapping[str, Any]) -> None:
        reports = self.reports.setdefault(data["message"], Reports())
        reports.by_guest[data["by"]] = (data["reason"], data.get("note", ""))

    def _settled(self, entry: Entry, data: Mapping[str, Any]) -> None:
        reports = self.reports[data["message"]]
        reports.settled = len(reports.by_guest)
        self._note(entry, "settle", message=data["message"])

    def _hidden(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self._note(entry, "hide", message=data["message"])

    def _slowed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.slow = data["seconds"]
        self._note(entry, "slow", seconds=self.slow)

    def _stepped(self, entry: Entry, data: Mapping[str, Any]) -> None:
        guest, what = data["guest"], _STEPS[entry.kind]
        until = datetime.fromisoformat(data["until"]) if what == MUTE else None
        act = self._note(entry, what, message=data["message"], minutes=data.get("minutes", 0), until=until)
        self.acts.setdefault(guest, []).append(act)
        if until:
            self.muted_until[guest] = until
        elif what == UNMUTE:
            self.muted_until.pop(guest, None)
        elif what == REMOVE:
            self.removed[guest] = data["reason"]
            # What they left waiting goes with them.
            for held in self.waiting(guest):
                held.standing = REJECTED

    def _said(self, entry: Entry, data: Mapping[str, Any]) -> None:
        # A released message was said when it was sent.
        if (entry.by, data["client_id"]) not in self._were_held:
            self.last_said[entry.by] = entry.at

    def _note(self, entry: Entry, what: str, **more: Any) -> Act:
        guest, reason = entry.data.get("guest", ""), entry.data.get("reason", "")
        act = Act(entry.seq, entry.at, entry.by, what, guest, reason, **more)
        self.log.append(act)
        return act

    _folds: ClassVar[Mapping[str, Callable[[Moderation, Entry, Mapping[str, Any]], None]]] = {
        "message_held": _held,
        "message_released": _decided,
        "message_rejected": _decided,
        "message_reported": _reported,
        "report_settled": _settled,
        "message_hidden": _hidden,
        "slow_mode_set": _slowed,
        "member_warned": _stepped,
        "member_muted": _stepped,
        "member_unmuted": _stepped,
        "member_removed": _stepped,
        "message_posted": _said,
    }


_STEPS = {"member_warned": WARN, "member_muted": MUTE, "member_unmuted": UNMUTE, "member_removed": REMOVE}
