"""Signal as five programs write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salon.errors import Mistakes
from salon.imports import Reading, read_chat


def read(tmp_path: Path, text: str, **said: Any) -> Reading:
    file = tmp_path / "chat"
    file.write_text(text, encoding="utf-8")
    return read_chat(file, **said)


def rows(*objects: object) -> str:
    return "\n".join(map(json.dumps, objects)) + "\n"


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(m.role, m.name, m.text) for m in reading.messages]


MARKDOWN = """\
[2026-03-14 20:00:01] Ann: How is the drum?
and the fan?
(- Bob: 👍 -)

[2026-03-14 20:01:00] Bob: 

> How is the drum?
> and the fan?

Warm.  

[2026-03-14 20:02:00] Bob:   ![drum.jpg](./media/2026-03-14_drum.jpg)  

[2026-03-14 20:03:00] Ann: (This message was deleted)

[2026-03-14 20:04:00] Me: a picture ![a.jpg](./media/a.jpg)  

[2026-03-14 20:05:00] Me: Missed voice call

[2026-03-14 20:06:00] Me: 
(( 🎉 ))
"""


def test_markdown_of_sigexport(tmp_path: Path) -> None:
    said = read(tmp_path, MARKDOWN)
    assert told(said) == [
        ("member", "Ann", "How is the drum?\nand the fan?"),
        ("member", "Bob", "Warm."),
        ("system", "Bob", "[media]"),
        ("system", "Ann", "(This message was deleted)"),
        ("member", "Me", "a picture"),
        ("system", "Me", "Missed voice call"),
        ("system", "Me", "[media]"),
    ]
    assert (said.messages[1].reply_to, said.format) == ("m1", "signal")


def test_the_older_way_with_a_comma(tmp_path: Path) -> None:
    said = read(tmp_path, "[2026-03-14, 20:00] Ann: hi\n[2026-03-14, 20:01] Bob: ho\nho\n")
    assert (said.format, told(said)) == ("signal", [("member", "Ann", "hi"), ("member", "Bob", "ho\nho")])


def test_rows_of_sigexport(tmp_path: Path) -> None:
    row = {
        "date": "2026-03-14T20:00:00",
        "sender": "Ann",
        "body": "hi",
        "quote": "",
        "reactions": [],
        "attachments": [],
    }
    said = read(
        tmp_path, rows(row, {**row, "sender": "Bob", "body": "ho", "quote": "\n\n> hi\n\n"}, {**row, "deleted": True})
    )
    assert [(m.role, m.reply_to) for m in said.messages] == [("member", ""), ("member", "m1"), ("system", "")]


def test_the_command_line_program(tmp_path: Path) -> None:
    def envelope(stamp: int, **data: Any) -> dict[str, Any]:
        return {"envelope": {"sourceUuid": "u1", "sourceName": "Ann", "timestamp": stamp, **data}, "account": "+1"}

    said = read(
        tmp_path,
        rows(
            envelope(1_773_518_401_000, dataMessage={"timestamp": 1_773_518_401_000, "message": "before"}),
            envelope(1_773_518_402_000, receiptMessage={"when": 1}),
            envelope(1_773_518_403_000, editMessage={
                "targetSentTimestamp": 1_773_518_401_000,
                "dataMessage": {"timestamp": 1_773_518_403_000, "message": "after"}}),
            envelope(1_773_518_404_000, dataMessage={"timestamp": 1_773_518_404_000, "message": "will go"}),
            envelope(1_773_518_405_000, dataMessage={
                "timestamp": 1_773_518_405_000, "remoteDelete": {"timestamp": 1_773_518_404_000}}),
            envelope(1_773_518_406_000, syncMessage={"sentMessage": {
                "timestamp": 1_773_518_406_000, "message": "mine", "quote": {"id": 1_773_518_401_000}}}),
            envelope(1_773_518_407_000, dataMessage={"timestamp": 1_773_518_407_000, "reaction": {"emoji": "👍"}}),
            envelope(1_773_518_408_000, dataMessage={"timestamp": 1_773_518_408_000, "attachments": [1]}),
        ),
    )  # fmt: skip
    assert [(m.role, m.text, m.reply_to) for m in said.messages] == [
        ("member", "after", ""),
        ("system", "[deleted]", ""),
        ("member", "mine", "1773518401000"),
        ("system", "[media]", ""),
    ]


def test_the_plain_export_of_the_apps(tmp_path: Path) -> None:
    def item(chat: str, author: str, sent: int, **more: Any) -> dict[str, Any]:
        return {"chatItem": {"chatId": chat, "authorId": author, "dateSent": str(1_773_518_400_000 + sent), **more}}

    lines = [
        {"version": "1", "backupTimeMs": "1773518400000"},
        {"account": {"givenName": "Me"}},
        {"recipient": {"id": "1", "self": {}}},
        {"recipient": {"id": "2", "contact": {"profileGivenName": "Bob", "profileFamilyName": "M"}}},
        {"recipient": {"id": "3", "group": {"snapshot": {"title": {"title": "Drums"}}}}},
        {"chat": {"id": "9", "recipientId": "3"}},
        item("9", "2", 2, standardMessage={"text": {"body": "ho"}, "quote": {"targetSentTimestamp": "1773518400001"}}),
        item(
            "9",
            "1",
            1,
            standardMessage={"text": {"body": "hi"}},
            revisions=[{"standardMessage": {"text": {"body": "x"}}}],
        ),
        item("9", "2", 3, remoteDeletedMessage={}),
        item("9", "2", 4, updateMessage={"groupChange": {}}),
    ]
    said = read(tmp_path, rows(*lines))
    assert [(m.role, m.name, m.text, m.reply_to) for m in said.messages] == [
        ("member", "Me", "hi", ""),
        ("member", "Bob M", "ho", "1773518400001"),
        ("system", "Bob M", "[remoteDeletedMessage]", ""),
        ("system", "Bob M", "[updateMessage]", ""),
    ]
    assert said.topic == "Drums"
    other = [
        *lines,
        {"chat": {"id": "8", "recipientId": "2"}},
        item("8", "2", 9, standardMessage={"text": {"body": "x"}}),
    ]
    with pytest.raises(Mistakes, match=r'"Drums", "Bob M"; write --conversation'):
        read(tmp_path, rows(*other))
    assert len(read(tmp_path, rows(*other), conversation="Bob M").messages) == 1


def test_rows_of_the_desktop_database(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "conversationId": "c",
        "sent_at": 1_773_518_400_000,
        "type": "incoming",
        "body": "hi",
        "sourceUuid": "u",
    }
    gone = {**row, "sent_at": 1_773_518_402_000, "body": "x", "isErased": True}
    said = read(
        tmp_path, json.dumps({"messages": [{**row, "type": "outgoing", "sent_at": 1_773_518_401_000}, row, gone]})
    )
    assert told(said) == [("member", "u", "hi"), ("member", "Me", "hi"), ("system", "u", "[media]")]
