"""One evening of our own room as the discussion that a report is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from salon.model import Discussion, Event, Group, Message, PollResult
from salon.state import Said, State


def discussion_of(event: Event, groups: Iterable[Group], state: State) -> Discussion:
    """Everything that the journal says of the evening; hidden messages are left out."""
    names = {group.id: group.name for group in groups}
    return Discussion(
        topic=event.topic,
        kols=(event.kol.name,),
        language=event.languages[0],
        timezone=event.timezone,
        outline=event.outline,
        messages=_messages(state, names),
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
        )
        for poll in state.polls.values()
    ]


def _messages(state: State, names: Mapping[str, str]) -> tuple[Message, ...]:
    # Numbered by themselves, not by the journal: a sender that was restarted must not change a report's links.
    ids = {str(seq): str(k) for k, seq in enumerate(state.messages, 1)}
    shown = [said for said in state.messages.values() if not said.is_hidden]
    return tuple(_message(said, ids, state, names) for said in shown)


def _message(said: Said, ids: Mapping[str, str], state: State, names: Mapping[str, str]) -> Message:
    return Message(
        id=ids[str(said.seq)],
        author=said.author,
        name=said.name,
        text=said.text,
        at=said.at,
        reply_to=ids.get(said.reply_to, ""),
        role=said.role,
        source=_source(said.author, state, names),
    )


def _source(author: str, state: State, names: Mapping[str, str]) -> str:
    """Shown name of the group whose code brought *author*; empty: unknown, or none, as for the KOL."""
    guest = state.guests.get(author)
    return names.get(guest.source, guest.source) if guest else ""


def _sources(names: Mapping[str, str], state: State) -> tuple[tuple[str, int], ...]:
    counts = Counter(_source(guest, state, names) for guest in state.seat_by_guest)
    return tuple(sorted(((name, seats) for name, seats in counts.items() if name), key=lambda row: (-row[1], row[0])))
