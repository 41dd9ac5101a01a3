"""Polls and their votes, as the journal tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from salon.ballots import Choice, tally, whole
from salon.entries import Entry
from salon.model import ALWAYS, LEADERS, VOTED, Poll
from salon.part import Part


@dataclass(slots=True)
class PollState:
    """One poll and its votes, in its present round."""

    #: As it was opened, whatever is planned now.
    asked: Poll
    #: Counted from 1; a reset begins the next.
    round: int = 1
    is_open: bool = True
    #: Seat → its options, counted from 0. One vote per seat, whoever sits on it.
    votes: dict[int, Choice] = field(default_factory=dict)
    #: Seat → what it chose first: with *votes* it tells how opinions moved.
    first: dict[int, Choice] = field(default_factory=dict)
    #: Seat → key of the guest who cast its vote.
    cast_by: dict[int, str] = field(default_factory=dict)
    #: Rounds before this one, oldest first, closed.
    earlier: list[PollState] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The poll's id."""
        return self.asked.id

    @property
    def rounds(self) -> Iterator[PollState]:
        """Every round, this one last."""
        yield from self.earlier
        yield self

    @property
    def is_public(self) -> bool:
        """Whether everybody may know how it stands, those who did not vote among them."""
        return self.asked.results == ALWAYS or (self.asked.results != LEADERS and not self.is_open)

    def is_seen_by(self, seat: int) -> bool:
        """Whether a member on *seat* may know how it stands."""
        return self.is_public or (self.asked.results == VOTED and seat in self.votes)

    def voter(self, seat: int, guest: str) -> int:
        """*seat*, unless the vote that lies on it was cast by another than *guest*: 0. Nobody sees that one's vote."""
        return seat if self.cast_by.get(seat, guest) == guest else 0

    def tally(self) -> list[int]:
        """Votes per option, or points of a rank."""
        return list(tally(self.asked.kind, len(self.asked.options), self.votes.values()))

    def whole(self) -> int:
        """What an option's votes are a part of, as `salon.ballots.whole`."""
        return whole(self.asked.kind, self.tally(), len(self.votes), self.asked.most)


class Polls(dict[str, PollState], Part):
    """Poll's id → its state, in the order of opening. A part of `salon.state.State`; only its folds change it."""

    def _opened(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self[data["poll"]] = PollState(poll_in(data))

    def _voted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        poll, seat = self[data["poll"]], data["seat"]
        choice = tuple(data["options"]) if "options" in data else (data["option"],)
        poll.votes[seat], poll.cast_by[seat] = choice, entry.by
        poll.first.setdefault(seat, choice)

    def _closed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self[data["poll"]].is_open = False

    def _reset(self, entry: Entry, data: Mapping[str, Any]) -> None:
        old = self[data["poll"]]
        earlier, old.earlier, old.is_open = [*old.earlier, old], [], False
        self[data["poll"]] = PollState(old.asked, round=data["round"], earlier=earlier)

    _folds: ClassVar[Mapping[str, Callable[[Polls, Entry, Mapping[str, Any]], None]]] = {
        "poll_opened": _opened,
        "vote_cast": _voted,
        "vote_changed": _voted,
        "poll_closed": _closed,
        "poll_reset": _reset,
    }


def as_data(poll: Poll) -> dict[str, Any]:
    """*poll* as `poll_opened` notes it: what is as usual is left out."""
    data: dict[str, Any] = {
        "poll": poll.id,
        "question": poll.question,
        "options": list(poll.options),
        "section": poll.section,
    }
    usual = Poll(id=poll.id, question=poll.question, options=poll.options)
    for name in ("kind", "results", "is_named", "choices"):
        if getattr(poll, name) != getattr(usual, name):
            data[name] = getattr(poll, name)
    return {**data, "ends": list(poll.ends)} if poll.ends else data


def poll_in(data: Mapping[str, Any]) -> Poll:
    """The poll that `as_data` noted."""
    known = {name: data[name] for name in ("kind", "results", "is_named", "choices") if name in data}
    return Poll(
        id=data["poll"],
        question=data["question"],
        options=tuple(data["options"]),
        section=data["section"],
        ends=tuple(data.get("ends", ())),
        **known,
    )
