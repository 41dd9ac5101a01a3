"""Any evening at all: guests claim, leave, vote, the host closes, processes crash, and a plain model agrees."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from salon.clock import HandClock
from salon.entries import Draft, Entry, Rule
from salon.errors import NoSeat, PollNotOpen, Refused, RoomClosed
from salon.journal import Journal, store_at
from salon.model import Event, Poll
from salon.rules.polls import cast_vote, close_poll, open_poll
from salon.rules.seats import OFFER, leave_seat, settle_offers, take_seat
from salon.rules.talk import Line, post_message
from salon.rules.week import open_room, shut_room
from salon.state import State
from salon.testing.golden import golden_event

SEATS = 3
GUESTS = st.sampled_from([f"g{k}" for k in range(7)])
PROCESSES = st.integers(0, 1)
#: Turns of the clock for which a seat is kept.
TURNS = 2
POLL = Poll(id="p", question="?", options=("a", "b", "c"))
_numbers = count(1)


@dataclass
class Model:
    """The evening in the plainest possible words."""

    chairs: list[str] = field(default_factory=lambda: [""] * SEATS)
    queue: list[str] = field(default_factory=list)
    #: Chair, counted from 0 → (for whom it is kept, how much longer, in turns of the clock).
    kept: dict[int, tuple[str, int]] = field(default_factory=dict)
    votes: dict[int, int] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = True
    is_voting: bool = True

    def claim(self, guest: str) -> None:
        if not self.is_open:
            raise RoomClosed
        if guest in self.chairs:
            return
        for chair, (wanted, _) in list(self.kept.items()):
            if wanted == guest:
                del self.kept[chair]
                self.queue.remove(guest)
                self.chairs[chair] = guest
        if guest in self.chairs or guest in self.queue:
            return
        free = [chair for chair, sits in enumerate(self.chairs) if not sits and chair not in self.kept]
        if free:
            self.chairs[free[0]] = guest
        else:
            self.queue.append(guest)

    def leave(self, guest: str) -> None:
        if not self.is_open:
            raise RoomClosed
        if guest in self.queue:
            self.queue.remove(guest)
            self.keep([chair for chair, (wanted, _) in self.kept.items() if wanted == guest])
        elif guest in self.chairs:
            chair = self.chairs.index(guest)
            self.chairs[chair] = ""
            self.keep([chair])
        else:
            raise NoSeat

    def keep(self, chairs: list[int]) -> None:
        """Keep *chairs* for those who come next in the queue."""
        for chair in chairs:
            self.kept.pop(chair, None)
        for chair in sorted(chairs):
            asked = [wanted for wanted, _ in self.kept.values()]
            waiting = [guest for guest in self.queue if guest not in asked]
            if waiting:
                self.kept[chair] = (waiting[0], TURNS)

    def pass_time(self) -> None:
        """A turn of the clock, after which what was kept long enough goes to the next."""
        if not self.is_open:
            raise RoomClosed
        self.kept = {chair: (guest, left - 1) for chair, (guest, left) in self.kept.items()}
        over = [chair for chair, (_, left) in self.kept.items() if left <= 0]
        for chair in over:
            self.queue.remove(self.kept[chair][0])
        self.keep(over)

    def vote(self, guest: str, option: int) -> None:
        if not self.is_open:
            raise RoomClosed
        if guest not in self.chairs:
            raise NoSeat
        if not self.is_voting:
            raise PollNotOpen
        self.votes[self.chairs.index(guest) + 1] = option

    def say(self, guest: str, words: str) -> None:
        if not self.is_open:
            raise RoomClosed
        if guest not in self.chairs:
            raise NoSeat
        if (guest, words) not in self.said:
            self.said.append((guest, words))

    def close(self) -> None:
        self.is_voting = False

    def shut(self) -> None:
        self.is_open = self.is_voting = False


class Evening(RuleBasedStateMachine):
    """Two processes on one database, and the model beside them."""

    url: str

    @initialize()
    def open(self) -> None:
        # One database for all evenings: each is an event of its own.
        self.event = replace(golden_event("en"), id=f"evening-{next(_numbers)}", seats=SEATS)
        self.clock = HandClock(self.event.times.opens_at)
        self.loop = asyncio.Runner()
        self.journals = [self._opened(), self._opened()]
        self.model = Model()
        self._decide(0, open_room(self.event, by="clock"))
        self._decide(0, open_poll(self.event, POLL, by="host"))

    def _opened(self) -> Journal:
        return self.loop.run(Journal(store_at(self.url), self.clock).__aenter__())

    def _decide(self, process: int, rule: Rule) -> tuple[Entry, ...]:
        return self.loop.run(self.journals[process].decide(self.event.id, rule))

    def _both(self, process: int, rule: Rule, word: str, *values: object) -> None:
        """Ask the journal and the model for the same; they must agree on yes, or on the same no."""
        answers = []
        for ask in (lambda: self._decide(process, rule), lambda: getattr(self.model, word)(*values)):
            try:
                ask()
                answers.append("yes")
            except Refused as refused:
                answers.append(type(refused).__name__)
        assert answers[0] == answers[1], answers

    @rule(process=PROCESSES, guest=GUESTS)
    def claims(self, process: int, guest: str) -> None:
        self._both(process, take_seat(self.event, guest, source="readers"), "claim", guest)

    @rule(process=PROCESSES, guests=st.lists(GUESTS, min_size=2, max_size=6))
    def claim_at_once(self, process: int, guests: list[str]) -> None:
        journal = self.journals[process]

        async def burst() -> list[object]:
            asks = (journal.decide(self.event.id, take_seat(self.event, guest, source="readers")) for guest in guests)
            return await asyncio.gather(*asks, return_exceptions=True)

        for guest, answer in zip(guests, self.loop.run(burst()), strict=True):
            assert isinstance(answer, tuple) is self.model.is_open
            with suppress(RoomClosed):
                self.model.claim(guest)

    @rule(process=PROCESSES, guest=GUESTS)
    def leaves(self, process: int, guest: str) -> None:
        self._both(process, leave_seat(self.event, guest), "leave", guest)

    @rule(process=PROCESSES)
    def time_passes(self, process: int) -> None:
        self.clock.turn_to(self.clock.now() + OFFER / TURNS)
        self._both(process, settle_offers(self.event), "pass_time")

    @rule(process=PROCESSES, guest=GUESTS, option=st.integers(0, 2))
    def votes(self, process: int, guest: str, option: int) -> None:
        self._both(process, cast_vote(self.event, guest, "p", option), "vote", guest, option)

    @rule(process=PROCESSES, guest=GUESTS, words=st.sampled_from(["hello", "again"]))
    def says(self, process: int, guest: str, words: str) -> None:
        line = Line(text=words, client_id=words)
        self._both(process, post_message(self.event, guest, line), "say", guest, words)

    @rule(process=PROCESSES)
    def closes_the_poll(self, process: int) -> None:
        self._both(process, close_poll("p", by="host"), "close")

    @rule(process=PROCESSES, now=st.integers(0, 4))
    def shuts_the_room(self, process: int, now: int) -> None:
        # Rarely: little happens afterwards.
        if now == 4:
            self._both(process, shut_room(by="clock"), "shut")

    @rule(process=PROCESSES)
    def crashes_within_a_transaction(self, process: int) -> None:
        store = self.journals[process].store
        seq = len(store.read(self.event.id))
        draft = Draft(kind="noted", by="host", data={}, holds=("never:held",))
        entry = Entry(seq=seq + 1, event=self.event.id, at=self.clock.now(), kind="noted", by="host", data={})
        store.begin([self.event.id])
        store.append([(entry, draft)])
        # The connection is cut, as when the process is killed; then a new process opens the journal.
        self._close(process)
        self.journals[process] = self._opened()

    def _close(self, process: int) -> None:
        self.loop.run(self.journals[process].__aexit__(None, None, None))

    @invariant()
    def every_telling_agrees(self) -> None:
        # Before the first rule there is no evening to tell of.
        if not hasattr(self, "model"):
            return
        lives = [self.loop.run(journal.refresh(self.event.id)) for journal in self.journals]
        entries = self.journals[0].store.read(self.event.id)
        assert lives[0].entries == lives[1].entries == entries
        for state in (lives[0].state, lives[1].state, State.of(entries)):
            self._agrees(state)

    def _agrees(self, state: State) -> None:
        taken = {seat: guest for seat, guest in enumerate(self.model.chairs, 1) if guest}
        assert state.guest_by_seat == taken
        assert state.seat_by_guest == {guest: seat for seat, guest in taken.items()}
        assert list(state.waiting) == self.model.queue
        kept = {seat: guest for guest, seat in ((g, offer.seat) for g, offer in state.offers.items())}
        assert kept == {chair + 1: guest for chair, (guest, _) in self.model.kept.items()}
        assert state.polls["p"].votes == {seat: (option,) for seat, option in self.model.votes.items()}
        assert state.polls["p"].is_open is self.model.is_voting
        assert [(said.author, said.text) for said in state.messages.values()] == self.model.said
        assert (state.disbanded_at is None) is self.model.is_open

    def teardown(self) -> None:
        if hasattr(self, "journals"):
            for process in (0, 1):
                self._close(process)
            self.loop.close()


# The same evenings each time, and nothing kept between runs.
RUN = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def evening(url: str) -> type[Evening]:
    """The machine on the database at *url*."""
    return type("EveningThere", (Evening,), {"url": url})


def test_any_evening_agrees_with_a_plain_model(database_url: str) -> None:
    run_state_machine_as_test(evening(database_url), settings=RUN)


def test_the_model_catches_a_rule_that_forgets_the_waiting_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = leave_seat

    def forgetful(event: Event, guest: str) -> Rule:
        return lambda state, now: list(real(event, guest)(state, now))[:1]

    monkeypatch.setattr(sys.modules[__name__], "leave_seat", forgetful)
    # As soon as one evening differs it has been caught: it need not be made shorter.
    quick = settings(RUN, max_examples=100, phases=[Phase.generate], report_multiple_bugs=False, print_blob=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(evening(f"sqlite:///{tmp_path / 'salon.db'}"), settings=quick)
