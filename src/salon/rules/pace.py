"""Rules of the sending pace, all for the journal `salon.pace.SENDING`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salon.entries import Draft, Rule
from salon.errors import Refused
from salon.pace import Allowance
from salon.state import State


class SendingPaused(Refused):
    """Sending is paused; resume it on the board."""

    reason = "sending_paused"


def give_permit(allowance: Allowance, what: str, *, by: str) -> Rule:
    """Allow one send now, for *what* (`EVENT/ANNOUNCEMENT`); adds nothing while a limit forbids it.

    Not for a repeat: asked again it allows one more. Raises `SendingPaused`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.pace.paused is not None:
            raise SendingPaused(f"sending is paused: {state.pace.paused}")
        if state.pace.next_at(allowance, now) <= now:
            data = {"credential": allowance.credential, "group": allowance.group, "what": what}
            yield Draft(kind="permit_given", by=by, data=data if allowance.counts else {**data, "counts": False})

    return rule


def hold_credential(credential: str, until: datetime, why: str, *, by: str) -> Rule:
    """Leave *credential* alone until then: its platform said so. An earlier time than known adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        known = state.pace.held.get(credential)
        if known is None or known < until:
            data = {"credential": credential, "until": until.isoformat(), "why": why}
            yield Draft(kind="credential_held", by=by, data=data)

    return rule


def give_up_credential(credential: str, why: str, *, by: str) -> Rule:
    """Never call *credential* again: its platform does not know it any more. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if credential not in state.pace.gone:
            yield Draft(kind="credential_gone", by=by, data={"credential": credential, "why": why})

    return rule


def find_credential(credential: str, *, by: str) -> Rule:
    """It answers after all: a person tried it. Adds nothing for one that was not given up."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if credential in state.pace.gone:
            yield Draft(kind="credential_found", by=by, data={"credential": credential})

    return rule


def pause_sending(why: str, *, by: str) -> Rule:
    """Send nothing more on any channel until `resume_sending`. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.pace.paused is None:
            yield Draft(kind="sending_paused", by=by, data={"why": why})

    return rule


def resume_sending(*, by: str) -> Rule:
    """Sending goes on. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if state.pace.paused is not None:
            yield Draft(kind="sending_resumed", by=by, data={})

    return rule
