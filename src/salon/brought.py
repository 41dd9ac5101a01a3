"""What one group's own code brought to an evening, for those who lead it. Pure; never a ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salon.model import Group
from salon.state import State


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What came of one group's code."""

    group: Group
    #: How often the page behind the code was opened: views, not people.
    scans: int
    seats: int
    #: People of the group who said something under their name, and questions that they asked so.
    speakers: int
    questions: int

    @property
    def badge(self) -> str:
        """The best that came of it: "voices", "seats", "scans", or nothing."""
        if self.speakers or self.questions:
            return "voices"
        return "seats" if self.seats else "scans" if self.scans else ""


def brought_by(state: State, groups: Sequence[Group], lately: Mapping[str, int]) -> list[Brought]:
    """What *groups* brought, in their order. What was said without a name, or is hidden, is nobody's: in a small
    group a number would give away who asked. *lately*: group id → views that are not written down yet."""
    source = {guest: known.source for guest, known in state.guests.items()}
    shown = [said for said in state.messages.values() if not (said.is_anonymous or said.is_hidden)]
    seats = Counter(source[guest] for guest in state.seat_by_guest)
    speakers = Counter(source.get(author, "") for author in {said.author for said in shown})
    questions = Counter(source.get(said.author, "") for said in shown if said.is_question)
    return [
        Brought(
            group=group,
            scans=state.landing.views[group.id] + lately.get(group.id, 0),
            seats=seats[group.id],
            speakers=speakers[group.id],
            questions=questions[group.id],
        )
        for group in groups
    ]
