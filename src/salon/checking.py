"""Spot checks: which groups an owner looks into, drawn at random and by risk, so that it can be drawn again. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from salon.model import Group
from salon.state import State

#: Weight of a group about which nothing is known to be odd.
PLAIN = 1.0
#: What makes a group worth a look, and how much more often it is drawn for it.
RISKS = {"unproved": 4.0, "new_leader": 3.0, "silent": 2.0}


@dataclass(frozen=True, kw_only=True)
class Record:
    """What earlier evenings of the series say about a group."""

    #: Evenings that are over and had this group.
    evenings: int = 0
    #: Ticks of its leader that no scan has ever proved.
    unproved: int = 0
    #: Evenings in a row, up to the last one, that brought not one view of its page.
    silent: int = 0
    #: Whether its leader has posted for it before.
    is_leader_known: bool = False


@dataclass(frozen=True, kw_only=True)
class Risk:
    """How often a group is drawn, and why."""

    weight: float
    #: Keys of `RISKS`.
    why: tuple[str, ...] = ()


def records_of(groups: Iterable[Group], evenings: Sequence[State]) -> dict[str, Record]:
    """Group → what the series' earlier *evenings*, oldest first, say about it."""
    posted = Counter(group for state in evenings for _, group in state.relay.posted)
    unproved = Counter(task[1] for state in evenings for task in state.relay.posted if task not in state.relay.proved)
    return {
        group.id: Record(
            evenings=len(evenings),
            unproved=unproved[group.id],
            silent=_silent(group.id, evenings),
            is_leader_known=bool(posted[group.id]) or not group.leader,
        )
        for group in groups
    }


def _silent(group: str, evenings: Sequence[State]) -> int:
    loud = [n for n, state in enumerate(evenings) if state.views.get(group)]
    return len(evenings) - 1 - max(loud, default=-1)


def risk_of(record: Record, *, is_unproved: bool) -> Risk:
    """The risk of a group with *record*; *is_unproved*: its leader's tick of this time has no scan either."""
    why = []
    if is_unproved or record.unproved:
        why.append("unproved")
    if not record.is_leader_known:
        why.append("new_leader")
    if record.silent >= 2:
        why.append("silent")
    return Risk(weight=PLAIN + sum(RISKS[reason] for reason in why), why=tuple(why))


def draw(weights: Mapping[str, float], number: int, seed: str) -> list[str]:
    """*number* of the keys of *weights*, heavier ones more often, none twice; the same again for the same *seed*.

    Each key gets u^(1/weight), where u comes from a hash of seed and key, and the largest win: Efraimidis and
    Spirakis, "Weighted random sampling with a reservoir" (2006). Nobody can steer it who does not choose the seed.
    """

    def luck(key: str) -> float:
        digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
        share = (int.from_bytes(digest[:8]) + 1) / 2**64
        return float(share ** (1 / weights[key]))

    return sorted(weights, key=lambda key: (-luck(key), key))[: max(number, 0)]
