"""`salon channels`, `wave` and `correct`: what can be sent, how long it will take, what must be put right."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any
from zoneinfo import ZoneInfo

from salon.channels import Context, channel_named, known_channels
from salon.channels.ability import Ability
from salon.channels.limits import own_limits
from salon.channels.secrets import placeholders
from salon.errors import JournalUnavailable, WrongUse
from salon.house import House, open_house
from salon.model import Event, Slot
from salon.moments.correct import NothingToCorrect, correct, correction_of, text_of
from salon.probing import probe
from salon.settings import Settings
from salon.state import Probe
from salon.wave import Wave, wave_of


def channels(args: argparse.Namespace) -> int:
    """`salon channels [probe GROUP]`."""
    if args.what == "probe":
        if not args.group:
            raise WrongUse("channels probe: which group? write its id: salon channels probe east")
        return asyncio.run(_probe(args.group, args.event))
    return _list(as_json=args.json)


def _list(*, as_json: bool) -> int:
    settings = Settings.from_env()
    context = Context(outbox=settings.outbox, limits=own_limits(settings.home), secrets=placeholders())
    rows = {name: channel_named(name, context).ability for name in known_channels()}
    tried = asyncio.run(_tried(settings))
    if as_json:
        data = {
            name: {**_as_data(ability), "tested": _tested(ability, tried.get(name))} for name, ability in rows.items()
        }
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return 0
    for name, ability in rows.items():
        print(f"{name:<10} {_can(ability)}")
        print(f"{'':<10} {_may(ability)}")
        limits = f"; limits read {ability.read_on}" if ability.read_on else ""
        print(f"{'':<10} {_tested(ability, tried.get(name))}{limits}")
    return 0


async def _tried(settings: Settings) -> dict[str, Probe]:
    """Channel → the test message that tells most of it: the last that arrived, else the last."""
    if not settings.home.is_dir():
        return {}
    try:
        async with open_house(settings) as house:
            probes = (await house.plan()).probes.values()
    except JournalUnavailable:
        # The list is of use without a database, too.
        return {}
    return {one.channel: one for one in sorted(probes, key=lambda one: (one.outcome == "delivered", one.at))}


def _tested(ability: Ability, tried: Probe | None) -> str:
    if tried is None:
        return ability.tested
    when = f"{tried.at:%Y-%m-%d}"
    if tried.outcome == "delivered":
        return f"a real message arrived on {when}"
    return f"{ability.tested}; a test message on {when}: {tried.outcome} {tried.detail}".rstrip()


def _can(ability: Ability) -> str:
    can = [what for what in ("picture", "pin", "poll", "edit", "recall") if getattr(ability, f"can_{what}")]
    return f"sent by the {ability.who}; {', '.join(['text', *can])}"


def _may(ability: Ability) -> str:
    longest = f"{ability.longest:,} {ability.unit}" if ability.longest else "any length"
    pace = ", ".join(f"{limit.count} in {limit.seconds:g} s" for limit in ability.pace) or "no pace"
    group = ", ".join(f"{limit.count} in {limit.seconds:g} s" for limit in ability.group_pace)
    return f"{longest}; {pace}" + (f"; a group {group}" if group else "")


def _as_data(ability: Ability) -> dict[str, Any]:
    data = dict(vars(ability))
    for key in ("pace", "group_pace"):
        data[key] = [[limit.count, limit.seconds] for limit in data[key]]
    return data


async def _probe(group: str, event_id: str | None) -> int:
    async with open_house() as house:
        event = await _event(house, event_id)
        outcome = await probe(house, event, group)
        print(f"{group}: {outcome.result}{': ' if outcome.detail else ''}{outcome.detail}")
        return 0 if outcome.result in ("delivered", "awaiting") else 1


def wave(args: argparse.Namespace) -> int:
    """`salon wave MOMENT [EVENT]`: exit code 1 where somebody cannot be reached in time."""
    return asyncio.run(_show_wave(args.moment, args.event, as_json=args.json))


async def _show_wave(moment: str, event_id: str | None, *, as_json: bool) -> int:
    async with open_house() as house:
        event = await _event(house, event_id)
        slot = _slot(event, moment)
        found = await wave_of(house, event, slot)
    zone = ZoneInfo(event.timezone)
    if as_json:
        rows = [
            {"group": row.group.id, "who": row.who, "at": row.at.astimezone(zone).isoformat(), "why": row.why}
            for row in found.rows
        ]
        print(json.dumps({"event": event.id, "moment": slot.key, "paused": found.paused, "groups": rows}, indent=1))
    else:
        print("\n".join(lines_of(found, event, slot)))
    return 1 if found.unfit else 0


def lines_of(wave: Wave, event: Event, slot: Slot) -> list[str]:
    """*wave* as the terminal shows it: the sum, then whom it cannot reach."""
    zone = ZoneInfo(event.timezone)
    if not wave.rows:
        return [f"{slot.key} of {event.id}: every group has heard it"]
    shown = [f"{slot.key} of {event.id}: {len(wave.rows)} groups still to hear it"]
    if wave.paused:
        shown.append(f"  sending is paused: {wave.paused}")
    if wave.last:
        shown.append(f"  last group: {wave.last.group.name} at {wave.last.at.astimezone(zone):%Y-%m-%d %H:%M:%S}")
    shown += [f"  does not fit: {row.group.name} ({row.group.id}): {row.why}" for row in wave.unfit]
    return shown


def _slot(event: Event, key: str) -> Slot:
    found = next((slot for slot in event.slots() if slot.key == key), None)
    if found is None or key.startswith("brief"):
        known = ", ".join(slot.key for slot in event.slots() if not slot.key.startswith("brief"))
        raise WrongUse(f"{event.id}: there is no announcement {key!r}; there are: {known}")
    return found


def correct_event(args: argparse.Namespace) -> int:
    """`salon correct [EVENT] [--send]`."""
    return asyncio.run(_show_correction(args.event, send=args.send))


async def _show_correction(event_id: str | None, *, send: bool) -> int:
    async with open_house() as house:
        event = await _event(house, event_id)
        correction = await correction_of(house, event)
        if correction is None:
            print("nothing to correct: what groups were told still holds", file=sys.stderr)
            return 0
        print(await text_of(house, correction, correction.groups[0]))
        if send:
            try:
                print(f"{(await correct(house, event)).text()}", file=sys.stderr)
            except NothingToCorrect:
                print("somebody else is sending it", file=sys.stderr)
        else:
            count = len(correction.groups)
            print(f"for {count} groups, not sent; to send it: salon correct {event.id} --send", file=sys.stderr)
    return 0


async def _event(house: House, event_id: str | None) -> Event:
    return await (house.event(event_id) if event_id else house.this_week())
