"""Who leads the evening, as the journal tells it: people with a link of their own, and who has it in hand now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Fold, Part

#: What a named person may be.
HOST, NOTE_TAKER = NAMED = ("host", "note_taker")
KOL = "kol"
_ROLES = frozenset((*NAMED, KOL))

#: What the flow writes as `host` by itself: no sign of a person.
_BY_ITSELF = (
    *("section_started", "precautions_posted", "notice_posted", "recap_posted", "prompt_posted", "poll_opened"),
    *("poll_closed", "room_disbanded", "moment_", "announcement_", "owner_told", "leader_"),
)


@dataclass(slots=True)
class Leader:
    """Somebody who leads by a private link in their own name."""

    key: str
    role: str
    name: str
    is_withdrawn: bool = False

    @property
    def by(self) -> str:
        """Who they are, as entries say it: `host:小林`."""
        return f"{self.role}:{self.name}"


class Roles(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: Key of a private link → who has it.
        self.leaders: dict[str, Leader] = {}
        #: Who has the evening in hand, as entries say it; `host` is whoever has the first host's link.
        self.in_charge = HOST
        #: Since when, and how often somebody took over.
        self.since: datetime | None = None
        self.taken = 0
        #: Who leads, as entries say it → when they last did something.
        self.acted_at: dict[str, datetime] = {}

    def folds(self, kind: str) -> Iterator[Fold]:
        """See `Part.folds`; whatever they do, those who lead are heard of."""
        yield from super().folds(kind)
        yield self._did_or_flow if kind.startswith(_BY_ITSELF) else self._did

    def _did(self, entry: Entry, data: Mapping[str, Any]) -> None:
        if role_in(entry.by):
            self.acted_at[entry.by] = entry.at

    def _did_or_flow(self, entry: Entry, data: Mapping[str, Any]) -> None:
        # No flow has a name.
        if ":" in entry.by:
            self._did(entry, data)

    def now(self, role: str = "") -> list[Leader]:
        """Those whose link stands, in the order in which they were named; of *role* alone where one is given."""
        return [one for one in self.leaders.values() if not one.is_withdrawn and role in ("", one.role)]

    def heard_at(self, opened_at: datetime | None) -> datetime | None:
        """When whoever is in charge was last heard of: the opening, or their taking over, if they did nothing yet."""
        known = (self.acted_at.get(self.in_charge), self.since, opened_at)
        return max((at for at in known if at is not None), default=None)

    def _named(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.leaders[data["key"]] = Leader(data["key"], data["role"], data["name"])

    def _withdrawn(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.leaders[data["key"]].is_withdrawn = True
        if self.in_charge == self.leaders[data["key"]].by:
            self.in_charge, self.since = HOST, entry.at

    def _taken_over(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.in_charge, self.since = entry.by, entry.at
        self.taken += 1

    _folds: ClassVar[Mapping[str, Callable[[Roles, Entry, Mapping[str, Any]], None]]] = {
        "leader_named": _named,
        "leader_withdrawn": _withdrawn,
        "lead_taken": _taken_over,
    }


def role_in(by: str) -> str:
    """The role of whoever entries call *by*: `host`, `kol`, `note_taker`; empty for a member, a clock, an owner."""
    role = by.partition(":")[0]
    return role if role in _ROLES else ""


def name_in(by: str) -> str:
    """The name of whoever entries call *by*; empty where it is only a role."""
    return by.partition(":")[2]
