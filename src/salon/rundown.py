"""The run of show of one evening, from its outline: what is posted to the room, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from salon.model import Event, Poll, Promotion, Questionnaire
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


def rundown(event: Event) -> tuple[Step, ...]:
    """Every step of *event*'s evening, in order of time; equal times keep this order."""
    close, length = event.times.disbands_at, event.times.disbands_at - event.times.starts_at
    # In a short evening they still come at its end.
    wrap_up, recap = close - min(WRAP_UP_BEFORE, length / 4), close - min(RECAP_BEFORE, length / 10)
    steps = [Step(key="precautions", kind=StepKind.PRECAUTIONS, at=event.times.hosts_at)]
    for number, starts_at in enumerate(event.section_starts_at(), 1):
        steps += _section(event, number, starts_at)
    steps += [
        Step(key="wrap-up", kind=StepKind.NOTICE, at=wrap_up, data={"notice": "wrap_up"}),
        Step(key="recap", kind=StepKind.RECAP, at=recap),
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def _section(event: Event, number: int, starts_at: datetime) -> list[Step]:
    section = event.outline[number - 1]
    steps = [
        Step(
            key=f"section-{number}",
            kind=StepKind.SECTION,
            at=starts_at,
            data={"section": number, "title": section.title, "minutes": section.minutes},
        )
    ]
    # Prompts share the section's minutes evenly; the first starts it.
    for k, text in enumerate(section.prompts):
        at = starts_at + timedelta(minutes=section.minutes) * k / len(section.prompts)
        data = {"section": number, "text": text}
        steps.append(Step(key=f"prompt-{number}-{k + 1}", kind=StepKind.PROMPT, at=at, data=data))
    # A poll opens when half of its section has been talked through.
    half = starts_at + timedelta(minutes=section.minutes) / 2
    for poll in event.polls:
        if poll.section == number:
            steps.append(Step(key=f"poll-{poll.id}", kind=StepKind.POLL, at=half, poll=poll))
    return steps + _cards(event, number, starts_at, timedelta(minutes=section.minutes))


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
