"""How the week's announcements went, for the team's report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A discussion held elsewhere has none, and need not wait for it.
    from salon.state import State


@dataclass(frozen=True, kw_only=True)
class Step:
    """One announcement to all groups, counted by outcome."""

    #: The slot's key: `warm_up`, `remind-2`.
    announcement: str
    delivered: int
    refused: int
    #: Nobody knows whether the group heard it: a person looks.
    unknown: int
    #: Begun, put off, or still on its way.
    waiting: int


def steps_of(state: State) -> tuple[Step, ...]:
    """Every announcement of the journal, in the order in which they were first made."""
    told: dict[str, list[str]] = {}
    for delivery in state.deliveries.values():
        told.setdefault(delivery.announcement, []).append(delivery.outcome)
    return tuple(_step(announcement, outcomes) for announcement, outcomes in told.items())


def _step(announcement: str, outcomes: list[str]) -> Step:
    known = {name: outcomes.count(name) for name in ("delivered", "refused", "unknown")}
    return Step(announcement=announcement, **known, waiting=len(outcomes) - sum(known.values()))
