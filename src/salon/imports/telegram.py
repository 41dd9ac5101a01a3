"""Telegram, "export chat history" of its desktop program as JSON: one chat, or a whole account.

Read on exports and on the program's own exporter (`export_output_json.cpp`), November 2026.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from salon.imports.base import Format, Reading, Source, instant_of, moment_of
from salon.imports.conversations import pick
from salon.imports.shapes import count_in, fields_in, first_of, items_in, objects_in, text_in
from salon.model import PollResult

#: What the program calls somebody whose account is gone.
_GONE = "Deleted Account"


def _likeness(source: Source) -> float:
    document = fields_in(source.document)
    if isinstance(fields_in(document.get("chats")).get("list"), list):
        return 0.95
    first = objects_in(items_in(document.get("messages"))[:20])
    known = [m for m in first if m.get("type") in ("message", "service") and ("date" in m or "date_unixtime" in m)]
    return 0.95 if known else 0.0


def _read(source: Source, reading: Reading) -> None:
    chat = _chat(source, reading)
    reading.topic = text_in(chat.get("name"))
    for number, row in enumerate(items_in(chat.get("messages")), 1):
        if not isinstance(row, dict):
            reading.cannot_read_item(source.name, number, "no JSON object")
        elif row.get("type") == "service":
            _take_news(reading, row)
        elif row.get("type") == "message":
            _take(reading, row)
        else:
            reading.cannot_read_item(source.name, number, "its type is not known; message and service are")


def _chat(source: Source, reading: Reading) -> dict[str, Any]:
    """The one chat of the export, or that which the owner named."""
    document = fields_in(source.document)
    if "messages" in document:
        return document
    chats = [
        chat
        for part in ("chats", "left_chats")
        for chat in objects_in(fields_in(document.get(part)).get("list"))
        if items_in(chat.get("messages"))
    ]
    names = [first_of(chat.get("name"), chat.get("type"), chat.get("id")) for chat in chats]
    return chats[pick(names, reading.conversation, source.name)] if chats else {}


def _take(reading: Reading, row: dict[str, Any]) -> None:
    text = _text(row.get("text") or row.get("text_entities"))
    if isinstance(row.get("poll"), dict):
        text = _poll(reading, row["poll"], text_in(row.get("id")))
    origin = first_of(row.get("forwarded_from"))
    if text and origin and origin != row.get("from"):
        # Nobody is to be quoted with what somebody else wrote.
        text = f"[Forwarded from {origin}]\n{text}"
    reading.add(
        id=text_in(row.get("id")),
        author=text_in(row.get("from_id")),
        name=first_of(row.get("from"), _GONE),
        text=text or _media(row),
        at=_at(row),
        reply_to=text_in(row.get("reply_to_message_id")),
        # A line that somebody sent through a bot is a line that the bot wrote.
        role="bot" if row.get("via_bot") else "member" if text.strip() else "system",
    )


def _take_news(reading: Reading, row: dict[str, Any]) -> None:
    reading.add(
        id=text_in(row.get("id")),
        author=text_in(row.get("actor_id")),
        name=first_of(row.get("actor"), _GONE),
        text=f"[{first_of(row.get('action'), 'service').replace('_', ' ')}]",
        at=_at(row),
        role="system",
    )


def _at(row: dict[str, Any]) -> datetime | None:
    """The second since 1970 where it is written; else the hour of the computer that exported, in whatever zone."""
    return moment_of(row.get("date_unixtime")) or instant_of(row.get("date"))


def _text(value: object) -> str:
    """The words of a text that comes whole, or in pieces of which some are links."""
    if isinstance(value, str):
        return value
    return "".join(piece if isinstance(piece, str) else _piece(piece) for piece in items_in(value))


def _piece(piece: object) -> str:
    fields = fields_in(piece)
    text, link = text_in(fields.get("text")), text_in(fields.get("href"))
    return f"{text} ({link})" if link and link not in text else text


def _poll(reading: Reading, poll: dict[str, Any], id: str) -> str:
    """Note how a poll stood, and give its question."""
    answers = objects_in(poll.get("answers"))
    question = _text(poll.get("question"))
    if question and len(answers) > 1:
        reading.polls.append(
            PollResult(
                id=f"poll-{id or len(reading.polls) + 1}",
                question=question,
                options=tuple(_text(answer.get("text")) for answer in answers),
                votes=tuple(count_in(answer.get("voters")) for answer in answers),
            )
        )
    return question


def _media(row: dict[str, Any]) -> str:
    """What stands for a message without words."""
    kind = first_of(row.get("media_type"), *(name for name in _KINDS if name in row), "no text")
    return f"[{kind.replace('_', ' ')}]"


_KINDS = (
    "photo",
    "file",
    "contact_information",
    "location_information",
    "dice_emoji",
    "game_title",
    "invoice_information",
)

FORMATS = (
    Format(name="telegram", title="Telegram, JSON of one chat or of an account", likeness=_likeness, read=_read),
)
