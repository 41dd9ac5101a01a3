"""What one announcement to all groups will take, shown before it is sent: who hears when, and whom it cannot reach."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

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
    """The times of *sends*, one after another for each credential, from *now* on; *pace* is left as it is."""
    pace, rows = deepcopy(pace), []
    last: dict[str, datetime] = {}
    for send in sends:
        at = now
        for n, allowance in enumerate(send.allowances):
            key = allowance.credential or allowance.group
            at = pace.next_at(allowance, max(at if n else now, last.get(key, now)))
            if until is not None and at >= until:
                break
            pace.note(allowance.credential, allowance.group, at, counts=allowance.counts)
            last[key] = at
        why = "" if until is None or at < until else f"no time before {until:%Y-%m-%d %H:%M}"
        rows.append(Row(group=send.group, who=send.who, at=at, why=why))
    return tuple(rows)


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
