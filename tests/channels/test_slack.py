"""The Slack channel against a double that checks every call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.doubles.answering import BROKEN_AFTER, CUT_AFTER, LATE_AFTER, Answer
from tests.channels.doubles.slack import ARCHIVED, OUTSIDE, PLACE, TOKEN, SlackDouble, too_many

from salon.channels import POSTER, Announcement, Context, Outcome, Result
from salon.channels.secrets import Secrets
from salon.channels.slack import Slack, channel, read_address
from salon.errors import WrongUse
from salon.model import Group

GROUP = Group(id="g", name="g", channel="slack", address=PLACE)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def double() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        yield double


@pytest.fixture
def slack(double: SlackDouble) -> Slack:
    return _slack(double)


def _slack(double: SlackDouble, token: str = TOKEN) -> Slack:
    secrets = Secrets({"SALON_SLACK_TOKEN": token})
    context = Context(outbox=Path(), secrets=secrets, limits={"slack": {"timeout": 0.5}}, hosts={"slack": double.url})
    made = channel(context)
    assert isinstance(made, Slack)
    return made


def _said(text: str = "*今晚八点*", poster: bytes | None = None, part: str = "text") -> Announcement:
    return Announcement(event="e", name="warm_up", text=text, poster=poster, part=part, title="夜谈")


def _at(address: str) -> Group:
    return Group(id="g", name="g", channel="slack", address=address)


async def test_picture_and_text_are_there(slack: Slack, double: SlackDouble) -> None:
    assert slack.parts(_said(poster=PNG)) == ("poster", "text")
    picture = await slack.say(GROUP, _said(poster=PNG, part=POSTER))
    text = await slack.say(GROUP, _said())
    assert picture == Outcome(result=Result.DELIVERED, receipt="file:F00000001")
    assert text == Outcome(result=Result.DELIVERED, receipt="text:1700000000.000001")
    assert double.files == {"F00000001": (len(PNG), PNG, PLACE)}
    assert double.messages == {"1700000000.000001": "*今晚八点*"}
    assert double.heard == [{"channel": PLACE, "file": "F00000001"}, {"channel": PLACE, "text": "*今晚八点*"}]
    assert double.calls[2].fields["files"] == [{"id": "F00000001", "title": "夜谈"}]


async def test_what_was_said_can_be_changed_pinned_and_taken_back_and_that_again(
    slack: Slack, double: SlackDouble
) -> None:
    picture = await slack.say(GROUP, _said(poster=PNG, part=POSTER))
    text = await slack.say(GROUP, _said())
    for _ in range(2):
        assert (await slack.edit(GROUP, _said("new"), text.receipt)).result is Result.DELIVERED
        assert (await slack.pin(GROUP, text.receipt)).result is Result.DELIVERED
    assert (list(double.messages.values()), len(double.pinned)) == (["new"], 1)
    for _ in range(2):
        for receipt in (text.receipt, picture.receipt):
            assert (await slack.recall(GROUP, receipt)).result is Result.DELIVERED
    assert (double.messages, double.files) == ({}, {})
    assert (await slack.edit(GROUP, _said("new"), text.receipt)).detail == "200: message_not_found"
    assert [(await slack.edit(GROUP, _said("new"), receipt)).result for receipt in ("", picture.receipt)] == [
        Result.REFUSED
    ] * 2


@pytest.mark.parametrize(
    ("address", "error"),
    [(OUTSIDE, "not_in_channel"), (ARCHIVED, "is_archived"), ("C0NOWHERE00", "channel_not_found")],
)
async def test_an_answer_200_that_says_no_is_refused(
    address: str, error: str, slack: Slack, double: SlackDouble
) -> None:
    for said in (_said(), _said(poster=PNG, part=POSTER)):
        assert await slack.say(_at(address), said) == Outcome(result=Result.REFUSED, detail=f"200: {error}")
    assert all(not place for _, _, place in double.files.values())


async def test_a_wrong_token_is_refused_and_shown_nowhere(double: SlackDouble) -> None:
    outcome = await _slack(double, "xoxb-secret").say(GROUP, _said())
    assert outcome == Outcome(result=Result.REFUSED, detail="200: invalid_auth")
    with pytest.raises(WrongUse, match="SALON_SLACK_TOKEN") as refused:
        _slack(double, "secret\nX: y")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (too_many(30), Outcome(result=Result.RETRY, detail="429, too many", wait=30.0)),
        (
            Answer(data={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "7"}),
            Outcome(result=Result.RETRY, detail="200, too many", wait=7.0),
        ),
        (
            Answer(data={"ok": False, "error": "service_unavailable"}),
            Outcome(result=Result.RETRY, detail="service_unavailable", wait=2.0),
        ),
        (Answer(data={"ok": False, "error": "fatal_error"}), Outcome(result=Result.UNKNOWN, detail="fatal_error")),
        (Answer(data="<html>"), Outcome(result=Result.REFUSED, detail="200: no Slack answered there")),
    ],
)
async def test_the_word_in_the_answer_decides(
    answer: Answer, outcome: Outcome, slack: Slack, double: SlackDouble
) -> None:
    double.faults.append(answer)
    assert await slack.say(GROUP, _said()) == outcome


@pytest.mark.parametrize("fault", [BROKEN_AFTER, CUT_AFTER, LATE_AFTER])
async def test_what_may_have_arrived_is_unknown(fault: str, slack: Slack, double: SlackDouble) -> None:
    double.faults.append(fault)
    assert (await slack.say(GROUP, _said())).result is Result.UNKNOWN
    assert len(double.messages) == 1


async def test_of_a_picture_only_the_last_step_is_in_doubt(slack: Slack, double: SlackDouble) -> None:
    picture = _said(poster=PNG, part=POSTER)
    for steps, result in enumerate([Result.RETRY, Result.RETRY, Result.UNKNOWN]):
        double.faults += [""] * steps + [CUT_AFTER]
        assert (await slack.say(GROUP, picture)).result is result
    assert [place for _, _, place in double.files.values()] == ["", "", PLACE]


async def test_a_picture_goes_to_slack_and_to_nobody_else(slack: Slack, double: SlackDouble) -> None:
    double.upload_host = "http://127.0.0.1:9"
    outcome = await slack.say(GROUP, _said(poster=PNG, part=POSTER))
    assert outcome == Outcome(result=Result.REFUSED, detail="the upload would not go to Slack")
    real = Slack("https://slack.com", "t", slack.ability)
    hosts = (
        "https://files.slack.com/upload/v1/x",
        "https://files.slack.com@evil.example/x",
        "http://files.slack.com/x",
    )
    assert [real._is_upload(url) for url in hosts] == [True, False, False]


async def test_a_greeting_tells_whether_the_app_is_in_the_channel(slack: Slack, double: SlackDouble) -> None:
    assert (await slack.greet(GROUP)).result is Result.DELIVERED
    assert "invite the app" in (await slack.greet(_at(OUTSIDE))).detail
    assert double.messages == {}


def test_addresses_are_ids_of_channels() -> None:
    assert read_address(f" {PLACE} ") == PLACE
    for wrong in ("", "#general", "general", "U0123456789", "c0123456789", "C01/../x"):
        with pytest.raises(WrongUse, match="write its id"):
            read_address(wrong)
