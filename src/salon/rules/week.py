"""Rules of the week's moments: the room opens and shuts once, each step is taken once, each group hears once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from salon.entries import Draft, Rule
from salon.errors import RoomClosed
from salon.model import Event, Slot
from salon.rules.cards import questionnaire_closed
from salon.rules.polls import poll_closed
from salon.rules.seats import ensure_open
from salon.state import State


def note_plan(plan: Mapping[str, Any]) -> Rule:
    """Write the plan into the event's own journal when it differs from the one noted last."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.plan != plan:
            yield Draft(kind="plan_noted", by="owner", data=plan)

    return rule


def open_room(event: Event, *, by: str) -> Rule:
    """Note that the room is open: seats may be taken from now on. Again adds nothing. Raises `RoomClosed`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.disbanded_at is not None or now >= event.times.disbands_at:
            raise RoomClosed
        if state.opened_at is None:
            yield Draft(kind="room_opened", by=by, data={"seats": event.seats}, holds=("room:opened",))

    return rule


def shut_room(*, by: str) -> Rule:
    """Close every open poll and questionnaire, then the room, for good. Again adds nothing, whoever comes second."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.disbanded_at is not None:
            return
        for poll in state.polls.values():
            if poll.is_open:
                yield poll_closed(poll, by=by)
        for form in state.cards.forms.values():
            if form.is_open:
                yield questionnaire_closed(form, by=by)
        data = {"seats_taken": state.seats_taken(), "waiting": len(state.waiting)}
        yield Draft(kind="room_disbanded", by=by, data=data, holds=("room:disbanded",))

    return rule


def take_step(event: Event, kind: str, step: str, data: Mapping[str, Any], *, by: str) -> Rule:
    """Add one step of the evening (a prompt, a notice) under its key, once. Raises as `ensure_open`."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        ensure_open(event, state, now)
        if step not in state.steps:
            yield Draft(kind=kind, by=by, data={"step": step, **data}, holds=(f"step:{step}",))

    return rule


def finish_slot(slot: Slot, outcome: str, text: str) -> Rule:
    """Note what came of a moment ("done" or "skipped"), once."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if slot.key not in state.slots:
            yield Draft(
                kind=f"moment_{outcome}",
                by=str(slot.moment),
                data={"slot": slot.key, "planned_at": slot.at.isoformat(), "text": text},
                holds=(f"slot:{slot.key}",),
            )

    return rule


def begin_delivery(announcement: str, group: str, channel: str, *, by: str) -> Rule:
    """Claim one announcement to one group before the channel is called.

    Adds nothing when it was claimed before, unless the channel said in so many words that nothing went out.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.outcome_of(announcement, group) in ("", "postponed"):
            data = {"announcement": announcement, "group": group, "channel": channel}
            hold = f"delivery:{announcement}:{group}"
            yield Draft(kind="announcement_begun", by=by, data=data, holds=(hold,))

    return rule


def end_delivery(announcement: str, group: str, outcome: str, detail: str, *, by: str) -> Rule:
    """Write down what came of a delivery that was begun; one that has its end keeps it.

    *outcome*: "delivered", "refused", "unknown" (may still become known) or "postponed" (nothing went out:
    a later run begins it again).
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        begun = state.deliveries.get((announcement, group))
        if begun is None or begun.outcome in ("delivered", "refused", "postponed", outcome):
            return
        frees = (f"delivery:{announcement}:{group}",) if outcome == "postponed" else ()
        data = {
            "announcement": announcement,
            "group": group,
            "channel": begun.channel,
            "outcome": outcome,
            "detail": detail,
        }
        word = "lost" if outcome == "unknown" else outcome
        yield Draft(kind=f"announcement_{word}", by=by, data=data, frees=frees)

    return rule


def confirm_brief(kol: str) -> Rule:
    """The KOL named *kol* says yes. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if kol not in state.confirmed_at:
            yield Draft(kind="kol_confirmed", by="kol", data={"kol": kol}, holds=(f"confirmed:{kol}",))

    return rule


def tell_owner(about: str, text: str, *, by: str) -> Rule:
    """Note that the owner is told of *about* (`kol_unconfirmed`), once."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if about not in state.told:
            yield Draft(kind="owner_told", by=by, data={"about": about, "text": text}, holds=(f"told:{about}",))

    return rule


def write_report(digest: str, files: Mapping[str, int], *, by: str) -> Rule:
    """Note a report that has been written (its SHA-256 and file sizes); an equal one again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.report != digest:
            yield Draft(kind="report_written", by=by, data={"digest": digest, "files": dict(files)})

    return rule
