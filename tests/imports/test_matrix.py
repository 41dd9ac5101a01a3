"""Matrix: edits, redactions, answers, threads, names that change, and rooms that nobody can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from salon.imports import Reading, read_chat


def event(id: int, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"type": "m.room.message", "sender": "@ann:example.org", "event_id": f"${id}", "content": content}
    return {**said, "origin_server_ts": 1_773_518_400_000 + id * 1000, **more}


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


def member(id: int, person: str, name: str) -> dict[str, Any]:
    content = {"membership": "join", "displayname": name}
    return event(id, content, type="m.room.member", state_key=person, sender=person)


def read(tmp_path: Path, document: object) -> Reading:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(document))
    return read_chat(file)


BOB = "@bob:example.org"
EDIT = {"rel_type": "m.replace", "event_id": "$5"}
EVENTS = [
    member(1, "@ann:example.org", "Ann"),
    member(2, BOB, "Ann"),
    event(3, text("first")),
    event(4, text("> <@ann:example.org> first\n> more\n\nmine",
                  **{"m.relates_to": {"m.in_reply_to": {"event_id": "$3"}}}), sender=BOB),
    event(5, text("before")),
    event(6, text("* after", **{"m.new_content": text("after"), "m.relates_to": EDIT})),
    # Somebody else's edit of it counts for nothing.
    event(7, text("* lie", **{"m.new_content": text("lie"), "m.relates_to": EDIT}), sender=BOB),
    event(8, {}, unsigned={"redacted_because": {"type": "m.room.redaction"}}),
    event(9, text("will go")),
    event(10, {}, type="m.room.redaction", redacts="$9"),
    event(11, text("in a thread", **{"m.relates_to": {
        "rel_type": "m.thread", "event_id": "$3", "is_falling_back": True, "m.in_reply_to": {"event_id": "$5"}}})),
    event(12, {"msgtype": "m.image", "body": "drum.jpg"}),
    event(13, {"msgtype": "m.image", "body": "my drum", "filename": "drum.jpg"}),
    event(14, {"msgtype": "m.notice", "body": "I am a bot"}),
    event(15, {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$3"}}, type="m.reaction"),
    event(16, {"algorithm": "m.megolm.v1.aes-sha2"}, type="m.room.encrypted"),
    event(17, text("> a quotation of my own")),
]  # fmt: skip


def test_a_room_as_element_exports_it(tmp_path: Path) -> None:
    said = read(tmp_path, {"room_name": "Drums", "exported_by": "@ann:example.org", "messages": EVENTS})
    assert [(m.id, m.role, m.text, m.reply_to) for m in said.messages[2:]] == [
        ("$3", "member", "first", ""),
        ("$4", "member", "mine", "$3"),
        ("$5", "member", "after", ""),
        ("$8", "system", "[deleted]", ""),
        ("$9", "system", "[deleted]", ""),
        ("$11", "member", "in a thread", "$3"),
        ("$12", "system", "[image]", ""),
        ("$13", "member", "my drum", ""),
        ("$14", "system", "I am a bot", ""),
        ("$17", "member", "> a quotation of my own", ""),
    ]
    assert [m.role for m in said.messages[:2]] == ["system", "system"]
    # Two people of one name are two.
    assert [m.name for m in said.messages if m.role == "member"][:2] == ["Ann", "Ann"]
    assert (said.topic, said.people, said.bots, len(said.unread)) == ("Drums", 2, 1, 1)
    assert not any("will go" in m.text for m in said.messages)


def test_an_answer_of_the_server_is_newest_first(tmp_path: Path) -> None:
    said = read(tmp_path, {"chunk": EVENTS[::-1], "start": "a", "end": "b"})
    assert [m.id for m in said.messages if m.role == "member"] == ["$3", "$4", "$5", "$11", "$13", "$17"]


def test_one_event_a_line_and_names_that_nobody_told(tmp_path: Path) -> None:
    file = tmp_path / "room.jsonl"
    file.write_text("\n".join(map(json.dumps, [event(1, text("hi")), event(2, text("ho"))])) + "\n{broken\n")
    said = read_chat(file)
    assert [(m.name, m.text) for m in said.messages] == [("ann", "hi"), ("ann", "ho")]
    assert len(said.unread) == 1
