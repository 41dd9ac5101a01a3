"""The command centre's board: where each announcement to each group stands, as an owner reads it. Pure.

It is worked out from one fold of the event's journal, so that a thousand groups cost no question to the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salon.model import Event, Group, Moment, Slot
from salon.state import Delivery, State
from salon.tasks import LATE_AFTER, holding_name, in_hand_since, late_at


class Standing(StrEnum):
    """Where one announcement to one group stands; the order is that of the board, what needs somebody first."""

    LATE = "late"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    POSTPONED = "postponed"
    WAITING = "waiting"
    SENDING = "sending"
    MISSED = "missed"
    SAID = "said"
    PROVED = "proved"
    DELIVERED = "delivered"
    NOT_DUE = "not_due"
    NONE = "none"


#: The group has it, or its leader says so.
HAVE = frozenset((Standing.SAID, Standing.PROVED, Standing.DELIVERED))
#: The red points of the owner's first page.
RED = (Standing.LATE, Standing.UNKNOWN, Standing.REFUSED)
_RANK = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One announcement for one group."""

    standing: Standing
    #: Since when; of what is late, from when on; of what is not due, its hour.
    at: datetime
    #: The reason of a refusal and the like, as the platform gave it.
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One moment of the board."""

    slot: Slot
    counts: Mapping[Standing, int]
    #: When the last group got it; None: none has it.
    last_at: datetime | None

    @property
    def have(self) -> int:
        """Groups that have it."""
        return sum(self.counts.get(standing, 0) for standing in HAVE)

    @property
    def of(self) -> int:
        """Groups that were to have it."""
        return sum(self.counts.values()) - self.counts.get(Standing.NONE, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One group of the board."""

    group: Group
    #: In the order of the columns.
    cells: tuple[Cell, ...]
    #: Who has its open tasks in hand: the leader, or to whom they were handed.
    person: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """Groups × moments, what needs somebody first."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    #: The moment that is on: the last that is due, else the first; an index of `columns`.
    now: int

    def groups_with(self, standing: Standing, shown: Iterable[int] | None = None) -> int:
        """How many groups have something that stands so, in the columns *shown*; None: in any."""
        columns = range(len(self.columns)) if shown is None else tuple(shown)
        return sum(any(row.cells[n].standing is standing for n in columns) for row in self.rows)


def columns_of(event: Event) -> tuple[Slot, ...]:
    """The moments that groups hear of, in the order of the week."""
    return tuple(slot for slot in event.slots() if slot.moment is not Moment.BRIEF)


def board_of(event: Event, groups: Sequence[Group], state: State, now: datetime) -> Board:
    """How everything stands at *now*; *event* with the hours that hold."""
    slots = columns_of(event)
    rows = [
        Row(group, tuple(standing_of(state, slot, group.id, now) for slot in slots), person_of(state, slots, group))
        for group in groups
    ]
    rows.sort(key=_urgency)
    columns = tuple(_column(slot, [row.cells[n] for row in rows]) for n, slot in enumerate(slots))
    due = [n for n, slot in enumerate(slots) if slot.at <= now]
    return Board(columns=columns, rows=tuple(rows), now=due[-1] if due else 0)


def standing_of(state: State, slot: Slot, group: str, now: datetime) -> Cell:
    """Where the announcement of *slot* to *group* stands at *now*."""
    found = state.deliveries.get((slot.key, group))
    is_over = slot.deadline is not None and now >= slot.deadline
    if found is None:
        return _unbegun(state, slot, now, is_over=is_over)
    match found.outcome:
        case "awaiting":
            return _awaiting(state, slot, found, now, is_over=is_over)
        case "postponed" if is_over:
            return Cell(Standing.MISSED, found.at, found.detail)
        case _:
            return Cell(Standing(found.outcome), found.at, found.detail)


def changes_at(event: Event, state: State, now: datetime) -> int:
    """A number that grows whenever the clock alone has changed the board: with the journal's own number, a version."""
    hours = [at for slot in columns_of(event) for at in (slot.at, slot.at + LATE_AFTER, slot.deadline) if at]
    begun = [found.at for found in state.deliveries.values() if found.outcome == "awaiting"]
    handed = [deed.at for deed in state.relay.handed.values()]
    return sum(at <= now for at in hours) + sum(at + LATE_AFTER <= now for at in (*begun, *handed))


def person_of(state: State, slots: Iterable[Slot], group: Group) -> str:
    """Who has *group*'s tasks in hand: to whom the last one was handed, else the leader."""
    handed = [deed for slot in slots if (deed := state.relay.handed.get((slot.key, group.id)))]
    return max(handed, key=lambda deed: deed.at).text if handed else group.leader


def open_tasks(board: Board, row: Row) -> list[Slot]:
    """What *row*'s leader has still to post, oldest first."""
    waits = (Standing.WAITING, Standing.LATE)
    return [
        column.slot
        for column, cell in zip(board.columns, row.cells, strict=True)
        if cell.standing in waits and cell.detail != NOT_BEGUN
    ]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Who has the holding text of a recall: groups whose leaders post it by hand."""

    #: Their leaders say so.
    posted: tuple[Group, ...]
    #: The others, with who has it in hand.
    open: tuple[tuple[Group, str], ...]


def holding_of(groups: Sequence[Group], state: State) -> Holding | None:
    """How far the holding text has come; None while nothing is recalled."""
    if state.landing.recalled is None:
        return None
    name = holding_name(state.landing.recalled)
    told = {group for (_, group), found in state.deliveries.items() if found.outcome == "awaiting"}
    mine = [group for group in groups if group.id in told]
    posted = tuple(group for group in mine if (name, group.id) in state.relay.posted)
    left = tuple((group, group.leader) for group in mine if group not in posted)
    return Holding(posted=posted, open=left)


#: Detail of a cell that is late because nothing was sent at all: no leader is to blame.
NOT_BEGUN = "not begun"


def _unbegun(state: State, slot: Slot, now: datetime, *, is_over: bool) -> Cell:
    if slot.key in state.slots:
        # The moment is done, and this group was not told: full, skipped, or planned later.
        return Cell(Standing.NONE, slot.at)
    if now < slot.at:
        return Cell(Standing.NOT_DUE, slot.at)
    if is_over:
        return Cell(Standing.MISSED, slot.at, NOT_BEGUN)
    late = late_at(slot.at, slot.deadline)
    return Cell(Standing.LATE, late, NOT_BEGUN) if now >= late else Cell(Standing.SENDING, slot.at)


def _awaiting(state: State, slot: Slot, found: Delivery, now: datetime, *, is_over: bool) -> Cell:
    task, relay = (slot.key, found.group), state.relay
    posted, proved = relay.posted.get(task), relay.proved.get(task)
    if proved:
        return Cell(Standing.PROVED, min(proved.at, posted.at) if posted else proved.at)
    if posted:
        return Cell(Standing.SAID, posted.at)
    if is_over:
        return Cell(Standing.MISSED, found.at)
    late = late_at(in_hand_since(state, *task) or found.at, slot.deadline)
    return Cell(Standing.LATE, late) if now >= late else Cell(Standing.WAITING, found.at)


def _column(slot: Slot, cells: Sequence[Cell]) -> Column:
    last = max((cell.at for cell in cells if cell.standing in HAVE), default=None)
    return Column(slot=slot, counts=Counter(cell.standing for cell in cells), last_at=last)


def _urgency(row: Row) -> tuple[int, int]:
    ranks = [_RANK[cell.standing] for cell in row.cells]
    worst = min(ranks, default=len(_RANK))
    return worst, -ranks.count(worst)
