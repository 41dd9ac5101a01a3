"""How a week stands: each moment, when, done or to come, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salon.house import House
from salon.model import Event
from salon.state import Delivery, State


@dataclass(frozen=True, kw_only=True)
class Row:
    """One due run of a moment."""

    slot: str
    at: datetime
    #: "done", "skipped", "running", "late" (due, and nobody is at it), "to come".
    standing: str
    #: When it was written down as done or skipped.
    done_at: datetime | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """One event's week."""

    event: Event
    rows: tuple[Row, ...]
    #: "planned", "open", "closed".
    room: str
    seats_taken: int
    waiting: int
    messages: int
    votes: int
    #: Outcome → deliveries.
    deliveries: dict[str, int]
    #: What did not arrive, or may not have: refused, unknown (a person decides), postponed; each with its reason.
    undelivered: tuple[Delivery, ...]
    is_confirmed: bool

    def as_data(self) -> dict[str, Any]:
        """The week for programs; times in ISO 8601."""
        return {
            "event": self.event.id,
            "topic": self.event.topic,
            "kol": self.event.kol.name,
            "kol_confirmed": self.is_confirmed,
            "room": self.room,
            "seats": self.event.seats,
            "seats_taken": self.seats_taken,
            "waiting": self.waiting,
            "messages": self.messages,
            "votes": self.votes,
            "deliveries": self.deliveries,
            "undelivered": [
                {"announcement": d.announcement, "group": d.group, "outcome": d.outcome, "detail": d.detail}
                for d in self.undelivered
            ],
            "moments": [_row_data(row) for row in self.rows],
        }


async def week_of(house: House, event: Event) -> Week:
    """How *event*'s week stands now; reads only."""
    state = (await house.journal.refresh(event.id)).state
    event = state.rhythm.moved(event)
    leased = set(await house.journal.leases(event.id))
    now = house.clock.now()
    return Week(
        event=event,
        rows=tuple(_rows(event, state, leased, now)),
        room=_room(state, event, now),
        seats_taken=state.seats_taken(),
        waiting=len(state.waiting),
        messages=sum(not said.is_hidden for said in state.messages.values()),
        votes=sum(len(poll.votes) for poll in state.polls.values()),
        deliveries=dict(sorted(Counter(d.outcome for d in state.deliveries.values()).items())),
        undelivered=tuple(d for d in state.deliveries.values() if d.outcome in ("refused", "unknown", "postponed")),
        is_confirmed=event.kol.name in state.confirmed_at,
    )


def _rows(event: Event, state: State, leased: set[str], now: datetime) -> list[Row]:
    rows = []
    for slot in event.slots():
        done = state.slots.get(slot.key)
        if done is not None:
            standing = done.outcome
        elif slot.lease in leased:
            standing = "running"
        else:
            standing = "late" if slot.at <= now else "to come"
        rows.append(
            Row(
                slot=slot.key,
                at=slot.at,
                standing=standing,
                done_at=done.at if done else None,
                text=done.text if done else "",
            )
        )
    return rows


def _room(state: State, event: Event, now: datetime) -> str:
    if state.disbanded_at is not None or now >= event.times.disbands_at:
        return "closed"
    return "planned" if state.opened_at is None else "open"


def _row_data(row: Row) -> dict[str, Any]:
    done_at = row.done_at.isoformat() if row.done_at else None
    return {"slot": row.slot, "at": row.at.isoformat(), "standing": row.standing, "done_at": done_at, "text": row.text}
