"""Messages of a text without ids, gathered one by one: what is quoted becomes a reply, media become system lines."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from salon.imports.base import Reading
from salon.imports.chinese import is_media, is_recall, quote_in

#: A quote is looked for among so many messages of the one who is quoted.
_RECENT = 50
#: Of a quoted text, so much is compared: messengers cut long ones.
_COMPARED = 40


@dataclass
class Spoken:
    """Adds messages to a reading and remembers what may yet be quoted."""

    reading: Reading
    #: Shown name → its latest (id, text).
    _by_name: dict[str, deque[tuple[str, str]]] = field(default_factory=dict)

    def say(self, *, name: str, text: str, at: datetime | None, author: str = "", id: str = "") -> None:
        """Take in one message as it was pasted.

        The quoted text is another's words: it is left out, and the message becomes a reply where they are found.
        """
        who, what, said = quote_in(text)
        role = "system" if is_media(said) or is_recall(said, name) else "member"
        reply = self.find(who, what) if who else ""
        self.add(id=id, author=author or name, name=name, text=said, at=at, reply_to=reply, role=role)

    def add(
        self, *, id: str, author: str, name: str, text: str, at: datetime | None, reply_to: str = "", role: str
    ) -> None:
        """Take in one message of which it is known what it answers; it may be quoted in its turn."""
        self.reading.add(id=id, author=author, name=name, text=text, at=at, reply_to=reply_to, role=role)
        recent = self._by_name.setdefault(name, deque(maxlen=_RECENT))
        recent.append((self.reading.messages[-1].id, text))

    def tell(self, text: str, at: datetime | None) -> None:
        """Take in what the program itself says."""
        self.reading.add(id="", author="", name="*", text=text.strip(), at=at, role="system")

    def find(self, who: str, what: str) -> str:
        """The id of the latest message of *who* that begins with *what*; empty: none is found."""
        wanted = _plain(what)[:_COMPARED]
        for id, text in reversed(self._by_name.get(who, ())):
            if wanted and _plain(text).startswith(wanted):
                return id
        return ""


def _plain(text: str) -> str:
    return "".join(text.split()).rstrip("…").removesuffix("...")
