"""`brief` 提纲: the KOL receives outline and run of show, and confirms; the owner hears when they do not."""

from __future__ import annotations

from salon.announce import announce
from salon.house import House
from salon.model import Event, Group, Slot
from salon.moments.texts import words
from salon.rules.week import tell_owner


async def brief(house: House, event: Event, slot: Slot) -> str:
    """Send the KOL the brief; at the second slot tell the owner if it stays unconfirmed. May be run again."""
    sent = await _send(house, event)
    if slot.number == 1:
        return f"brief to {event.kol.name}: {sent}"
    state = (await house.journal.refresh(event.id)).state
    if state.kol_confirmed_at is not None:
        return f"{event.kol.name} has confirmed"
    await _tell(house, event)
    return f"{event.kol.name} has not confirmed; the owner was told"


async def _send(house: House, event: Event) -> str:
    # The leading underscore keeps people apart from groups, whose ids cannot begin with one.
    kol = Group(id="_kol", name=event.kol.name, channel=event.kol.channel, address=event.kol.address or "kol")
    links = {"confirm_link": house.links.kol(event.id), "host_link": house.links.host(event.id)}
    heard = await announce(house, event, "brief", [kol], lambda _: (words(house, event, "brief/kol", **links), None))
    return heard.text()


async def _tell(house: House, event: Event) -> None:
    series = next(p.series for p in (await house.plan()).programmes() if p.series.id == event.series)
    owner = Group(id="_owner", name="owner", channel=series.owner_channel, address=series.owner_address or "owner")
    text = words(house, event, "brief/owner_unconfirmed")
    await announce(house, event, "brief-unconfirmed", [owner], lambda _: (text, None))
    await house.journal.decide(event.id, tell_owner("kol_unconfirmed", text, by="brief"))
