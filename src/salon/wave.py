"""What one announcement to all groups will take, shown before it is sent: who hears when, and whom it cannot reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush

from salon.allowances import allowance_for
from salon.channels import Announcement
from salon.channels.ability import SYSTEM
from salon.house import House
from salon.model import Event, Group, Moment, Slot
from salon.pace import SENDING, Allowance, Pace

#: Moments whose announcement brings a picture.
_WITH_PICTURE = (Moment.OPEN_ROOM, Moment.REMIND, Moment.REPORT)


@dataclass(frozen=True, kw_only=True)
class Send:
    """One group's share of the wave."""

    group: Group
    #: "system", "leader" or "owner": who does the last step.
    who: str
    #: One per part that is said.
    allowances: tuple[Allowance, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """When one group hears it; *why* it does not, where the pace leaves no time."""

    group: Group
    who: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One announcement as it will go out, in the groups' order."""

    rows: tuple[Row, ...]
    #: Why nothing goes out now; empty: sending is not paused.
    paused: str = ""

    @property
    def last(self) -> Row | None:
        """The last group that hears it, or None."""
        return max((row for row in self.rows if not row.why), key=lambda row: row.at, default=None)

    @property
    def unfit(self) -> tuple[Row, ...]:
        """Those whom it cannot reach in time."""
        return tuple(row for row in self.rows if row.why)


async def wave_of(house: House, event: Event, slot: Slot) -> Wave:
    """How the announcement of *slot* will go out if nothing else is sent meanwhile. Changes nothing."""
    state = (await house.journal.refresh(event.id)).state
    pace = (await house.journal.refresh(SENDING)).state.pace
    left = [g for g in await house.groups(event) if state.outcome_of(slot.key, g.id) in ("", "postponed")]
    sends = [_send(house, event, slot, group) for group in left]
    now = max(house.clock.now(), slot.at)
    return Wave(rows=rows_of(pace, sends, now, slot.deadline), paused=pace.paused or "")


def rows_of(pace: Pace, sends: Sequence[Send], now: datetime, until: datetime | None) -> tuple[Row, ...]:
    """The times of *sends* from *now* on, as they ask for their turns; *pace* is left as it is."""
    pace, lines = deepcopy(pace), defaultdict[str, list[int]](list)
    for n, send in enumerate(sends):
        first = send.allowances[0]
        lines[first.credential or first.group].append(n)
    rows: dict[int, Row] = {}
    for line in lines.values():
        rows |= _line(pace, {n: sends[n] for n in line}, now, until)
    return tuple(rows[n] for n in range(len(sends)))


def _line(pace: Pace, sends: Mapping[int, Send], now: datetime, until: datetime | None) -> dict[int, Row]:
    """The rows of those who share a credential: whoever waits for hours of its own lets the others go first."""
    rows, at = {}, now
    # (when it asks for its turn, its number, which part)
    asking = [(now, n, 0) for n in sends]
    heapify(asking)
    while asking:
        asks_at, n, part = heappop(asking)
        send, asks_at = sends[n], max(asks_at, at)
        allowance = send.allowances[part]
        free = pace.next_at(allowance, asks_at)
        if until is not None and free >= until:
            rows[n] = Row(group=send.group, who=send.who, at=free, why=f"no time before {until:%Y-%m-%d %H:%M}")
        elif free > pace.next_at(allowance.shared, asks_at):
            heappush(asking, (free, n, part))
        else:
            at = free
            pace.note(allowance.credential, allowance.group, at, counts=allowance.counts)
            rows[n] = Row(group=send.group, who=send.who, at=at)
            if part + 1 < len(send.allowances):
                heappush(asking, (at, n, part + 1))
    return rows


def _send(house: House, event: Event, slot: Slot, group: Group) -> Send:
    channel = house.about(group.channel)
    poster = b"" if slot.moment in _WITH_PICTURE and channel.ability.can_picture else None
    parts = channel.parts(Announcement(event=event.id, name=slot.key, text="", poster=poster))
    credential, ability = channel.credential(house.opened(group)), channel.ability
    allowances = tuple(
        allowance_for(
            event, group, credential=credential, pace=ability.pace, group_pace=ability.group_pace,
            spread=ability.spread, counts=n == 0,
        )
        for n in range(len(parts))
    )  # fmt: skip
    return Send(group=group, who=ability.who or SYSTEM, allowances=allowances)
