"""Rules of the week's moments: the room opens and shuts once, each step is taken once, each group hears once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from salon.entries import Draft, Rule
from salon.errors import Refused, RoomClosed
from salon.model import Event, Slot
from salon.rules.cards import questionnaire_closed
from salon.rules.landing import ensure_not_recalled
from salon.rules.polls import poll_closed
from salon.rules.seats import ensure_open
from salon.state import State


class NotUnknown(Refused):
    """Nobody doubts what became of that delivery; look at the board again."""

    reason = "not_unknown"


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


def begin_delivery(
    announcement: str, group: str, channel: str, *, by: str, part: str = "", parts: Sequence[str] = ()
) -> Rule:
    """Claim one announcement to one group, or one of its *parts*, before the channel is called.

    Adds nothing when it was claimed before, unless the channel said in so many words that nothing went out.
    Raises `Recalled`, but for what the KOL is told: a recall stops what waits in the queue, too.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if not announcement.startswith("brief"):
            ensure_not_recalled(state)
        known = state.part_of(announcement, group, part)
        if known is None or known.outcome == "postponed":
            data: dict[str, Any] = {"announcement": announcement, "group": group, "channel": channel}
            if parts:
                data |= {"part": part, "parts": list(parts)}
            yield Draft(kind="announcement_begun", by=by, data=data, holds=(_hold(announcement, group, part),))

    return rule


def end_delivery(
    announcement: str, group: str, outcome: str, detail: str, *, by: str, part: str = "", receipt: str = ""
) -> Rule:
    """Write down what came of a delivery, or a part of it, that was begun; one that has its end keeps it.

    *outcome*: "delivered", "refused", "unknown" (may still become known), "awaiting" (a person posts it) or
    "postponed" (nothing went out: a later run begins it again). *receipt*: how the platform calls what it has.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        begun = state.part_of(announcement, group, part)
        if begun is None or begun.outcome in ("delivered", "refused", "postponed", "awaiting", outcome):
            return
        frees = (_hold(announcement, group, part),) if outcome == "postponed" else ()
        channel = state.deliveries[announcement, group].channel
        data = {"announcement": announcement, "group": group, "channel": channel, "outcome": outcome, "detail": detail}
        data |= {"part": part} if part else {}
        data |= {"receipt": receipt} if receipt else {}
        word = {"unknown": "lost", "awaiting": "laid"}.get(outcome, outcome)
        yield Draft(kind=f"announcement_{word}", by=by, data=data, frees=frees)

    return rule


def settle_delivery(announcement: str, group: str, *, is_there: bool, by: str) -> Rule:
    """A person has looked what became of an *unknown* delivery: it is there, or it is to be said again.

    Again adds nothing. Raises `NotUnknown` for one whose outcome nobody doubts.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        found = state.deliveries.get((announcement, group))
        doubtful = [part for part, done in found.parts.items() if done.outcome == "unknown"] if found else []
        if found is None or not doubtful:
            raise NotUnknown
        for part in doubtful:
            data = {
                "announcement": announcement,
                "group": group,
                "channel": found.channel,
                "part": part,
                "outcome": "delivered" if is_there else "postponed",
                "detail": f"settled by {by}",
            }
            frees = () if is_there else (_hold(announcement, group, part),)
            yield Draft(kind="announcement_settled", by=by, data=data, frees=frees)

    return rule


def _hold(announcement: str, group: str, part: str) -> str:
    return f"delivery:{announcement}:{group}" + (f":{part}" if part else "")


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
