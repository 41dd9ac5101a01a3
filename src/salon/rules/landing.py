"""Rules of the live codes: recalled and restored by the owner, moved to another evening, wished to be reminded of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import BadText, Recalled, Refused
from salon.model import Event
from salon.state import State

#: Longest text that stands in for a recalled page, in characters.
HOLDING_LENGTH = 500


class NotBefore(Refused):
    """The door is open already: there is nothing to wait for."""

    reason = "open_already"


def count_views(views: Mapping[str, int]) -> Rule:
    """Add what was seen lately, per group. Nothing seen adds nothing. Not for a repeat: it would count twice."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if views:
            yield Draft(kind="door_seen", by="web", data={"views": dict(views)})

    return rule


def wish_reminder(event: Event, guest: str, group: str) -> Rule:
    """*guest* wants to be told when the door opens. Again adds nothing. Raises `NotBefore` once it is open."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.opened_at is not None or now >= event.times.disbands_at:
            raise NotBefore
        if guest not in state.landing.wishes:
            data = {"guest": guest, "group": group}
            yield Draft(kind="reminder_wished", by=guest, data=data, holds=(f"wish:{guest}",))

    return rule


def drop_reminder(guest: str) -> Rule:
    """*guest* does not want to be told any more. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if guest in state.landing.wishes:
            yield Draft(kind="reminder_dropped", by=guest, data={"guest": guest}, frees=(f"wish:{guest}",))

    return rule


def recall(text: str, *, by: str) -> Rule:
    """From now on every code of the event shows *text* only, nobody takes a seat, and no group is told anything.

    The same text again adds nothing. Raises `BadText` for an empty or over-long one.
    """
    if not 0 < len(text.strip()) <= HOLDING_LENGTH:
        raise BadText

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.landing.recalled != text:
            yield Draft(kind="door_recalled", by=by, data={"text": text})

    return rule


def restore(*, by: str) -> Rule:
    """Take a recall back. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.landing.recalled is not None:
            yield Draft(kind="door_restored", by=by, data={})

    return rule


def move_codes(to: str, *, by: str) -> Rule:
    """From now on the codes lead to the door of event *to*; empty: to their own again. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.landing.moved_to != to:
            yield Draft(kind="door_moved", by=by, data={"to": to})

    return rule


def choose_theme(theme: str, *, by: str) -> Rule:
    """The event's pictures are drawn in *theme* from now on. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.landing.theme != theme:
            yield Draft(kind="theme_chosen", by=by, data={"theme": theme})

    return rule


def ensure_not_recalled(state: State) -> None:
    """Raise `Recalled` while the event is recalled."""
    if state.landing.recalled is not None:
        raise Recalled
