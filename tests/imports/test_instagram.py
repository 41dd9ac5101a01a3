"""Instagram and Messenger: bytes written as characters, newest first, several files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salon.errors import Mistakes
from salon.imports import read_chat


def garbled(text: str) -> str:
    return text.encode().decode("latin-1")


def line(second: int, name: str = "José 安", **more: Any) -> dict[str, Any]:
    return {"sender_name": garbled(name), "timestamp_ms": 1_773_518_400_000 + second * 1000, **more}


def write(folder: Path, number: int, *rows: object, title: str = "鼓") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"message_{number}.json"
    file.write_text(json.dumps({"participants": [], "messages": rows, "title": garbled(title)}))
    return file


def test_a_thread_in_two_files(tmp_path: Path) -> None:
    write(
        tmp_path / "inbox" / "x", 1,
        line(9, content="Liked a message"), line(8, photos=[{"uri": "x"}]), line(7, is_unsent=True, content="gone"),
        line(6, content=garbled("你好 👋")),
    )  # fmt: skip
    write(
        tmp_path / "inbox" / "x",
        2,
        line(5, "Bob", content="look", share={"link": "https://example.org/a"}),
        line(4, "Bob", content="naïve"),
    )
    said = read_chat(tmp_path / "inbox")
    assert [(m.role, m.name, m.text) for m in said.messages] == [
        ("member", "Bob", "naïve"),
        ("member", "Bob", "look\nhttps://example.org/a"),
        ("member", "José 安", "你好 👋"),
        ("system", "José 安", "[deleted]"),
        ("system", "José 安", "[photos]"),
        ("system", "José 安", "Liked a message"),
    ]
    assert (said.topic, said.is_floating, [m.id for m in said.messages][:2]) == ("鼓", False, ["m1", "m2"])


def test_messages_of_one_instant_keep_their_order(tmp_path: Path) -> None:
    file = write(tmp_path, 1, line(1, content="third"), line(1, content="second"), line(0, content="first"))
    assert [m.text for m in read_chat(file).messages] == ["first", "second", "third"]


def test_several_threads_ask_which(tmp_path: Path) -> None:
    write(tmp_path / "a", 1, line(1, content="a"), title="A")
    write(tmp_path / "b", 1, line(1, content="b"), title="B")
    with pytest.raises(Mistakes, match=r'"A", "B"; write --conversation'):
        read_chat(tmp_path)
    assert [m.text for m in read_chat(tmp_path, conversation="B").messages] == ["b"]


def test_the_newer_export_of_encrypted_chats(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    rows = [
        {"senderName": "安", "text": "嗨", "timestamp": 1_773_518_401_000, "type": "text", "media": []},
        {"senderName": "Bob", "text": "", "timestamp": 1_773_518_402_000, "type": "media", "media": [{"uri": "x"}]},
    ]
    file.write_text(json.dumps({"participants": ["安"], "threadName": "鼓", "messages": rows}))
    said = read_chat(file)
    assert [(m.role, m.name, m.text) for m in said.messages] == [("member", "安", "嗨"), ("system", "Bob", "[media]")]
