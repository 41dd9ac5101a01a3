"""An evening without a database: rules are asked one after another, and what they add is folded in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from salon.entries import Draft, Entry, Rule
from salon.model import Event
from salon.rules.week import open_room
from salon.state import State


@dataclass
class Evening:
    """One event's journal in memory, at the time `now`."""

    event: Event
    now: datetime
    state: State = field(default_factory=State)
    drafts: list[Draft] = field(default_factory=list)

    def ask(self, rule: Rule) -> list[Draft]:
        """Ask *rule*, fold in what it adds, and return it."""
        drafts = list(rule(self.state, self.now))
        for draft in drafts:
            seq = self.state.seq + 1
            entry = Entry(seq=seq, event=self.event.id, at=self.now, kind=draft.kind, by=draft.by, data=draft.data)
            self.state.apply(entry)
        self.drafts += drafts
        return drafts

    @classmethod
    def opened(cls, event: Event) -> Evening:
        """An evening whose room has just been opened."""
        evening = cls(event, event.times.opens_at)
        evening.ask(open_room(event, by="clock"))
        return evening
