"""The e-mail channel on a real SMTP server: the letter that arrives, and an honest word on who did not get it."""

from __future__ import annotations

import asyncio
import email
import io
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from salon.announce import announce
from salon.channels import Announcement, Context, Outcome, Result
from salon.channels.email import PATIENCE, Email, channel, read_address, read_sender
from salon.channels.email.submission import PUT_OFF, read_server, submit
from salon.channels.secrets import Secrets
from salon.clock import HandClock
from salon.errors import WrongUse
from salon.house import open_house
from salon.model import Group
from salon.settings import Settings
from salon.testing.golden import golden_event

TEXT = '<p><strong>今晚八点</strong>：<a href="https://example.org/c/x">进群</a></p>\n<p>.</p>'
PNG = io.BytesIO()
Image.new("RGB", (40, 60), "teal").save(PNG, "PNG")


@dataclass
class Post:
    """A post office that keeps every letter, and answers as it is told."""

    rcpt: Mapping[str, str] = field(default_factory=dict)
    mail: str = ""
    data: str = "250 OK: queued as 42"
    cuts: str = ""
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.seen.append(address)
        if address in self.rcpt:
            return self.rcpt[address]
        if self.cuts == "before":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append((envelope.rcpt_tos, email.message_from_bytes(content, policy=policy.default)))
        if self.cuts == "after":
            server.transport.abort()
        return self.data


@asynccontextmanager
async def _open(post: Post, *, scheme: str = "smtp", user: str = "", **options: Any) -> AsyncIterator[Email]:
    def protocol() -> SMTP:
        return SMTP(post, hostname="post.test", **options)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        url = f"{scheme}://{user}127.0.0.1:{server.sockets[0].getsockname()[1]}"
        secrets = Secrets({"SALON_MAIL_URL": url, "SALON_MAIL_FROM": "周四夜谈 <salon@example.org>"})
        made = channel(Context(outbox=Path(), secrets=secrets, limits={"email": {"timeout": 5}}))
        assert isinstance(made, Email)
        yield made


def _group(address: str) -> Group:
    return Group(id="readers", name="读书会\r\nBcc: x@example.org", channel="email", address=address)


def _said(text: str = TEXT, title: str = "今晚八点", poster: bytes | None = None) -> Announcement:
    return Announcement(event="e", name="warm_up", text=text, title=title, poster=poster, key="abc123")


