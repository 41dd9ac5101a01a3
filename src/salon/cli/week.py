"""`salon status`, `salon journal` and the moments' own verbs."""

from __future__ import annotations

import asyncio
import json

from salon import moments
from salon.clock import Clock
from salon.errors import SalonError
from salon.house import House, open_house
from salon.model import Event, Moment, Slot
from salon.moments.run import slot_of
from salon.status import Row, Week, week_of


class TooEarly(SalonError):
    """That moment's time has not come."""


def status(event_id: str | None, *, as_json: bool) -> int:
    """Print how a week stands."""

    async def show() -> int:
        async with open_house() as house:
            week = await week_of(house, await _event(house, event_id))
            print(json.dumps(week.as_data(), ensure_ascii=False, indent=1) if as_json else _table(week))
        return 0

    return asyncio.run(show())


def journal(event_id: str | None, *, as_jsonl: bool) -> int:
    """Print an event's journal; `programme` is the journal of the plan itself. A dropped event keeps its own."""

    async def show() -> int:
        async with open_house() as house:
            # Also of what is no longer planned: a journal stays.
            known = event_id in await house.journal.events()
            name = event_id if event_id and known else (await _event(house, event_id)).id
            for entry in await house.journal.entries(name):
                line = entry.as_line()
                data = json.dumps(line["data"], ensure_ascii=False)
                text = f"{line['seq']:>5}  {line['at'][:19]}  {line['kind']:<24} {line['by']:<20} {data}"
                print(json.dumps(line, ensure_ascii=False) if as_jsonl else text)
        return 0

    return asyncio.run(show())


def moment(name: Moment, event_id: str | None, *, number: int | None, wait: bool) -> int:
    """Run one moment by hand; whatever is done already stays done. Raises `TooEarly` unless it may wait."""

    async def play() -> int:
        async with open_house() as house:
            event = await _event(house, event_id)
            slot = _slot(event, name, number, house.clock)
            if slot.at > house.clock.now() and not wait:
                local = f"{slot.at:%Y-%m-%d %H:%M} {event.timezone}"
                raise TooEarly(f"{slot.key} of {event.id} is due at {local}; add --wait to wait for it")
            outcome = await moments.run(house, event.id, name, slot.number)
        print(f"{outcome.event} {outcome.slot}: {outcome.outcome}; {outcome.text}")
        for row in outcome.table:
            print("  {announcement}  {group}  {channel}  {outcome}  {detail}".format(**row).rstrip())
        return 1 if outcome.outcome == "held" else 0

    return asyncio.run(play())


async def _event(house: House, event_id: str | None) -> Event:
    return await house.event(event_id) if event_id else await house.this_week()


def _slot(event: Event, name: Moment, number: int | None, clock: Clock) -> Slot:
    if number is not None:
        return slot_of(event, name, number)
    slots = [slot for slot in event.slots() if slot.moment is name]
    if not slots:
        return slot_of(event, name, 1)
    due = [slot for slot in slots if slot.at <= clock.now()]
    return due[-1] if due else slots[0]


def _table(week: Week) -> str:
    event = week.event
    said = "confirmed" if week.is_confirmed else "not confirmed"
    sent = ", ".join(f"{count} {outcome}" for outcome, count in week.deliveries.items()) or "none yet"
    head = [
        f"{event.id}  {event.topic}",
        f"  KOL {event.kol.name} ({said}) · {event.times.starts_at:%Y-%m-%d %H:%M} {event.timezone}",
        f"  room {week.room} · {week.seats_taken} of {event.seats} seats · {week.waiting} waiting"
        f" · {week.messages} messages · {week.votes} votes",
        f"  deliveries: {sent}",
        "",
    ]
    open_ends = [f"  {d.outcome}: {d.announcement} to {d.group}: {d.detail}".rstrip(": ") for d in week.undelivered]
    return "\n".join([*head, *(_line(row) for row in week.rows), *open_ends])


def _line(row: Row) -> str:
    return f"  {row.slot:<10} {row.at:%a %d %b %H:%M}  {row.standing:<8} {row.text}".rstrip()
