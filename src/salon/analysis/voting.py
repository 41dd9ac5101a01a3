"""Motions and votes by command: put, seconded, voted on, closed."""

from __future__ import annotations

from dataclasses import dataclass, field

from salon.analysis.chairs import Chairs
from salon.analysis.commands import Command
from salon.analysis.minuted import Item
from salon.analysis.motions import Ballot, Motion, Vote, asked
from salon.model import Message

#: Kind of an entry that begins a topic.
TOPIC = "topic"


@dataclass
class Voting(Chairs):
    """What a sitting votes on. A command's method returns why it is refused, or nothing."""

    #: Topics (kind "topic") and marks, in order; the place of each in time is its message.
    entries: list[Item] = field(default_factory=list)
    ballot: Ballot | None = None
    motions: list[Motion] = field(default_factory=list)

    def _motion(self, message: Message, command: Command) -> str:
        return self._put(message, command.text, (), bare=False)

    def _startvote(self, message: Message, command: Command) -> str:
        question, options = asked(command.text)
        return self._put(message, question, options, bare=False)

    def _put(self, message: Message, text: str, options: tuple[str, ...], *, bare: bool) -> str:
        if not text:
            return "nothing"
        if not self.may_lead(message):
            return "not_chair"
        self.close_ballot("", "")
        topic = next((e.message_id for e in reversed(self.entries) if e.kind == TOPIC), "")
        self.ballot = Ballot(text, message.name, message.id, topic, options, takes_bare_votes=bare)
        return ""

    def _second(self, message: Message, command: Command) -> str:
        if self.ballot is None:
            return "no_motion"
        self.ballot.seconds[message.author] = message.name, message.id
        return ""

    def _vote(self, message: Message, command: Command) -> str:
        if self.ballot is None or not self.ballot.choice_of(command.text):
            is_question = command.text and not Ballot("", "", "", "").choice_of(command.text)
            if is_question and self.ballot is None and self.is_chair(message):
                # Ubuntu's way: the chair's `#vote question` opens one, and people answer +1 or -1.
                return self._put(message, command.text, (), bare=True)
            return "no_motion" if self.ballot is None else "unclear"
        self.cast(message, command.text)
        return ""

    def _close(self, message: Message, command: Command) -> str:
        if self.ballot is None:
            return "no_motion"
        if not self.is_chair(message):
            return "not_chair"
        if not self.ballot.votes:
            return "no_votes"
        self.close_ballot(message.id, "")
        return ""

    def cast(self, message: Message, said: str) -> None:
        """Count what the author says in the vote that is on, if one is."""
        if self.ballot is not None:
            choice = self.ballot.choice_of(said)
            self.ballot.votes[message.author] = Vote(name=message.name, choice=choice, message_id=message.id)

    def close_ballot(self, by: str, outcome: str) -> None:
        """End the vote that is on, if one is: by message *by*, as *outcome* (empty: as its votes say)."""
        if self.ballot is not None:
            self.motions.append(self.ballot.closed(by, outcome))
            self.ballot = None
