"""Lists of messages as JSON: what the common exporters of WeChat and QQ write, told by the names of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salon.imports.base import Format, Reading, Source
from salon.imports.columns import Table, columns_of, folded, likeness_of
from salon.imports.shapes import fields_in, first_of, objects_in

#: Where the list of messages is, when the whole is not the list.
_LISTS = ("messages", "data", "list", "items", "msgs", "records", "chat", "rows", "messageList", "消息")
_HOLDERS = ("session", "chatInfo", "meta", "conversation", "contact")
#: Fields that only the exports of others have: those are read by their own formats.
_FOREIGN = {
    "fromid", "textentities", "author", "ts", "eventid", "platformid", "originservertimestamp", "originserverts",
    "conversationid", "sourcedevice",
}  # fmt: skip
_FOREIGN_TOP = {"chatlab", "guild", "participants", "chats", "roomid"}
_SNIFF = 20


def likeness(source: Source) -> float:
    """How sure the fields of the first messages are those of a WeChat or QQ exporter."""
    document = source.document
    if document is None or {folded(k) for k in fields_in(document)} & _FOREIGN_TOP:
        return 0.0
    rows = _messages(document)[:_SNIFF]
    fields = {folded(name) for row in rows for name in row}
    if not rows or fields & _FOREIGN or {"sendername", "timestampms"} <= fields:
        return 0.0
    return likeness_of(name for row in rows for name in row)


def read(source: Source, reading: Reading) -> None:
    """Read every message; one without a time is noted."""
    document = source.document
    rows = _messages(document)
    table = Table(reading, columns_of(dict.fromkeys(name for row in rows for name in row)))
    table.others = frozenset(table.key_of(row) for row in rows if not table.is_mine(row))
    holder = next((fields_in(fields_in(document).get(name)) for name in _HOLDERS if name in fields_in(document)), {})
    # Where the whole is the list, each message names its group.
    named = (row.get(c) for row in rows[:1] for c in table.columns["chat"] if row.get("isChatRoom") is not False)
    reading.topic = first_of(
        *(holder.get(k) for k in ("displayName", "groupName", "name", "nickname", "remark")), *named
    )
    for number, row in enumerate(rows, 1):
        if not table.take(row):
            reading.cannot_read_item(source.name, number, "no time that can be read; it is left out")
    reading.is_floating = reading.is_floating or table.days.is_guessed
    reading.lacks_days = table.days.is_guessed


FORMATS = (
    Format(
        name="wechatjson",
        title="list of messages by WeChat and QQ exporters, told by its fields (.json)",
        likeness=likeness,
        read=read,
    ),
)


def _messages(document: Any) -> Sequence[dict[str, Any]]:
    if isinstance(document, list):
        return objects_in(document)
    found = [objects_in(fields_in(document).get(name)) for name in _LISTS]
    return max(found, key=len)
