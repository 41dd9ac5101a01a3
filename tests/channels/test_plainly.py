"""Markup read as plain text, and pictures measured."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from salon.channels.picture import digest_of, size_of
from salon.channels.plainly import plainly


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("", ""),
        ("just words & more < than", "just words & more < than"),
        ("<b>今晚</b>八点<br>进群", "今晚八点\n进群"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<h3>Title</h3>\n<p>one\ntwo</p>", "Title\n\none two"),
        ('<a href="https://x.org/a?b=1&amp;c">进群</a>。', "进群 (https://x.org/a?b=1&c)。"),
        ('<a href="https://x.org/a">https://x.org/a</a>', "https://x.org/a"),
        ('<a href="mailto:ann@x.org">ann@x.org</a> <a>no address</a>', "ann@x.org no address"),
        ("<ul><li>one</li><li>two <i>more</i></li></ul>after", "• one\n• two more\n\nafter"),
        ("<p>before</p><ol><li>one</li><li>two</li></ol>", "before\n\n1. one\n2. two"),
        ("<blockquote>said</blockquote>after", "> said\n\nafter"),
        (
            "<p>a</p><blockquote><p>one<br>two</p><p>three</p></blockquote><p>b</p>",
            "a\n\n> one\n> two\n>\n> three\n\nb",
        ),
        ("one<hr>two", "one\n────────\ntwo"),
        # What somebody wrote as words stays words, and never becomes markup again.
        ("&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;", "<script>alert(1)</script> &lt;"),
        ("a <b>b</b>  c", "a b c"),
        ("<pre>a\n  b</pre>", "a\nb"),
    ],
)
def test_every_word_and_link_is_kept(html: str, plain: str) -> None:
    assert plainly(html) == plain


def test_a_picture_is_measured_without_being_opened() -> None:
    out = io.BytesIO()
    Image.new("RGB", (321, 45)).save(out, "PNG")
    assert size_of(out.getvalue()) == (321, 45)
    for broken in (b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"x" * 40):
        assert size_of(broken) == (0, 0)
    assert digest_of(b"a") != digest_of(b"b")
