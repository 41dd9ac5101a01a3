"""Keys, pasted webhooks and signatures: what is taken, what is refused, and that neither is mixed up."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from salon.channels import Announcement, Context, Outcome, Result, channel_named
from salon.channels.ability import Ability
from salon.channels.dingtalk import signature as dingtalk_signature
from salon.channels.feishu import signature as feishu_signature
from salon.channels.secrets import Secrets
from salon.channels.webhook import Webhook
from salon.channels.webhook import signature as webhook_signature
from salon.channels.webhook.outside import allowed_hosts, is_outside, place_of
from salon.errors import WrongUse
from salon.model import Group

SECRET = "SECthisisaroundsecretof64letters"
HOOKS = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=",
}
KEY = "8c1f2d34-aaaa-bbbb-cccc-0123456789ab"


def adapter(name: str) -> ModuleType:
    return importlib.import_module(f"salon.channels.{name}")


# Each made by OpenSSL, not by this program: `openssl dgst -sha256 -hmac SECRET -binary | base64`, the text being time,
# line break and secret; for Feishu those are the key (`-macopt hexkey:`) and the text is empty.


def test_dingtalk_signs_with_the_secret_as_key_over_milliseconds_and_secret() -> None:
    assert dingtalk_signature(SECRET, 1700000000000) == (
        "&timestamp=1700000000000&sign=B4dUpvM%2Fwgpeipwh3FLH8iAQlZFRlfIdfyeg556riB8%3D"
    )


def test_feishu_signs_with_seconds_and_secret_as_key_over_nothing() -> None:
    assert feishu_signature(SECRET, 1700000000) == {
        "timestamp": "1700000000",
        "sign": "U1Zv7f4whWG/q5fpe7Id8kK83W04vlTSzzRiiuW8wJ0=",
    }


def test_the_webhook_signs_the_time_and_the_very_bytes_it_sends() -> None:
    assert webhook_signature(SECRET, 1700000000, b'{"a":1}') == {
        "X-Salon-Timestamp": "1700000000",
        "X-Salon-Signature": "sha256=92351a8740e810b4f5d940e6827b78fad213d187e180d19521e164ac9ba9793f",
    }


@pytest.mark.parametrize("name", HOOKS)
def test_a_key_and_a_whole_webhook_are_the_same_address(name: str) -> None:
    read = adapter(name).read_address
    assert read(KEY) == read(f" {HOOKS[name]}{KEY}\n") == KEY
    assert read(read(KEY)) == KEY


@pytest.mark.parametrize("name", ["feishu", "dingtalk"])
def test_a_secret_follows_the_key_after_a_colon_or_the_webhook_after_a_space(name: str) -> None:
    read = adapter(name).read_address
    assert read(f"{KEY}:{SECRET}") == read(f"{HOOKS[name]}{KEY}  {SECRET}") == f"{KEY}:{SECRET}"


def test_larks_webhook_keeps_its_own_host() -> None:
    read = adapter("feishu").read_address
    assert read(f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}") == read(f"lark/{KEY}") == f"lark/{KEY}"


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize(
    "change",
    [
        ("https://", "http://"),
        ("https://", "https://someone@"),
        ("https://", "https://someone:word@"),
        ("https://", "https://evil.example/?"),
        (".com/", ".com.evil.example/"),
        (".cn/", ".cn.evil.example/"),
        (".com/", ".com:8443/"),
        (".cn/", ".cn:8443/"),
        (KEY, f"{KEY}#x"),
        (KEY, f"{KEY}&debug=1"),
        (KEY, f"{KEY}%0d%0aX: y"),
        (KEY, f"../{KEY}"),
        (KEY, f"{KEY}/.."),
        (KEY, ""),
        (KEY, "k" * 129),
        (KEY, f"{KEY}\nHost: evil.example"),
        (KEY, f"{KEY}\\@evil.example"),
        (KEY, f"{KEY}:a:b"),
        (KEY, "钥匙"),
    ],
)
def test_anything_else_is_refused_without_being_repeated(name: str, change: tuple[str, str]) -> None:
    url = (HOOKS[name] + KEY).replace(*change)
    if url == HOOKS[name] + KEY:
        # Of another platform's host.
        return
    with pytest.raises(WrongUse, match=r"^address: write the .*(key|token)") as refused:
        adapter(name).read_address(url)
    assert KEY not in str(refused.value)
    assert "evil" not in str(refused.value)


def test_a_wecom_robot_has_no_secret() -> None:
    with pytest.raises(WrongUse, match="write the key"):
        adapter("wecom").read_address(f"{KEY}:{SECRET}")


@pytest.mark.parametrize("name", HOOKS)
async def test_an_address_that_makes_no_sense_is_refused_before_any_call(name: str) -> None:
    context = Context(outbox=Path(), hosts={name: "http://127.0.0.1:1"})
    said = Announcement(event="e", name="n", text="t")
    outcome = await channel_named(name, context).say(Group(id="g", name="g", address="https://evil.example/x"), said)
    assert outcome.result is Result.REFUSED
    assert "evil" not in outcome.detail


# The webhook of one's own.


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/in",
        "https://hooks.example.org@evil.example/in",
        "https://hooks.example.org/in#x",
        "https://hooks.example.org/../in",
        "https://hooks.example.org/%2e%2e/in",
        "https://hooks.example.org\\evil.example/in",
        "https://hooks.example.org /in",
        "https://HOOKS.example.org./in",
        "https://[::1]/in",
        "https://hooks.example.org:0/in",
        "https://hooks.example.org:70000/in",
        "",
    ],
)
def test_a_url_with_anything_odd_in_it_is_refused(url: str) -> None:
    with pytest.raises(WrongUse, match=r"^address: write a URL like https://hooks\.example\.org"):
        place_of(url)


def test_only_hosts_that_the_operator_allows_are_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_WEBHOOK_HOSTS", "hooks.example.org, other.example.org:8443")
    read = adapter("webhook").read_address
    for url in ("https://hooks.example.org/in", "https://hooks.example.org:443/in", "https://other.example.org:8443/"):
        assert read(f" {url} ") == url
    for url in ("https://evil.example/in", "https://hooks.example.org:8443/in", "https://other.example.org/"):
        with pytest.raises(WrongUse, match="is not allowed; the operator adds it to SALON_WEBHOOK_HOSTS"):
            read(url)


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.0.0.8", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::ffff:10.0.0.8", False),
        ("64:ff9b::a00:8", False),
        ("2002:a00:8::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("192.88.99.1", False),
        ("::ffff:8.8.8.8", True),
        ("nonsense", False),
    ],
)
def test_an_address_inside_is_known_in_every_disguise(address: str, outside: bool) -> None:
    assert is_outside(address) is outside


async def said_to(addresses: list[str], url: str = "https://hooks.example.org/in") -> tuple[Outcome, list[str]]:
    """What comes of saying something while the name means *addresses*, and which names were asked for."""
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return addresses

    hosts = allowed_hosts("hooks.example.org localhost 127.0.0.1")
    channel = Webhook(Ability(timeout=0.2), hosts, SECRET, resolve=resolve)
    return await channel.say(Group(id="g", name="g", address=url), Announcement(event="e", name="n", text="t")), asked


@pytest.mark.parametrize("addresses", [["10.0.0.8"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"], []])
async def test_a_name_that_leads_inside_is_never_called(addresses: list[str]) -> None:
    outcome, asked = await said_to(addresses)
    assert asked == ["hooks.example.org:443"]
    assert outcome == Outcome(result=Result.REFUSED, detail="its name leads to an address that is not public")


async def test_the_address_that_was_judged_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called = {}

    async def call(method: str, url: str, **what: object) -> Outcome:
        called.update(url=url, **what)
        return Outcome(result=Result.RETRY)

    monkeypatch.setattr("salon.channels.webhook.call", call)
    await said_to(["93.184.215.14"], "https://hooks.example.org/in?room=1")
    assert called["url"] == "https://93.184.215.14:443/in?room=1"
    assert called["headers"]["Host"] == "hooks.example.org"
    assert called["extensions"] == {"sni_hostname": "hooks.example.org"}
    await said_to(["2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
    assert called["url"].startswith("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443/")


async def test_the_machine_itself_is_never_called_though_the_operator_allows_its_name() -> None:
    hosts = allowed_hosts("localhost 127.0.0.1")
    for url in ("https://localhost/in", "https://127.0.0.1/in"):
        channel = Webhook(Ability(timeout=2), hosts, SECRET)
        outcome = await channel.say(Group(id="g", name="g", address=url), Announcement(event="e", name="n", text="t"))
        assert outcome.detail == "its name leads to an address that is not public"


def test_the_webhook_needs_hosts_and_a_secret() -> None:
    with pytest.raises(WrongUse, match="SALON_WEBHOOK_HOSTS is not set"):
        channel_named("webhook", Context(outbox=Path(), secrets=Secrets({})))
    with pytest.raises(WrongUse, match="SALON_WEBHOOK_SECRET is not set"):
        channel_named("webhook", Context(outbox=Path(), secrets=Secrets({"SALON_WEBHOOK_HOSTS": "a.example"})))
