"""Where a reader stands: a member with the host, and those who lead with each other."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from salon.errors import NotAllowed
from salon.links import CODE_LETTERS
from salon.model import Event
from salon.moderation import REJECTED
from salon.roles import HOST, KOL, NOTE_TAKER, name_in
from salon.rules.roles import take_lead
from salon.state import State
from salon.web.describe import TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.readers import Reader, leader_link, reader_of
from salon.web.routes import READER, Route
from salon.web.site import Site

#: Seconds of slow mode that the host's page offers.
SLOW = (10, 30, 60)
#: Whoever is in charge is called silent from then on.
SILENT = timedelta(minutes=5)


def facts(site: Site, event: Event, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """What `parts/standing.html` needs; None before the room opens."""
    if state.opened_at is None:
        return None
    is_over = state.disbanded_at is not None or site.house.clock.now() >= event.times.disbands_at
    common = {"is_over": is_over, "slow": state.moderation.slow}
    if reader.leads:
        return {**common, **_lead(site, event, state, reader), "lead": True}
    return {**common, **_member(site, event, state, reader.guest), "lead": False}


async def take(site: Site, ask: Ask) -> Answer:
    """`POST /{host,kol}/EVENT/TOKEN/lead` (`seen`: who had it): take the evening in hand; a KOL gets a host's page."""
    event, _, reader = await reader_of(site, ask)
    if reader.role not in (HOST, KOL):
        raise NotAllowed("a host or the KOL may take over")
    seen, key = (await ask.fields()).get("seen", ""), new_key()
    added = await site.house.journal.decide(event.id, take_lead(event, by=reader.by, seen=seen, key=key))
    if ask.wants_json:
        return json_answer({"done": bool(added)})
    page = _host_page(site, event, (await site.room(event.id))[2]) if reader.role == KOL else ""
    return redirect(page or f"{reader.base}#standing")


def new_key() -> str:
    """A key for a link in somebody's own name: never used before."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(12))


def _member(site: Site, event: Event, state: State, guest: str) -> dict[str, Any]:
    order, zone = state.moderation, ZoneInfo(event.timezone)
    mute = order.mute_of(guest, site.house.clock.now())
    warnings = [act for act in order.acts.get(guest, ()) if act.what == "warn"]
    rejected = [held for held in order.held.values() if held.guest == guest and held.standing == REJECTED]
    return {
        "muted": {"until": f"{mute.until.astimezone(zone):%H:%M}", "why": mute.reason} if mute and mute.until else None,
        "warned": warnings[-1].reason if warnings else "",
        "held": [held.post["text"] for held in order.waiting(guest)],
        "rejected": [{"text": held.post["text"], "why": held.reason} for held in rejected[-3:]],
    }


def _lead(site: Site, event: Event, state: State, reader: Reader) -> dict[str, Any]:
    roles, now = state.roles, site.house.clock.now()
    # A room that opens at noon has nobody in charge of it before the evening: that is no silence.
    heard = roles.heard_at(max(state.opened_at, event.times.hosts_at)) if state.opened_at else None
    silent = max(now - heard, timedelta()) if heard else timedelta()
    is_mine = roles.in_charge == reader.by
    return {
        "in_charge": roles.in_charge,
        "in_charge_name": event.kol.name if roles.in_charge == KOL else name_in(roles.in_charge),
        "is_mine": is_mine,
        "is_begun": now >= event.times.hosts_at,
        "silent": int(silent.total_seconds() // 60),
        "is_silent": silent >= SILENT,
        "can_take": reader.role in (HOST, KOL) and not is_mine,
        "can_slow": reader.role == HOST,
        "can_bar": reader.role in (HOST, KOL),
        "is_barred": state.landing.is_barred,
        "slows": SLOW,
        "host_page": _host_page(site, event, state) if reader.role == KOL and is_mine else "",
        "leaders": [{"name": one.name, "role": one.role} for one in roles.now()],
        "is_note_taker": reader.role == NOTE_TAKER,
    }


def _host_page(site: Site, event: Event, state: State) -> str:
    """Address of the host's page that the KOL got by taking over; empty: none."""
    mine = (one for one in state.roles.now(HOST) if one.name == event.kol.name)
    return next((leader_link(site, event.id, one.key) for one in mine), "")


ROUTES: list[Route] = [("POST", rf"{READER}/lead", take)]
_TAKE = op("Take the evening in hand", body="Take", answer="Done", refused=(400, 403, 404, 409, 410))
PATHS: dict[str, Any] = {f"/{role}/{{event}}/{{token}}/lead": {"post": _TAKE} for role in ("host", "kol")}
SCHEMAS: dict[str, Any] = {
    "Take": object_of(("seen",), seen={**TEXT, "description": "Who had it in hand when this was pressed"})
}
