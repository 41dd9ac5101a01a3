"""Telegram's export as HTML: who goes on talking, answers, forwards, what has no words, several pages."""

from __future__ import annotations

import zipfile
from pathlib import Path

from salon.imports import Reading, read_chat


def message(id: int, body: str, more: str = "", at: str = "14.03.2026 20:00:15 UTC+01:00") -> str:
    return (
        f'<div class="message default clearfix{more}" id="message{id}">'
        '<div class="pull_left userpic_wrap"><div class="userpic"><div class="initials">A</div></div></div>'
        f'<div class="body"><div class="pull_right date details" title="{at}">20:00</div>{body}</div></div>'
    )


def page(*messages: str) -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head><body>'
        '<div class="page_header"><div class="content"><div class="text bold">鼓队 &amp; friends</div></div></div>'
        '<div class="page_body"><div class="history">'
        '<div class="message service" id="message-1"><div class="body details">14 March 2026</div></div>'
        f"{''.join(messages)}</div></div></body></html>"
    )


NAMED = '<div class="from_name">小安 </div>'
FIRST = page(
    message(7, f'{NAMED}<div class="text">大家好<br>第二行 &lt;b&gt; <a href="https://example.org/a">这里</a></div>'),
    message(8, '<div class="text">接着说</div>', " joined"),
    message(
        9,
        '<div class="from_name">Bob</div><div class="reply_to details">In reply to '
        '<a href="#go_to_message7">this message</a></div><div class="text">Hello</div>',
    ),
    message(10, f'{NAMED}<div class="media_wrap clearfix"><div class="title bold">Photo</div></div>'),
    message(
        11,
        f'{NAMED}<div class="forwarded body"><div class="from_name">Carol<span class="date details" '
        'title="01.01.2026 10:00:00"> 01.01.2026</span></div><div class="text">别人的话</div></div>',
    ),
)
SECOND = page(
    message(
        12,
        '<div class="from_name">Bob</div><div class="reply_to details"><a href="messages.html#go_to_message11">x</a>'
        '</div><div class="text">Yes</div>',
        at="14.03.2026 20:09:00 UTC+01:00",
    )
)


def read(tmp_path: Path) -> Reading:
    with zipfile.ZipFile(tmp_path / "chat.zip", "w") as archive:
        archive.writestr("ChatExport/messages2.html", SECOND)
        archive.writestr("ChatExport/messages.html", FIRST)
    return read_chat(tmp_path / "chat.zip")


def test_two_pages_of_one_chat(tmp_path: Path) -> None:
    said = read(tmp_path)
    assert said.format == "telegram-html"
    assert said.topic == "鼓队 & friends"
    assert [(m.id, m.name, m.text, m.reply_to) for m in said.messages if m.role != "system"] == [
        ("7", "小安", "大家好\n第二行 <b> 这里", ""),
        ("8", "小安", "接着说", ""),
        ("9", "Bob", "Hello", "7"),
        ("11", "小安", "[Forwarded from Carol]\n别人的话", ""),
        ("12", "Bob", "Yes", "11"),
    ]
    assert "[media]" in [m.text for m in said.messages if m.role == "system"]
    assert said.messages[1].at.isoformat() == "2026-03-14T19:00:15+00:00"
    assert not said.is_floating


def test_one_page_without_a_zone(tmp_path: Path) -> None:
    file = tmp_path / "messages.html"
    file.write_text(page(message(7, f'{NAMED}<div class="text">嗨</div>', at="14.03.2026 20:00:15")))
    said = read_chat(file)
    assert [(m.name, m.text) for m in said.messages if m.role == "member"] == [("小安", "嗨")]
    assert said.is_floating


def test_other_pages_are_none_of_it(tmp_path: Path) -> None:
    broken = tmp_path / "messages.html"
    broken.write_text(FIRST[: len(FIRST) // 2])
    assert read_chat(broken).messages
