"""Prints announcements as labelled blocks, for trying things out on a terminal."""

from __future__ import annotations

import re
from typing import TextIO

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import Ability
from salon.model import Group

#: What could move the cursor, colour or retitle a terminal, or hide text on it.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Console:
    """The console channel: what was printed cannot be taken back, so nothing is said twice on its own."""

    name = "console"
    is_repeatable = False
    sends_pictures = False
    ability = Ability(tested="used in every try on a terminal")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """All at once."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """Nothing is shared."""
        return ""

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Print one block. A stream that breaks is *unknown*: part of it may have been read."""
        try:
            self._stream.write(_as_far_as_possible(_block(group, announcement), self._stream))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return Outcome(result=Result.UNKNOWN, detail=f"the console broke off: {error}")
        return Outcome(result=Result.DELIVERED)


def channel(context: Context) -> Channel:
    """The console channel over the context's stream."""
    return Console(context.stream)


def _block(group: Group, announcement: Announcement) -> str:
    name = " ".join(group.name.split())
    lines = [f"┌ {announcement.event} · {announcement.name} → {name} ({group.id})"]
    lines += [f"│ {line}".rstrip() for line in announcement.text.strip().splitlines()]
    if announcement.poster is not None:
        lines.append(f"│ [poster: {len(announcement.poster) // 1024} KiB, not shown]")
    return "\n".join(_UNSAFE.sub("", line) for line in lines) + "\n└\n"


def _as_far_as_possible(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
