"""One evening of our own room as the discussion that a report is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from salon.ballots import by_group, tally
from salon.cards import is_text
from salon.consent import NAMELESS, consented, unnamed
from salon.model import LEADERS, RANK, SCALE, Discussion, Event, Group, Item, Message, Poll, PollResult, Turnout
from salon.polls import PollState
from salon.state import Said, State


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
        polls=(*results_in(state, names), *form_results(state)),
        team_polls=tuple(results_in(state, names, for_team=True)),
        answers=written_answers(state),
        promotions=tuple((c.card.title, len(c.seen_by), len(c.followed_by)) for c in state.cards.promotions.values()),
        ratings=state.cards.rated(as_published=True),
        offers=offers_in(state, as_published=True),
        prompts=tuple(state.prompts),
        seats_by_source=_sources(names, state),
        seats=state.seats_taken(),
        waiting=len(state.waiting),
        kol=event.kol,
        series_name=event.series_name,
        number=event.number,
        began_at=event.times.starts_at,
        ended_at=state.disbanded_at or state.rhythm.moved(event).times.disbands_at,
        turnout=_turnout(names, state),
        coming=state.editions.coming,
        unnamed=unnamed(state),
        marks=_marks(state),
    )


def results_in(state: State, names: Mapping[str, str] | None = None, *, for_team: bool = False) -> Iterator[PollResult]:
    """Every poll that everybody may know by now, or *for_team* those that only who leads may, in order of opening.

    Rounds that a reset ended come before the last one, unless nobody voted in them. *names* of the groups: for the
    tables by group, which only the team reads.
    """
    groups = {seat: _source(guest, state, names or {}) for seat, guest in state.guest_by_seat.items()}
    for poll in state.polls.values():
        told = [round for round in poll.rounds if round.votes or round is poll]
        for round in told:
            if round.asked.results == LEADERS if for_team else round.is_public:
                yield _result(round, poll.round, groups if names else {})


def form_results(state: State) -> Iterator[PollResult]:
    """The questions of every questionnaire that has closed, as polls; those that nobody answered are left out.

    What was written in words is for the team alone: `written_answers`.
    """
    for form in state.cards.forms.values():
        for k, item in enumerate(form.asked.items):
            if not form.is_open and not is_text(item) and form.voters(k):
                yield PollResult(
                    # No poll's id has a dot.
                    id=f"{form.asked.id}.{k + 1}",
                    question=item.question,
                    options=labelled(item),
                    votes=tuple(form.tally(k)),
                    section=form.asked.section,
                    kind=item.kind,
                    voters=form.voters(k),
                    low=item.low,
                )


def written_answers(state: State) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What was written in questionnaires, without names: (question, texts)."""
    told = (
        (item.question, tuple(form.texts(k)))
        for form in state.cards.forms.values()
        for k, item in enumerate(form.asked.items)
        if is_text(item)
    )
    return tuple((question, texts) for question, texts in told if texts)


def offers_in(state: State, *, as_published: bool = False) -> tuple[tuple[str, str], ...]:
    """Who would lead, by the name that they took, and what about; whoever asked not to be named by their seat."""
    hidden = unnamed(state)
    offers = state.cards.offers(as_published=as_published)
    names = {offer.guest: "" if offer.guest in hidden else state.guests[offer.guest].name for offer in offers}
    return tuple((names[offer.guest] or f"#{state.seat_of(offer.guest)}", offer.topic) for offer in offers)


def _result(poll: PollState, rounds: int, groups: Mapping[int, str]) -> PollResult:
    asked, size = poll.asked, len(poll.asked.options)
    return PollResult(
        # Each round is a result of its own; no poll's id has a `#`.
        id=asked.id if poll.round == rounds else f"{asked.id}#{poll.round}",
        question=asked.question,
        options=labelled(asked),
        votes=tuple(poll.tally()),
        section=asked.section,
        first_votes=tally(asked.kind, size, poll.first.values()),
        changed=sum(choice != poll.first.get(seat) for seat, choice in poll.votes.items()),
        kind=asked.kind,
        voters=len(poll.votes),
        places=asked.most if asked.kind == RANK else 0,
        low=asked.low,
        round=poll.round,
        rounds=rounds,
        groups=by_group(asked.kind, size, poll.votes, groups),
    )


def labelled(asked: Poll | Item) -> tuple[str, ...]:
    """The options; of a scale the lowest and the highest say what they mean."""
    if asked.kind != SCALE or not asked.ends:
        return asked.options
    first, *middle, last = asked.options
    return (f"{first} {asked.ends[0]}", *middle, f"{last} {asked.ends[-1]}")


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


def _marks(state: State) -> tuple[tuple[str, str], ...]:
    """Marks by button, on messages as `_messages` numbers them; what is hidden by now has none."""
    ids = {seq: str(k) for k, seq in enumerate(state.messages, 1)}
    shown = (mark for mark in state.rhythm.marks.values() if not state.messages[mark.message].is_hidden)
    return tuple((ids[mark.message], mark.kind) for mark in shown)


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
        is_withheld=said.is_withheld,
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
    # How many took part in a poll that only who leads may know is its result too.
    voted = {seat for poll in state.polls.values() if poll.is_public for seat in poll.votes}
    # The vote belongs to the seat: whoever sits there now has it. A seat that nobody holds is of no group.
    voters.update(_source(guest, state, names) for seat, guest in state.guest_by_seat.items() if seat in voted)
    rows = (
        Turnout(name=name, views=views[name], seats=seats[name], waiting=waiting[name], voters=voters[name])
        for name in {*views, *seats, *waiting}
        if name and (views[name] or seats[name] or waiting[name])
    )
    return tuple(sorted(rows, key=lambda row: (-row.seats, row.name)))
