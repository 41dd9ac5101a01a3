"""What a host looks at to keep order: held and reported messages, their authors, and the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from salon.errors import NotFound
from salon.model import Event
from salon.moderation import MUTE, Act, Held
from salon.roles import name_in, role_in
from salon.rules.ladder import MUTE_MINUTES
from salon.rules.moderation import REASON_LENGTH
from salon.state import State
from salon.web.readers import HOST, Reader
from salon.web.site import Site

#: So many lines of the log the host's page carries, newest first.
LOG_LINES = 30


def queue(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/queue.html` needs; None for whoever is no host, and before the room opens."""
    if reader.role != HOST or state.opened_at is None:
        return None
    now, order = site.house.clock.now(), state.moderation
    reported = [
        number for number, reports in order.reports.items() if reports.is_open and not state.messages[number].is_hidden
    ]
    return {
        "held": [about(event, state, held.number, now) for held in order.waiting()],
        # What most have reported comes first.
        "reported": [
            about(event, state, number, now)
            for number in sorted(reported, key=lambda n: (-len(order.reports[n].by_guest), n))
        ],
        "log": [_line(event, state, act) for act in reversed(order.log[-LOG_LINES:])],
        "is_over": state.disbanded_at is not None or now >= event.times.disbands_at,
        "minutes": MUTE_MINUTES,
        "reason_length": REASON_LENGTH,
    }


def about(event: Event, state: State, number: int, now: datetime | None) -> dict[str, Any]:
    """One message as a host sees it: who said it, why it waits or was reported, where its author stands.

    Nothing of it is anybody's key, and of a message without a name nothing leads to its author.
    """
    said, held = state.messages.get(number), state.moderation.held.get(number)
    if said is None and held is None:
        raise NotFound(f"message {number}: there is none by that number in this room")
    author = said.author if said else held.guest if held else ""
    post: Mapping[str, Any] = held.post if held else {}
    is_nameless = said.is_anonymous if said else bool(post.get("is_anonymous"))
    reports = state.moderation.reports.get(number)
    notes = list(reports.by_guest.values()) if reports else []
    return {
        "number": number,
        "text": said.text if said else post["text"],
        "name": "" if is_nameless else said.name if said else post["name"],
        "seat": 0 if is_nameless else said.seat if said else post.get("seat", 0),
        "clock": _clock(event, said.at if said else held.at if held else None),
        "is_held": said is None,
        "is_hidden": bool(said and said.is_hidden),
        "standing": held.standing if held and not said else "",
        "why": _why(held),
        "reports": len(notes),
        "reasons": Counter(reason for reason, _ in notes).most_common(),
        "notes": [note for _, note in notes if note][:5],
        **_author(event, state, "" if is_nameless or role_in(author) else author, now),
    }


def _author(event: Event, state: State, guest: str, now: datetime | None) -> dict[str, Any]:
    """Where *guest* stands on the ladder, and what may come next; nothing for an empty text."""
    order = state.moderation
    acts, rung = order.acts.get(guest, []), order.rung(guest)
    mute = order.mute_of(guest, now) if now and guest else None
    is_removed = guest in order.removed
    steps = {"": ["warn"], "warn": ["warn", "mute"]}.get(rung, ["warn", "mute", "remove"])
    if mute:
        steps = ["unmute", "remove"]
    return {
        "can_step": bool(guest) and not is_removed,
        "steps": steps,
        "seen": len(acts),
        "muted_until": _clock(event, mute.until) if mute else "",
        "is_removed": is_removed,
        "acts": [{"what": act.what, "clock": _clock(event, act.at), "reason": act.reason} for act in acts],
    }


def _why(held: Held | None) -> list[dict[str, str]]:
    return [{"kind": kind, "term": term} for kind, term in held.why] if held else []


def _line(event: Event, state: State, act: Act) -> dict[str, Any]:
    said, held = state.messages.get(act.message), state.moderation.held.get(act.message)
    name = said.name if said else held.post["name"] if held else ""
    is_nameless = bool(said.is_anonymous if said else held and held.post.get("is_anonymous"))
    return {
        "clock": _clock(event, act.at),
        "by": name_in(act.by),
        "role": role_in(act.by) or "host",
        "what": act.what,
        "name": "" if is_nameless else name,
        "is_nameless": is_nameless,
        "reason": act.reason,
        "minutes": act.minutes if act.what == MUTE else 0,
        "seconds": act.seconds,
    }


def _clock(event: Event, at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(event.timezone)):%H:%M}" if at else ""
