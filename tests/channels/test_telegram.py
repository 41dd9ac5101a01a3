"""The Telegram channel against a double that checks every call."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.doubles.answering import BROKEN_AFTER, CUT_AFTER, CUT_BEFORE, LATE_AFTER
from tests.channels.doubles.telegram import CHAT, KICKED, MOVED, SUPERGROUP, TOKEN, TelegramDouble, too_many

from salon.channels import Announcement, Context, Outcome, Result
from salon.channels.secrets import Secrets
from salon.channels.telegram import Telegram, channel, read_address
from salon.errors import WrongUse
from salon.model import Group

GROUP = Group(id="g", name="g", channel="telegram", address=str(CHAT))
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


@pytest.fixture
def telegram(double: TelegramDouble) -> Telegram:
    return _telegram(double)


def _telegram(double: TelegramDouble, token: str = TOKEN) -> Telegram:
    secrets = Secrets({"SALON_TELEGRAM_TOKEN": token})
    limits = {"telegram": {"timeout": 0.5}}
    made = channel(Context(outbox=Path(), secrets=secrets, limits=limits, hosts={"telegram": double.url}))
    assert isinstance(made, Telegram)
    return made


def _said(text: str = "<b>今晚八点</b> a &lt; b", poster: bytes | None = None, part: str = "") -> Announcement:
    return Announcement(event="e", name="warm_up", text=text, poster=poster, part=part, title="夜谈 <No. 12>")


async def _whole(telegram: Telegram, said: Announcement, group: Group = GROUP) -> list[Outcome]:
    parts = telegram.parts(said)
    return [await telegram.say(group, _said(said.text, said.poster, part)) for part in parts]


async def test_a_short_text_stands_below_the_picture(telegram: Telegram, double: TelegramDouble) -> None:
    assert await _whole(telegram, _said(poster=PNG)) == [Outcome(result=Result.DELIVERED, receipt=f"photo:{CHAT}:1")]
    assert double.messages[1]["caption"] == "<b>今晚八点</b> a &lt; b"
    assert double.calls[0].files["photo"][2] == PNG


async def test_a_long_text_follows_the_picture_and_the_limit_counts_what_is_read(
    telegram: Telegram, double: TelegramDouble
) -> None:
    # 1,024 units in UTF-16 after the tags are read, with an emoji of two.
    fits = "<b>" + "🍵" + "&amp;" * 1000 + "x" * 22 + "</b>"
    assert [outcome.result for outcome in await _whole(telegram, _said(fits, PNG))] == [Result.DELIVERED]
    assert telegram.parts(_said(fits + "x", PNG)) == ("poster", "text")
    outcomes = await _whole(telegram, _said(fits + "x", PNG))
    assert [outcome.result for outcome in outcomes] == [Result.DELIVERED] * 2
    assert double.messages[2]["caption"] == "夜谈 &lt;No. 12&gt;"
    assert double.messages[3]["text"] == fits + "x"
    assert telegram.parts(_said(fits + "x")) == ("",)


async def test_a_picture_travels_once_and_again_when_it_is_no_longer_known(
    telegram: Telegram, double: TelegramDouble
) -> None:
    for _ in range(2):
        await _whole(telegram, _said(poster=PNG))
    assert [bool(call.files) for call in double.calls] == [True, False]
    telegram._pictures[next(iter(telegram._pictures))] = "another bot's"
    assert (await _whole(telegram, _said(poster=PNG)))[0].result is Result.DELIVERED
    assert [bool(call.files) for call in double.calls] == [True, False, False, True]
    assert len(double.messages) == 3


async def test_flood_control_says_how_long_to_wait(telegram: Telegram, double: TelegramDouble) -> None:
    double.faults.append(too_many(34))
    assert await telegram.say(GROUP, _said()) == Outcome(result=Result.RETRY, detail="429, too many", wait=34.0)
    assert double.messages == {}


@pytest.mark.parametrize("fault", [BROKEN_AFTER, CUT_AFTER, CUT_BEFORE, LATE_AFTER])
async def test_what_may_have_arrived_is_unknown(fault: str, telegram: Telegram, double: TelegramDouble) -> None:
    double.faults.append(fault)
    assert (await telegram.say(GROUP, _said())).result is Result.UNKNOWN
    assert len(double.messages) == (fault != CUT_BEFORE)


async def test_a_platform_that_is_away_may_be_tried_again(telegram: Telegram, double: TelegramDouble) -> None:
    double.close()
    outcome = await telegram.say(GROUP, _said())
    assert (outcome.result, outcome.wait > 0) == (Result.RETRY, True)
    # The fixture closes it once more, which does nothing.


@pytest.mark.parametrize(
    ("address", "text", "why"),
    [
        (str(KICKED), "x", "403: Forbidden: bot was kicked from the supergroup chat"),
        ("-999", "x", "400: Bad Request: chat not found"),
        (str(CHAT), "x" * 4097, "400: Bad Request: message is too long"),
        (str(CHAT), "<h1>x</h1>", "400: Bad Request: can't parse entities: Unsupported start tag"),
        ("t.me/x", "x", "telegram: 't.me/x' is no chat; write its id (-1001234567890) or its name (@readers)"),
    ],
)
async def test_a_no_is_written_down_in_the_platforms_words(
    address: str, text: str, why: str, telegram: Telegram, double: TelegramDouble
) -> None:
    refused = await telegram.say(Group(id="g", name="g", address=address), _said(text))
    assert refused == Outcome(result=Result.REFUSED, detail=why)


async def test_a_group_that_became_a_supergroup_is_followed_once_and_its_new_id_told(
    telegram: Telegram, double: TelegramDouble
) -> None:
    [outcome] = await _whole(telegram, _said(poster=PNG), Group(id="g", name="g", address=str(MOVED)))
    assert (outcome.result, outcome.receipt) == (Result.DELIVERED, f"photo:{SUPERGROUP}:1")
    assert outcome.detail == f"the group's id is now {SUPERGROUP}: write that into its address."
    assert len(double.messages) == 1


async def test_a_wrong_token_is_refused_and_shown_nowhere(double: TelegramDouble) -> None:
    outcome = await _telegram(double, "999:secret-one").say(GROUP, _said())
    assert outcome == Outcome(result=Result.REFUSED, detail="401: Unauthorized")
    with pytest.raises(WrongUse, match="BotFather") as refused:
        _telegram(double, "a/../b secret")
    assert "secret" not in str(refused.value)


async def test_what_was_said_can_be_changed_pinned_and_taken_back_and_that_again(
    telegram: Telegram, double: TelegramDouble
) -> None:
    [text], [photo] = await _whole(telegram, _said()), await _whole(telegram, _said(poster=PNG))
    for _ in range(2):
        for said, receipt in ((_said("new"), text.receipt), (_said("new", PNG), photo.receipt)):
            assert (await telegram.edit(GROUP, said, receipt)).result is Result.DELIVERED
            assert (await telegram.pin(GROUP, receipt)).result is Result.DELIVERED
    assert (double.messages[1]["text"], double.messages[2]["caption"]) == ("new", "new")
    assert double.pinned == [1, 2, 1, 2]
    for _ in range(2):
        for receipt in (text.receipt, photo.receipt):
            assert (await telegram.recall(GROUP, receipt)).result is Result.DELIVERED
    assert double.messages == {}
    assert (await telegram.recall(GROUP, "")).result is Result.REFUSED
    assert (await telegram.greet(GROUP)).result is Result.DELIVERED


async def test_the_token_stands_in_no_log_line(
    telegram: Telegram, double: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    double.faults += ["", BROKEN_AFTER, CUT_AFTER]
    outcomes = [await telegram.say(GROUP, _said()) for _ in range(3)]
    double.close()
    outcomes.append(await telegram.say(GROUP, _said()))
    assert TOKEN not in caplog.text
    assert TOKEN not in repr((outcomes, telegram))


def test_addresses_are_ids_or_public_names() -> None:
    assert [read_address(text) for text in (" -1001234567890 ", "42", "@readers")] == [
        "-1001234567890",
        "42",
        "@readers",
    ]
    for wrong in ("", "@a", "readers", "https://t.me/readers", "-1/../x", "0", "@9lives"):
        with pytest.raises(WrongUse, match="write its id"):
            read_address(wrong)
