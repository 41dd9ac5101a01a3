"""WeCom, Feishu, DingTalk and the webhook against stand-ins that check every request by the platforms' own rules."""

from __future__ import annotations

import base64
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.channels.doubles.answering import BROKEN_AFTER, BROKEN_BEFORE, CUT_AFTER, LATE_AFTER, Answer, Double
from tests.channels.doubles.dingtalk import DingtalkDouble
from tests.channels.doubles.feishu import APP, APP_SECRET, FeishuDouble
from tests.channels.doubles.webhook import WebhookDouble
from tests.channels.doubles.wecom import WecomDouble

from salon.channels import POSTER, TEXT, WHOLE, Announcement, Channel, Context, Outcome, Result, channel_named
from salon.channels.secrets import Secrets
from salon.markup import escape, length, render
from salon.markup.inert import wide
from salon.model import Group

KEY, SECRET = "8c1f2d34-aaaa-bbbb-cccc-0123456789ab", "SEC0thisisnosecretofanybody"
PNG = b"\x89PNG\r\n\x1a\n" + b"poster" * 50
TEXT_SAID = "# 现在可以领席\n**慢慢来** 第 12 期\n\n1. 一\n2. 二\n\n点开链接：\nhttps://salon.example.org/c/k3_x9\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    double: Callable[[], Double]
    address: str
    env: dict[str, str]


CASES = {
    case.name: case
    for case in (
        Case(name="wecom", double=lambda: WecomDouble(KEY), address=KEY, env={}),
        Case(
            name="feishu",
            double=lambda: FeishuDouble({KEY: SECRET}),
            address=f"{KEY}:{SECRET}",
            env={"SALON_FEISHU_APP_ID": APP, "SALON_FEISHU_APP_SECRET": APP_SECRET},
        ),
        Case(name="dingtalk", double=lambda: DingtalkDouble({KEY: SECRET}), address=f"{KEY}:{SECRET}", env={}),
        Case(
            name="webhook",
            double=lambda: WebhookDouble(SECRET),
            address="https://hooks.example.org/salon/in",
            env={"SALON_WEBHOOK_HOSTS": "hooks.example.org", "SALON_WEBHOOK_SECRET": SECRET},
        ),
    )
}


@dataclass(kw_only=True)
class Line:
    """A channel that speaks to its stand-in."""

    channel: Channel
    double: Any
    group: Group

    async def say(self, text: str = "你好", poster: bytes | None = None, part: str | None = None) -> Outcome:
        dialect = self.channel.ability.dialect
        said = Announcement(
            event="e1", name="warm_up", text=render(text, dialect), poster=poster, key="k" * 32, title="慢慢来"
        )
        if part is None:
            part = self.channel.parts(said)[-1]
        return await self.channel.say(self.group, Announcement(**{**vars(said), "part": part}))


@contextmanager
def line_to(name: str, tmp_path: Path, **own: Any) -> Iterator[Line]:
    case = CASES[name]
    with case.double() as double:
        context = Context(
            outbox=tmp_path,
            secrets=Secrets(case.env),
            limits={name: {"timeout": 0.5, **own}},
            hosts={name: double.url},
        )
        group = Group(id="readers", name="读书会", channel=name, address=case.address)
        yield Line(channel=channel_named(name, context), double=double, group=group)


