"""Who is there, and who leads: chairs named, invited and relieved by command."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from salon.analysis.commands import Command
from salon.model import Message

_NAMES = re.compile(r"[\s,，、]+")


@dataclass
class Chairs:
    """The people of a sitting. A command's method returns why it is refused, or nothing."""

    #: Authors whose part it is to lead; where there are any, nobody else starts a meeting.
    roles: set[str]
    #: Authors who are known to lead.
    leads: set[str]
    founder: str = ""
    chairs: set[str] = field(default_factory=set)
    #: Shown name of everybody who chaired → message that gave them the chair, or their first with it.
    chaired: dict[str, str] = field(default_factory=dict)
    #: Names (folded) given the chair before they have said anything.
    invited: set[str] = field(default_factory=set)
    #: Folded name → authors who have spoken under it; → as it is written.
    authors: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def meet(self, message: Message) -> None:
        """Remember who speaks; the first to speak under an invited name has the chair."""
        name = message.name.casefold()
        if name not in self.names:
            self.names[name] = message.name
        if name not in self.authors:
            self.authors[name] = set()
        self.authors[name].add(message.author)
        if name in self.invited:
            self.invited.discard(name)
            self.chairs.add(message.author)
        if message.author in self.chairs:
            self.chaired.setdefault(message.name, message.id)

    def is_chair(self, message: Message) -> bool:
        """Whether the author chairs."""
        return message.author in self.chairs

    def may_lead(self, message: Message) -> bool:
        """Whether the author chairs; where nobody does, whoever first leads has taken the chair."""
        if not self.chairs and not self.invited:
            self.chairs.add(message.author)
            self.chaired.setdefault(message.name, message.id)
        return self.is_chair(message)

    def _chair(self, message: Message, command: Command) -> str:
        names = _split(command.text)
        if not names:
            return "nothing"
        if not self.may_lead(message):
            return "not_chair"
        # A name that two people use is nobody's: one of them took it.
        shared = [name for name in names if len(self.authors.get(name.casefold(), ())) > 1]
        for name in names:
            there = self.authors.get(name.casefold(), set())
            if len(there) == 1:
                self.chairs |= there
                self.chaired.setdefault(self.names[name.casefold()], message.id)
            elif not there:
                self.invited.add(name.casefold())
                self.names.setdefault(name.casefold(), name)
        return "nobody" if len(shared) == len(names) else ""

    def _unchair(self, message: Message, command: Command) -> str:
        names = _split(command.text)
        if not names:
            return "nothing"
        if not self.is_chair(message):
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


def _split(text: str) -> list[str]:
    return [name.removeprefix("@") for name in _NAMES.split(text) if name.strip("@")]
