"""Signal, as other programs write it, one JSON object a line: the plain export of its own apps, signal-cli, and rows
of the desktop program's database.

Read on `Backup.proto` of Signal, on the man page of signal-cli 0.13 (`receive`, JSON output), and on what exporters of
the database print, November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from salon.imports.base import Format, Reading, Source, moment_of, parsed
from salon.imports.conversations import pick
from salon.imports.shapes import fields_in, first_of, items_in, objects_in, text_in

#: How the exporting person is called where the export does not say.
_SELF = "Me"


def _rows(source: Source, reading: Reading) -> Iterator[dict[str, Any]]:
    """The objects of a file: one a line, a list, or the `messages` of one object."""
    document = source.document
    listed = items_in(document) or items_in(fields_in(document).get("messages"))
    if listed:
        for number, row in enumerate(listed, 1):
            if isinstance(row, dict):
                yield row
            else:
                reading.cannot_read_item(source.name, number, "no JSON object")
        return
    for number, line in enumerate(source.lines, 1):
        row = fields_in(parsed(line)) if line.strip() else None
        if row:
            yield row
        elif row is not None:
            reading.cannot_read(source.name, number, "no JSON object")


def _first_rows(source: Source) -> list[dict[str, Any]]:
    document = source.document
    listed = items_in(document) or items_in(fields_in(document).get("messages"))
    return objects_in(listed[:20]) or source.head_rows


@dataclass
class _Backup:
    """Who and what there is in a plain export."""

    people: dict[str, str] = field(default_factory=dict)
    #: Id of a chat → its name.
    chats: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def _is_backup(source: Source) -> float:
    kinds = {"account", "recipient", "chat", "chatItem", "backupTimeMs"}
    known = [row for row in _first_rows(source) if kinds & row.keys() and "envelope" not in row]
    return 0.95 if len(known) > 1 or any("chatItem" in row for row in known) else 0.0


def _read_backup(source: Source, reading: Reading) -> None:
    backup, recipients = _Backup(), {}
    for row in _rows(source, reading):
        recipient, chat, item = (fields_in(row.get(kind)) for kind in ("recipient", "chat", "chatItem"))
        if recipient:
            recipients[text_in(recipient.get("id"))] = recipient
            backup.people[text_in(recipient.get("id"))] = _person(recipient)
        elif chat:
            backup.chats[text_in(chat.get("id"))] = text_in(chat.get("recipientId"))
        elif item:
            backup.said.setdefault(text_in(item.get("chatId")), []).append(item)
    if not backup.said:
        return
    ids = list(backup.said)
    names = [backup.people.get(backup.chats.get(id, ""), "") or f"chat {id}" for id in ids]
    place = pick(names, reading.conversation, source.name)
    reading.topic = names[place]
    for item in backup.said[ids[place]]:
        _take_item(reading, backup, item)
    reading.put_in_order()


def _person(recipient: dict[str, Any]) -> str:
    contact, group = fields_in(recipient.get("contact")), fields_in(recipient.get("group"))
    if "self" in recipient:
        return _SELF
    title = fields_in(fields_in(group.get("snapshot")).get("title"))
    nickname = fields_in(contact.get("nickname"))
    return first_of(
        _both(nickname, "given", "family"),
        _both(contact, "systemGivenName", "systemFamilyName"),
        _both(contact, "profileGivenName", "profileFamilyName"),
        contact.get("username"), contact.get("e164"), title.get("title"), recipient.get("id"),
    )  # fmt: skip


def _both(names: dict[str, Any], given: str, family: str) -> str:
    return f"{text_in(names.get(given))} {text_in(names.get(family))}".strip()


def _take_item(reading: Reading, backup: _Backup, item: dict[str, Any]) -> None:
    standard = fields_in(item.get("standardMessage"))
    author, sent = text_in(item.get("authorId")), text_in(item.get("dateSent"))
    text = text_in(fields_in(standard.get("text")).get("body"))
    kinds = [kind for kind in item if kind.endswith(("Message", "Notification", "Badge")) and kind != "standardMessage"]
    reading.add(
        id=sent,
        author=author,
        name=backup.people.get(author, ""),
        text=text if text.strip() else f"[{kinds[0] if kinds else 'media'}]",
        at=moment_of(sent),
        reply_to=text_in(fields_in(standard.get("quote")).get("targetSentTimestamp")),
        role="member" if text.strip() else "system",
    )


def _is_cli(source: Source) -> float:
    rows = _first_rows(source)
    return 0.95 if any(isinstance(row.get("envelope"), dict) for row in rows) else 0.0


def _read_cli(source: Source, reading: Reading) -> None:
    envelopes = [fields_in(row.get("envelope")) for row in _rows(source, reading)]
    said = [found for envelope in envelopes if (found := _said(envelope))]
    edits = {target: data for _, data, target in said if target}
    gone = {text_in(fields_in(data.get("remoteDelete")).get("timestamp")) for _, data, _ in said}
    for envelope, data, target in said:
        id = first_of(data.get("timestamp"), envelope.get("timestamp"))
        if target or "remoteDelete" in data or "reaction" in data:
            continue
        text = "" if id in gone else text_in(edits.get(id, data).get("message"))
        reading.add(
            id=id,
            author=first_of(envelope.get("sourceUuid"), envelope.get("sourceNumber"), envelope.get("source")),
            name=first_of(envelope.get("sourceName"), envelope.get("sourceNumber"), envelope.get("source")),
            text=text if text.strip() else "[deleted]" if id in gone else "[media]",
            at=moment_of(id),
            reply_to=text_in(fields_in(data.get("quote")).get("id")),
            role="member" if text.strip() else "system",
        )


def _said(envelope: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str] | None:
    """The envelope, what somebody said in it, and the time of the message that it replaces; None: nothing was said."""
    for carrier in (envelope, fields_in(fields_in(envelope.get("syncMessage")).get("sentMessage"))):
        edit = fields_in(carrier.get("editMessage"))
        if edit:
            return envelope, fields_in(edit.get("dataMessage")), text_in(edit.get("targetSentTimestamp"))
        if isinstance(carrier.get("dataMessage"), dict):
            return envelope, carrier["dataMessage"], ""
        if "message" in carrier and carrier is not envelope:
            return envelope, carrier, ""
    return None


def _is_desktop(source: Source) -> float:
    rows = _first_rows(source)
    return 0.9 if any({"conversationId", "sent_at", "type"} <= row.keys() for row in rows) else 0.0


def _read_desktop(source: Source, reading: Reading) -> None:
    rows = list(_rows(source, reading))
    chats = list(dict.fromkeys(text_in(row.get("conversationId")) for row in rows if "conversationId" in row))
    if not chats:
        return
    wanted = chats[pick(chats, reading.conversation, source.name)]
    for row in rows:
        if row.get("conversationId") == wanted:
            _take_row(reading, row)
    reading.put_in_order()


def _take_row(reading: Reading, row: dict[str, Any]) -> None:
    text = "" if row.get("isErased") or row.get("deletedForEveryone") else text_in(row.get("body"))
    is_own = row.get("type") == "outgoing"
    author = _SELF if is_own else first_of(row.get("sourceServiceId"), row.get("sourceUuid"), row.get("source"))
    is_said = row.get("type") in ("incoming", "outgoing") and bool(text.strip())
    reading.add(
        id=text_in(row.get("sent_at")) or text_in(row.get("id")),
        author=author,
        name=_SELF if is_own else first_of(row.get("sourceName"), row.get("source"), author),
        text=text if text.strip() else "[media]",
        at=moment_of(row.get("sent_at")),
        reply_to=text_in(fields_in(row.get("quote")).get("id")),
        role="member" if is_said else "system",
    )


FORMATS = (
    Format(
        name="signal-app", title="Signal, plain export of its apps (.jsonl)", likeness=_is_backup, read=_read_backup
    ),
    Format(name="signal-cli", title="Signal, JSON of signal-cli", likeness=_is_cli, read=_read_cli),
    Format(
        name="signal-desktop", title="Signal, rows of the desktop database", likeness=_is_desktop, read=_read_desktop
    ),
)
