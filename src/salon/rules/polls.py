"""Polls: opened, closed and begun anew by the host or the outline; one vote per seat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from salon.ballots import Choice
from salon.entries import Draft, Rule
from salon.errors import NotFound, PollNotOpen, Refused, WrongUse
from salon.model import MULTIPLE, POLL_KINDS, POLL_RESULTS, RANK, SCALE, Event, Poll
from salon.polls import PollState, as_data
from salon.rules.seats import ensure_open, held_seat
from salon.state import State

#: Longest question and longest option, in characters.
QUESTION_LENGTH, OPTION_LENGTH = 300, 120
#: Options of a poll, and values of a scale, at most.
MOST_OPTIONS, MOST_VALUES = 10, 11


class VoteEmpty(Refused):
    """A vote names at least one option."""

    status, reason = 400, "vote_empty"


class VoteTooMany(Refused):
    """A vote names no more options than the poll allows."""

    status, reason = 400, "vote_too_many"


class VoteTwice(Refused):
    """A vote names each option once."""

    status, reason = 400, "vote_twice"


class VoteShort(Refused):
    """A rank gives every place that is asked for."""

    status, reason = 400, "vote_short"


class BadPoll(Refused):
    """A poll has a question, and two to ten different options; of a scale two to eleven values."""

    status, reason = 422, "bad_poll"


class PollBegunAnew(Refused):
    """The poll has begun anew since that page was drawn."""

    reason = "poll_begun_anew"


def scale(low: int, high: int) -> tuple[str, ...]:
    """The values of a scale as the options of a poll; a poll that cannot be where they are too many or too few."""
    return tuple(str(value) for value in range(low, min(high, low + MOST_VALUES) + 1))


def ensure_sound(poll: Poll) -> None:
    """Raise `BadPoll` unless *poll* can be asked: for one that was made on the spot."""
    texts = (*poll.options, *poll.ends)
    most = MOST_VALUES if poll.kind == SCALE else MOST_OPTIONS
    is_sound = (
        0 < len(poll.question) <= QUESTION_LENGTH
        and 2 <= len(poll.options) <= most
        and all(0 < len(text) <= OPTION_LENGTH for text in texts)
        and len(set(poll.options)) == len(poll.options)
        and len(poll.ends) in (0, 2)
        and poll.choices <= len(poll.options)
        and poll.kind in POLL_KINDS
        and poll.results in POLL_RESULTS
    )
    if not is_sound:
        raise BadPoll


def open_poll(event: Event, poll: Poll, *, by: str) -> Rule:
    """Open *poll* for votes. A poll opens once: again adds nothing, whether it is open or closed."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if poll.id not in state.polls:
            yield Draft(kind="poll_opened", by=by, data=as_data(poll), holds=(f"poll:{poll.id}",))

    return rule


def cast_vote(event: Event, guest: str, poll_id: str, said: int | Sequence[int], *, round: int = 0) -> Rule:
    """Vote from *guest*'s seat for what was *said*; another vote later replaces it, until the poll closes.

    *said*: an option counted from 0, or several; of a scale its value; of a rank its options, the first place first.
    *round*: the one that the page showed; 0: whichever it is. The vote belongs to the seat: whoever takes a released
    seat replaces the vote that lies on it, and is told nothing of it. Raises as `held_seat`, `NotFound`, `PollNotOpen`,
    `PollBegunAnew`, `WrongUse` (no such option), `VoteEmpty`, `VoteTooMany`, `VoteTwice`, `VoteShort`, and as
    `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        seat = held_seat(state, guest)
        poll = _known(state, poll_id)
        if not poll.is_open:
            raise PollNotOpen
        if round and round != poll.round:
            raise PollBegunAnew
        choice = _choice(poll.asked, (said,) if isinstance(said, int) else tuple(said))
        before = poll.votes.get(seat)
        data = {"poll": poll_id, "seat": seat, **_chosen(poll.asked, choice)}
        if before is None:
            yield Draft(kind="vote_cast", by=guest, data=data, holds=(f"vote:{_key(poll)}:{seat}",))
        elif (before, poll.cast_by[seat]) != (choice, guest):
            yield Draft(kind="vote_changed", by=guest, data=data)

    return rule


def close_poll(poll_id: str, *, by: str) -> Rule:
    """Close a poll. Again adds nothing. Raises `NotFound` for one that was never opened."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        poll = _known(state, poll_id)
        if poll.is_open:
            yield poll_closed(poll, by=by)

    return rule


def close_polls(*, by: str) -> Rule:
    """Close every poll that is open. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        yield from (poll_closed(poll, by=by) for poll in state.polls.values() if poll.is_open)

    return rule


def reset_poll(event: Event, poll_id: str, *, round: int, by: str) -> Rule:
    """End round number *round* of a poll, which is kept, and begin the next without votes; a closed poll opens again.

    Asked again for the same round it adds nothing. Raises `NotFound`, and as `ensure_open`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        poll = _known(state, poll_id)
        if poll.round == round:
            data = {"poll": poll_id, "round": round + 1}
            yield Draft(kind="poll_reset", by=by, data=data, holds=(f"round:{poll_id}:{round + 1}",))

    return rule


def poll_closed(poll: PollState, *, by: str) -> Draft:
    """The entry that closes a poll's round, once."""
    return Draft(kind="poll_closed", by=by, data={"poll": poll.id}, holds=(f"closed:{_key(poll)}",))


def _known(state: State, poll_id: str) -> PollState:
    poll = state.polls.get(poll_id)
    if poll is None:
        raise NotFound(f"poll {poll_id!r}: it has not been opened in this room")
    return poll


def _key(poll: PollState) -> str:
    """What the database keeps unique: the poll, and its round from the second on. No id has a `#`."""
    return poll.id if poll.round == 1 else f"{poll.id}#{poll.round}"


def _choice(asked: Poll, said: Choice) -> Choice:
    """The options that were *said*, counted from 0, if this poll allows such a vote; of several in their order."""
    size, low = len(asked.options), asked.low
    if not said:
        raise VoteEmpty
    for option in said:
        if not low <= option < low + size:
            what = "values" if asked.kind == SCALE else "options"
            raise WrongUse(f"option {option}: this poll has {what} {low} to {low + size - 1}")
    if len(set(said)) < len(said):
        raise VoteTwice
    if len(said) > asked.most:
        raise VoteTooMany
    if asked.kind == RANK and len(said) < asked.most:
        raise VoteShort
    choice = tuple(option - low for option in said)
    return choice if asked.kind == RANK else tuple(sorted(choice))


def _chosen(asked: Poll, choice: Choice) -> dict[str, object]:
    return {"options": list(choice)} if asked.kind in (MULTIPLE, RANK) else {"option": choice[0]}