@pytest.mark.parametrize("name", CASES)
async def test_a_text_in_the_platforms_own_dialect_is_heard_once(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        assert await line.say(TEXT_SAID) == Outcome(result=Result.DELIVERED)
        assert len(line.double.heard) == 1
        heard = str(line.double.heard[0])
        assert "https://salon.example.org/c/k3_x9" in heard
        assert "【现在可以领席】" in heard or "# 现在可以领席" in heard or "**现在可以领席**" in heard


@pytest.mark.parametrize("name", ["wecom", "feishu"])
async def test_picture_and_text_are_two_messages_and_the_picture_comes_first(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        said = Announcement(event="e1", name="open_room", text="你好", poster=PNG)
        assert line.channel.parts(said) == (POSTER, TEXT)
        assert (await line.say(poster=PNG, part=POSTER)).result is Result.DELIVERED
        assert (await line.say(poster=PNG, part=TEXT)).result is Result.DELIVERED
        assert line.double.heard[0]["image"] == PNG
        assert "image" not in line.double.heard[1]


async def test_the_webhook_takes_text_and_picture_in_one_call_and_drops_a_repeat(tmp_path: Path) -> None:
    with line_to("webhook", tmp_path) as line:
        for _ in range(2):
            assert (await line.say(poster=PNG, part=WHOLE)).result is Result.DELIVERED
        (heard,) = line.double.heard
        assert heard["group"] == {"id": "readers", "name": "读书会"}
        assert heard["poster"]["base64"] == base64.b64encode(PNG).decode()
        assert heard["host"] == "hooks.example.org"
        assert line.double.calls[0].headers["idempotency-key"] == "k" * 32


async def test_a_picture_is_uploaded_to_feishu_once_for_all_groups(tmp_path: Path) -> None:
    with line_to("feishu", tmp_path) as line:
        for _ in range(3):
            assert (await line.say(poster=PNG, part=POSTER)).result is Result.DELIVERED
        assert len(line.double.images) == 1
        line.double.token = "t-token-2"
        assert (await line.say(poster=PNG + b"2", part=POSTER)).result is Result.RETRY
        assert (await line.say(poster=PNG + b"2", part=POSTER)).result is Result.DELIVERED


async def test_without_an_app_feishu_sends_no_picture_and_says_so(tmp_path: Path) -> None:
    channel = channel_named("feishu", Context(outbox=tmp_path, secrets=Secrets({})))
    assert (channel.sends_pictures, channel.ability.can_picture) == (False, False)
    said = Announcement(event="e", name="n", text="t", poster=PNG, part=POSTER)
    outcome = await channel.say(Group(id="g", name="g", address=KEY), said)
    assert outcome.result is Result.REFUSED
    assert "docs/channels/feishu.md" in outcome.detail


#: Fault, its outcome, and the platform's own wait where it gave one.
FAULTS: list[tuple[str | Answer, Result, float | None]] = [
    (Answer(status=429, headers={"Retry-After": "7"}), Result.RETRY, 7.0),
    (Answer(status=500, data=b"oops"), Result.UNKNOWN, None),
    (BROKEN_BEFORE, Result.UNKNOWN, None),
    (BROKEN_AFTER, Result.UNKNOWN, None),
    (LATE_AFTER, Result.UNKNOWN, None),
    (CUT_AFTER, Result.UNKNOWN, None),
    (Answer(status=302, headers={"Location": "http://127.0.0.1:1/elsewhere"}), Result.REFUSED, None),
    (Answer(status=404, data=b"no such page"), Result.REFUSED, None),
]


@pytest.mark.parametrize("name", CASES)
async def test_every_fault_has_the_outcome_that_nobody_hears_twice_by(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        for fault, result, wait in FAULTS:
            line.double.faults.append(fault)
            outcome = await line.say()
            assert (fault, outcome.result) == (fault, result)
            assert wait is None or outcome.wait == wait
        assert len(line.double.calls) == len(FAULTS)


@pytest.mark.parametrize("name", ["wecom", "feishu", "dingtalk"])
async def test_a_200_without_the_platforms_code_is_unknown(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        line.double.faults.append(Answer(data=b"<html>captive portal</html>", headers={"Content-Type": "text/html"}))
        assert (await line.say()).result is Result.UNKNOWN


@pytest.mark.parametrize(("name", "wait"), [("wecom", 60.0), ("dingtalk", 600.0), ("feishu", 2.0)])
async def test_too_often_is_a_200_that_waits_as_long_as_the_platform_counts(
    name: str, wait: float, tmp_path: Path
) -> None:
    with line_to(name, tmp_path) as line:
        line.double.left[KEY] = 1
        assert (await line.say()).result is Result.DELIVERED
        outcome = await line.say()
        assert (outcome.result, outcome.wait) == (Result.RETRY, wait)
        assert len(line.double.heard) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("wecom", "93000"), ("dingtalk", "300005"), ("feishu", "19001"), ("webhook", "401")]
)
async def test_a_dead_hook_is_refused_in_the_platforms_words_and_without_its_key(
    name: str, words: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with line_to(name, tmp_path) as line:
        if name == "webhook":
            line.double.secret = "another"
        else:
            (line.double.left if name == "wecom" else line.double.robots).clear()
        outcome = await line.say()
        assert outcome.result is Result.REFUSED
        assert words in outcome.detail
        shown = f"{outcome!r} {line.channel!r} {line.channel.credential(line.group)} {caplog.text}"
        assert KEY not in shown
        assert SECRET not in shown


@pytest.mark.parametrize(("name", "words"), [("dingtalk", "sign not match"), ("feishu", "19021")])
async def test_a_wrong_secret_is_refused(name: str, words: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        line.double.robots[KEY] = "SECanother"
        outcome = await line.say()
        assert (outcome.result, words in outcome.detail) == (Result.REFUSED, True)


@pytest.mark.parametrize("name", ["dingtalk", "feishu"])
async def test_a_robot_without_a_secret_is_not_signed_to(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        line.double.robots[KEY] = ""
        line.group = Group(id="g", name="g", address=KEY)
        assert (await line.say()).result is Result.DELIVERED


@pytest.mark.parametrize("name", CASES)
async def test_where_nobody_listens_nothing_was_said(name: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    context = Context(outbox=tmp_path, secrets=Secrets(CASES[name].env), hosts={name: base})
    channel = channel_named(name, context)
    said = Announcement(
        event="e", name="n", text="t", part=channel.parts(Announcement(event="e", name="n", text=""))[0]
    )
    outcome = await channel.say(Group(id="g", name="g", address=CASES[name].address), said)
    assert outcome.result is Result.RETRY
    assert outcome.wait > 0


@pytest.mark.parametrize("name", ["wecom", "dingtalk"])
async def test_the_longest_text_is_taken_and_one_byte_more_is_refused(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        longest, dialect = line.channel.ability.longest, line.channel.ability.dialect
        fits = "字" * (longest // 3) + "x" * (longest % 3)
        assert length(render(fits, dialect), line.channel.ability.unit) == longest
        assert (await line.say(fits)).result is Result.DELIVERED
        assert (await line.say(fits + "x")).result is Result.REFUSED


async def test_the_longest_text_for_feishu_fits_a_request_with_all_its_line_breaks(tmp_path: Path) -> None:
    with line_to("feishu", tmp_path) as line:
        lines = "字" * 20 + "\n"
        text = lines * (line.channel.ability.longest // len(lines.encode()))
        assert (await line.say(text)).result is Result.DELIVERED


async def test_wecom_speaks_plain_text_where_the_owner_says_so(tmp_path: Path) -> None:
    with line_to("wecom", tmp_path, dialect="plain", longest=2048) as line:
        assert (await line.say(f"# 你好\n{escape('<@all>')}")).result is Result.DELIVERED
        assert line.double.heard == [{"key": KEY, "text": f"【你好】\n{wide('<')}@all>"}]


@pytest.mark.parametrize("name", ["wecom", "feishu", "dingtalk"])
async def test_nobody_is_called_by_what_a_person_typed(name: str, tmp_path: Path) -> None:
    with line_to(name, tmp_path) as line:
        evil = '<@all> <at user_id="all">所有人</at> <at id=all></at> **x** ![a](https://evil.example)'
        assert (await line.say(f"# {escape(evil)}\n{escape(evil)}")).result is Result.DELIVERED
        heard = str(line.double.heard[0])
        assert "<@" not in heard
        assert "<at" not in heard
        assert "](" not in heard
        assert "all" in heard
        assert line.double.heard[0].get("at", {"isAtAll": False})["isAtAll"] is False
