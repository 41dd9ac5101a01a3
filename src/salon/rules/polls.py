"""Polls: opened and closed by the host or the outline, one vote per seat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import NoSeat, NotFound, PollNotOpen, WrongUse
from salon.model import Event, Poll
from salon.rules.seats import ensure_open
from salon.state import State


def open_poll(event: Event, poll: Poll, *, by: str) -> Rule:
    """Open *poll* for votes. A poll opens once: again adds nothing, whether it is open or closed."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if poll.id not in state.polls:
            yield Draft(
                kind="poll_opened",
                by=by,
                data={
                    "poll": poll.id,
                    "question": poll.question,
                    "options": list(poll.options),
                    "section": poll.section,
                },
                holds=(f"poll:{poll.id}",),
            )

    return rule


def cast_vote(event: Event, guest: str, poll_id: str, option: int) -> Rule:
    """Vote from *guest*'s seat for *option*, counted from 0; another option later replaces it.

    The vote belongs to the seat: whoever takes a released seat finds its vote already cast.
    Raises `NoSeat`, `NotFound`, `PollNotOpen`, `WrongUse` (no such option), and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = state.seat_of(guest)
        if not seat:
            raise NoSeat
        poll = state.polls.get(poll_id)
        if poll is None:
            raise NotFound(f"poll {poll_id!r}: it has not been opened in this room")
        if not poll.is_open:
            raise PollNotOpen
        if not 0 <= option < len(poll.options):
            raise WrongUse(f"option {option}: this poll has options 0 to {len(poll.options) - 1}")
        before = poll.votes.get(seat)
        data = {"poll": poll_id, "seat": seat, "option": option}
        if before is None:
            yield Draft(kind="vote_cast", by=guest, data=data, holds=(f"vote:{poll_id}:{seat}",))
        elif before != option:
            yield Draft(kind="vote_changed", by=guest, data=data)

    return rule


def close_poll(poll_id: str, *, by: str) -> Rule:
    """Close a poll. Again adds nothing. Raises `NotFound` for one that was never opened."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        poll = state.polls.get(poll_id)
        if poll is None:
            raise NotFound(f"poll {poll_id!r}: it has not been opened in this room")
        if poll.is_open:
            yield poll_closed(poll_id, by=by)

    return rule


def poll_closed(poll_id: str, *, by: str) -> Draft:
    """The entry that closes a poll, once."""
    return Draft(kind="poll_closed", by=by, data={"poll": poll_id}, holds=(f"closed:{poll_id}",))
