"""`brief` 提纲: the KOL receives outline and run of show, and confirms; the owner hears when they do not."""

from __future__ import annotations

import hashlib

from salon.announce import announce
from salon.hearing import KOL_GROUP, OWNER_GROUP
from salon.house import House
from salon.model import Event, Group, Slot
from salon.moments.texts import words
from salon.rules.week import tell_owner
from salon.state import State

__all__ = ["KOL_GROUP", "OWNER_GROUP", "brief", "brief_name"]


def brief_name(event: Event, state: State) -> str:
    """Name of the brief's announcement: each KOL of an event has one, should the first be replaced."""
    if state.first_kol in ("", event.kol.name):
        return "brief"
    return f"brief-{hashlib.sha256(event.kol.name.encode()).hexdigest()[:6]}"


async def brief(house: House, event: Event, slot: Slot) -> str:
    """Send the KOL the brief; at the second slot tell the owner if it stays unconfirmed. May be run again.

    Whose brief goes out only when it should have been confirmed, in an evening planned late, is given time.
    """
    state = (await house.journal.refresh(event.id)).state
    before = state.deliveries.get((brief_name(event, state), KOL_GROUP))
    had_time = before is not None and before.at < slot.at
    sent = await _send(house, event, brief_name(event, state))
    if event.kol.name in state.confirmed_at:
        return f"{event.kol.name} has confirmed"
    if slot.number == 1 or not had_time:
        return f"brief to {event.kol.name}: {sent}"
    await _tell(house, event)
    return f"{event.kol.name} has not confirmed; the owner was told"


async def _send(house: House, event: Event, name: str) -> str:
    kol = Group(id=KOL_GROUP, name=event.kol.name, channel=event.kol.channel, address=event.kol.address or "kol")
    links = {"confirm_link": house.links.kol(event), "host_link": house.links.host(event.id)}
    heard = await announce(house, event, name, [kol], lambda _: (words(house, event, "brief/kol", **links), None))
    return heard.text()


async def _tell(house: House, event: Event) -> None:
    series = next(p.series for p in (await house.plan()).programmes() if p.series.id == event.series)
    owner = Group(id=OWNER_GROUP, name="owner", channel=series.owner_channel, address=series.owner_address or "owner")
    text = words(house, event, "brief/owner_unconfirmed")
    await announce(house, event, "brief-unconfirmed", [owner], lambda _: (text, None))
    await house.journal.decide(event.id, tell_owner("kol_unconfirmed", text, by="brief"))
