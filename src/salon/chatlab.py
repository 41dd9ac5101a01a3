"""Discussions held elsewhere: a ChatLab JSONL export with the outline that was published beforehand.

Format: a `header` line, `member` lines, `message` lines (ChatLab standard export, read November 2026).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from salon.analysis.words import is_chinese
from salon.errors import Mistakes
from salon.model import Discussion, Message, Section

#: Message types whose content a person wrote: text, and text that answers another message.
_SPOKEN = frozenset({0, 25})
#: 2001 to 2100: what lies outside is a broken clock, not an evening.
_EARLIEST, _LATEST = 978_307_200, 4_102_444_800
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)、])\s+(?P<point>\S.*)$")
_HEADING = re.compile(r"^\s*#+\s+(?P<title>\S.*)$")


@dataclass
class _Reading:
    """What has been read of the file so far."""

    topic: str = ""
    names: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)


def read_discussion(chat: Path, outline: Path, kol: str) -> Discussion:
    """The discussion in *chat*, led by *kol* (names with commas between; `-`: unknown), with its *outline*.

    Lines that cannot be read are counted, not fatal. Raises `Mistakes` when a file cannot be opened, or when it
    holds no message that can be read.
    """
    reading = _Reading()
    for number, line in enumerate(_lines(chat), 1):
        if line.strip():
            _take(reading, chat, number, line)
    if not reading.messages:
        raise Mistakes([*reading.unread[:20], f"{chat}: no message could be read; export it as ChatLab JSONL"])
    title, points = read_outline(outline)
    text = " ".join([title, *points, *(m.text for m in reading.messages[:2000])])
    return Discussion(
        topic=title or reading.topic,
        kols=tuple(name.strip() for name in kol.split(",") if name.strip() not in ("", "-")),
        language="zh" if is_chinese(text) else "en",
        timezone="UTC",
        outline=tuple(Section(title=point, minutes=0) for point in points),
        messages=tuple(reading.messages),
        unread_lines=len(reading.unread),
    )


def read_outline(outline: Path) -> tuple[str, tuple[str, ...]]:
    """Title (first heading, else empty) and points (list items) of a Markdown outline. Raises `Mistakes`."""
    lines = list(_lines(outline))
    titles = [found["title"].strip() for line in lines if (found := _HEADING.match(line))]
    points = [found["point"].strip() for line in lines if (found := _BULLET.match(line))]
    return (titles[0] if titles else ""), tuple(points)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")
    except OSError as gone:
        raise Mistakes([f"{path}: {gone.strerror or gone}; give the path of a file that can be read"]) from gone


def _take(reading: _Reading, path: Path, number: int, line: str) -> None:
    """Add one line of the file to *reading*, or note why not."""
    try:
        row = json.loads(line)
        kind = row["_type"]
    except (ValueError, TypeError, KeyError, RecursionError):
        reading.unread.append(f"{path}:{number}: not a ChatLab line; each is a JSON object with _type")
        return
    if kind == "header":
        meta = row.get("meta")
        reading.topic = _text(meta.get("name")) if isinstance(meta, dict) else ""
    elif kind == "member":
        reading.names[_text(row.get("platformId"))] = _name(row)
    elif kind == "message":
        _take_message(reading, path, number, row)
    else:
        reading.unread.append(f"{path}:{number}: _type {kind!r} is not known; header, member and message are")


def _take_message(reading: _Reading, path: Path, number: int, row: dict[str, Any]) -> None:
    content, author = row.get("content"), _text(row.get("sender"))
    text = _text(content) if isinstance(content, str) else ""
    name = _name(row) or reading.names.get(author) or author or "?"
    reading.messages.append(
        Message(
            id=_free_id(reading.ids, row.get("id") or row.get("platformMessageId"), number),
            author=author or name,
            name=name,
            text=text,
            at=_at(row.get("timestamp")) or _last_at(reading),
            reply_to=_text(row.get("replyToMessageId")),
            role="member" if _is_spoken(row) and text.strip() else "system",
        )
    )


def _is_spoken(row: dict[str, Any]) -> bool:
    kind = row.get("type", 0)
    return isinstance(kind, int) and kind in _SPOKEN


def _text(value: object) -> str:
    """*value* as text that can be written out again: half a surrogate pair, as some exports have, becomes `?`."""
    return "" if value is None else str(value).encode("utf-8", errors="replace").decode()


def _name(row: dict[str, Any]) -> str:
    return _text(row.get("groupNickname") or row.get("accountName")).strip()


def _at(timestamp: object) -> datetime | None:
    """Seconds (or, as some exporters write, milliseconds) since 1970; None for no number, or outside 2001 to 2100."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float | str):
        return None
    try:
        seconds = float(timestamp)
    except (ValueError, OverflowError):
        return None
    if seconds >= _EARLIEST * 1000:
        seconds /= 1000
    if not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _last_at(reading: _Reading) -> datetime:
    """Time for a message without a usable one: that of the message before, since the order of the file is known."""
    return reading.messages[-1].at if reading.messages else datetime.fromtimestamp(_EARLIEST, UTC)


def _free_id(taken: set[str], wanted: object, number: int) -> str:
    """The message's own id; by the line's number where it has none, or where another message has it already."""
    id = _text(wanted) or f"line-{number}"
    while id in taken:
        id = f"{id}-line-{number}"
    taken.add(id)
    return id
