"""What the buttons of the board do: each asks one rule for one journal entry or several."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from salon.boarding import HAVE, Board, Row, Standing, board_of, open_tasks
from salon.channels.limits import own_limits
from salon.checking import Record, Risk, records_of, risk_of
from salon.entries import Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.model import Event, Group, Slot
from salon.nudging import Nudges, manners_of, nudges_of
from salon.pace import SENDING
from salon.relay import Task
from salon.rules.board import draw_check, note_check, nudge, reassign, retry_refused
from salon.rules.landing import recall, restore
from salon.rules.pace import pause_sending, resume_sending
from salon.rules.week import settle_delivery
from salon.state import State
from salon.web.board_view import view_of
from salon.web.lines import clean
from salon.web.linting import ensure_free_sharing
from salon.web.saying import say_soon
from salon.web.site import Site
from salon.wording import calm

Fields = Mapping[str, str]
#: Nudges of another evening count if that is no further off.
NEAR = timedelta(days=14)
#: Groups looked into when the owner names no number.
FEW = 5
#: Earlier evenings that a spot check looks back on.
LOOK_BACK = 4


class TooLateToSay(Refused):
    """Its time is over: it would reach people after what it announces."""

    reason = "too_late_to_say"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a verb works with."""

    #: With the hours that hold.
    event: Event
    groups: Sequence[Group]
    state: State
    now: datetime

    @cached_property
    def board(self) -> Board:
        """Groups × moments, worked out once."""
        return board_of(self.event, self.groups, self.state, self.now)

    @cached_property
    def leaders(self) -> dict[str, str]:
        """Group → its leader."""
        return {group.id: group.leader for group in self.groups}


async def _nudge(site: Site, desk: Desk, fields: Fields) -> int:
    """`group` (several) or `all=yes`: who is behind them hears of everything that is missing, with `why`."""
    chosen = set(fields.get("group", "").split("\n"))
    if fields.get("all") == "yes":
        chosen = {row.group.id for row in view_of(desk.board, fields).rows if _is_late(row)}
    tasks = list(_open_tasks(desk, chosen))
    why, manners = calm(fields.get("why", "")), manners_of(own_limits(site.house.settings.home).get("nudges", {}))
    elsewhere = await _nudged_elsewhere(site, desk)
    return await _write(site, desk, nudge(tasks, why, desk.leaders, manners, by="owner", elsewhere=elsewhere))


async def _nudged_elsewhere(site: Site, desk: Desk) -> Nudges:
    """Whom the other evenings of the series that are on have nudged within a day."""
    found: Nudges = {}
    for event in (await site.house.plan()).events():
        times = event.times
        is_on = times.warm_up_at - NEAR <= desk.now <= times.reports_at + NEAR
        if event.series == desk.event.series and event.id != desk.event.id and is_on:
            state = (await site.house.live(event.id)).state
            for key, ats in nudges_of(state, desk.leaders, desk.now).items():
                found.setdefault(key, set()).update(ats)
    return found


async def _reassign(site: Site, desk: Desk, fields: Fields) -> int:
    """All that `group`'s leader has not posted goes to the person `to`; empty: to the backup."""
    group = _group(desk, fields)
    to = calm(fields.get("to", "")) or group.backup
    return await _write(site, desk, reassign(list(_open_tasks(desk, {group.id})), to, desk.leaders, by="owner"))


async def _draw(site: Site, desk: Desk, fields: Fields) -> int:
    """Draw `number` groups that say they have `slot`'s announcement, to be looked into."""
    slot, number = _slot(desk, fields), _number(fields, "number", FEW)
    risks = _risks(desk, slot, await _records(site, desk))
    rule = draw_check(slot.key, risks, number, secrets.token_hex(8), by="owner")
    return await _write(site, desk, rule)


async def _found(site: Site, desk: Desk, fields: Fields) -> int:
    """What a look into `group` found."""
    note = calm(fields.get("note", ""))
    rule = note_check(_slot(desk, fields).key, fields.get("group", ""), fields.get("found", ""), note, by="owner")
    return await _write(site, desk, rule)


async def _there(site: Site, desk: Desk, fields: Fields) -> int:
    """The unknown one is there."""
    slot, group = _slot(desk, fields), _group(desk, fields)
    return await _write(site, desk, settle_delivery(slot.key, group.id, is_there=True, by="owner"))


async def _again(site: Site, desk: Desk, fields: Fields) -> int:
    """The unknown one is not there: say it again, at once."""
    slot, group = _in_time(desk, _slot(desk, fields)), _group(desk, fields)
    added = await _write(site, desk, settle_delivery(slot.key, group.id, is_there=False, by="owner"))
    say_soon(site, desk.event, slot)
    return added


