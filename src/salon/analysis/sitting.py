"""One sitting, heard message by message: who chairs, what is marked, what is being voted on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from salon.analysis.commands import Command, commands_in
from salon.analysis.minuted import Item, Minutes, Refusal, Topic
from salon.analysis.motions import Ballot, Motion, Vote, asked
from salon.analysis.targets import targets
from salon.model import Message

#: Kinds by which a chair may also close a motion → how it then ended.
_OUTCOMES = {"agreement": "accepted", "rejected": "failed", "inconclusive": "inconclusive"}
_NAMES = re.compile(r"[\s,，、]+")
_BARE_VOTE = re.compile(r"\s*[+\-\u2212＋－][01０１]\s*")  # noqa: RUF001
_STARTS_WITH_ADDRESS = re.compile(r"\s*(?:https?|ftp)://", re.I)
_TOPIC = "topic"
_WORD, _LATIN, _AROUND = re.compile(r"[!-~]+"), re.compile(r"[a-z0-9_]"), "@,.:;!?()[]\"'"
#: Who is to act is said at the beginning.
_OWNERS_STAND_IN = 300


@dataclass
class Sitting:
    """The fold behind `minutes_of`."""

    #: Authors whose part it is to lead; where there are any, nobody else starts a meeting.
    roles: set[str]
    #: Authors who are known to lead.
    leads: set[str]
    title: str = ""
    is_open: bool = False
    is_meeting: bool = False
    founder: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    chairs: set[str] = field(default_factory=set)
    #: Shown names of everybody who chaired.
    chaired: dict[str, None] = field(default_factory=dict)
    #: Names (folded) given the chair before they have said anything.
    invited: set[str] = field(default_factory=set)
    #: Folded name → authors who have spoken under it; → as it is written.
    authors: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    #: Topics (kind "topic") and marks, in order; the place of each in time is its message.
    entries: list[Item] = field(default_factory=list)
    at: dict[str, datetime] = field(default_factory=dict)
    ballot: Ballot | None = None
    motions: list[Motion] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    #: How long the names are that cannot be told by the spaces around them.
    _lengths: set[int] = field(default_factory=set)

    def would_start(self, message: Message) -> bool:
        """Whether *message* starts a meeting, and its author may."""
        starts = any(command.verb == "start" for command in commands_in(message.text))
        return starts and (not self.roles or message.author in self.roles)

    def open(self, at: datetime | None) -> None:
        """Begin without a command: the whole discussion is the sitting."""
        self.is_open, self.began_at, self.chairs = True, at, set(self.leads)

    def hear(self, message: Message) -> None:
        """Take in one message."""
        self._meet(message)
        verb = ""
        for command in commands_in(message.text):
            verb = command.verb
            handler: Callable[[Message, Command], str] = getattr(self, f"_{verb}")
            closed = not self.is_open and verb != "start"
            reason = "not_started" if closed else handler(message, command)
            if reason:
                self.refusals.append(Refusal(message_id=message.id, name=message.name, verb=verb, reason=reason))
        if not verb and self.is_open:
            self._talk(message)

    def told(self, closes_at: datetime | None) -> Minutes:
        """The minutes so far, closed by the clock at *closes_at* unless somebody ended them."""
        motions = [*self.motions, self.ballot.closed()] if self.ballot else self.motions
        self._lengths = {len(name) for name in self.names if len(name) > 1 and not _WORD.fullmatch(name)}
        prologue, topics = self._by_topic()
        return Minutes(
            title=self.title,
            prologue=prologue,
            topics=topics,
            motions=tuple(motions),
            chairs=tuple(self.chaired),
            is_meeting=self.is_meeting,
            began_at=self.began_at,
            ended_at=closes_at if self.is_open else self.ended_at,
            is_closed_by_clock=self.is_open,
            refusals=tuple(self.refusals),
        )

    def _meet(self, message: Message) -> None:
        """Remember who speaks; the first to speak under an invited name has the chair."""
        name = message.name.casefold()
        self.names.setdefault(name, message.name)
        self.authors.setdefault(name, set()).add(message.author)
        if name in self.invited:
            self.invited.discard(name)
            self.chairs.add(message.author)
        if message.author in self.chairs:
            self.chaired[message.name] = None

    def _by_topic(self) -> tuple[tuple[Item, ...], tuple[Topic, ...]]:
        parts: list[tuple[Item | None, list[Item]]] = [(None, [])]
        for entry in self.entries:
            if entry.kind == _TOPIC:
                parts.append((entry, []))
            else:
                parts[-1][1].append(self._with_owners(entry))
        topics = tuple(
            Topic(title=head.text, message_id=head.message_id, at=self.at[head.message_id], items=tuple(items))
            for head, items in parts
            if head is not None
        )
        return tuple(parts[0][1]), topics

    def _with_owners(self, item: Item) -> Item:
        if item.kind != "action":
            return item
        text = item.text[:_OWNERS_STAND_IN].casefold()
        names = {match[0].strip(_AROUND): match.start() for match in reversed([*_WORD.finditer(text)])}
        found = {name: place for name, place in names.items() if name in self.names}
        # Chinese names have no spaces around them, and some names have one inside.
        for length in self._lengths:
            for place in range(len(text) - length + 1):
                if (name := text[place : place + length]) in self.names and not _is_cut(text, place, length):
                    found.setdefault(name, place)
        return replace(item, owners=tuple(self.names[name] for name in sorted(found, key=lambda n: (found[n], n))))

    # Commands: each returns why it is refused, or nothing.

    def _start(self, message: Message, command: Command) -> str:
        if self.is_open:
            return "started"
        if self.roles and message.author not in self.roles:
            return "not_chair"
        self.is_open = self.is_meeting = True
        self.began_at = self.began_at or message.at
        self.founder, self.chairs = message.author, {message.author, *self.leads}
        self.chaired[message.name] = None
        self.title = command.text or self.title
        return ""

    def _end(self, message: Message, command: Command) -> str:
        if not self._is_chair(message):
            return "not_chair"
        if not self.is_meeting:
            return "not_started"
        self._close_ballot("", "")
        self.is_open, self.ended_at = False, message.at
        return ""

    def _title(self, message: Message, command: Command) -> str:
        if not command.text:
            return "nothing"
        if not self._may_lead(message):
            return "not_chair"
        self.title = command.text
        return ""

    def _topic(self, message: Message, command: Command) -> str:
        if not command.text:
            return "nothing"
        if not self._may_lead(message):
            return "not_chair"
        self._note(message, _TOPIC, command.text)
        return ""

    def _mark(self, message: Message, command: Command) -> str:
        decides = command.kind in _OUTCOMES
        if decides and (self.is_meeting or command.kind != "agreement") and not self._is_chair(message):
            return "not_chair"
        if self.ballot is not None and decides and self._is_chair(message):
            self._close_ballot(message.id, _OUTCOMES[command.kind])
        if not command.text:
            return "nothing"
        self._note(message, command.kind, command.text)
        return ""

    def _undo(self, message: Message, command: Command) -> str:
        """A meeting's chair takes back the last entry of all, anybody else the last of their own."""
        takes_any = self.is_meeting and self._is_chair(message)
        for place in range(len(self.entries) - 1, -1, -1):
            if takes_any or self.entries[place].author == message.author:
                del self.entries[place]
                return ""
        return "nothing"

    def _chair(self, message: Message, command: Command) -> str:
        names = _split(command.text)
        if not names:
            return "nothing"
        if not self._may_lead(message):
            return "not_chair"
        # A name that two people use is nobody's: one of them took it.
        shared = [name for name in names if len(self.authors.get(name.casefold(), ())) > 1]
        for name in names:
            there = self.authors.get(name.casefold(), set())
            if len(there) == 1:
                self.chairs |= there
                self.chaired[self.names[name.casefold()]] = None
            elif not there:
                self.invited.add(name.casefold())
                self.names.setdefault(name.casefold(), name)
        return "nobody" if len(shared) == len(names) else ""

    def _unchair(self, message: Message, command: Command) -> str:
        names = _split(command.text)
        if not names:
            return "nothing"
        if not self._is_chair(message):
            return "not_chair"
        for name in names:
            self.invited.discard(name.casefold())
            # Whoever started the meeting stays its chair, as in hcoop-meetbot.
            self.chairs -= self.authors.get(name.casefold(), set()) - {self.founder}
        return ""

    def _nick(self, message: Message, command: Command) -> str:
        for name in _split(command.text):
            self.names.setdefault(name.casefold(), name)
        return "" if command.text else "nothing"

    def _here(self, message: Message, command: Command) -> str:
        if command.text:
            self.names.setdefault(command.text.casefold(), command.text)
        return ""

    def _save(self, message: Message, command: Command) -> str:
        return ""

    # Motions.

    def _motion(self, message: Message, command: Command) -> str:
        return self._put(message, command.text, (), bare=False)

    def _startvote(self, message: Message, command: Command) -> str:
        question, options = asked(command.text)
        return self._put(message, question, options, bare=False)

    def _put(self, message: Message, text: str, options: tuple[str, ...], *, bare: bool) -> str:
        if not text:
            return "nothing"
        if not self._may_lead(message):
            return "not_chair"
        self._close_ballot("", "")
        topic = next((e.message_id for e in reversed(self.entries) if e.kind == _TOPIC), "")
        self.ballot = Ballot(text, message.name, message.id, topic, options, takes_bare_votes=bare)
        return ""

    def _second(self, message: Message, command: Command) -> str:
        if self.ballot is None:
            return "no_motion"
        self.ballot.seconds[message.author] = message.name
        return ""

    def _vote(self, message: Message, command: Command) -> str:
        if self.ballot is None or not self.ballot.choice_of(command.text):
            is_question = command.text and not Ballot("", "", "", "").choice_of(command.text)
            if is_question and self.ballot is None and self._is_chair(message):
                # Ubuntu's way: the chair's `#vote question` opens one, and people answer +1 or -1.
                return self._put(message, command.text, (), bare=True)
            return "no_motion" if self.ballot is None else "unclear"
        self._cast(message, command.text)
        return ""

    def _close(self, message: Message, command: Command) -> str:
        if self.ballot is None:
            return "no_motion"
        if not self._is_chair(message):
            return "not_chair"
        if not self.ballot.votes:
            return "no_votes"
        self._close_ballot(message.id, "")
        return ""

    def _cast(self, message: Message, said: str) -> None:
        if self.ballot is not None:
            choice = self.ballot.choice_of(said)
            self.ballot.votes[message.author] = Vote(name=message.name, choice=choice, message_id=message.id)

    def _close_ballot(self, by: str, outcome: str) -> None:
        if self.ballot is not None:
            self.motions.append(self.ballot.closed(by, outcome))
            self.ballot = None

    # What is no command.

    def _talk(self, message: Message) -> None:
        if self.ballot is not None and self.ballot.takes_bare_votes and _BARE_VOTE.fullmatch(message.text):
            self._cast(message, message.text)
        elif self.is_meeting and _STARTS_WITH_ADDRESS.match(message.text) and targets(message.text):
            self._note(message, "link", message.text.strip())

    def _is_chair(self, message: Message) -> bool:
        return message.author in self.chairs

    def _may_lead(self, message: Message) -> bool:
        """Whether the author chairs; where nobody does, whoever first leads has taken the chair."""
        if not self.chairs and not self.invited:
            self.chairs.add(message.author)
            self.chaired[message.name] = None
        return self._is_chair(message)

    def _note(self, message: Message, kind: str, text: str) -> None:
        self.at[message.id] = message.at
        item = Item(
            kind=kind,
            text=text,
            name=message.name,
            author=message.author,
            message_id=message.id,
            links=targets(text),
        )
        self.entries.append(item)


def _split(text: str) -> list[str]:
    return [name.removeprefix("@") for name in _NAMES.split(text) if name.strip("@")]


def _is_cut(text: str, place: int, length: int) -> bool:
    """Whether what stands there is only a part of a longer word in Latin letters."""
    before, after = text[place - 1 : place], text[place + length : place + length + 1]
    inner = text[place : place + length]
    return bool(
        (before and _LATIN.match(before) and _LATIN.match(inner[0]))
        or (after and _LATIN.match(after) and _LATIN.match(inner[-1]))
    )
