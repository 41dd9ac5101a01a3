"""Which kind a file is, what is said when it is none, and files that mean harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from salon.errors import Mistakes
from salon.imports import FORMATS, format_named, opening, read_chat
from salon.model import Discussion, Section
from salon.report import report_of, verify

WHATSAPP = "14/03/2026, 20:00 - Ann: hi\n14/03/2026, 20:01 - Bob: ho\n"
SIGNAL = "[2026-03-14 20:00:00] Ann: hi\n"


def put(tmp_path: Path, text: str | bytes, name: str = "chat") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def packed(tmp_path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(tmp_path / "chat.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return tmp_path / "chat.zip"


def test_every_format_has_a_name_of_its_own_and_a_title() -> None:
    assert not [name for name, times in Counter(known.name for known in FORMATS).items() if times > 1]
    assert all(known.title and known.name == known.name.lower() for known in FORMATS)
    assert {"chatlab", "discord", "instagram", "line", "matrix", "signal", "slack", "telegram", "whatsapp"} <= {
        known.name for known in FORMATS
    }


@pytest.mark.parametrize("name", ["x.json", "x", "x.jpg", "result.json", "聊天.pdf"])
def test_the_name_of_a_file_says_nothing(tmp_path: Path, name: str) -> None:
    assert read_chat(put(tmp_path, WHATSAPP, name)).format == "whatsapp"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_the_letters_of_other_computers(tmp_path: Path, encoding: str) -> None:
    text = "2026/3/14 20:00 - 小安: 大家好\n2026/3/14 20:01 - 阿宁: 晚上好\n"
    data = text.encode(encoding)
    said = read_chat(put(tmp_path, data if encoding != "utf-16-le" else b"\xff\xfe" + data))
    assert [(m.name, m.text) for m in said.messages] == [("小安", "大家好"), ("阿宁", "晚上好")]


def test_one_lost_byte_does_not_turn_a_whole_file_into_other_letters(tmp_path: Path) -> None:
    text = "2026/3/14 20:00 - 小安: 大家好，今天晚上我们聊鼓，请各位先介绍自己\n2026/3/14 20:01 - 阿宁: 晚上好啊"
    broken = text.encode()[:26] + text.encode()[27:]
    # The danger is there: read as other letters the whole makes sense to a computer.
    assert broken.decode("gb18030")
    assert [m.name for m in read_chat(put(tmp_path, broken)).messages] == ["小安", "阿宁"]


def test_what_is_no_export_is_told_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="no export that can be read") as told:
        read_chat(put(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x01"))
    (sentence,) = told.value.lines
    assert "it is a picture" in sentence
    assert "docs/importing.md" in sentence
    assert "salon report --formats" in sentence
    assert "`name: text`" in sentence
    assert len(sentence) < 300 + len(str(tmp_path))
    assert told.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "it is empty"), (b"  \n", "it is empty"), (b'{"messages": [', "begins like JSON")]
)
def test_why_it_is_none_is_said_where_it_is_plain(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(Mistakes, match=says):
        read_chat(put(tmp_path, content))


@pytest.mark.parametrize(
    ("begins", "says"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF"),
        (b"SQLite format 3\x00\x10", "it is a database"),
        (b"Rar!\x1a\x07\x00", "unpack it"),
        (b"<!DOCTYPE html><title>chat</title>", "it is a web page"),
    ],
)
def test_what_it_looks_like_is_said_where_it_can_be_seen(tmp_path: Path, begins: bytes, says: str) -> None:
    with pytest.raises(Mistakes, match=says):
        read_chat(put(tmp_path, begins))


def test_a_short_chat_does_not_wait_for_all_formats(tmp_path: Path) -> None:
    put(tmp_path, '{"_type": "message", "id": "1", "sender": "a", "timestamp": 1700000000, "type": 0, "content": "hi"}')
    code = "import sys; from pathlib import Path; from salon.imports import read_chat; read_chat(Path(sys.argv[1])); "
    code += "print(*(name for name in ('whatsapp', 'irc', 'columns') if f'salon.imports.{name}' in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "chat")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_owner_may_insist(tmp_path: Path) -> None:
    mixed = put(tmp_path, "notes\n" * 40 + WHATSAPP)
    assert len(read_chat(mixed, format="whatsapp").messages) == 2
    assert format_named(" WhatsApp ").name == "whatsapp"
    with pytest.raises(Mistakes, match="--format fax: not known; known are"):
        read_chat(mixed, format="fax")
    with pytest.raises(Mistakes, match="no message could be read as LINE"):
        read_chat(mixed, format="line")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="No such file"):
        read_chat(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Mistakes, match="no text in it"):
        read_chat(tmp_path / "empty")


def test_several_chats_of_an_archive_are_asked_about(tmp_path: Path) -> None:
    archive = packed(tmp_path, {"a/chat.txt": WHATSAPP, "b/chat.txt": WHATSAPP, "readme.txt": "hello"})
    with pytest.raises(Mistakes, match=r'2 chats in it: "a/chat.txt", "b/chat.txt"; write --conversation'):
        read_chat(archive)
    assert len(read_chat(archive, conversation="b/chat.txt").messages) == 2


def test_a_name_that_leads_out_of_the_archive_is_not_even_read(tmp_path: Path) -> None:
    names = ["../chat.txt", "/etc/chat.txt", "a/../../chat.txt", "..\\chat.txt", "__MACOSX/._chat.txt", ".hidden.txt"]
    with pytest.raises(Mistakes, match="no text in it"):
        read_chat(packed(tmp_path, dict.fromkeys(names, WHATSAPP)))
    assert len(read_chat(packed(tmp_path, {**dict.fromkeys(names, SIGNAL), "chat.txt": WHATSAPP})).messages) == 2


def test_a_link_in_an_archive_or_folder_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("chat.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(Mistakes, match="no text in it"):
        read_chat(tmp_path / "l.zip")
    (tmp_path / "folder").mkdir()
    os.symlink(put(tmp_path, WHATSAPP), tmp_path / "folder" / "chat.txt")
    with pytest.raises(Mistakes, match="no text in it"):
        read_chat(tmp_path / "folder")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Mistakes, match="more than a chat can be"):
        read_chat(packed(tmp_path, {"chat.txt": "a" * 4_000_000}))
    monkeypatch.setattr(opening, "MOST_FILES", 3)
    with pytest.raises(Mistakes, match="more than a chat can be"):
        read_chat(packed(tmp_path, {f"{k}.txt": "x" for k in range(4)}))
    monkeypatch.setattr(opening, "MOST_BYTES", 50)
    with pytest.raises(Mistakes, match="more than a chat can be"):
        read_chat(put(tmp_path, WHATSAPP))


def test_a_damaged_archive_is_one_sentence(tmp_path: Path) -> None:
    whole = packed(tmp_path, {"chat.txt": WHATSAPP * 50}).read_bytes()
    for broken in (whole[:60], whole[:-30], whole.replace(b"\x08\x00", b"\x63\x00")):
        with pytest.raises(Mistakes, match=r"archive cannot be read|more than a chat"):
            read_chat(put(tmp_path, broken))


def deep(levels: int) -> str:
    return '{"messages":' + "[" * levels + "]" * levels + "}"


@pytest.mark.parametrize(
    "content",
    ["[" * 200_000, deep(100_000), "{" * 100_000, '{"messages": ' + "9" * 10_000 + "}", "\x00" * 5000, "[]", "{}",
     "null", '{"messages": null}', '{"messages": [null, 1, "x", [], {}]}', '{"chats": {"list": [1, null]}}', "[[[]]]",
     '{"messages": [{"type": "message", "date": {}, "text": {"a": [1]}}]}'],
)  # fmt: skip
def test_strange_json_is_refused_or_read_and_never_a_crash(tmp_path: Path, content: str) -> None:
    try:
        said = read_chat(put(tmp_path, content))
    except Mistakes:
        return
    assert all(m.role == "system" for m in said.messages)


JUNK: tuple[Any, ...] = (None, 5, -1.5, True, "x", "\ud800", "\x00", [], [None], {}, {"text": None}, [[]], 10**30)


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_field_of_a_message_can_break_a_reading(tmp_path: Path, known: Any, junk: Any) -> None:
    fields = (
        "id", "type", "date", "date_unixtime", "from", "from_id", "text", "author", "content", "timestamp", "ts",
        "user", "sender", "event_id", "origin_server_ts", "sender_name", "timestamp_ms", "envelope", "chatItem",
        "reactions", "poll", "attachments",
        "reply_to_message_id", "reference", "m.relates_to", "subtype", "message", "body",
        "files", "share",
    )  # fmt: skip
    rows = [dict.fromkeys(fields, junk), *({"type": "message", field: junk} for field in fields)]
    for text in (json.dumps({"messages": rows}), json.dumps(rows), "\n".join(map(json.dumps, rows))):
        try:
            read_chat(put(tmp_path, text), format=known.name)
        except Mistakes:
            continue


def test_one_line_of_ten_megabytes_and_a_hundred_thousand_more_lines(tmp_path: Path) -> None:
    long = read_chat(put(tmp_path, "14/03/2026, 20:00 - Ann: " + "x" * 10_000_000))
    assert len(long.messages[0].text) == 10_000_000
    many = read_chat(put(tmp_path, "14/03/2026, 20:00 - Ann: hi" + "\nmore" * 100_000))
    assert many.messages[0].text.count("\n") == 100_000


def test_nuls_are_gone_and_half_letters_can_be_written(tmp_path: Path) -> None:
    row = {"id": "\ud800", "type": "message", "date_unixtime": "1773518400", "from": "A\x00nn", "text": "a\x00b \udfff"}
    (m,) = read_chat(put(tmp_path, json.dumps({"messages": [row]}))).messages
    assert (m.name, m.text) == ("Ann", "ab ?")
    (m.id + m.text).encode()


def test_answers_in_a_circle_and_to_nobody_still_make_a_report(tmp_path: Path) -> None:
    rows = [
        {"id": k, "type": "message", "date_unixtime": str(1_773_518_400 + k), "from": f"P{k % 3}",
         "from_id": f"u{k % 3}", "text": f"What does the drum number {k} cost in the small shop?",
         "reply_to_message_id": (k + 1) % 20 or 99}
        for k in range(20)
    ]  # fmt: skip
    said = read_chat(put(tmp_path, json.dumps({"messages": rows})))
    discussion = Discussion(
        topic="x",
        kols=(),
        language="en",
        timezone="UTC",
        messages=tuple(said.messages),
        outline=(Section(title="drum", minutes=0),),
    )
    verify(report_of(discussion), discussion)