async def _retry(site: Site, desk: Desk, fields: Fields) -> int:
    """What stood in the way of a refused one is mended: say it again, at once."""
    slot, group = _in_time(desk, _slot(desk, fields)), _group(desk, fields)
    added = await _write(site, desk, retry_refused(slot.key, group.id, by="owner"))
    say_soon(site, desk.event, slot)
    return added


async def _pause(site: Site, desk: Desk, fields: Fields) -> int:
    """Nothing more goes out, on any channel, of any evening."""
    why = calm(fields.get("why", ""))[:200] or "owner"
    return len(await site.house.journal.decide(SENDING, pause_sending(why, by="owner")))


async def _resume(site: Site, desk: Desk, fields: Fields) -> int:
    """Sending goes on; what was held back is said now, as far as its time is not over."""
    added = await site.house.journal.decide(SENDING, resume_sending(by="owner"))
    _catch_up(site, desk)
    return len(added)


async def _recall(site: Site, desk: Desk, fields: Fields) -> int:
    """Every code shows `text`, nobody takes a seat, no group is told anything."""
    text = clean(fields.get("text", "")).strip()
    ensure_free_sharing(text)
    return await _write(site, desk, recall(text, by="owner"))


async def _restore(site: Site, desk: Desk, fields: Fields) -> int:
    """The recall is over; what was held back is said now, as far as its time is not over."""
    added = await _write(site, desk, restore(by="owner"))
    _catch_up(site, desk)
    return added


#: Word in the address → what it does; returns how many entries that took.
VERBS: Mapping[str, Callable[[Site, Desk, Fields], Awaitable[int]]] = {
    "nudge": _nudge,
    "reassign": _reassign,
    "draw": _draw,
    "found": _found,
    "there": _there,
    "again": _again,
    "retry": _retry,
    "pause": _pause,
    "resume": _resume,
    "recall": _recall,
    "restore": _restore,
}


async def _write(site: Site, desk: Desk, rule: Rule) -> int:
    return len(await site.house.journal.decide(desk.event.id, rule))


def _catch_up(site: Site, desk: Desk) -> None:
    """Run again what is on: a flow that was turned away has ended, and its next attempt may be minutes off."""
    for column in desk.board.columns:
        slot, is_held = column.slot, column.counts.get(Standing.SENDING, 0) + column.counts.get(Standing.POSTPONED, 0)
        is_on = slot.at <= desk.now and (slot.deadline is None or desk.now < slot.deadline)
        if is_on and is_held and slot.key not in desk.state.slots:
            say_soon(site, desk.event, slot)


def _open_tasks(desk: Desk, groups: set[str]) -> Iterator[Task]:
    for row in desk.board.rows:
        if row.group.id in groups:
            yield from ((slot.key, row.group.id) for slot in open_tasks(desk.board, row))


def _is_late(row: Row) -> bool:
    return any(cell.standing is Standing.LATE for cell in row.cells)


async def _records(site: Site, desk: Desk) -> dict[str, Record]:
    """What the last evenings of the series say about each group."""
    earlier = [
        other
        for other in (await site.house.plan()).events()
        if other.series == desk.event.series and other.times.disbands_at <= desk.event.times.opens_at
    ][-LOOK_BACK:]
    return records_of(desk.groups, [(await site.house.live(other.id)).state for other in earlier])


def _risks(desk: Desk, slot: Slot, records: Mapping[str, Record]) -> dict[str, Risk]:
    """Group → its risk, of those that say they have it."""
    at = next(n for n, column in enumerate(desk.board.columns) if column.slot.key == slot.key)
    return {
        row.group.id: risk_of(records[row.group.id], is_unproved=row.cells[at].standing is Standing.SAID)
        for row in desk.board.rows
        if row.cells[at].standing in HAVE
    }


def _slot(desk: Desk, fields: Fields) -> Slot:
    key = fields.get("slot", "")
    for column in desk.board.columns:
        if column.slot.key == key:
            return column.slot
    raise NotFound(f"slot {key[:40]!r}: the board has no such moment")


def _in_time(desk: Desk, slot: Slot) -> Slot:
    if slot.deadline is not None and desk.now >= slot.deadline:
        raise TooLateToSay
    return slot


def _group(desk: Desk, fields: Fields) -> Group:
    id = fields.get("group", "")
    for group in desk.groups:
        if group.id == id:
            return group
    raise NotFound(f"group {id[:40]!r} does not hear of this evening")


def _number(fields: Fields, name: str, default: int) -> int:
    text = fields.get(name, "") or str(default)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise WrongUse(f"{name}: write a number")
    return int(text)
