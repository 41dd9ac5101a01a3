"""The registry of channels."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from salon.channels import Announcement, Channel, Result, channel_named, known_channels
from salon.errors import WrongUse
from salon.model import Group


def test_every_folder_is_a_channel_and_says_what_it_can_do(tmp_path: Path) -> None:
    for name in known_channels():
        channel: Channel = channel_named(name, tmp_path, io.StringIO())
        assert channel.name == name
        assert isinstance(channel.is_repeatable, bool)
        assert isinstance(channel.sends_pictures, bool)
        said = Announcement(event="e1", name="warm_up", text="hello")
        assert asyncio.run(channel.say(Group(id="g", name="g"), said)).result is Result.DELIVERED


def test_an_unknown_channel_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"channel 'pigeon' is not known; write one of: console, folder"):
        channel_named("pigeon", tmp_path)
    with pytest.raises(WrongUse):
        channel_named("../folder", tmp_path)


def test_a_poster_does_not_flood_the_log() -> None:
    assert "xxx" not in repr(Announcement(event="e", name="n", text="t", poster=b"x" * 999))
