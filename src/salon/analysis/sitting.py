"""One sitting, heard message by message: who chairs, what is marked, what is being voted on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from salon.analysis.commands import Command, commands_in, may_command
from salon.analysis.minuted import Item, Minutes, Refusal, Topic
from salon.analysis.owners import with_owners
from salon.analysis.targets import targets
from salon.analysis.voting import TOPIC, Voting
from salon.model import Message

#: Kinds by which a chair may also close a motion → how it then ended.
_OUTCOMES = {"agreement": "accepted", "rejected": "failed", "inconclusive": "inconclusive"}
_BARE_VOTE = re.compile(r"\s*[+\-\u2212＋－][01０１]\s*")  # noqa: RUF001
_STARTS_WITH_ADDRESS = re.compile(r"\s*(?:https?|ftp)://", re.I)


@dataclass
class Sitting(Voting):
    """The fold behind `minutes_of`."""

    title: str = ""
    is_open: bool = False
    is_meeting: bool = False
    began_at: datetime | None = None
    ended_at: datetime | None = None
    began_id: str = ""
    ended_id: str = ""
    title_id: str = ""
    #: Message → when it was said, and its author's stable key.
    at: dict[str, datetime] = field(default_factory=dict)
    wrote: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def would_start(self, message: Message) -> bool:
        """Whether *message* starts a meeting, and its author may."""
        starts = any(command.verb == "start" for command in commands_in(message.text))
        return starts and (not self.roles or message.author in self.roles)

    def open(self, at: datetime | None) -> None:
        """Begin without a command: the whole discussion is the sitting."""
        self.is_open, self.began_at, self.chairs = True, at, set(self.leads)

    def hear(self, message: Message) -> None:
        """Take in one message."""
        self.meet(message)
        if not may_command(message.text):
            if self.is_meeting or self.ballot is not None:
                self._talk(message)
            return
        verb = ""
        for command in commands_in(message.text):
            verb = command.verb
            handler: Callable[[Message, Command], str] = getattr(self, f"_{verb}")
            closed = not self.is_open and verb != "start"
            reason = "not_started" if closed else handler(message, command)
            if reason:
                self.refusals.append(Refusal(message_id=message.id, name=message.name, verb=verb, reason=reason))
        if not verb:
            self._talk(message)

    def told(self, closes_at: datetime | None) -> Minutes:
        """The minutes so far, closed by the clock at *closes_at* unless somebody ended them."""
        motions = [*self.motions, self.ballot.closed()] if self.ballot else self.motions
        prologue, topics = self._by_topic()
        return Minutes(
            title=self.title,
            title_id=self.title_id,
            prologue=prologue,
            topics=topics,
            motions=tuple(motions),
            chairs=tuple(self.chaired),
            chair_ids=tuple(self.chaired.values()),
            is_meeting=self.is_meeting,
            began_at=self.began_at,
            ended_at=closes_at if self.is_open else self.ended_at,
            began_id=self.began_id,
            ended_id="" if self.is_open else self.ended_id,
            is_closed_by_clock=self.is_open,
            refusals=tuple(self.refusals),
        )

    def _by_topic(self) -> tuple[tuple[Item, ...], tuple[Topic, ...]]:
        parts: list[tuple[Item | None, list[Item]]] = [(None, [])]
        for entry in self.entries:
            if entry.kind == TOPIC:
                parts.append((entry, []))
            else:
                parts[-1][1].append(with_owners(entry, self.names))
        topics = tuple(
            Topic(
                title=head.text,
                name=head.name,
                message_id=head.message_id,
                at=self.at[head.message_id],
                items=tuple(items),
            )
            for head, items in parts
            if head is not None
        )
        return tuple(parts[0][1]), topics

    # Commands: each returns why it is refused, or nothing.

    def _start(self, message: Message, command: Command) -> str:
        if self.is_open:
            return "started"
        if self.roles and message.author not in self.roles:
            return "not_chair"
        self.is_open = self.is_meeting = True
        self.began_at, self.began_id = self.began_at or message.at, self.began_id or message.id
        self.founder, self.chairs = message.author, {message.author, *self.leads}
        self.chaired.setdefault(message.name, message.id)
        if command.text:
            self.title, self.title_id = command.text, message.id
        return ""

    def _end(self, message: Message, command: Command) -> str:
        if not self.is_chair(message):
            return "not_chair"
        if not self.is_meeting:
            return "not_started"
        self.close_ballot("", "")
        self.is_open, self.ended_at, self.ended_id = False, message.at, message.id
        return ""

    def _title(self, message: Message, command: Command) -> str:
        if not command.text:
            return "nothing"
        if not self.may_lead(message):
            return "not_chair"
        self.title, self.title_id = command.text, message.id
        return ""

    def _topic(self, message: Message, command: Command) -> str:
        if not command.text:
            return "nothing"
        if not self.may_lead(message):
            return "not_chair"
        self._note(message, TOPIC, command.text)
        return ""

    def _mark(self, message: Message, command: Command) -> str:
        decides = command.kind in _OUTCOMES
        if decides and (self.is_meeting or command.kind != "agreement") and not self.is_chair(message):
            return "not_chair"
        if self.ballot is not None and decides and self.is_chair(message):
            self.close_ballot(message.id, _OUTCOMES[command.kind])
        if not command.text:
            return "nothing"
        self._note(message, command.kind, command.text)
        return ""

    def _undo(self, message: Message, command: Command) -> str:
        """A meeting's chair takes back the last entry of all, anybody else the last of their own."""
        takes_any = self.is_meeting and self.is_chair(message)
        for place in range(len(self.entries) - 1, -1, -1):
            if takes_any or self.wrote[self.entries[place].message_id] == message.author:
                del self.entries[place]
                return ""
        return "nothing"

    def _save(self, message: Message, command: Command) -> str:
        return ""

    # What is no command.

    def _talk(self, message: Message) -> None:
        if not self.is_open:
            return
        if self.ballot is not None and self.ballot.takes_bare_votes and _BARE_VOTE.fullmatch(message.text):
            self.cast(message, message.text)
        elif self.is_meeting and _STARTS_WITH_ADDRESS.match(message.text) and targets(message.text):
            self._note(message, "link", message.text.strip())

    def _note(self, message: Message, kind: str, text: str) -> None:
        self.at[message.id], self.wrote[message.id] = message.at, message.author
        item = Item(
            kind=kind,
            text=text,
            name=message.name,
            message_id=message.id,
            links=targets(text),
        )
        self.entries.append(item)
