"""What a leader's page shows: whose it is, their tasks of this week's events, and what their groups brought."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.channels import Announcement
from salon.channels.relay import Relay
from salon.errors import NotAllowed, NotFound
from salon.leaders import RELAY, Directory
from salon.model import Event, Group
from salon.phrases import clock_time, day_and_time
from salon.relay import Deed
from salon.rules.relay import UNDO
from salon.state import State
from salon.tasks import (
    Standing,
    due_at_of,
    holding_name,
    is_task,
    leader_key,
    over_at,
    people_of,
    standing_of,
)
from salon.web.http import Ask
from salon.web.site import Site

#: Tasks of an event are shown so long before its brief, and after its report.
AROUND = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Who:
    """Whose page it is."""

    series: str
    #: `salon.tasks.leader_key` of their name.
    key: str
    name: str
    #: The groups that they lead.
    groups: tuple[Group, ...]

    def leads(self, group: Group) -> bool:
        """Whether they are among the group's leaders."""
        return any(leader_key(name) == self.key for name in people_of(group.leader))

    def by(self, group: Group) -> str:
        """How entries call what they do in *group*."""
        return f"{'leader' if self.leads(group) else 'backup'}:{self.name}"


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One task as its leader sees it."""

    #: What it is called in addresses; nobody can tell event or group from it.
    key: str
    event: Event
    group: Group
    announcement: str
    standing: Standing
    #: When it was due, or was laid ready.
    due_at: datetime
    #: From when on posting makes no sense any more; None: it always does.
    over_at: datetime | None
    is_over: bool
    #: Whether somebody else has it in hand.
    is_handed_away: bool
    #: To whom the asker may hand it: the backup, or back to the leader; empty: nobody.
    other: str
    #: Until when the asker may take their tick back; None: no more.
    undo_until: datetime | None
    #: The last nudge, and why.
    nudge: Deed | None

    @property
    def is_done(self) -> bool:
        """Whether it is posted, as far as anybody knows."""
        return self.standing.word in ("said", "proved")

    @property
    def is_waiting(self) -> bool:
        """Whether the asker is to post it now."""
        return not (self.is_done or self.is_over or self.is_handed_away)

    @property
    def is_elsewhere(self) -> bool:
        """Whether somebody else is to post it now."""
        return self.is_handed_away and not (self.is_done or self.is_over)

    @property
    def is_missed(self) -> bool:
        """Whether nobody posted it while it made sense."""
        return self.is_over and not self.is_done


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is to be posted."""

    text: str
    #: Width and height of the poster, in pixels; None: there is none.
    poster: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What is to be posted in one group while its event is recalled."""

    key: str
    event: Event
    group: Group
    announcement: str
    text: str
    #: Tasks that are out already, and those that must not be posted any more.
    out: tuple[Duty, ...]
    stopped: tuple[Duty, ...]
    standing: Standing
    undo_until: datetime | None


async def who_asks(site: Site, ask: Ask) -> Who:
    """Whose private link it is: a leader's, a backup's, or somebody's to whom the owner gave a task.

    Raises `NotAllowed`.
    """
    series, token = ask.parts["series"], ask.parts["token"]
    directory = await _directory(site, series)
    if key := directory.key_of(token):
        return Who(series=series, key=key, name=directory.names[key], groups=directory.led_by(key))
    for _, state in await this_week(site, series):
        for deed in state.relay.handed.values():
            for name in people_of(deed.text):
                if site.house.links.leader_token(series, name) == token:
                    return Who(series=series, key=leader_key(name), name=name, groups=())
    raise NotAllowed("this private link is not right; copy the whole of it")


async def _directory(site: Site, series: str) -> Directory:
    book = await site.house.plan()
    seq, known = site.directories.get(series, (-1, None))
    if known is None or seq != book.seq:
        programme = book.programme(series)
        if programme is None:
            raise NotAllowed("this private link is not right; copy the whole of it")
        known = Directory(programme, site.house.links)
        site.directories[series] = (book.seq, known)
    return known


async def this_week(site: Site, series: str) -> list[tuple[Event, State]]:
    """The events of *series* whose tasks are shown, with the hours that hold, and what is committed of each now."""
    now, found = site.house.clock.now(), []
    for event in (await site.house.plan()).events():
        if event.series == series and event.times.brief_at - AROUND <= now <= event.times.reports_at + AROUND:
            # Read anew: a recall by another process shows at once.
            state = (await site.house.journal.refresh(event.id)).state
            found.append((state.rhythm.moved(event), state))
    return found


async def duties_of(site: Site, who: Who, events: Sequence[tuple[Event, State]]) -> list[Duty]:
    """All tasks of *who*, the newest due first."""
    programme, now = (await site.house.plan()).programme(who.series), site.house.clock.now()
    groups = {group.id: group for group in (programme.groups if programme else ())}
    found = [
        _duty(event, state, groups[group], name, who, now)
        for event, state in events
        for name, group in _tasks(state, who)
        if group in groups and is_task(state, name, group)
    ]
    return sorted(found, key=lambda duty: (duty.due_at, duty.group.name), reverse=True)


def _tasks(state: State, who: Who) -> Iterator[tuple[str, str]]:
    """(announcement, group) of everything that was laid in their groups, and what was handed to them elsewhere."""
    names, own = sorted({name for name, _ in state.deliveries}), {group.id for group in who.groups}
    yield from ((name, group.id) for group in who.groups for name in names)
    for (name, group), deed in state.relay.handed.items():
        if group not in own and _is_among(who.key, deed.text):
            yield name, group


def _duty(event: Event, state: State, group: Group, name: str, who: Who, now: datetime) -> Duty:
    task, over = (name, group.id), over_at(event, name)
    standing = standing_of(event, state, name, group.id, now)
    handed, nudges = state.relay.handed.get(task), state.relay.nudged.get(task)
    in_other_hands = handed is not None and not _is_among(who.key, handed.text)
    # Who stands in may hand it back.
    other = group.backup if who.leads(group) else group.leader
    may_hand = not in_other_hands and not _is_among(who.key, other)
    return Duty(
        key=_key(event.id, name, group.id),
        event=event,
        group=group,
        announcement=name,
        standing=standing,
        due_at=due_at_of(event, name) or state.deliveries[task].at,
        over_at=over,
        is_over=over is not None and now >= over,
        is_handed_away=in_other_hands,
        other=other if may_hand else "",
        undo_until=_undo_until(state, task, who.by(group), now),
        nudge=nudges[-1] if nudges else None,
    )


def holdings_of(
    who: Who, events: Sequence[tuple[Event, State]], duties: Sequence[Duty], now: datetime
) -> list[Holding]:
    """For each group with tasks of a recalled event: what is to be posted there instead of them."""
    found = []
    for event, state in events:
        text = state.landing.recalled
        mine = [duty for duty in duties if duty.event.id == event.id]
        for group in {duty.group.id: duty.group for duty in mine}.values() if text is not None else ():
            here, name = [duty for duty in mine if duty.group.id == group.id], holding_name(text or "")
            deed = state.relay.posted.get((name, group.id))
            found.append(
                Holding(
                    key=_key(event.id, name, group.id),
                    event=event,
                    group=group,
                    announcement=name,
                    text=text or "",
                    out=tuple(duty for duty in here if duty.is_done),
                    stopped=tuple(duty for duty in here if not (duty.is_done or duty.is_over)),
                    standing=Standing("said", deed.at, deed.by) if deed else Standing("waiting"),
                    undo_until=_undo_until(state, (name, group.id), who.by(group), now),
                )
            )
    return found


def _undo_until(state: State, task: tuple[str, str], by: str, now: datetime) -> datetime | None:
    said = state.relay.posted.get(task)
    if said is None or said.by != by or task in state.relay.proved or now > said.at + UNDO:
        return None
    return said.at + UNDO


def found_duty(duties: Sequence[Duty], key: str) -> Duty:
    """The task that is called *key*. Raises `NotFound`."""
    for duty in duties:
        if duty.key == key:
            return duty
    raise NotFound("this task is not here any more; open your page again")


async def content_of(site: Site, duty: Duty) -> Content | None:
    """What lies ready for *duty*; None: it has gone from the outbox."""
    kept = await _kept(site, duty)
    return None if kept is None else Content(text=kept[0].strip("\n"), poster=_size(kept[1]))


async def poster_of(site: Site, duty: Duty) -> bytes:
    """The poster with the group's own code. Raises `NotFound`."""
    kept = await _kept(site, duty)
    if kept is None or kept[1] is None:
        raise NotFound("there is no poster for this task")
    return kept[1]


async def _kept(site: Site, duty: Duty) -> tuple[str, bytes | None] | None:
    relay = site.house.channel(RELAY)
    assert isinstance(relay, Relay)
    wanted = Announcement(event=duty.event.id, name=duty.announcement, text="")
    try:
        return await asyncio.to_thread(relay.kept, duty.group, wanted)
    except (OSError, UnicodeDecodeError):
        return None


def _size(png: bytes | None) -> tuple[int, int] | None:
    """Width and height, as the file's head says them: the page keeps the place free while it loads."""
    if png is None or len(png) < 24:
        return None
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def hour(at: datetime, now: datetime, event: Event, language: str) -> str:
    """*at* as people say it: the hour today, else with its day."""
    zone = event.times.opens_at.tzinfo
    here = at.astimezone(zone)
    return clock_time(here) if here.date() == now.astimezone(zone).date() else day_and_time(here, language)


def _is_among(key: str, names: str) -> bool:
    return any(leader_key(name) == key for name in people_of(names))


def _key(event: str, announcement: str, group: str) -> str:
    return hashlib.sha256(f"{event}\0{announcement}\0{group}".encode()).hexdigest()[:12]
