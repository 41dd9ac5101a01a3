"""Slack's archive: people, channels, days, threads, and its own way of writing names and links."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from salon.errors import Mistakes
from salon.imports import Reading, read_chat

PEOPLE = [
    {"id": "U1", "name": "ann", "profile": {"display_name": "Ann", "real_name": "Ann L"}},
    {"id": "U2", "name": "bob", "profile": {"display_name": "", "real_name": "Bob M"}},
    {"id": "U3", "name": "poll", "is_bot": True, "profile": {"display_name": "Pollster"}},
]
CHANNELS = [{"id": "C1", "name": "drums", "created": 1, "members": ["U1", "U2"]}]


def line(second: int, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "ts": f"17735184{second:02}.000100", "text": "hi", **more}


def read(tmp_path: Path, files: dict[str, object], **said: Any) -> Reading:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, content in {"users.json": PEOPLE, "channels.json": CHANNELS, **files}.items():
            archive.writestr(name, json.dumps(content))
    return read_chat(tmp_path / "export.zip", **said)


def test_a_channel_over_two_days(tmp_path: Path) -> None:
    first = [
        line(1, text="<@U2> see <https://example.org/a?b=1&amp;c=2|the page> &amp; <#C1|drums> <!here> 3 &lt; 4"),
        line(2, user="U2", text="yes", thread_ts="1773518401.000100"),
        line(3, subtype="channel_join", text="<@U2> has joined the channel"),
        line(4, subtype="bot_message", username="Feed", bot_id="B1", text="news"),
        line(5, user="U3", text="vote"),
        line(6, text="last words", edited={"user": "U1", "ts": "1773518409.0"}),
        line(7, subtype="tombstone", text="This message was deleted.", user="USLACKBOT"),
        line(8, text="", files=[{"id": "F1"}], upload=True),
    ]
    second = [line(20, text="first"), {"type": "message", "subtype": "message_deleted", "ts": "1773518422.000100",
              "deleted_ts": "1773518421.000100"}, line(21, text="taken back"),
              {"type": "message", "subtype": "message_changed", "ts": "1773518424.000100",
               "message": {"ts": "1773518423.000100", "text": "after"}}, line(23, text="before")]  # fmt: skip
    said = read(tmp_path, {"drums/2026-03-14.json": first, "drums/2026-03-15.json": second})
    assert [(m.role, m.name, m.text, m.reply_to) for m in said.messages] == [
        ("member", "Ann", "@Bob M see the page (https://example.org/a?b=1&c=2) & #drums @here 3 < 4", ""),
        ("member", "Bob M", "yes", "1773518401.000100"),
        ("system", "Ann", "@Bob M has joined the channel", ""),
        ("system", "Ann", "news", ""),
        ("system", "Pollster", "vote", ""),
        ("member", "Ann", "last words", ""),
        ("system", "USLACKBOT", "[deleted]", ""),
        ("system", "Ann", "[file]", ""),
        ("member", "Ann", "first", ""),
        ("system", "Ann", "[deleted]", ""),
        ("member", "Ann", "after", ""),
    ]
    assert (said.topic, said.people, said.bots, said.is_floating) == ("drums", 2, 2, False)


def test_two_channels_are_read_together_unless_one_is_named(tmp_path: Path) -> None:
    files = {"drums/2026-03-14.json": [line(1, text="a"), line(3, text="c", thread_ts="1773518401.000100")],
             "beans/2026-03-14.json": [line(1, text="b")]}  # fmt: skip
    said = read(tmp_path, files)
    assert [(m.id, m.text, m.reply_to) for m in said.messages] == [
        ("beans-1773518401.000100", "b", ""),
        ("drums-1773518401.000100", "a", ""),
        ("drums-1773518403.000100", "c", "drums-1773518401.000100"),
    ]
    assert "--conversation NAME" in said.notes[0]
    assert [m.text for m in read(tmp_path, files, conversation="#beans").messages] == ["b"]
    with pytest.raises(Mistakes, match="no chat is named"):
        read(tmp_path, files, conversation="tea")


def test_a_folder_and_one_day_alone_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "x" / "drums").mkdir(parents=True)
    (tmp_path / "x" / "users.json").write_text(json.dumps(PEOPLE))
    (tmp_path / "x" / "drums" / "2026-03-14.json").write_text(json.dumps([line(1)]))
    assert [m.name for m in read_chat(tmp_path / "x").messages] == ["Ann"]
    assert [m.name for m in read_chat(tmp_path / "x" / "drums" / "2026-03-14.json").messages] == ["U1"]


def test_a_broken_day_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("users.json", json.dumps(PEOPLE))
        archive.writestr("drums/1.json", "[{")
        archive.writestr("drums/2.json", json.dumps([line(1), 5]))
    said = read_chat(tmp_path / "e.zip")
    assert (len(said.messages), len(said.unread)) == (1, 2)
