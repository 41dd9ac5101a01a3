"""Answers that no document describes: every one is an outcome, none tells a secret, and none keeps anybody waiting."""

from __future__ import annotations

import json
import logging
import random
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.channels.doubles.answering import Answer, Call, Double

from salon.channels import POSTER, TEXT, Announcement, Channel, Context, Outcome, Result, channel_named
from salon.channels.http import LONGEST_WAIT
from salon.channels.secrets import Secrets
from salon.model import Group

SECRET = "planted0123456789abcdefghijklmnop"
ADDRESSES = {
    "wecom": SECRET,
    "dingtalk": f"{SECRET}:SEC{SECRET}",
    "feishu": f"{SECRET}:{SECRET}",
    "telegram": "-1001234567890",
    "discord": f"123456789012345678/{SECRET * 2}",
    "slack": "C0123456789",
    "matrix": "!room:example.org",
}
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
#: What stands in answers of all of them.
# fmt: off
NAMES = (
    "ok", "result", "error", "description", "parameters", "retry_after", "photo", "file_id", "chat", "id",
    "message_id", "code", "msg", "errcode", "errmsg", "data", "image_key", "tenant_access_token", "expire", "ts",
    "channel", "upload_url", "retry_after_ms", "event_id", "user_id", "content_uri", "chunk", "pinned",
)
# fmt: on
VALUES: tuple[Any, ...] = (None, True, 0, 1, -5, 1e308, 10**400, "", "x", [], [1], {}, {"id": 1}, "9" * 400)
WAITS = ("", "7", "nan", "inf", "-3", "1e400", "soon", "Wed, 21 Oct 2026 07:28:00 GMT")


class Stranger(Double):
    """Answers every call with something that makes no sense, and repeats what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = random.Random(5)

    def answer(self, call: Call) -> Answer:
        chosen = self.dice.sample(NAMES, self.dice.randint(0, 12))
        data = {name: self.dice.choice(VALUES) for name in chosen}
        echo = f"no such path: {call.path}?{'&'.join(call.query.values())} {call.headers.get('authorization', '')}"
        data |= dict.fromkeys(("errmsg", "msg", "description", "error", "message"), echo)
        status = self.dice.choice((200, 200, 200, 204, 302, 400, 403, 404, 429, 503))
        headers = {"Retry-After": self.dice.choice(WAITS)}
        return Answer(status=status, data=None if status == 204 else data, headers=headers)


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    double = Stranger()
    yield double
    double.close()


def _channel(name: str, url: str, **limits: Any) -> Channel:
    env = {"SALON_TELEGRAM_TOKEN": f"123:{SECRET}", "SALON_SLACK_TOKEN": f"xoxb-{SECRET}", "SALON_MATRIX_TOKEN": SECRET}
    env |= {"SALON_FEISHU_APP_ID": "app", "SALON_FEISHU_APP_SECRET": SECRET}
    context = Context(outbox=Path(), secrets=Secrets(env), hosts={name: url}, limits={name: limits} if limits else {})
    return channel_named(name, context)


@pytest.mark.parametrize("name", ADDRESSES)
async def test_whatever_is_answered_becomes_an_outcome_without_a_secret_in_it(
    name: str, stranger: Stranger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel, group = _channel(name, stranger.url), Group(id="g", name="g", channel=name, address=ADDRESSES[name])
    for n in range(40):
        said = Announcement(event="e", name="n", text="hi", poster=PNG, part=(POSTER, TEXT)[n % 2], key=f"k{n}")
        for what, more in (("say", ()), ("edit", ("text:-1:2",)), ("recall", ("$e",)), ("pin", ("text:1.2",))):
            verb = getattr(channel, what, None)
            if verb is None:
                continue
            outcome = await (verb(group, said, *more) if what in ("say", "edit") else verb(group, *more))
            assert isinstance(outcome, Outcome)
            assert 0 <= outcome.wait <= LONGEST_WAIT
            assert SECRET not in f"{outcome!r} {channel!r} {group!r}"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(("said", "least", "most"), [("+90", 80, 91), ("12", 12, 12), ("1e400", 2, 2), ("x", 2, 2)])
async def test_a_platforms_own_wait_is_kept_also_as_a_date(
    said: str, least: float, most: float, stranger: Stranger
) -> None:
    if said == "+90":
        said = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    stranger.faults.append(Answer(status=429, headers={"Retry-After": said}))
    group = Group(id="g", name="g", channel="wecom", address=SECRET)
    said_to = Announcement(event="e", name="n", text="hi", part=TEXT)
    outcome = await _channel("wecom", stranger.url).say(group, said_to)
    assert outcome.result is Result.RETRY
    assert least <= outcome.wait <= most


async def test_an_answer_that_comes_drop_by_drop_is_cut_off() -> None:
    """Each drop is in time, the whole never is."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drips() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not over.wait(0.05):
                    caller.sendall(b" ")

        thread = threading.Thread(target=drips, daemon=True)
        thread.start()
        channel = _channel("wecom", f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.3)
        group = Group(id="g", name="g", channel="wecom", address=SECRET)
        outcome = await channel.say(group, Announcement(event="e", name="n", text="hi", part=TEXT))
        over.set()
        thread.join()
    assert (outcome.result, outcome.detail) == (Result.UNKNOWN, "no whole answer in 0.6 s")


def test_a_limit_that_makes_no_sense_or_could_not_be_counted_is_refused(tmp_path: Path) -> None:
    for limits, said in (
        ({"longest": "4096"}, "channels.wecom.longest: '4096' makes no sense; write a number"),
        ({"pace": 20}, "channels.wecom.pace: 20 makes no sense; write"),
        ({"pace": [[20000, 86400]]}, "no more than 10,000 can be counted"),
        ({"group_pace": [[2000, 86400]]}, "no more than 1,000 can be counted"),
        ({"unit": "letters"}, "write one of: bytes, utf16, characters"),
        ({"longest": True}, "makes no sense"),
    ):
        with pytest.raises(Exception, match=said.replace("[", r"\[")) as refused:
            _channel("wecom", "", **json.loads(json.dumps(limits)))
        assert type(refused.value).__name__ == "WrongUse"
