"""Discord's JSON: answers, bots, embeds, stickers, and the order of the interface."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from salon.imports import Reading, read_chat


def line(id: int, **more: Any) -> dict[str, Any]:
    author = {"id": "10", "name": "ann", "discriminator": "0000", "nickname": "Ann", "isBot": False}
    at = f"2026-03-14T20:00:{id:02}.123+01:00"
    said = {
        "id": str(id),
        "type": "Default",
        "timestamp": at,
        "timestampEdited": None,
        "content": "hi",
        "author": author,
    }
    return {**said, "attachments": [], "embeds": [], "stickers": [], "reactions": [], "mentions": [], **more}


def by(name: str, id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name.lower(), "nickname": name, "isBot": False, **more}


def read(tmp_path: Path, document: object) -> Reading:
    file = tmp_path / "general.json"
    file.write_text(json.dumps(document))
    return read_chat(file)


def test_a_channel(tmp_path: Path) -> None:
    rows = [
        line(1, content="<@!12345678> look <:wave:1234567890>", mentions=[by("Bob", "12345678")]),
        line(2, type="Reply", content="yes", author=by("Bob", "12345678"), reference={"messageId": "1"}),
        line(3, content="", attachments=[{"id": "5", "fileName": "a.png"}]),
        line(4, content="", stickers=[{"id": "5", "name": "wave"}]),
        line(5, content="3 rolls", author=by("Dicey", "77", isBot=True), embeds=[{"title": "x"}]),
        line(6, type="GuildMemberJoin", content="Joined the server.", author=by("Cy", "3")),
        line(7, type="ChannelPinnedMessage", content="Pinned a message.", reference={"messageId": "1"}),
        line(8, content="a picture", attachments=[{"id": "6"}], timestampEdited="2026-03-14T21:00:00+01:00"),
        line(9, content="", embeds=[{"title": "x"}]),
        line(10, content="", reference={"messageId": "900", "type": "Forward"}, forwardedMessage={"content": "old"}),
        line(11, author=by("Ann", "11")),
    ]
    said = read(tmp_path, {"guild": {"name": "g"}, "channel": {"id": "2", "name": "drums"}, "messages": rows})
    assert [(m.role, m.name, m.text, m.reply_to) for m in said.messages] == [
        ("member", "Ann", "@Bob look :wave:", ""),
        ("member", "Bob", "yes", "1"),
        ("system", "Ann", "[attachment]", ""),
        ("system", "Ann", "[sticker]", ""),
        ("system", "Dicey", "3 rolls", ""),
        ("system", "Cy", "Joined the server.", ""),
        ("system", "Ann", "Pinned a message.", "1"),
        ("member", "Ann", "a picture", ""),
        ("system", "Ann", "[embed]", ""),
        ("member", "Ann", "[Forwarded]\nold", ""),
        ("member", "Ann", "hi", ""),
    ]
    assert (said.topic, said.people, said.bots) == ("drums", 3, 1)
    assert said.messages[0].at.isoformat() == "2026-03-14T19:00:01.123000+00:00"


def test_what_the_interface_gives_newest_first_is_turned_round(tmp_path: Path) -> None:
    rows = [
        {"id": str(id), "type": 0, "timestamp": f"2026-03-14T20:00:0{id}+00:00", "content": f"no {id}",
         "author": {"id": "1", "username": "ann", "global_name": "Ann"}}
        for id in (3, 2, 1)
    ]  # fmt: skip
    said = read(tmp_path, rows)
    assert [(m.id, m.name, m.role) for m in said.messages] == [(id, "Ann", "member") for id in ("1", "2", "3")]
