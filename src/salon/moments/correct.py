"""An event that was changed after groups heard of it: the correction is drafted, and goes out when a person says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from salon.announce import Heard, announce
from salon.codec import as_data, event_from
from salon.errors import SalonError
from salon.fitting import Script
from salon.house import House
from salon.markup import render
from salon.model import Event, Group
from salon.moments.texts import door_links, words
from salon.phrases import clock_time, day_and_time, language_of
from salon.rules.week import note_plan


class NothingToCorrect(SalonError):
    """What groups were told still holds; there is nothing to correct."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What has to be put right, and with whom."""

    #: Name of its announcement: another change is another correction.
    name: str
    event: Event
    #: Those who heard, or may have heard, something else.
    groups: tuple[Group, ...]
    #: Group id → the event as that group heard of it.
    before: Mapping[str, Event]


async def correction_of(house: House, event: Event) -> Correction | None:
    """The correction that *event* needs, or None. Changes nothing."""
    state = (await house.journal.refresh(event.id)).state
    told = {group: event_from(data) for group, data in state.told_of.items()}
    groups = tuple(g for g in await house.groups(event) if g.id in told and _key(told[g.id]) != _key(event))
    if not groups or state.disbanded_at is not None:
        return None
    name = f"moved-{hashlib.sha256(repr(_key(event)).encode()).hexdigest()[:6]}"
    return Correction(name=name, event=event, groups=groups, before=told)


async def text_of(house: House, correction: Correction, group: Group) -> str:
    """What *group* will read."""
    links = await door_links(house, correction.event)
    return render(_text(house, correction, group, links[group.id]), "plain")


async def correct(house: House, event: Event) -> Heard:
    """Tell everybody who heard something else. May be run again: only what is undone is done.

    Raises `NothingToCorrect`, and as `announce`.
    """
    async with house.lease(event.id, "correct") as is_mine:
        correction = await correction_of(house, event)
        if correction is None or not is_mine:
            raise NothingToCorrect
        # First: whoever hears it from now on has heard of the event as it is now.
        groups = [as_data(group) for group in await house.groups(event)]
        await house.journal.decide(event.id, note_plan({"event": as_data(event), "groups": groups}))
        links = await door_links(house, event)
        write = lambda group: Script(_text(house, correction, group, links[group.id]), is_marked=True)  # noqa: E731
        return await announce(house, event, correction.name, correction.groups, write, until=event.times.disbands_at)


def _text(house: House, correction: Correction, group: Group, link: str) -> str:
    event, before = correction.event, correction.before[group.id]
    language = language_of(event, group.language)
    table = house.wording.table(f"moved/words.{language}.toml")
    changes = [str(table[what]).format(was=was, now=now) for what, was, now in _changes(before, event, language)]
    return words(house, event, "moved/group", language, link=link, changes=changes)


def _key(event: Event) -> tuple[object, ...]:
    """What a member must know to come."""
    return event.times.starts_at.timestamp(), event.times.disbands_at.timestamp(), event.topic, event.kol.name


def _changes(before: Event, event: Event, language: str) -> Iterator[tuple[str, str, str]]:
    """What is another thing now: (what, as it was, as it is)."""
    if _key(before)[:2] != _key(event)[:2]:
        yield "time", _hours(before, language), _hours(event, language)
    if before.topic != event.topic:
        yield "topic", before.topic, event.topic
    if before.kol.name != event.kol.name:
        yield "kol", before.kol.name, event.kol.name


def _hours(event: Event, language: str) -> str:
    """`11月26日 周四 20:00–22:00`, in the event's own timezone: plain data has lost its name."""
    zone = ZoneInfo(event.timezone)
    starts_at, ends_at = event.times.starts_at.astimezone(zone), event.times.disbands_at.astimezone(zone)
    return f"{day_and_time(starts_at, language)}–{clock_time(ends_at)}"
