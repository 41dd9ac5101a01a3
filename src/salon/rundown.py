"""The run of show of one evening, from its outline: what is posted to the room, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from salon.cards import is_played
from salon.model import Event, Poll, Promotion, Questionnaire
from salon.rhythm import Leg, Rhythm, current, run_sheet
from salon.state import State

#: The notice that the evening is coming to its end, and the recap, this long before the close.
WRAP_UP_BEFORE = timedelta(minutes=15)
RECAP_BEFORE = timedelta(minutes=5)


class StepKind(StrEnum):
    """What a step does; the word is the kind of its journal entry."""

    PRECAUTIONS = "precautions_posted"
    SECTION = "section_started"
    PROMPT = "prompt_posted"
    POLL = "poll_opened"
    QUESTIONNAIRE = "questionnaire_opened"
    PROMOTION = "promotion_shown"
    NOTICE = "notice_posted"
    RECAP = "recap_posted"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the evening; it is taken once, however often the moment is run."""

    #: Unique within the evening: `prompt-2-1`.
    key: str
    kind: StepKind
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    poll: Poll | None = None
    #: A questionnaire that opens, or a promotion that is shown.
    card: Questionnaire | Promotion | None = None


def rundown(event: Event, state: State | None = None) -> tuple[Step, ...]:
    """Every step of *event*'s evening, in order of time; equal times keep this order.

    With *state* as things stand: sections that were begun by hand, re-planned or cut, the close that was put off, and
    without what the evening has passed over: steps of earlier sections that were not taken, a recap that was waived.
    """
    rhythm = state.rhythm if state else Rhythm()
    event = rhythm.moved(event)
    legs = run_sheet(event, rhythm)
    steps = [Step(key="precautions", kind=StepKind.PRECAUTIONS, at=event.times.hosts_at)]
    for leg in legs:
        steps += [step for step in _section(event, leg) if state is None or _is_worth_taking(step, leg, legs, state)]
    steps += _ending(event, rhythm)
    return tuple(sorted(steps, key=lambda step: step.at))


def steps_left(event: Event, state: State) -> list[Step]:
    """The steps that are still to be taken, in order of time."""
    return [step for step in rundown(event, state) if not is_taken(step, state)]


def is_taken(step: Step, state: State) -> bool:
    """Whether *step* stands in the journal; a promotion also where its section has had another."""
    if step.poll is not None:
        return step.poll.id in state.polls
    return is_played(step.card, state.cards) if step.card is not None else step.key in state.steps


def _ending(event: Event, rhythm: Rhythm) -> list[Step]:
    close, length = event.times.disbands_at, event.times.disbands_at - event.times.starts_at
    # In a short evening they still come at its end.
    wrap_up, recap = close - min(WRAP_UP_BEFORE, length / 4), close - min(RECAP_BEFORE, length / 10)
    steps = [
        Step(key="wrap-up", kind=StepKind.NOTICE, at=wrap_up, data={"notice": "wrap_up"}),
        Step(key="last-call", kind=StepKind.NOTICE, at=recap, data={"notice": "last_call"}),
    ]
    return steps if "recap" in rhythm.waived else [*steps, Step(key="recap", kind=StepKind.RECAP, at=recap)]


def _is_worth_taking(step: Step, leg: Leg, legs: tuple[Leg, ...], state: State) -> bool:
    """Whether it was taken, or its section is on or still to come."""
    return is_taken(step, state) or (leg.number >= current(legs) and not leg.is_cut)


def _section(event: Event, leg: Leg) -> list[Step]:
    section, number, length = event.outline[leg.number - 1], leg.number, timedelta(minutes=leg.minutes)
    data: dict[str, Any] = {"section": number, "title": section.title, "minutes": leg.minutes}
    steps = [Step(key=f"section-{number}", kind=StepKind.SECTION, at=leg.at, data=data)]
    # Prompts share the section's minutes evenly; the first starts it.
    for k, text in enumerate(section.prompts):
        at = leg.at + length * k / len(section.prompts)
        steps.append(
            Step(key=f"prompt-{number}-{k + 1}", kind=StepKind.PROMPT, at=at, data={"section": number, "text": text})
        )
    # A poll opens when half of its section has been talked through.
    for poll in event.polls:
        if poll.section == number:
            steps.append(Step(key=f"poll-{poll.id}", kind=StepKind.POLL, at=leg.at + length / 2, poll=poll))
    return steps + _cards(event, number, leg.at, length)


def _cards(event: Event, number: int, starts_at: datetime, length: timedelta) -> list[Step]:
    """What is to be filled in comes when two thirds of its section are over, what is promoted towards its end."""
    forms = [
        Step(key=f"questionnaire-{form.id}", kind=StepKind.QUESTIONNAIRE, at=starts_at + length * 2 / 3, card=form)
        for form in event.questionnaires
        if form.section == number
    ]
    cards = [
        Step(key=f"promotion-{card.id}", kind=StepKind.PROMOTION, at=starts_at + length * 5 / 6, card=card)
        for card in event.promotions
        if card.section == number
    ]
    return forms + cards


def section_now(state: State, event: Event) -> int:
    """Number of the section that was started last, counted from 1; 0 before the first."""
    return max((k for k in range(1, len(event.outline) + 1) if f"section-{k}" in state.steps), default=0)
