"""Hands a letter to a mail server and reads who gets it. Blocks: for a thread."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from salon.channels import Outcome, Result
from salon.errors import WrongUse

#: Seconds to wait where a server is away, and where it puts somebody off: it never says for how long, and all letters
#: of the account wait with that one.
AWAY, PUT_OFF = 5.0, 20.0
_PORTS = {"smtp": 587, "starttls": 587, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MOST_DETAIL = 300


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where letters are handed in."""

    #: "smtps": encrypted from the first byte; "starttls": before anything is said; "smtp": not.
    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def read_server(text: str) -> Server:
    """The server that SALON_MAIL_URL names. Raises `WrongUse`, without repeating it."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise WrongUse("SALON_MAIL_URL is no mail server; write starttls://user:password@mail.example.org:587")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "smtp" and password and parts.hostname not in _LOOPBACK:
        raise WrongUse("SALON_MAIL_URL would send the password unencrypted; write starttls:// or smtps://")
    return Server(scheme=parts.scheme, host=parts.hostname, port=port, user=user, password=password)


def visit(server: Server, *, timeout: float) -> Outcome:
    """Log in and leave again."""
    try:
        with _session(server, timeout) as smtp:
            code, words = smtp.noop()
    except (smtplib.SMTPException, OSError) as error:
        return _failed(error)
    return Outcome(result=Result.DELIVERED) if code == 250 else _no(code, words)


def submit(
    server: Server, sender: str, recipients: Sequence[str], message: bytes, *, timeout: float, is_patient: bool
) -> Outcome:
    """Hand in *message* for *recipients*. Not for a repeat.

    A 4xx is passing and a 5xx final, for the letter and for each recipient; broken off before the last byte was
    asked for, nobody has it; after that nobody knows. *is_patient*: whom the server puts off holds it back for all.
    """
    is_handed_in = False
    try:
        with _session(server, timeout) as smtp:
            code, words = smtp.mail(sender, (f"SIZE={len(message)}",) if smtp.has_extn("size") else ())
            if code != 250:
                return _no(code, words)
            answers = {one: smtp.rcpt(one) for one in recipients}
            held = _held_back(answers, is_patient=is_patient)
            if held is not None:
                return held
            code, words = smtp.docmd("DATA")
            if code != 354:
                return _no(code, words)
            is_handed_in = True
            smtp.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
            code, words = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        if is_handed_in:
            return Outcome(result=Result.UNKNOWN, detail=f"broken off after the letter ({type(error).__name__})")
        return _failed(error)
    return Outcome(result=Result.DELIVERED, detail=_count(answers)) if code == 250 else _no(code, words)


@contextmanager
def _session(server: Server, timeout: float) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and logged in as *server* wants it."""
    # Reading the certificates takes longer than a letter.
    trusted = ssl.create_default_context() if server.scheme != "smtp" else None
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.scheme == "starttls":
            smtp.starttls(context=trusted)
            smtp.ehlo()
        if server.user:
            _log_in(smtp, server)
        yield smtp
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    """One try: `smtplib` would offer a wrong password once by every mechanism, and accounts are locked for that."""
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").split():
        smtp.login(server.user, server.password)
        return
    smtp.user, smtp.password = server.user, server.password
    smtp.auth("PLAIN", smtp.auth_plain)


def _held_back(answers: dict[str, tuple[int, bytes]], *, is_patient: bool) -> Outcome | None:
    """Why nothing is handed in yet, or ever; None: somebody takes it."""
    codes = [code for code, _ in answers.values()]
    is_taken, is_put_off = any(code in (250, 251) for code in codes), any(400 <= code < 500 for code in codes)
    if is_put_off and (is_patient or not is_taken):
        return Outcome(result=Result.RETRY, detail=_count(answers, is_told=False), wait=PUT_OFF, is_wait_of_group=True)
    return None if is_taken else Outcome(result=Result.REFUSED, detail=_count(answers, is_told=False))


def _count(answers: dict[str, tuple[int, bytes]], *, is_told: bool = True) -> str:
    """`told 2 of 3; 1 refused: 550 no such user`; empty where all are told. No address stands in it."""
    others = Counter((code, _said(words)) for code, words in answers.values() if code not in (250, 251))
    if not others:
        return ""
    told = len(answers) - others.total() if is_told else 0
    lines = [
        f"{count} {'put off' if code < 500 else 'refused'}: {code} {words}" for (code, words), count in others.items()
    ]
    return "; ".join([f"told {told} of {len(answers)}", *lines])[:_MOST_DETAIL]


def _failed(error: smtplib.SMTPException | OSError) -> Outcome:
    """Before anything was handed in: final only where the server said so, or cannot do what is needed."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _no(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(result=Result.REFUSED, detail="the server offers no STARTTLS, or no log-in; nothing was sent")
    return Outcome(result=Result.RETRY, detail=f"not handed in ({type(error).__name__})", wait=AWAY)


def _no(code: int, words: bytes | str) -> Outcome:
    result = Result.REFUSED if 500 <= code < 600 else Result.RETRY
    wait = 0.0 if result is Result.REFUSED else PUT_OFF
    return Outcome(result=result, detail=f"{code} {_said(words)}"[:_MOST_DETAIL], wait=wait)


def _said(words: bytes | str) -> str:
    """A server's words without the addresses in them."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(re.sub(r"<?[^\s<>]+@[^\s<>:;,]+>?", "…", text).split())
