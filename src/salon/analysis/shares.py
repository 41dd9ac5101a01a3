"""What each group brought to the evening, counted; nothing is weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from salon.analysis.questions import Asked
from salon.analysis.told import Share
from salon.model import Message, Turnout


def shares(turnout: Sequence[Turnout], messages: Sequence[Message], asked: Sequence[Asked]) -> tuple[Share, ...]:
    """A row for each group of *turnout*, in its order; *asked* are the questions that the report tells."""
    source = {m.id: m.source for m in messages}
    said = Counter(m.source for m in messages)
    speakers = Counter(group for group, _ in {(m.source, m.author) for m in messages})
    questions = Counter(source[a.question.message_ids[0]] for a in asked)
    answered = Counter(source[a.question.message_ids[0]] for a in asked if a.answer)
    return tuple(
        Share(
            name=row.name,
            views=row.views,
            seats=row.seats,
            waiting=row.waiting,
            speakers=speakers[row.name],
            messages=said[row.name],
            questions=questions[row.name],
            answered=answered[row.name],
            voters=row.voters,
        )
        for row in turnout
    )