async def test_the_letter_holds_the_text_twice_and_the_poster_inside() -> None:
    post = Post()
    async with _open(post) as channel:
        assert await channel.say(_group("ann@example.org"), _said(poster=PNG.getvalue())) == Outcome(
            result=Result.DELIVERED
        )
    [(to, letter)] = post.letters
    assert to == ["ann@example.org"]
    shown = {key: letter[key] for key in ("From", "To", "Subject", "Message-ID", "Auto-Submitted", "List-Unsubscribe")}
    assert shown == {
        "From": "周四夜谈 <salon@example.org>",
        "To": "ann@example.org",
        "Subject": "今晚八点",
        "Message-ID": "<abc123@example.org>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<mailto:salon@example.org?subject=unsubscribe%20readers>",
    }
    assert abs(letter["Date"].datetime.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    plain, related = letter.iter_parts()
    page, picture = related.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "今晚八点：进群 (https://example.org/c/x)\n\n.\n"
    assert TEXT in page.get_content().replace("\r\n", "\n")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in page.get_content()
    assert picture.get_content() == PNG.getvalue()
    assert picture.get_content_disposition() == "inline"


async def test_a_letter_without_a_poster_has_none() -> None:
    post = Post()
    async with _open(post) as channel:
        await channel.say(_group("ann@example.org"), _said())
    assert [part.get_content_type() for part in post.letters[0][1].iter_parts()] == ["text/plain", "text/html"]


async def test_nothing_that_somebody_wrote_becomes_a_header() -> None:
    post = Post()
    async with _open(post) as channel:
        said = _said(title="Hi\r\nBcc: eve@example.org\n\n<script>\x00" + "长" * 500)
        assert (await channel.say(_group("ann@example.org, bo@example.org"), said)).result is Result.DELIVERED
        for address in ("ann@example.org\r\nRCPT TO:<eve@example.org>", "ann@example.org> SIZE=1", '"a b"@example.org'):
            refusal = await channel.say(_group(address), said)
            assert refusal.result is Result.REFUSED
            assert "is no address" in refusal.detail
        assert (await channel.say(_group("ann@example.org"), _said("\udcff"))).result is Result.REFUSED
    [(_, letter)] = post.letters
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Hi Bcc: eve@example.org <script> 长")
    # Nobody sees who else was written to.
    assert letter["To"] == '"读书会 Bcc: x@example.org":;'
    assert post.seen == ["ann@example.org", "bo@example.org"]


async def test_some_refused_and_the_others_told_says_how_many_and_why() -> None:
    post = Post(rcpt={"bo@example.org": "550 5.1.1 <bo@example.org>: no such user here"})
    async with _open(post) as channel:
        outcome = await channel.say(_group("ann@example.org, bo@example.org, cy@example.org"), _said())
    assert outcome == Outcome(result=Result.DELIVERED, detail="told 2 of 3; 1 refused: 550 5.1.1 …: no such user here")
    assert [to for to, _ in post.letters] == [["ann@example.org", "cy@example.org"]]


async def test_all_refused_is_refused() -> None:
    post = Post(rcpt={"ann@example.org": "550 no such user"})
    async with _open(post) as channel:
        outcome = await channel.say(_group("ann@example.org"), _said())
    assert outcome == Outcome(result=Result.REFUSED, detail="told 0 of 1; 1 refused: 550 no such user")
    assert post.letters == []


async def test_whom_the_server_puts_off_holds_the_letter_back_and_in_the_end_the_others_get_it_once() -> None:
    post = Post(rcpt={"bo@example.org": "450 4.7.1 greylisted, come again"})
    async with _open(post) as channel:
        group = _group("ann@example.org, bo@example.org")
        for _ in range(PATIENCE):
            outcome = await channel.say(group, _said())
            assert (outcome.result, outcome.wait) == (Result.RETRY, PUT_OFF)
            assert outcome.detail == "told 0 of 2; 1 put off: 450 4.7.1 greylisted, come again"
            assert post.letters == []
        outcome = await channel.say(group, _said())
    assert outcome.result is Result.DELIVERED
    assert outcome.detail == "told 1 of 2; 1 put off: 450 4.7.1 greylisted, come again"
    assert [to for to, _ in post.letters] == [["ann@example.org"]]


async def test_whoever_was_put_off_and_is_let_in_later_hears_it_with_all_the_others() -> None:
    post = Post(rcpt={"bo@example.org": "450 greylisted"})
    async with _open(post) as channel:
        group = _group("ann@example.org, bo@example.org")
        assert (await channel.say(group, _said())).result is Result.RETRY
        post.rcpt = {}
        assert await channel.say(group, _said()) == Outcome(result=Result.DELIVERED)
    assert [to for to, _ in post.letters] == [["ann@example.org", "bo@example.org"]]


async def test_a_line_that_begins_with_a_dot_ends_nothing() -> None:
    post, lines = Post(), b"Subject: x\r\n\r\n.\r\n.hidden\r\nend\r\n"
    async with _open(post) as channel:
        sent = (channel._server, "a@example.org", ["b@example.org"], lines)
        await asyncio.to_thread(submit, *sent, timeout=5, is_patient=True)
    assert post.letters[0][1].get_content().split() == [".", ".hidden", "end"]


@pytest.mark.parametrize(
    ("post", "result", "detail"),
    [
        (Post(data="451 try later"), Result.RETRY, "451 try later"),
        (Post(data="554 5.7.1 looks like spam"), Result.REFUSED, "554 5.7.1 looks like spam"),
        (Post(mail="421 4.3.2 shutting down"), Result.RETRY, "421 4.3.2 shutting down"),
        (Post(mail="550 5.7.1 salon@example.org may not send"), Result.REFUSED, "550 5.7.1 … may not send"),
        (Post(cuts="before"), Result.RETRY, "not handed in (SMTPServerDisconnected)"),
        (Post(cuts="after"), Result.UNKNOWN, "broken off after the letter (SMTPServerDisconnected)"),
    ],
)
async def test_an_answer_means_what_the_standard_says(post: Post, result: Result, detail: str) -> None:
    async with _open(post) as channel:
        outcome = await channel.say(_group("ann@example.org"), _said())
    assert (outcome.result, outcome.detail) == (result, detail)


async def test_a_server_that_is_away_may_be_tried_again() -> None:
    async with _open(Post()) as channel:
        pass
    outcome = await channel.say(_group("ann@example.org"), _said())
    assert (outcome.result, outcome.detail) == (Result.RETRY, "not handed in (ConnectionRefusedError)")
    assert outcome.wait > 0


async def test_starttls_comes_before_the_password_and_a_server_without_it_gets_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    context = _tls(tmp_path)
    logins: list[bytes] = []

    def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        logins.append(data.password)
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    secure = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticator}
    post, group = Post(), _group("ann@example.org")
    async with _open(post, scheme="starttls", user="salon:p%40ss%2Fword@", **secure) as channel:
        assert (await channel.greet(group)).result is Result.DELIVERED
        assert (await channel.say(group, _said())).result is Result.DELIVERED
    async with _open(post, scheme="starttls", user="salon:wrong@", **secure) as channel:
        refusal = await channel.say(group, _said())
    assert (refusal.result, refusal.detail[:3]) == (Result.REFUSED, "535")
    assert "wrong" not in refusal.detail
    assert logins == [b"p@ss/word", b"p@ss/word", b"wrong"]
    # A server that would take the password unencrypted does not get it.
    open_door = {"auth_require_tls": False, "authenticator": authenticator}
    async with _open(post, scheme="starttls", user="salon:p%40ss%2Fword@", **open_door) as channel:
        assert "no STARTTLS" in (await channel.say(group, _said())).detail
    # A certificate that nobody vouches for.
    monkeypatch.delenv("SSL_CERT_FILE")
    async with _open(post, scheme="starttls", user="salon:p%40ss%2Fword@", **secure) as channel:
        assert (await channel.say(group, _said())).detail == "not handed in (SSLCertVerificationError)"
    assert (len(post.letters), len(logins)) == (1, 3)


