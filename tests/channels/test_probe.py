"""A probe says one real message, and nothing where it may not speak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.doubles.answering import CUT_AFTER
from tests.channels.doubles.slack import OUTSIDE, PLACE, TOKEN, SlackDouble

from salon.channels import Channel, Context, Outcome, Result, channel_named
from salon.channels.probe import Probed, probe
from salon.channels.secrets import Secrets
from salon.model import Group

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def double() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        yield double


@pytest.fixture
def slack(double: SlackDouble) -> Channel:
    secrets = Secrets({"SALON_SLACK_TOKEN": TOKEN})
    return channel_named("slack", Context(outbox=Path(), secrets=secrets, hosts={"slack": double.url}))


async def test_a_probe_says_one_message_with_its_picture(slack: Channel, double: SlackDouble) -> None:
    probed = await probe(slack, Group(id="g", name="g", address=PLACE), key="k", poster=PNG)
    assert probed.is_proved
    assert [(part, outcome.result) for part, outcome in probed.said] == [
        ("poster", Result.DELIVERED),
        ("text", Result.DELIVERED),
    ]
    assert len(double.messages) == len(double.files) == 1


async def test_a_probe_is_silent_where_it_may_not_speak(slack: Channel, double: SlackDouble) -> None:
    probed = await probe(slack, Group(id="g", name="g", address=OUTSIDE), key="k")
    refused = Outcome(result=Result.REFUSED, detail="not_in_channel: invite the app into the channel")
    assert probed == Probed(greeted=refused, said=())
    assert not probed.is_proved
    assert double.messages == {}


async def test_a_probe_stops_at_what_does_not_arrive(slack: Channel, double: SlackDouble) -> None:
    double.faults += ["", "", "", CUT_AFTER]
    probed = await probe(slack, Group(id="g", name="g", address=PLACE), key="k", poster=PNG)
    assert [(part, outcome.result) for part, outcome in probed.said] == [("poster", Result.UNKNOWN)]
    assert (probed.is_proved, double.messages) == (False, {})


async def test_a_channel_that_cannot_greet_just_speaks(tmp_path: Path) -> None:
    folder = channel_named("folder", Context(outbox=tmp_path))
    probed = await probe(folder, Group(id="g", name="g"), key="k")
    assert (probed.greeted, probed.is_proved) == (None, True)
