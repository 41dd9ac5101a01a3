"""One exported file as it lies there: its letters, its lines, and its JSON, looked at once."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

#: Of the characters that are no ASCII, this share may be broken in a file that is UTF-8 nevertheless.
_BROKEN = 0.1


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
        if _is_utf16(self.data):
            return self.data.decode("utf-16", errors="replace")
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # One byte lost in transport must not turn a whole UTF-8 file into the wrong Chinese.
            forgiving = self.data.decode("utf-8-sig", errors="replace")
        if forgiving.count("\ufffd") <= _BROKEN * sum(not c.isascii() for c in forgiving):
            return forgiving
        try:
            return self.data.decode("gb18030")
        except UnicodeDecodeError:
            return forgiving

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines, without their ends; only line feeds end one, so that no message is torn apart."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def head(self) -> list[str]:
        """The first lines, at most fifty that are not blank, each at most 1,000 characters: for a quick look."""
        text = self.text[:100_000].replace("\r\n", "\n").replace("\r", "\n")
        return [line[:1000] for line in text.split("\n", 400)[:400] if line.strip()][:50]

    @cached_property
    def document(self) -> Any:
        """The content as one JSON value, or None when it is no JSON."""
        if self.text[:4096].lstrip()[:1] not in ("{", "["):
            return None
        return parsed(self.text)

    @cached_property
    def head_rows(self) -> list[dict[str, Any]]:
        """JSON objects among the first lines: what a file of one object a line begins with."""
        return [row for line in self.head if line[:1] == "{" and isinstance(row := parsed(line), dict)]

    def others(self) -> Iterator[Source]:
        """The files beside this one, in the order of their names with numbers counted."""
        for name in sorted(self.beside, key=natural):
            if name != self.name:
                yield Source(name, self.beside[name])


def parsed(text: str) -> Any:
    """*text* as a JSON value; None when it is none, or is nested too deep for anybody to have meant it."""
    try:
        return orjson.loads(text)
    except (ValueError, RecursionError):
        pass
    # Half characters and numbers beyond 64 bits are found in real exports, and only this one reads them.
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key to sort names by, so that message_2 comes before message_10."""
    parts, digits = [""], False
    for letter in name:
        if (letter.isascii() and letter.isdigit()) != digits:
            parts.append("")
            digits = not digits
        parts[-1] += letter
    return tuple((int(part[:30]), part) if k % 2 else (0, part) for k, part in enumerate(parts))


def _is_utf16(data: bytes) -> bool:
    """Whether a mark says so and the first line ends as such a line does: two stray bytes are no mark."""
    for mark, end in ((codecs.BOM_UTF16_LE, b"\n\x00"), (codecs.BOM_UTF16_BE, b"\x00\n")):
        if data.startswith(mark):
            return end in data or b"\n" not in data
    return False
