"""The ladder: warn, mute, remove, in this order, each with a reason that the member reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.model import Event
from salon.moderation import MUTE, REMOVE, UNMUTE, WARN
from salon.roles import role_in
from salon.rules.moderation import reason_of
from salon.rules.seats import ensure_open, vacate
from salon.state import State

#: A mute lasts so many minutes unless the host says otherwise, and at most so many.
MUTE_MINUTES, MOST_MINUTES = 10, 180
VERBS = (WARN, MUTE, UNMUTE, REMOVE)
#: Verb → what must have been done before, and kind of the entry.
_STEPS = {
    WARN: ("", "member_warned"),
    MUTE: (WARN, "member_muted"),
    UNMUTE: (MUTE, "member_unmuted"),
    REMOVE: (MUTE, "member_removed"),
}


class NotYet(Refused):
    """The ladder has an order: warn, then mute, then remove."""

    reason = "ladder"


class Leads(Refused):
    """Whoever leads is not on the ladder."""

    reason = "leads"


class Nameless(Refused):
    """Who asked without a name stays so: hide or reject the words."""

    reason = "nameless"


def step(
    event: Event, message: int, verb: str, *, reason: str, by: str, minutes: int = MUTE_MINUTES, seen: int | None = None
) -> Rule:
    """Warn, mute, unmute or remove whoever said *message* (or what is held under that number).

    *seen*: how many steps about them the host had seen; where another host took one meanwhile, nothing is added. A
    removed member's seat goes to who waits. Raises `NotYet`, `Leads`, `Nameless`, `NotFound`, `WrongUse`, and as
    `ensure_open`.
    """
    if verb not in _STEPS:
        raise WrongUse(f"{verb!r}: write one of {', '.join(VERBS)}")
    if not 1 <= minutes <= MOST_MINUTES:
        raise WrongUse(f"minutes: write 1 to {MOST_MINUTES}")
    said = reason_of(reason) if verb != UNMUTE else ""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        guest = author_of(state, message)
        acts = state.moderation.acts.get(guest, [])
        if guest in state.moderation.removed or (seen is not None and seen != len(acts)):
            return
        if (verb in (MUTE, UNMUTE)) and (state.moderation.mute_of(guest, now) is None) == (verb == UNMUTE):
            return
        before, kind = _STEPS[verb]
        if before and before not in {act.what for act in acts}:
            raise NotYet
        data = {"guest": guest, "message": message, "reason": said}
        if verb == MUTE:
            data |= {"minutes": minutes, "until": (now + timedelta(minutes=minutes)).isoformat()}
        # Of two hosts who press at once one is first.
        yield Draft(kind=kind, by=by, data=data, holds=(f"ladder:{guest}:{len(acts)}",))
        if verb == REMOVE:
            yield from vacate(event, state, now, guest, by=by)

    return rule


def author_of(state: State, message: int) -> str:
    """Key of the member who said *message*. Raises `NotFound`, `Leads` or `Nameless`."""
    said, held = state.messages.get(message), state.moderation.held.get(message)
    if said is None and held is None:
        raise NotFound(f"message {message}: there is none by that number in this room")
    author = said.author if said else held.guest if held else ""
    if not author or role_in(author):
        raise Leads
    if (said and said.is_anonymous) or (held and held.post.get("is_anonymous")):
        raise Nameless
    return author
