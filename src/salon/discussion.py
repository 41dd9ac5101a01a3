"""One evening of our own room as the discussion that a report is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from salon.consent import NAMELESS, consented, unnamed
from salon.model import Discussion, Event, Group, Message, PollResult, Turnout
from salon.state import PollState, Said, State


def discussion_of(event: Event, groups: Iterable[Group], state: State) -> Discussion:
    """Everything that the journal says of the evening; hidden and withdrawn messages are left out."""
    names = {group.id: group.name for group in groups}
    return Discussion(
        topic=event.topic,
        kols=(event.kol.name,),
        language=event.languages[0],
        timezone=event.timezone,
        outline=event.outline,
        messages=_messages(state, names, event.languages[0]),
        polls=tuple(results_in(state)),
        prompts=tuple(state.prompts),
        seats_by_source=_sources(names, state),
        seats=state.seats_taken(),
        waiting=len(state.waiting),
        kol=event.kol,
        series_name=event.series_name,
        number=event.number,
        began_at=event.times.starts_at,
        ended_at=state.disbanded_at or event.times.disbands_at,
        turnout=_turnout(names, state),
        coming=state.editions.coming,
        unnamed=unnamed(state),
    )


def results_in(state: State) -> list[PollResult]:
    """Every poll that was opened, with its votes so far, in the order of opening."""
    return [
        PollResult(
            id=poll.id,
            question=poll.question,
            options=poll.options,
            votes=tuple(poll.tally()),
            section=poll.section,
            first_votes=_first_votes(poll),
            changed=sum(option != poll.first.get(seat) for seat, option in poll.votes.items()),
        )
        for poll in state.polls.values()
    ]


def _first_votes(poll: PollState) -> tuple[int, ...]:
    counts = Counter(poll.first.values())
    return tuple(counts[option] for option in range(len(poll.options)))


def _messages(state: State, names: Mapping[str, str], language: str) -> tuple[Message, ...]:
    # Numbered by themselves, not by the journal: a sender that was restarted must not change a report's links.
    ids = {str(seq): str(k) for k, seq in enumerate(state.messages, 1)}
    answers = {str(message): str(question) for message, question in state.questions.answers().items()}
    found = []
    for said in consented(state, language):
        message = _message(said, ids, state, names)
        if said.is_anonymous:
            # Not even a key joins it to what its author said under a name.
            message = replace(message, author=f"anonymous-{message.id}", name=NAMELESS[language], source="")
        if not message.reply_to and (question := answers.get(str(said.seq))):
            message = replace(message, reply_to=ids[question])
        found.append(message)
    return tuple(found)


def _message(said: Said, ids: Mapping[str, str], state: State, names: Mapping[str, str]) -> Message:
    return Message(
        id=ids[str(said.seq)],
        author=said.author,
        name=said.name,
        text=said.text,
        at=said.at,
        reply_to=ids.get(said.reply_to, ""),
        role=said.role,
        is_question=said.is_question,
        source=_source(said.author, state, names),
    )


def _source(author: str, state: State, names: Mapping[str, str]) -> str:
    """Shown name of the group whose code brought *author*; empty: unknown, or none, as for the KOL."""
    guest = state.guests.get(author)
    return names.get(guest.source, guest.source) if guest else ""


def _sources(names: Mapping[str, str], state: State) -> tuple[tuple[str, int], ...]:
    counts = Counter(_source(guest, state, names) for guest in state.seat_by_guest)
    return tuple(sorted(((name, seats) for name, seats in counts.items() if name), key=lambda row: (-row[1], row[0])))


def _turnout(names: Mapping[str, str], state: State) -> tuple[Turnout, ...]:
    """A row for each group that somebody came from, most seats first."""
    views, seats, waiting, voters = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for group, name in names.items():
        views[name] += state.views.get(group, 0)
    seats.update(_source(guest, state, names) for guest in state.seat_by_guest)
    waiting.update(_source(guest, state, names) for guest in state.waiting)
    voted = {seat for poll in state.polls.values() for seat in poll.votes}
    # The vote belongs to the seat: whoever sits there now has it. A seat that nobody holds is of no group.
    voters.update(_source(guest, state, names) for seat, guest in state.guest_by_seat.items() if seat in voted)
    rows = (
        Turnout(name=name, views=views[name], seats=seats[name], waiting=waiting[name], voters=voters[name])
        for name in {*views, *seats, *waiting}
        if name and (views[name] or seats[name] or waiting[name])
    )
    return tuple(sorted(rows, key=lambda row: (-row.seats, row.name)))
