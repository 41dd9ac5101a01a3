"""The console channel: one labelled block, and nothing that moves the terminal."""

from __future__ import annotations

import asyncio
import io

from salon.channels import Announcement, Outcome, Result
from salon.channels.console import Console
from salon.model import Group

GROUP = Group(id="readers", name="读书会\x1b[2J\n二群")


def _say(stream: io.TextIOBase, text: str, poster: bytes | None = None) -> Outcome:
    said = Announcement(event="e1", name="warm_up", text=text, poster=poster)
    return asyncio.run(Console(stream).say(GROUP, said))  # type: ignore[arg-type]


def test_one_block_says_what_is_said_to_whom() -> None:
    stream = io.StringIO()
    assert _say(stream, "今晚见\n\nhttps://s.cn/c/x\n", b"x" * 2048) == Outcome(result=Result.DELIVERED)
    assert stream.getvalue() == (
        "┌ e1 · warm_up → 读书会[2J 二群 (readers)\n│ 今晚见\n│\n│ https://s.cn/c/x\n│ [poster: 2 KiB, not shown]\n└\n"
    )


def test_nothing_reaches_the_terminal_that_could_steer_it() -> None:
    stream = io.StringIO()
    _say(stream, "a\x1b]0;title\x07b\r\x9bc\u202ed")
    assert not set(stream.getvalue()) & set("\x1b\x07\r\x9b\u202e")


def test_a_terminal_without_chinese_still_gets_a_block() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert _say(stream, "今晚 8 pm").result is Result.DELIVERED
    assert b"8 pm" in raw.getvalue()


def test_a_stream_that_breaks_leaves_the_delivery_unknown() -> None:
    stream = io.StringIO()
    stream.close()
    assert _say(stream, "x").result is Result.UNKNOWN
    assert not Console(stream).is_repeatable
