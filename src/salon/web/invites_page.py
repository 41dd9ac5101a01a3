"""What the owner sees of a room that is opened by hand: every group, how its code stands, how long it lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from salon.errors import NotAllowed, RoomClosed
from salon.group_code.kinds import Platform, platforms
from salon.invites import CodeRefused, Invite
from salon.model import BY_HAND, Event
from salon.phrases import day_and_time
from salon.state import State
from salon.web.http import Answer, Ask, redirect
from salon.web.site import Site, language_for


def desk_page(
    site: Site, ask: Ask, event: Event, state: State, refused: CodeRefused | RoomClosed | None = None
) -> Answer:
    """The owner's page, with the sentence about an upload that was *refused*."""
    language, now, platform = language_for(ask, event), site.house.clock.now(), platform_of(event)
    zone = ZoneInfo(event.timezone)
    return site.page(
        ask,
        "owner_room",
        event,
        status=refused.status if refused else 200,
        owner=f"/owner/{ask.parts['token']}",
        base=f"/owner/{ask.parts['token']}/{event.id}/room",
        is_by_hand=event.room == BY_HAND,
        platform=platform.names[language],
        codes=[_row(site, invite, event, state, now, language) for invite in state.invites.codes.values()],
        has_code=bool(state.invites.lasting(event.times.disbands_at)),
        opening="open" if state.opened_at else "waiting" if now >= event.times.opens_at else "early",
        is_over=state.disbanded_at is not None or now >= event.times.disbands_at,
        closes=day_and_time(event.times.disbands_at, language),
        dies_on=(now + platform.life).astimezone(zone).date().isoformat(),
        today=now.astimezone(zone).date().isoformat(),
        joins=platform.joins,
        life_days=platform.life.days,
        refused=_sentence(site, language, refused) if refused else None,
    )


def _sentence(site: Site, language: str, refused: CodeRefused | RoomClosed) -> dict[str, str]:
    words, key = site.words[language], f"refused_{refused.reason}"
    detail = refused.detail if isinstance(refused, CodeRefused) else ""
    return {"title": words[f"{key}_title"], "text": words[f"{key}_text"], "detail": detail}


def _row(site: Site, invite: Invite, event: Event, state: State, now: datetime, language: str) -> dict[str, Any]:
    dies_at = invite.dies_at.astimezone(ZoneInfo(event.timezone))
    return {
        "number": invite.number,
        "mark": invite.mark[:8],
        "life": life_left(invite.dies_at - now, language),
        "dies": day_and_time(dies_at, language),
        "sent": len(state.invites.sent.get(invite.number, ())),
        "cap": invite.cap,
        "standing": _standing(site, invite, event, state, now),
    }


def _standing(site: Site, invite: Invite, event: Event, state: State, now: datetime) -> str:
    """withdrawn, dead, lost (cannot be opened any more), dies (before the close), full, or fine."""
    if invite.is_withdrawn:
        return "withdrawn"
    if not invite.is_alive(now):
        return "dead"
    try:
        site.house.links.reveal(invite.sealed)
    except NotAllowed:
        return "lost"
    if not invite.is_alive(event.times.disbands_at):
        return "dies"
    return "fine" if state.invites.left(invite.number) else "full"


def life_left(left: timedelta, language: str) -> str:
    """`还能用 5 天 3 小时`, `5 days 3 hours left`; the two largest units, and nothing smaller than a minute."""
    minutes = max(int(left.total_seconds()) // 60, 0)
    counts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    units = (("天", "day"), ("小时", "hour"), ("分钟", "minute"))
    if language == "zh":
        parts = [f"{count} {zh}" for count, (zh, _) in zip(counts, units, strict=True) if count]
        return f"还能用 {' '.join(parts[:2]) or '不到 1 分钟'}"
    parts = [f"{count} {en}{'s' * (count != 1)}" for count, (_, en) in zip(counts, units, strict=True) if count]
    return f"{' '.join(parts[:2]) or 'less than a minute'} left"


def as_json(event: Event, state: State, now: datetime) -> dict[str, Any]:
    """What stands behind the room, for the owner's programs. What a code says is nobody's business, not even theirs."""
    return {
        "event": event.id,
        "room": event.room,
        "platform": event.platform,
        "has_code": bool(state.invites.lasting(event.times.disbands_at)),
        "codes": [
            {
                "invite": invite.number,
                "dies_at": invite.dies_at.isoformat(),
                "is_alive": invite.is_alive(now),
                "is_withdrawn": invite.is_withdrawn,
                "sent": len(state.invites.sent.get(invite.number, ())),
                "cap": invite.cap,
            }
            for invite in state.invites.codes.values()
        ],
    }


def platform_of(event: Event) -> Platform:
    """What is known of the platform that *event* meets on."""
    return platforms().known[event.platform]


async def owned(site: Site, ask: Ask) -> tuple[Event, State]:
    """The event, and its state read anew: whoever has just uploaded sees it, whichever process answers.

    Raises `NotAllowed` unless the link is the owner's own, `NotFound`.
    """
    site.check("owner", "", ask.parts["token"])
    event = await site.house.event(ask.parts["event"])
    state = (await site.house.journal.refresh(event.id)).state
    return state.rhythm.moved(event), state


def back(ask: Ask, event: Event) -> Answer:
    """To the owner's page, after a form."""
    return redirect(f"/owner/{ask.parts['token']}/{event.id}/room")
