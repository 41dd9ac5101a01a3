"""The gate at the end of an evening: what has to be done before the room closes, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salon.model import Event
from salon.state import State


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the checklist."""

    #: "transcript", "votes", "recap" or "closed".
    what: str
    is_done: bool
    #: How many: messages that are saved, polls still open; 0: nothing to count.
    number: int = 0
    #: Name of the person who let it go; empty: nobody did.
    waived_by: str = ""


def gate_of(event: Event, state: State, now: datetime) -> tuple[Check, ...]:
    """The checklist as it stands at *now*. The room closes at its hour whatever it says."""
    closes = state.rhythm.moved(event).times.disbands_at
    is_closed = state.disbanded_at is not None or now >= closes
    # At the hour nobody votes any more, though a flow that is down has not written so.
    open_polls = 0 if is_closed else sum(poll.is_open for poll in state.polls.values())
    waived = state.rhythm.waived.get("recap", "")
    return (
        # Nobody has to save anything: what was said is in the journal before anybody reads it.
        Check(what="transcript", is_done=True, number=sum(not said.is_hidden for said in state.messages.values())),
        Check(what="votes", is_done=not open_polls, number=open_polls),
        Check(what="recap", is_done="recap" in state.steps or bool(waived), waived_by=waived),
        Check(what="closed", is_done=is_closed),
    )
