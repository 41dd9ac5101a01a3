"""Instagram and Messenger, "download your information" as JSON: `message_1.json` and its followers, newest first.

The older files write each byte of UTF-8 as a character of its own. Read on exports of both, and on what others found
out about them, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from salon.imports.base import Format, Reading, Source, moment_of
from salon.imports.conversations import pick
from salon.imports.shapes import fields_in, first_of, items_in, objects_in, text_in

#: What the programs say in a person's place.
_NEWS = re.compile(
    r"liked a message|reacted .{1,20} to your message\s*|you unsent a message|.{1,80} unsent a message"
    r"|.{1,80} sent (?:an attachment|a photo|a video|a voice message|a gif|a sticker)\.?|you sent an attachment\."
    r"|.{1,80} (?:started|missed) (?:a|an|your) (?:audio|video)?\s?(?:call|chat)\.?|(?:audio|video) call ended"
    r"|.{1,80} (?:created the group|named the group .*|left the group|changed the theme .*|set the emoji .*)\.?",
    re.I,
)
_MEDIA = ("photos", "videos", "audio_files", "gifs", "sticker", "files", "share", "media", "call_duration")
_SPOKEN = frozenset({"", "Generic", "Share", "text", "link", "placeholder"})


def _likeness(source: Source) -> float:
    first = objects_in(items_in(fields_in(source.document).get("messages"))[:20])
    if any("sender_name" in row and "timestamp_ms" in row for row in first):
        return 0.95
    return 0.92 if any("senderName" in row and "timestamp" in row for row in first) else 0.0


def _read(source: Source, reading: Reading) -> None:
    threads: dict[str, list[Source]] = {}
    for file in (source, *source.others()):
        if _likeness(file):
            threads.setdefault(str(PurePosixPath(file.name).parent), []).append(file)
    titles = [_title(files[0]) or path for path, files in threads.items()]
    # Two threads may have one name; folders never do.
    names = titles if len(set(titles)) == len(titles) else list(threads)
    files = list(threads.values())[pick(names, reading.conversation, source.name)]
    reading.topic = _title(files[0])
    rows = [row for file in files for row in _rows(file, reading)]
    # Newest first within a file, and the first file is the newest.
    rows.sort(key=lambda row: _stamp(row[1]))
    for is_garbled, row in rows:
        _take(reading, row, is_garbled=is_garbled)


def _title(file: Source) -> str:
    document = fields_in(file.document)
    return _mended(first_of(document.get("title"), document.get("threadName")), is_garbled="title" in document)


def _rows(file: Source, reading: Reading) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Messages, the oldest first, and whether their letters must be put together again."""
    listed = items_in(fields_in(file.document).get("messages"))
    is_newest_first = len(listed) < 2 or _stamp(fields_in(listed[0])) > _stamp(fields_in(listed[-1]))
    for number, row in sorted(enumerate(listed, 1), reverse=is_newest_first):
        if isinstance(row, dict):
            yield "sender_name" in row, row
        else:
            reading.cannot_read_item(file.name, number, "no JSON object")


def _stamp(row: dict[str, Any]) -> float:
    at = moment_of(row.get("timestamp_ms") or row.get("timestamp"))
    return at.timestamp() if at else 0.0


def _take(reading: Reading, row: dict[str, Any], *, is_garbled: bool) -> None:
    name = _mended(first_of(row.get("sender_name"), row.get("senderName")), is_garbled=is_garbled)
    is_gone = bool(row.get("is_unsent") or row.get("isUnsent") or row.get("is_geoblocked_for_viewer"))
    text = "" if is_gone else _mended(first_of(row.get("content"), row.get("text")), is_garbled=is_garbled)
    is_said = text_in(row.get("type")) in _SPOKEN and bool(text.strip()) and not _NEWS.fullmatch(text.strip())
    if is_said and (link := text_in(fields_in(row.get("share")).get("link"))) and link not in text:
        text = f"{text}\n{link}"
    reading.add(
        id="",
        author=name,
        name=name,
        text=text if text.strip() else "[deleted]" if is_gone else _media(row),
        at=moment_of(row.get("timestamp_ms") or row.get("timestamp")),
        role="member" if is_said else "system",
    )


def _mended(text: str, *, is_garbled: bool) -> str:
    """*text* whose bytes were written as characters, as it was meant; any other text as it is."""
    if not is_garbled or text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _media(row: dict[str, Any]) -> str:
    return f"[{next((kind.replace('_', ' ') for kind in _MEDIA if row.get(kind)), 'no text')}]"


FORMATS = (
    Format(
        name="instagram",
        title="Instagram and Messenger, JSON (folder or .zip)",
        likeness=_likeness,
        read=_read,
        takes_many=True,
    ),
)
