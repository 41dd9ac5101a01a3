"""Who has heard of a report: who is still owed it, and who was told before words were taken back."""

from __future__ import annotations

from collections.abc import Iterable

from salon.model import Group, Slot
from salon.state import State

#: Names of announcements: the report itself, and what corrects it, with the version behind.
REPORT, CORRECTION = "report", "report-correction"
#: The letter to the KOL, and the team's edition to the owner.
LETTER, TEAM = "report-letter", "report-team"
#: These two among the groups of an announcement; no group's id begins like this.
KOL_GROUP, OWNER_GROUP = "_kol", "_owner"


def correction(version: int) -> str:
    """Name of the announcement that tells of *version* as a correction."""
    return f"{CORRECTION}-{version}"


def is_owed(state: State, groups: Iterable[Group]) -> bool:
    """Whether somebody has not been told yet of what is public: a process was killed in between."""
    editions = state.editions
    if not editions.published:
        return False
    names = [REPORT]
    if editions.published in editions.corrections:
        names.append(correction(editions.published))
    to_people = ((LETTER, KOL_GROUP), (TEAM, OWNER_GROUP))
    told = [*((name, group.id) for group in groups for name in names), *to_people]
    return not state.report or any(state.outcome_of(*one) in ("", "sending", "postponed") for one in told)


def is_unfinished(state: State, slot: Slot) -> bool:
    """Whether some group is still to hear what *slot* says although its moment is done: a person looked what became
    of an unknown delivery, and it is not there."""
    return any(
        delivery.announcement == slot.key and delivery.outcome in ("postponed", "sending")
        for delivery in state.deliveries.values()
    )


def heard_before(state: State) -> tuple[str, ...]:
    """Ids of the groups that may have read the report before words in it were taken back, or a name."""
    taken_at = state.editions.taken_at
    return tuple(
        delivery.group
        for delivery in state.deliveries.values()
        if delivery.announcement == REPORT
        and delivery.outcome in ("delivered", "unknown")
        and taken_at is not None
        and delivery.at <= taken_at
    )
