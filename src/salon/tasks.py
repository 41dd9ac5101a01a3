"""A leader's tasks: who has one in hand, until when it makes sense, how it stands, what a scan proves. Pure.

A task is one announcement for one group that a person posts by hand: a delivery whose outcome is "awaiting".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from salon.model import Event, Moment
from salon.state import State

#: Outcome of a delivery that waits for a person.
AWAITING = "awaiting"
#: A task that is not done so long after somebody got it is late; what was not begun, so long after its hour.
LATE_AFTER = timedelta(hours=1)
#: Moments whose poster carries the group's own code; a teaser before them has none.
CODED_MOMENTS = (Moment.OPEN_ROOM, Moment.REMIND)

_BETWEEN_NAMES = re.compile(r"[,，、;；\n]")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one announcement stands for one group, in one word.

    Of a task: "waiting", "late" (`late_from`, and nobody has said that it is done), "handed" (somebody else has it
    in hand, and it is not late), "said" (ticked, not seen) or "proved" (the group's own code was scanned). Of
    anything else: the outcome of its delivery; "to_come" or "late" where it was not begun.
    """

    word: str
    #: Since when; None: nothing has happened yet.
    at: datetime | None = None
    #: Who did it, as entries say it (`leader:陈玥`, `scan`); of a delivery the channel.
    by: str = ""
    #: Who has it in hand, where it was handed on or reassigned; empty: whoever leads the group.
    to: str = ""


def standing_of(event: Event, state: State, announcement: str, group: str, now: datetime) -> Standing:
    """How *announcement* stands for *group* at *now*; *event* with the hours that hold (`state.rhythm.moved`)."""
    found, late_at = state.deliveries.get((announcement, group)), late_from(event, state, announcement, group)
    is_late = late_at is not None and now >= late_at
    if found is None:
        return Standing("late" if is_late else "to_come")
    if found.outcome != AWAITING:
        return Standing(found.outcome, found.at, found.channel)
    task, relay = (announcement, group), state.relay
    handed = relay.handed.get(task)
    to = handed.text if handed else ""
    for word, deeds in (("proved", relay.proved), ("said", relay.posted)):
        if deed := deeds.get(task):
            return Standing(word, deed.at, deed.by, to)
    if is_late:
        return Standing("late", late_at, "", to)
    return Standing("handed", handed.at, handed.by, to) if handed else Standing("waiting", found.at, "")


def leader_key(name: str) -> str:
    """What makes two spellings of a leader's name the same: white space and case do not count."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def people_of(names: str) -> tuple[str, ...]:
    """The people whom a group's `leader` or `backup` names: "A, B" and "A、B" are two. Nobody comes twice."""
    found: dict[str, str] = {}
    for name in _BETWEEN_NAMES.split(names):
        if shown := " ".join(name.split()):
            found.setdefault(leader_key(name), shown)
    return tuple(found.values())


def late_from(event: Event, state: State, announcement: str, group: str) -> datetime | None:
    """When *announcement* for *group* begins to be late (`late_at`); None: never, for it was not begun and has no hour.

    The leader's page and the board both go by it.
    """
    since = in_hand_since(state, announcement, group) or due_at_of(event, announcement)
    return late_at(since, over_at(event, announcement)) if since else None


def late_at(since: datetime, over: datetime | None) -> datetime:
    """`LATE_AFTER` *since*, or when it is *over*, whichever is first."""
    return min(since + LATE_AFTER, over) if over else since + LATE_AFTER


def in_hand_since(state: State, announcement: str, group: str) -> datetime | None:
    """Since when somebody has it: when it was laid, or handed on; whoever gets it later has as long as the first one.

    None: it was not begun.
    """
    found, handed = (deeds.get((announcement, group)) for deeds in (state.deliveries, state.relay.handed))
    return max(found.at, handed.at) if found and handed else found.at if found else None


def due_at_of(event: Event, announcement: str) -> datetime | None:
    """When the moment that says *announcement* is due; None: no moment does."""
    return next((slot.at for slot in event.slots() if slot.key == announcement), None)


def over_at(event: Event, announcement: str) -> datetime | None:
    """From when on posting it makes no sense any more; None: it always does."""
    return next((slot.deadline for slot in event.slots() if slot.key == announcement), None)


def is_task(state: State, announcement: str, group: str) -> bool:
    """Whether a person has to post it by hand, or had to."""
    return state.outcome_of(announcement, group) == AWAITING


def is_done(state: State, announcement: str, group: str) -> bool:
    """Whether it was posted: somebody said so, or a scan proves it."""
    return (announcement, group) in state.relay.posted or (announcement, group) in state.relay.proved


def provable(event: Event, state: State, group: str, mark: str) -> str:
    """The announcement that a scan of *group*'s code proves to have been posted; empty: nothing that is not proved.

    *mark*: what the scanned link carried. A poster carries none: it is taken for the latest one with a code that
    was said or proved to be posted; where none was, for the latest that lies with the leader. One poster that hangs
    in the group for days thus never proves a later one of which nobody has said a word.
    """
    if mark:
        found = mark if is_task(state, mark, group) else ""
    else:
        coded = (slot.key for slot in event.slots() if slot.moment in CODED_MOMENTS)
        laid = [name for name in coded if is_task(state, name, group)]
        found = ([name for name in laid if is_done(state, name, group)] or laid or [""])[-1]
    return "" if (found, group) in state.relay.proved else found


def holding_name(text: str) -> str:
    """How the posting of a recall's holding *text* is called among tasks; another text is another task."""
    return f"recall-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
