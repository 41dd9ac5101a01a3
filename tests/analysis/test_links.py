"""Addresses in what members wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salon.analysis.links import addresses, links
from salon.model import Message

AT = datetime(2026, 11, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("https://example.org/wiki/A_(b)", ["https://example.org/wiki/A_(b)"]),
        ("模板在这里https://example.org/表，大家看", ["https://example.org/"]),
        ("看https://example.org/a。谢谢", ["https://example.org/a"]),
        ("HTTP://Example.org/?q=1&r=2!", ["HTTP://Example.org/?q=1&r=2"]),
        ("javascript:alert(1) data:text/html,x ftp://a.b mailto:a@b.c", []),
        ("https://", []),
        ("https://[broken", []),
        ('https://example.org/"onclick="x', ["https://example.org/"]),
        ("https://example.org/\u202egnp.exe", ["https://example.org/"]),
        ("a https://a.example and https://b.example?", ["https://a.example", "https://b.example"]),
        ("https://example.org/" + "x" * 10_000, []),
    ],
)
def test_only_the_address_itself_is_a_link(text: str, found: list[str]) -> None:
    assert addresses(text) == found


def test_an_address_shared_twice_is_one_link_that_names_both_messages() -> None:
    said = [Message(id=id, author="a", name="a", text=f"{id} https://www.example.org/x", at=AT) for id in ("1", "2")]
    (link,) = links(said)
    assert (link.host, link.message_ids) == ("example.org", ("1", "2"))


def test_an_address_that_only_its_writer_can_open_is_no_link() -> None:
    assert addresses("see http://test<b>.example.org and http://wiki/page") == []
    assert addresses("http://[2001:db8::1]/a, https://example.org<br>") == [
        "http://[2001:db8::1]/a",
        "https://example.org",
    ]
