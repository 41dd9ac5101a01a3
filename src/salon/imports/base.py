"""What every format shares: the file as it lies there, and what has been read of it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from salon.model import Message


@dataclass(frozen=True)
class Source:
    """One file that somebody exported."""

    #: As it is named in sentences to the owner.
    name: str
    data: bytes
    #: Other files of the same archive or folder, by name: members, media lists.
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The content as text: UTF-8, UTF-16 where a mark says so, else GB 18030, as Chinese Windows writes."""
        if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return self.data.decode("utf-16", errors="replace")
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        try:
            return self.data.decode("gb18030")
        except UnicodeDecodeError:
            return self.data.decode("utf-8-sig", errors="replace")

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines, without their ends; only line feeds end one, so that no message is torn apart."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def document(self) -> Any:
        """The content as one JSON value, or None when it is no JSON."""
        if self.text[:4096].lstrip()[:1] not in ("{", "["):
            return None
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


@dataclass
class Reading:
    """What has been read so far; each format fills one."""

    #: Said by the owner; None: not said, and times without a zone are kept as they are written.
    zone: ZoneInfo | None = None
    #: Said by the owner: whether 03/04 is the third of April; None: find out from the file, or refuse.
    is_day_first: bool | None = None
    topic: str = ""
    messages: list[Message] = field(default_factory=list)
    #: Lines that could not be read, a sentence each, beginning with `file:line:`.
    unread: list[str] = field(default_factory=list)
    #: Whether some time had no zone and none was said: times are then those of the file's own clock.
    is_floating: bool = False
    _ids: set[str] = field(default_factory=set)

    def add(
        self, *, id: str, author: str, name: str, text: str, at: datetime, reply_to: str = "", role: str = "member"
    ) -> None:
        """Take in one message. *id* may be empty or taken already: another is made of its place.

        *author* is a stable key (empty: the name is all that is known); *role* "system" is for joins, leaves,
        recalls and media without words, which are never quoted. A naive *at* is read in the owner's zone.
        """
        self.messages.append(
            Message(
                id=self._free(tidy(id)),
                author=tidy(author) or tidy(name) or "?",
                name=tidy(name).strip() or tidy(author) or "?",
                text=tidy(text),
                at=self._with_zone(at),
                reply_to=tidy(reply_to),
                role=role if tidy(text).strip() else "system",
            )
        )

    def add_to_last(self, line: str) -> None:
        """Take in *line* as one more line of the last message."""
        last = self.messages[-1]
        self.messages[-1] = Message(
            id=last.id,
            author=last.author,
            name=last.name,
            text=f"{last.text}\n{tidy(line)}",
            at=last.at,
            reply_to=last.reply_to,
            role=last.role,
            source=last.source,
        )

    def cannot_read(self, file: str, line: int, why: str) -> None:
        """Note that *line* of *file*, counted from 1, could not be read, and *why*."""
        self.unread.append(f"{file}:{line}: {why}")

    def _with_zone(self, at: datetime) -> datetime:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        if self.zone is None:
            self.is_floating = True
            return at.replace(tzinfo=UTC)
        return at.replace(tzinfo=self.zone).astimezone(UTC)

    def _free(self, wanted: str) -> str:
        place = len(self.messages) + 1
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


def tidy(text: object) -> str:
    """*text* as text that can be written out again: half a surrogate pair, as some exports have, becomes `?`."""
    return "" if text is None else str(text).encode("utf-8", errors="replace").decode()