async def test_through_the_engine_those_told_are_told_once_and_the_journal_says_who_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALON_MAIL_FROM", "salon@example.org")
    post, event = Post(rcpt={"bo@example.org": "452 mailbox full", "cy@example.org": "550 gone"}), golden_event("zh")
    group = Group(id="g", name="g", channel="email", address="ann@example.org, bo@example.org, cy@example.org")
    async with (
        _open(post) as served,
        open_house(Settings.from_env({"SALON_HOME": str(tmp_path)}), HandClock(event.times.warm_up_at)) as house,
    ):
        house.hosts = {"email": f"smtp://127.0.0.1:{served._server.port}"}
        for _ in range(2):
            heard = await announce(house, event, "warm_up", [group], lambda group: ("今晚见", PNG.getvalue()))
            assert heard.outcomes == {"g": "delivered"}
        delivery = (await house.live(event.id)).state.deliveries["warm_up", "g"]
    assert delivery.detail == "told 1 of 3; 1 put off: 452 mailbox full; 1 refused: 550 gone"
    assert [to for to, _ in post.letters] == [["ann@example.org"]]


def test_addresses_are_read_strictly_and_each_once() -> None:
    assert (
        read_address(" Ann@example.org，bo@例子.测试, Ann@example.org ")
        == "Ann@example.org, bo@xn--fsqu00a.xn--0zwm56d"
    )
    for wrong in (
        "",
        "ann",
        "ann@",
        "@x.org",
        "a b@x.org",
        "a@x..org",
        ".a@x.org",
        "a..b@x.org",
        "a@-x.org",
        "a@x.org;b@x.org",
    ):
        with pytest.raises(WrongUse, match="write"):
            read_address(wrong)
    with pytest.raises(WrongUse, match="101 addresses"):
        read_address(", ".join(f"a{n}@example.org" for n in range(101)))


def test_settings_that_make_no_sense_are_named_and_never_repeated() -> None:
    for wrong in ("mail.example.org", "https://x:secret@y", "smtp://x:secret@mail.example.org", "smtps://:99999999"):
        with pytest.raises(WrongUse, match="SALON_MAIL_URL") as refused:
            read_server(wrong)
        assert "secret" not in str(refused.value)
    for wrong in ("", "Salon", "Salon <a@b>\nBcc: x@y.org", "a b@x"):
        with pytest.raises(WrongUse, match="SALON_MAIL_FROM"):
            read_sender(wrong)
    assert read_sender('"Salon, \\"the\\" club" <a@example.org>') == '"Salon, \\"the\\" club" <a@example.org>'
    assert "secret" not in repr(read_server("smtps://ann:secret@mail.example.org"))


def _tls(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a fresh certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, no_password))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
