"""ChatLab exports, JSON Lines and JSON, and the outline that was published beforehand.

JSON Lines: a `header` line, `member` lines, `message` lines; JSON: `chatlab`, `meta`, `members`, `messages` with the
same rows (ChatLab standard export, read November 2026).
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from salon.errors import Mistakes
from salon.imports.base import Format, Reading, Source, moment_of, parsed
from salon.imports.shapes import fields_in, first_of, items_in, objects_in, text_in

#: Message types whose content a person wrote: text, and text that answers another message.
_SPOKEN = frozenset({0, 25})
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)、])\s+(?P<point>\S.*)$")
_HEADING = re.compile(r"^\s*#+\s+(?P<title>\S.*)$")


def read_outline(outline: Path) -> tuple[str, tuple[str, ...]]:
    """Title (first heading, else empty) and points (list items) of a Markdown outline. Raises `Mistakes`."""
    try:
        data = outline.read_bytes()
    except OSError as gone:
        raise Mistakes([f"{outline}: {gone.strerror or gone}; give the path of a file that can be read"]) from gone
    lines = Source(str(outline), data).lines
    titles = [found["title"].strip() for line in lines if (found := _HEADING.match(line))]
    points = [found["point"].strip() for line in lines if (found := _BULLET.match(line))]
    return (titles[0] if titles else ""), tuple(points)


def _is_lines(source: Source) -> float:
    known = [row for row in source.head_rows if row.get("_type") in ("header", "member", "message")]
    return 0.95 if known else 0.0


def _read_lines(source: Source, reading: Reading) -> None:
    members: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(source.lines, 1):
        if not line or line.isspace():
            continue
        row = fields_in(parsed(line))
        kind = row.get("_type")
        if kind == "header":
            reading.topic = text_in(fields_in(row.get("meta")).get("name"))
        elif kind == "member":
            members[text_in(row.get("platformId"))] = row
        elif kind == "message":
            at = moment_of(row.get("timestamp"))
            if at is None:
                reading.cannot_read(source.name, number, _no_time(row))
            else:
                _take(reading, row, at, members, f"line-{number}")
        elif kind is None:
            reading.cannot_read(source.name, number, "not a ChatLab line; each is a JSON object with _type")
        else:
            reading.cannot_read(source.name, number, "its _type is not known; header, member and message are")


def _is_document(source: Source) -> float:
    document = fields_in(source.document)
    # Without its key it is somebody else's: exporters of QQ name the fields of a message the same.
    return 0.98 if "chatlab" in document and isinstance(document.get("messages"), list) else 0.0


def _read_document(source: Source, reading: Reading) -> None:
    document = fields_in(source.document)
    reading.topic = text_in(fields_in(document.get("meta")).get("name"))
    members = {text_in(row.get("platformId")): row for row in objects_in(document.get("members"))}
    for number, row in enumerate(items_in(document.get("messages")), 1):
        at = moment_of(row.get("timestamp")) if isinstance(row, dict) else None
        if at is None:
            why = _no_time(row) if isinstance(row, dict) else "no JSON object"
            reading.cannot_read_item(source.name, number, why)
        else:
            _take(reading, row, at, members, f"message-{number}")


def _no_time(row: dict[str, Any]) -> str:
    """Why a message cannot be placed in the evening."""
    written = str(row.get("timestamp"))[:40]
    return f"its timestamp {written!r} is no time; seconds since 1970, between 2001 and 2100, are"


_NOBODY: dict[str, Any] = {}


def _take(reading: Reading, row: dict[str, Any], at: datetime, members: dict[str, dict[str, Any]], place: str) -> None:
    content, author, kind = row.get("content"), text_in(row.get("sender")), row.get("type", 0)
    is_spoken = isinstance(kind, int) and kind in _SPOKEN
    reading.add(
        id=first_of(row.get("id"), row.get("platformMessageId")) or place,
        author=author,
        name=_name(row, members.get(author, _NOBODY)),
        text=content if isinstance(content, str) else "",
        at=at,
        reply_to=text_in(row.get("replyToMessageId")),
        role="member" if is_spoken else "system",
    )


def _name(row: dict[str, Any], member: dict[str, Any]) -> str:
    """The name in the group, as the others saw it; the account's where there is none."""
    if not member and "groupNickname" not in row:
        return first_of(row.get("accountName")).strip()
    nicknames = row.get("groupNickname"), member.get("groupNickname")
    return first_of(*nicknames, row.get("accountName"), member.get("accountName")).strip()


FORMATS = (
    Format(name="chatlab", title="ChatLab, JSON Lines", likeness=_is_lines, read=_read_lines),
    Format(name="chatlab-json", title="ChatLab, JSON", likeness=_is_document, read=_read_document),
)
