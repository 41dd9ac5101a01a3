"""What every format shares: what it is called, and what has been read of a chat so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from salon.imports.source import Source, natural, parsed
from salon.model import Message, PollResult

__all__ = ["Format", "Reading", "Source", "instant_of", "moment_of", "natural", "parsed", "tidy"]

#: 2001 to 2100, in seconds: what lies outside is a broken clock, not an evening.
_EARLIEST, _LATEST = 978_307_200, 4_102_444_800
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: When a message was written whose file begins without any time.
_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
#: Years that a written date may have; logs of meetings go back a while.
_YEARS = range(1985, 2101)
#: Letters of a name that are shown; the key of who has it is whole. No tool lets people have longer ones.
_LONGEST_NAME = 100


def moment_of(timestamp: object) -> datetime | None:
    """Seconds or, as many write, milliseconds or microseconds since 1970, also as text; None for no number, or
    outside 2001 to 2100."""
    if type(timestamp) is int and _EARLIEST <= timestamp < _LATEST:
        # As nearly all are.
        return datetime.fromtimestamp(timestamp, UTC)
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float | str):
        return None
    try:
        seconds = float(timestamp)
    except (ValueError, OverflowError):
        return None
    if seconds >= _EARLIEST * 1000:
        seconds /= 1000 if seconds < _EARLIEST * 1_000_000 else 1_000_000
    if not _EARLIEST <= seconds < _LATEST:
        return None
    return _EPOCH + timedelta(seconds=seconds)


def instant_of(written: object) -> datetime | None:
    """A time in ISO 8601, with its zone or, where none is written, without; None for anything else."""
    if not isinstance(written, str) or len(written) > 64:
        return None
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return at if at.year in _YEARS else None


@dataclass
class Reading:
    """What has been read so far; each format fills one."""

    #: Said by the owner; None: not said, and times without a zone are kept as they are written.
    zone: ZoneInfo | None = None
    #: Said by the owner: whether 03/04 is the third of April; None: find out from the file, or refuse.
    is_day_first: bool | None = None
    #: Said by the owner: which of several chats in one export; empty: not said.
    conversation: str = ""
    topic: str = ""
    #: Name of the format that filled it.
    format: str = ""
    #: Lines that could not be read, a sentence each, beginning with `file:line:`.
    unread: list[str] = field(default_factory=list)
    #: What the owner should know of how it was read, a sentence each.
    notes: list[str] = field(default_factory=list)
    #: Lines that programs wrote; they are among the system lines.
    bots: int = 0
    #: Polls as they stood when the chat was exported.
    polls: list[PollResult] = field(default_factory=list)
    #: Whether some time had no zone and none was said: times are then those of the file's own clock.
    is_floating: bool = False
    #: Set by a format whose file does not say on which day, or at what hour, something was said: what a report then
    #: must not print. Days without a year count as not said.
    lacks_days: bool = False
    lacks_hours: bool = False
    _messages: list[Message] = field(default_factory=list, repr=False)
    #: Lines that the last message is still to get, and the part of who wrote it.
    _more: list[str] = field(default_factory=list, repr=False)
    _last_role: str = ""
    _ids: set[str] = field(default_factory=set, repr=False)
    #: (author, name) as a file has them → as a message has them: few people write many messages.
    _people: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict, repr=False)
    #: Whether any message had a time of its own.
    _is_timed: bool = False

    @property
    def has_days(self) -> bool:
        """Whether it is known on which day everything was said."""
        return self._is_timed and not self.lacks_days

    @property
    def has_hours(self) -> bool:
        """Whether it is known at what hour everything was said."""
        return self._is_timed and not self.lacks_hours

    @property
    def messages(self) -> list[Message]:
        """All messages so far, in the order in which they were added."""
        self._settle()
        return self._messages

    @property
    def last_id(self) -> str:
        """Id of the message added last; empty before the first."""
        return self._messages[-1].id if self._messages else ""

    @property
    def people(self) -> int:
        """How many authors wrote something."""
        return len({m.author for m in self.messages if m.role != "system"})

    def add(
        self,
        *,
        id: str,
        author: str,
        name: str,
        text: str,
        at: datetime | None,
        reply_to: str = "",
        role: str = "member",
    ) -> None:
        """Take in one message. *id* may be empty or taken already: another is made of its place.

        *author* is a stable key (empty: the name is all that is known); *role* "system" is for joins, leaves,
        recalls and media without words, which are never quoted; "bot" for programs, which are counted and become
        system lines too. A naive *at* is read in the owner's zone; without a usable one a message has the time of
        the one before, or of the first that has one, since its place is known.
        """
        if self._more:
            self._settle()
        person = self._people.get((author, name))
        if person is None:
            person = self._people[author, name] = _person(author, name)
        author, name = person
        id, text = tidy(id), tidy(text)
        if role == "bot":
            self.bots += 1
            role = "system"
        self._last_role = role
        self._messages.append(
            Message(
                id=self._free(id),
                author=author,
                name=name,
                text=text,
                at=self._timed(at),
                reply_to="" if not reply_to or reply_to == id else tidy(reply_to),
                # What has no words in the end is a system line, whoever wrote it.
                role=role if text and not text.isspace() else "system",
            )
        )

    def add_to_last(self, line: str) -> None:
        """Take in *line* as one more line of the last message."""
        self._more.append(line)

    def cannot_read(self, file: str, line: int, why: str) -> None:
        """Note that *line* of *file*, counted from 1, could not be read, and *why*."""
        self.unread.append(f"{file}:{line}: {why}")

    def cannot_read_item(self, file: str, number: int, why: str) -> None:
        """Note that the *number*-th message of a *file* without lines could not be read, and *why*."""
        self.unread.append(f"{file}: message {number}: {why}")

    def put_in_order(self) -> None:
        """Sort by time what came from several files, or newest first; what is of one time keeps its order."""
        self.messages.sort(key=lambda m: m.at)

    def _settle(self) -> None:
        """Give the last message the lines that came after it, all at once: copied for each one, a message of a
        hundred thousand lines would take minutes."""
        if self._more and self._messages:
            last = self._messages[-1]
            text = "\n".join([last.text, *map(tidy, self._more)])
            role = self._last_role if text.strip() else "system"
            self._messages[-1] = replace(last, text=text, role=role)
        self._more.clear()

    def _timed(self, at: datetime | None) -> datetime:
        # As it comes from most exports: nothing to be done.
        if at is not None and self._is_timed and at.tzinfo is UTC and at.year in _YEARS:
            return at
        known = self._with_zone(at)
        if known is None:
            return self._messages[-1].at if self._messages else _LONG_AGO
        if not self._is_timed:
            self._is_timed = True
            self._messages[:] = [replace(early, at=known) for early in self._messages]
        return known

    def _with_zone(self, at: datetime | None) -> datetime | None:
        if at is None or at.year not in _YEARS:
            return None
        if at.tzinfo is not None:
            return at if at.tzinfo is UTC else at.astimezone(UTC)
        if self.zone is None:
            self.is_floating = True
            return at.replace(tzinfo=UTC)
        return at.replace(tzinfo=self.zone).astimezone(UTC)

    def _free(self, wanted: str) -> str:
        if wanted and wanted not in self._ids:
            self._ids.add(wanted)
            return wanted
        place = len(self._messages) + 1
        id = wanted or f"m{place}"
        while id in self._ids:
            id = f"{id}-m{place}"
        self._ids.add(id)
        return id


@dataclass(frozen=True, kw_only=True)
class Format:
    """One kind of export."""

    #: One lower-case word, as in `--format whatsapp`.
    name: str
    #: What the owner reads in a list: "WhatsApp, exported chat (.txt, .zip)".
    title: str
    #: How sure the content is of this kind, 0 to 1. Must be quick: it looks at the beginning only.
    likeness: Callable[[Source], float]
    #: Reads the whole. Raises `Mistakes` for what the owner must say first (day or month first), never for a line.
    read: Callable[[Source, Reading], None]
    #: Whether one reading takes in the files beside the first as well; else each file is a chat of its own.
    takes_many: bool = False


def _person(author: str, name: str) -> tuple[str, str]:
    author, name = tidy(author), tidy(name).strip()
    return author or name or "?", (name or author or "?")[:_LONGEST_NAME]


def tidy(text: object) -> str:
    """*text* as text that can be written out again: half a surrogate pair, as some exports have, becomes `?`;
    NULs, which no database and no typesetter takes, go."""
    if type(text) is str and text.isascii() and "\x00" not in text:
        return text
    if text is None:
        return ""
    said = text if isinstance(text, str) else str(text)
    if "\x00" in said:
        said = said.replace("\x00", "")
    if said.isascii():
        return said
    try:
        said.encode()
    except UnicodeEncodeError:
        return said.encode("utf-8", errors="replace").decode()
    return said
