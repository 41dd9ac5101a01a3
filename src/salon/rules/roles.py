"""Who may lead the evening: people named by the owner, and taking over from one who went silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.model import Event
from salon.roles import HOST, KOL, NAMED
from salon.rules.seats import NAME_LENGTH, ensure_open
from salon.state import State

#: So many people at most lead one evening by links of their own.
MOST_LEADERS = 20


class TakenOver(Refused):
    """Somebody else has taken over meanwhile."""

    reason = "taken_over"


class LinkWithdrawn(Refused):
    """That private link was right once, and the owner has withdrawn it."""

    status = 403
    reason = "link_withdrawn"


class NameTaken(Refused):
    """Somebody by that name has such a link already."""

    reason = "leader_known"


def name_leader(key: str, role: str, name: str, *, by: str) -> Rule:
    """Give *name* a private link of their own as *role*, under *key* (random, never used before).

    Raises `NameTaken`, and `WrongUse` for another role, an empty or too long name, or too many people.
    """
    called = " ".join(name.split())
    if role not in NAMED:
        raise WrongUse(f"role: write one of {', '.join(NAMED)}")
    if not 0 < len(called) <= NAME_LENGTH:
        raise WrongUse(f"name: write a name of 1 to {NAME_LENGTH} characters")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        now_leading = state.roles.now()
        if any((one.role, one.name) == (role, called) for one in now_leading):
            raise NameTaken
        if len(now_leading) >= MOST_LEADERS:
            raise WrongUse(f"{MOST_LEADERS} people lead already; withdraw a link first")
        yield _named(key, role, called, by=by)

    return rule


def withdraw_leader(key: str, *, by: str) -> Rule:
    """The link under *key* opens nothing any more. Again: nothing. Raises `NotFound`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        leader = state.roles.leaders.get(key)
        if leader is None:
            raise NotFound("nobody has such a link")
        if not leader.is_withdrawn:
            data = {"key": key, "role": leader.role, "name": leader.name}
            yield Draft(kind="leader_withdrawn", by=by, data=data, frees=(f"leader:{leader.by}",))

    return rule


def take_lead(event: Event, *, by: str, seen: str, key: str = "") -> Rule:
    """Take the evening in hand from *seen*, who had it when this was pressed. Who has it already adds nothing.

    A KOL who takes over gets a host's link of their own under *key*. Raises `TakenOver` where somebody was faster,
    and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if state.roles.in_charge == by:
            return
        if state.roles.in_charge != seen:
            raise TakenOver
        data = {"from": seen}
        yield Draft(kind="lead_taken", by=by, data=data, holds=(f"lead:{state.roles.taken + 1}",))
        name = event.kol.name[:NAME_LENGTH]
        if by == KOL and not any((one.role, one.name) == (HOST, name) for one in state.roles.now()):
            yield _named(key, HOST, name, by=by)

    return rule


def _named(key: str, role: str, name: str, *, by: str) -> Draft:
    data = {"key": key, "role": role, "name": name}
    return Draft(kind="leader_named", by=by, data=data, holds=(f"leader:{role}:{name}",))
