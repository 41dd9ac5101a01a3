"""Discord: channels as DiscordChatExporter writes them in JSON, and lists of messages as the interface gives them.

Read on `JsonMessageWriter.cs` and on Discord's page on messages, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from salon.imports.base import Format, Reading, Source, instant_of
from salon.imports.shapes import count_in, fields_in, first_of, items_in, objects_in, text_in
from salon.model import PollResult

#: Types of messages that a person wrote, as the exporter names and the interface counts them.
_SPOKEN = frozenset({"Default", "Reply", "ThreadStarterMessage", "", "0", "19", "21"})
#: Commands that a person gave to a bot, whose answer it is.
_COMMANDS = frozenset({"ChatInputCommand", "ContextMenuCommand", "20", "23"})
_EMOJI = re.compile(r"<a?(?P<name>:\w{1,32}:)\d{5,20}>")
_MENTION = re.compile(r"<@!?(?P<id>\d{5,20})>")
_FORWARD = frozenset({"Forward", "1"})


def _likeness(source: Source) -> float:
    document = source.document
    first = objects_in(_messages(document)[:5])
    if not first:
        return 0.6 if {"guild", "channel", "messageCount"} <= fields_in(document).keys() else 0.0
    is_known = all(isinstance(m.get("author"), dict) and "timestamp" in m and "content" in m for m in first)
    return 0.95 if is_known else 0.0


def _messages(document: object) -> list[Any]:
    return items_in(document) or items_in(fields_in(document).get("messages"))


def _read(source: Source, reading: Reading) -> None:
    document = fields_in(source.document)
    reading.topic = text_in(fields_in(document.get("channel")).get("name"))
    rows = _messages(source.document)
    # The interface gives the newest first.
    if len(rows) > 1 and text_in(_get(rows[0], "timestamp")) > text_in(_get(rows[-1], "timestamp")):
        rows = rows[::-1]
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            _take(reading, row)
        else:
            reading.cannot_read_item(source.name, number, "no JSON object")


def _get(row: object, field: str) -> object:
    return fields_in(row).get(field)


def _take(reading: Reading, row: dict[str, Any]) -> None:
    author, kind = fields_in(row.get("author")), text_in(row.get("type"))
    reference = fields_in(row.get("reference") or row.get("message_reference"))
    text = _text(row)
    if isinstance(row.get("poll"), dict):
        text = _poll(reading, row["poll"], text_in(row.get("id"))) or text
    is_bot = bool(author.get("isBot") or author.get("bot") or row.get("webhook_id")) or kind in _COMMANDS
    is_said = kind in _SPOKEN and bool(text.strip())
    is_reply = text_in(reference.get("type")) not in _FORWARD
    reading.add(
        id=text_in(row.get("id")),
        author=text_in(author.get("id")),
        name=first_of(author.get("nickname"), author.get("global_name"), author.get("name"), author.get("username")),
        text=text if text.strip() else _media(row, kind),
        at=instant_of(row.get("timestamp")),
        reply_to=first_of(reference.get("messageId"), reference.get("message_id")) if is_reply else "",
        role="bot" if is_bot else "member" if is_said else "system",
    )


def _text(row: dict[str, Any]) -> str:
    """What was written, with names where only numbers stand."""
    names = _names(row)
    text = text_in(row.get("content"))
    forwarded = text_in(fields_in(row.get("forwardedMessage")).get("content"))
    if forwarded.strip():
        text = f"{text}\n[Forwarded]\n{forwarded}".strip()
    if "<" not in text:
        return text
    text = _MENTION.sub(lambda found: f"@{names.get(found['id'], 'somebody')}", text)
    return _EMOJI.sub(lambda found: found["name"], text)


def _names(row: dict[str, Any]) -> Mapping[str, str]:
    return {
        text_in(one.get("id")): first_of(
            one.get("nickname"), one.get("global_name"), one.get("name"), one.get("username")
        )
        for one in objects_in(row.get("mentions"))
    }


def _poll(reading: Reading, poll: dict[str, Any], id: str) -> str:
    """Note how a poll stood, and give its question."""
    question = _poll_text(poll.get("question"))
    answers = objects_in(poll.get("answers"))
    results = fields_in(poll.get("results"))
    counted = {
        text_in(one.get("id")): count_in(one.get("count"))
        for one in objects_in(results.get("answer_counts") or results.get("answerCounts"))
    }
    if question and len(answers) > 1:
        reading.polls.append(
            PollResult(
                id=f"poll-{id}",
                question=question,
                options=tuple(_poll_text(fields_in(a.get("poll_media") or a.get("pollMedia")) or a) for a in answers),
                votes=tuple(
                    counted.get(first_of(a.get("answer_id"), a.get("answerId"), a.get("id")), 0) for a in answers
                ),
            )
        )
    return question


def _poll_text(value: object) -> str:
    return text_in(value) or text_in(fields_in(value).get("text"))


def _media(row: dict[str, Any], kind: str) -> str:
    """What stands for a message without words."""
    for field, name in (
        ("attachments", "attachment"),
        ("stickers", "sticker"),
        ("sticker_items", "sticker"),
        ("embeds", "embed"),
    ):
        if objects_in(row.get(field)):
            return f"[{name}]"
    return f"[{kind or 'no text'}]"


FORMATS = (Format(name="discord", title="Discord, JSON of DiscordChatExporter", likeness=_likeness, read=_read),)
