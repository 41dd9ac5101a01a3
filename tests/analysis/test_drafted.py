"""What a language model says is printed only where the messages bear it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from salon.analysis.drafted import LONGEST, MOST, kept
from salon.model import Discussion, Message, Section, Sentence

AT = datetime(2026, 11, 19, 12, tzinfo=UTC)
SAID = (
    ("q", "Ines", "First point tonight: what may an evening cost?"),
    ("a", "Ines", "We cut the fee to 12 euros and forty people came, see https://example.org/fees for the list."),
    ("b", "Tobias", "I would not cut it again: the readers who pay less also stay away more often."),
    ("c", "林晓", "我们把门票降到三十元，来的人多了一倍，但是并没有多卖书。"),
    ("d", "系统", "林晓 joined"),
)


def evening(*drafted: Sentence) -> Discussion:
    """A short talk, and what a model says of it."""
    messages = tuple(
        Message(id=id, author=name, name=name, text=text, at=AT, role="system" if id == "d" else "member")
        for id, name, text in SAID
    )
    outline = (Section(title="What may an evening cost?", minutes=20),)
    return Discussion(
        topic="Readings that pay", kols=("Ines",), language="en", timezone="UTC", outline=outline, messages=messages,
        drafted=drafted,
    )  # fmt: skip


def sentence(text: str, *ids: str) -> Sentence:
    """What the model wrote."""
    return Sentence(place="point-1", text=text, message_ids=ids, by="test-model")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("They cut the fee to 12 euros and forty people came.", ("a",)),
        ("Tobias would not cut it again, because readers who pay less stay away more often.", ("b",)),
        ("门票降到三十元，来的人多了一倍。", ("c",)),
        ("An evening with a fee cut to 12 euros: forty people came.", ("a",)),
    ],
)
def test_what_the_messages_say_is_kept(text: str, ids: tuple[str, ...]) -> None:
    assert kept(evening(sentence(text, *ids))) == (sentence(text, *ids),)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("They cut the fee to 15 euros and forty people came.", ("a",)),
        ("They cut the fee to 2 euros and forty people came.", ("a",)),
        ("Marlene cut the fee to 12 euros and forty people came.", ("a",)),
        ("They cut the fee and Tobias came with forty people.", ("a",)),
        ("They cut the fee to 12 euros, see https://evil.example/fees for the list.", ("a",)),
        ("The list of fees is on evil.com for people who came.", ("a",)),
        ("He said “we will close the shop” because people pay less.", ("b",)),
        ("Tobias would cut it again: readers who pay less also stay more often.", ("b",)),
        ("They did not cut the fee to 12 euros.", ("a",)),
        ("The shop closes for good next spring after a long quarrel.", ("a",)),
        ("门票降到五十元，来的人多了一倍。", ("c",)),
        ("门票降到三十元，来的人多了三成。", ("c",)),
        ("门票没有降到三十元。", ("c",)),
        ("They cut the fee to 12 euros.", ()),
        ("They cut the fee to 12 euros.", ("z",)),
        ("They cut the fee to 12 euros.", ("a", "z")),
        ("林晓 joined", ("d",)),
        ("They cut the <b>fee</b> to 12 euros.", ("a",)),
        ("They cut the *fee* to 12 euros.", ("a",)),
        ("They cut the fee\nto 12 euros.", ("a",)),
        ("fee " * LONGEST, ("a",)),
        ("   ", ("a",)),
    ],
)
def test_what_they_do_not_say_is_left_out(text: str, ids: tuple[str, ...]) -> None:
    assert kept(evening(sentence(text, *ids))) == ()


def test_no_place_gets_more_than_its_share() -> None:
    many = [sentence("They cut the fee to 12 euros.", "a")] * (MOST + 2)
    assert len(kept(evening(*many))) == MOST


def test_a_sentence_goes_with_the_message_that_bore_it_out() -> None:
    told = evening(sentence("They cut the fee to 12 euros.", "a"))
    assert kept(replace(told, messages=told.messages[2:])) == ()
