"""Slack: the archive of a workspace (people, channels, a file per channel and day), or one file of messages.

Read on Slack's pages "How to read Slack data exports" and "Formatting text for app surfaces", November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from salon.imports.base import Format, Reading, Source, moment_of
from salon.imports.conversations import pick
from salon.imports.shapes import fields_in, first_of, items_in, objects_in, text_in

#: Kinds of messages that a person wrote; none is the usual one.
_SPOKEN = frozenset({"", "thread_broadcast", "reply_broadcast", "file_share", "me_message"})
_ANGLES = re.compile(r"<(?P<target>[^<>|\n]{1,3000})(?:\|(?P<label>[^<>\n]{0,3000}))?>")


@dataclass
class _Export:
    """What lies in an archive, sorted out."""

    #: Id of a person → shown name.
    names: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    #: Name of a channel → its messages, each with the file and the place where it stands.
    channels: dict[str, list[tuple[str, int, Any]]] = field(default_factory=dict)


def _likeness(source: Source) -> float:
    document = source.document
    first = objects_in(_rows(document)[:20])
    if any(_is_message(row) for row in first):
        return 0.95
    # Lists of people and channels say something only beside messages.
    return (
        0.95 if len(source.beside) > 1 and any(_is_person(row) for row in objects_in(items_in(document)[:5])) else 0.0
    )


def _rows(document: object) -> list[Any]:
    return items_in(document) or items_in(fields_in(document).get("messages"))


def _is_message(row: Mapping[str, Any]) -> bool:
    return re.fullmatch(r"\d{9,11}\.\d{1,9}", text_in(row.get("ts"))) is not None and ("type" in row or "user" in row)


def _is_person(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("profile"), dict) and "id" in row and "ts" not in row


def _read(source: Source, reading: Reading) -> None:
    export = _sorted_out(source, reading)
    channels = {name: rows for name, rows in export.channels.items() if rows}
    if reading.conversation:
        names = list(channels)
        name = names[pick(names, reading.conversation.lstrip("#"), source.name)]
        channels = {name: channels[name]}
    elif len(channels) > 1:
        reading.notes.append(f"channels read together: {', '.join(channels)}; --conversation NAME reads one of them")
    reading.topic = ", ".join(channels)
    for name, rows in channels.items():
        _take_channel(reading, export, rows, f"{name}-" if len(channels) > 1 else "")
    reading.put_in_order()


def _sorted_out(source: Source, reading: Reading) -> _Export:
    export = _Export()
    for file in (source, *source.others()):
        document = file.document
        rows = _rows(document)
        if any(_is_person(row) for row in objects_in(rows[:20])):
            for person in objects_in(rows):
                export.names[text_in(person.get("id"))] = _name_of(person)
                if person.get("is_bot"):
                    export.bots.add(text_in(person.get("id")))
        elif any(_is_message(row) for row in objects_in(rows[:200])):
            channel = PurePosixPath(file.name).parent.name if source.beside else ""
            export.channels.setdefault(channel, []).extend((file.name, k, row) for k, row in enumerate(rows, 1))
        elif document is None and file.name.endswith(".json"):
            reading.cannot_read(file.name, 1, "not whole JSON")
    return export


def _name_of(person: Mapping[str, Any]) -> str:
    profile = fields_in(person.get("profile"))
    return first_of(profile.get("display_name"), profile.get("real_name"), person.get("real_name"), person.get("name"))


def _take_channel(reading: Reading, export: _Export, rows: list[tuple[str, int, Any]], prefix: str) -> None:
    changes = {
        text_in(fields_in(row.get("message")).get("ts")): fields_in(row.get("message"))
        for _, _, row in rows
        if isinstance(row, dict) and row.get("subtype") == "message_changed"
    }
    gone = {
        first_of(row.get("deleted_ts"), fields_in(row.get("previous_message")).get("ts"))
        for _, _, row in rows
        if isinstance(row, dict) and row.get("subtype") == "message_deleted"
    }
    for file, place, row in sorted(rows, key=_when):
        if not isinstance(row, dict) or not _is_message(row):
            reading.cannot_read_item(file, place, "no message; each is a JSON object with ts")
        elif row.get("subtype") not in ("message_changed", "message_deleted"):
            ts = text_in(row.get("ts"))
            _take(reading, export, {**row, **changes.get(ts, {})}, prefix, is_gone=ts in gone)


def _when(row: tuple[str, int, Any]) -> float:
    at = moment_of(fields_in(row[2]).get("ts"))
    return at.timestamp() if at else 0.0


def _take(reading: Reading, export: _Export, row: Mapping[str, Any], prefix: str, *, is_gone: bool) -> None:
    ts, thread, kind = (text_in(row.get(field)) for field in ("ts", "thread_ts", "subtype"))
    author = first_of(row.get("user"), row.get("bot_id"), row.get("username"))
    text = "" if is_gone or kind == "tombstone" else _plain(text_in(row.get("text")), export.names)
    is_bot = kind == "bot_message" or bool(row.get("bot_id")) or author in export.bots or author == "USLACKBOT"
    reading.add(
        id=prefix + ts,
        author=author,
        name=_shown(row, export, author),
        text=text if text.strip() else "[deleted]" if is_gone or kind == "tombstone" else "[file]",
        at=moment_of(ts),
        reply_to=prefix + thread if thread and thread != ts else "",
        role=_role(kind, text, is_bot=is_bot),
    )


def _role(kind: str, text: str, *, is_bot: bool) -> str:
    if kind == "tombstone":
        return "system"
    if is_bot:
        return "bot"
    return "member" if kind in _SPOKEN and text.strip() else "system"


def _shown(row: Mapping[str, Any], export: _Export, author: str) -> str:
    profile = fields_in(row.get("user_profile"))
    return first_of(
        export.names.get(author), profile.get("display_name"), profile.get("real_name"), profile.get("name"),
        row.get("username"), fields_in(row.get("bot_profile")).get("name"), author,
    )  # fmt: skip


def _plain(text: str, names: Mapping[str, str]) -> str:
    """*text* as people see it: names for ids, links as words and address, and the three escaped signs."""
    if "<" in text:
        text = _ANGLES.sub(lambda found: _seen(found["target"], found["label"] or "", names), text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def _seen(target: str, label: str, names: Mapping[str, str]) -> str:
    sign, rest = target[0], target[1:]
    if sign == "@":
        return f"@{names.get(rest) or label.lstrip('@') or rest}"
    if sign == "#":
        return f"#{label or rest}"
    if sign == "!":
        return label or f"@{rest.partition('^')[0]}"
    address = target.removeprefix("mailto:")
    return f"{label} ({address})" if label and label not in address else address


FORMATS = (
    Format(name="slack", title="Slack, export of a workspace (.zip)", likeness=_likeness, read=_read, takes_many=True),
)
