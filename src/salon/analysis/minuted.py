"""Minutes as values: what was marked, under which topic, what was voted on, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from salon.analysis.motions import Motion


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that was marked: *text* stands in the message."""

    #: A value of `commands.TAGS`.
    kind: str
    text: str
    #: Shown name of who marked it.
    name: str
    message_id: str
    #: Addresses in it that may be linked.
    links: tuple[str, ...] = ()
    #: Actions only: shown names, as written, of those present whom it names.
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic and what was marked while it was on."""

    title: str
    #: Shown name of who set it.
    name: str
    message_id: str
    at: datetime | time | None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A command that had no effect: it stays in the log as what it is, a message."""

    message_id: str
    name: str
    verb: str
    #: "not_chair", "started" (already), "not_started", "no_motion", "no_votes", "unclear", "nobody" or "nothing".
    reason: str


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """Everything that commands say of a discussion."""

    #: From `#meetingtopic`, or named at the start; empty: none.
    title: str = ""
    #: Message that gave it that title; empty: none did.
    title_id: str = ""
    #: Marked before the first topic.
    prologue: tuple[Item, ...] = ()
    topics: tuple[Topic, ...] = ()
    motions: tuple[Motion, ...] = ()
    #: Shown names of everybody who chaired, in order.
    chairs: tuple[str, ...] = ()
    #: For each of them the message that gave them the chair, or their first with it.
    chair_ids: tuple[str, ...] = ()
    #: Whether `#startmeeting` made it a meeting.
    is_meeting: bool = False
    #: The hour alone where the source tells no day; None: it tells no hours.
    began_at: datetime | time | None = None
    ended_at: datetime | time | None = None
    #: Messages that started and ended it; empty: none did.
    began_id: str = ""
    ended_id: str = ""
    #: Nobody ended it: the clock did.
    is_closed_by_clock: bool = True
    refusals: tuple[Refusal, ...] = ()

    def items(self) -> tuple[Item, ...]:
        """Everything that was marked, in order."""
        return (*self.prologue, *(item for topic in self.topics for item in topic.items))
