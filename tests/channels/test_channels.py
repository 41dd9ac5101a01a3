"""The registry of channels."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from salon.channels import Announcement, Channel, Context, channel_named, known_channels
from salon.channels.ability import UNITS
from salon.channels.secrets import Secrets
from salon.errors import WrongUse
from salon.markup import DIALECTS
from salon.model import Group


class _EveryName(dict[str, str]):
    """An environment in which every secret is set."""

    def get(self, name: str, default: object = None) -> str:  # type: ignore[override]
        if name.startswith("SALON_MAIL"):
            return "smtp://127.0.0.1" if name.endswith("_URL") else "salon@example.org"
        return "https://example.org" if name.endswith("_URL") else "x"


EVERY_SECRET = Secrets(_EveryName())


def test_every_folder_is_a_channel_and_says_what_it_can_do(tmp_path: Path) -> None:
    for name in known_channels():
        channel: Channel = channel_named(name, Context(outbox=tmp_path, stream=io.StringIO(), secrets=EVERY_SECRET))
        assert channel.name == name
        assert isinstance(channel.is_repeatable, bool)
        assert isinstance(channel.sends_pictures, bool)
        assert channel.ability.can_picture or not channel.sends_pictures
        assert channel.ability.dialect in DIALECTS
        assert channel.ability.unit in UNITS


@pytest.mark.parametrize(("name", "result"), [("folder", "delivered"), ("console", "delivered"), ("relay", "awaiting")])
def test_what_needs_no_platform_says_it_at_once(name: str, result: str, tmp_path: Path) -> None:
    channel = channel_named(name, Context(outbox=tmp_path, stream=io.StringIO()))
    said = Announcement(event="e1", name="warm_up", text="hello")
    assert asyncio.run(channel.say(Group(id="g", name="g"), said)).result == result


def test_an_unknown_channel_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"channel 'pigeon' is not known; write one of: console, .*folder"):
        channel_named("pigeon", Context(outbox=tmp_path))
    with pytest.raises(WrongUse):
        channel_named("../folder", Context(outbox=tmp_path))


def test_a_poster_does_not_flood_the_log() -> None:
    assert "xxx" not in repr(Announcement(event="e", name="n", text="t", poster=b"x" * 999))
