"""Lines of the journal: a Draft is what a rule wants to add, an Entry is what was committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from salon.state import State


class Entry(NamedTuple):
    """One committed line: numbered from 1 without a gap within its event, never changed.

    A tuple, as `Draft` is: of all that is made for somebody at the door these were the dearest, and a frozen dataclass
    costs four times as much.
    """

    seq: int
    event: str
    at: datetime
    #: Past tense: `seat_taken`.
    kind: str
    #: Who did it: a guest's key, "kol", "host", "owner", "clock", or a moment's word.
    by: str
    data: Mapping[str, Any]

    def as_line(self) -> dict[str, Any]:
        """The entry as `salon journal --jsonl` prints it; `at` in ISO 8601 with its offset."""
        return {
            "seq": self.seq,
            "event": self.event,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "by": self.by,
            "data": dict(self.data),
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Entry:
        """Read back what `as_line` wrote. Raises KeyError or ValueError on anything else."""
        return cls(**{**line, "at": datetime.fromisoformat(line["at"])})


class Draft(NamedTuple):
    """What a rule wants to add.

    *holds* are names that nobody else in the event may hold until some entry *frees* them: `seat:17`,
    `guest:k3x…`. The database keeps them unique, as a second lock behind the rules.
    """

    kind: str
    by: str
    data: Mapping[str, Any]
    holds: tuple[str, ...] = ()
    frees: tuple[str, ...] = ()


#: Asked inside the transaction with all that is committed and the time: what to add. May raise `Refused`.
Rule = Callable[["State", datetime], Iterable[Draft]]
