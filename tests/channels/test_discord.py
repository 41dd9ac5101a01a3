"""The Discord channel against a double that checks every call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.channels.doubles.answering import BROKEN_AFTER, CUT_AFTER, LATE_AFTER, Answer
from tests.channels.doubles.discord import DEAD, HOOK, ID, TOKEN, DiscordDouble, too_many

from salon.channels import Announcement, Context, Outcome, Result
from salon.channels.discord import Discord, channel, read_address
from salon.errors import WrongUse
from salon.model import Group

GROUP = Group(id="g", name="g", channel="discord", address=HOOK)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def double() -> Iterator[DiscordDouble]:
    with DiscordDouble() as double:
        yield double


@pytest.fixture
def discord(double: DiscordDouble) -> Discord:
    return _discord(double)


def _discord(double: DiscordDouble, **limits: Any) -> Discord:
    context = Context(outbox=Path(), limits={"discord": {"timeout": 0.5, **limits}}, hosts={"discord": double.url})
    made = channel(context)
    assert isinstance(made, Discord)
    return made


def _said(text: str = "**今晚八点** @everyone", poster: bytes | None = None) -> Announcement:
    return Announcement(event="e", name="warm_up", text=text, poster=poster, title="夜谈")


async def test_text_and_picture_are_one_message_that_calls_nobody_by_name(
    discord: Discord, double: DiscordDouble
) -> None:
    assert await discord.say(GROUP, _said(poster=PNG)) == Outcome(result=Result.DELIVERED, receipt="1000")
    assert double.messages["1000"] == {
        "content": "**今晚八点** @everyone",
        "allowed_mentions": {"parse": []},
        "attachments": [{"id": 0, "filename": "poster.png", "description": "夜谈"}],
        "file": {"files[0]": ("poster.png", "image/png", PNG)},
    }
    assert double.calls[0].query == {"wait": "true"}
    assert (await discord.say(GROUP, _said())).receipt == "1001"


async def test_what_was_said_can_be_changed_and_taken_back_and_that_again(
    discord: Discord, double: DiscordDouble
) -> None:
    said = await discord.say(GROUP, _said(poster=PNG))
    for _ in range(2):
        assert (await discord.edit(GROUP, _said("new"), said.receipt)).result is Result.DELIVERED
    assert double.messages[said.receipt]["content"] == "new"
    for _ in range(2):
        assert (await discord.recall(GROUP, said.receipt)).result is Result.DELIVERED
    assert double.messages == {}
    assert (await discord.recall(GROUP, "../x")).result is Result.REFUSED
    assert (await discord.greet(GROUP)).result is Result.DELIVERED


async def test_too_many_says_how_long_to_wait_to_the_millisecond(discord: Discord, double: DiscordDouble) -> None:
    double.faults.append(too_many(2.345))
    assert await discord.say(GROUP, _said()) == Outcome(result=Result.RETRY, detail="429, too many", wait=2.345)
    assert (await discord.say(GROUP, _said())).result is Result.DELIVERED


async def test_a_global_limit_stops_every_hook(discord: Discord, double: DiscordDouble) -> None:
    double.faults.append(too_many(60.5, is_global=True))
    assert (await discord.say(GROUP, _said())).wait == 60.5
    other = await discord.say(Group(id="h", name="h", address=DEAD), _said())
    assert (other.result, 59 < other.wait < 60.6, len(double.calls)) == (Result.RETRY, True, 1)


async def test_a_hook_that_is_full_is_left_alone_until_it_has_room(discord: Discord, double: DiscordDouble) -> None:
    double.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "30.5"}
    assert (await discord.say(GROUP, _said())).result is Result.DELIVERED
    waits = await discord.say(GROUP, _said())
    assert (waits.result, 29 < waits.wait <= 30.5, len(double.calls)) == (Result.RETRY, True, 1)


async def test_a_hook_that_is_gone_is_never_called_again(discord: Discord, double: DiscordDouble) -> None:
    dead = Group(id="d", name="d", address=DEAD)
    no = Outcome(result=Result.REFUSED, detail="404: Unknown Webhook (10015)", is_gone=True)
    assert await discord.say(dead, _said()) == no
    again = await discord.say(dead, _said())
    assert again == Outcome(result=Result.REFUSED, detail="404: this webhook is gone; make a new one", is_gone=True)
    assert len(double.calls) == 1
    # A message that is gone is no hook that is gone.
    assert (await discord.edit(GROUP, _said(), "7")).detail == "404: Unknown Message (10008)"
    assert (await discord.say(GROUP, _said())).result is Result.DELIVERED


async def test_invalid_calls_stop_long_before_discord_would_ban_us(double: DiscordDouble) -> None:
    discord = _discord(double, most_invalid=[3, 600])
    # What others used up is not counted against us.
    double.faults += [too_many(0.001, scope="shared")] * 5
    double.faults += [Answer(status=401, data={"code": 0}), Answer(status=403, data={"code": 50013}), too_many(0.001)]
    for _ in range(8):
        assert (await discord.say(GROUP, _said())).result is not Result.DELIVERED
    stopped = await discord.say(GROUP, _said())
    assert (stopped.result, 590 < stopped.wait <= 600, len(double.calls)) == (Result.RETRY, True, 8)
    assert stopped.detail == "3 invalid calls in 600 s: stopped before Discord bans us"
    with pytest.raises(WrongUse, match="most_invalid"):
        _discord(double, most_invalid=[0])


@pytest.mark.parametrize("fault", [BROKEN_AFTER, CUT_AFTER, LATE_AFTER])
async def test_what_may_have_arrived_is_unknown(fault: str, discord: Discord, double: DiscordDouble) -> None:
    double.faults.append(fault)
    assert (await discord.say(GROUP, _said())).result is Result.UNKNOWN
    assert len(double.messages) == 1


async def test_a_no_is_written_down_in_the_platforms_words(discord: Discord, double: DiscordDouble) -> None:
    outcome = await discord.say(GROUP, _said("x" * 2001))
    assert outcome.detail == "400: Invalid Form Body: content must be 2000 or fewer in length (50035)"
    assert (await discord.say(GROUP, _said(""))).detail == "400: Cannot send an empty message (50006)"


async def test_the_hook_is_a_secret_that_nothing_repeats(discord: Discord, double: DiscordDouble) -> None:
    assert discord.ability.is_address_secret
    url = f"https://discord.com/api/webhooks/{HOOK}"
    credentials = [discord.credential(Group(id="g", name="g", address=address)) for address in (HOOK, url, "x")]
    assert credentials == [f"discord/{ID}", f"discord/{ID}", "discord"]
    outcomes = [await discord.say(Group(id="g", name="g", address=wrong), _said()) for wrong in (HOOK + "!", DEAD)]
    double.close()
    outcomes.append(await discord.say(GROUP, _said()))
    assert TOKEN not in json.dumps([outcome.detail for outcome in outcomes])
    assert [outcome.result for outcome in outcomes] == [Result.REFUSED, Result.REFUSED, Result.RETRY]


def test_addresses_are_hooks_of_discord_and_of_nobody_else() -> None:
    for text in (HOOK, f"https://discord.com/api/webhooks/{HOOK}", f"https://discordapp.com/api/v10/webhooks/{HOOK}"):
        assert read_address(f" {text} ") == HOOK
    hosts = ("https://discord.com.evil.example", "http://discord.com", "https://discord.com@evil.example")
    wrongs = [f"{host}/api/webhooks/{HOOK}" for host in hosts] + [f"{HOOK}?x=1", f"{HOOK}/../x", "", "x/y"]
    for wrong in wrongs:
        with pytest.raises(WrongUse, match="write https://discord") as refused:
            read_address(wrong)
        assert TOKEN not in str(refused.value)
