"""Speaks into mailboxes and mailing lists, over a mail server's submission port.

`SALON_MAIL_URL` is the server (`starttls://user:password@mail.example.org:587`, `smtps://…:465`, or `smtp://` on this
machine) and `SALON_MAIL_FROM` who writes (`周四夜谈 <salon@example.org>`). A group's address is one mailbox or
several, with commas between them; nobody sees who else was written to.
Source: RFC 5321, 5322, 2387, 2392, 2369, read 2026-11-22.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter
from email.utils import parseaddr, quote
from pathlib import Path

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import Ability, ability_of
from salon.channels.email.letter import letter
from salon.channels.email.submission import Server, read_server, submit, visit
from salon.errors import WrongUse
from salon.model import Group

#: So often a letter is held back from all because the server puts one of them off; then the others get it.
PATIENCE = 3
#: Most recipients of one letter (RFC 5321, 4.5.3.1.8).
MOST = 100

_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_DOMAIN = re.compile(
    r"(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


class Email:
    """The e-mail channel: one letter per group. A server keeps no keys, so nothing is said twice on its own."""

    name = "email"
    is_repeatable = False
    sends_pictures = True

    def __init__(self, server: Server, sender: str, ability: Ability) -> None:
        self._server, self._sender, self.ability = server, sender, ability
        #: Letter → how often it was held back.
        self._held: Counter[str] = Counter()

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """Text and picture travel in one letter."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """All letters go through one account."""
        return self.name

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Write to all of *group* who can be reached.

        Some refused, the others told, is *delivered* and says so: those told must not hear it twice. Whom the server
        puts off holds the letter back for all, `PATIENCE` times; then the others get it and the rest is named.
        """
        key = announcement.key or _key(announcement, group)
        try:
            recipients = read_recipients(group.address)
            message = letter(group, announcement, self._sender, recipients, key)
        except (WrongUse, UnicodeError) as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong) if isinstance(wrong, WrongUse) else "not text")
        is_patient = self._held[key] < PATIENCE
        sender = parseaddr(self._sender)[1]
        outcome = await asyncio.to_thread(
            submit, self._server, sender, recipients, message, timeout=self.ability.timeout, is_patient=is_patient
        )
        if outcome.result is Result.RETRY:
            self._held[key] += 1
        else:
            del self._held[key]
        return outcome

    async def greet(self, group: Group) -> Outcome:
        """Log in and leave again; nobody is written to."""
        try:
            read_recipients(group.address)
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        return await asyncio.to_thread(visit, self._server, timeout=self.ability.timeout)


def channel(context: Context) -> Channel:
    """The e-mail channel. Raises `WrongUse` naming the secret that is missing or makes no sense."""
    own = context.limits.get("email", {})
    ability = ability_of(Path(__file__).parent, own, dialect="html", can_picture=True, is_address_private=True)
    server = read_server(context.hosts.get("email") or context.secrets.need("mail-url"))
    return Email(server, read_sender(context.secrets.need("mail-from")), ability)


def read_address(text: str) -> str:
    """*text* as mailboxes with commas between them. Raises `WrongUse` with what to write."""
    return ", ".join(read_recipients(text))


def read_recipients(text: str) -> tuple[str, ...]:
    """The mailboxes in *text*, each once, domains in ASCII. Raises `WrongUse`."""
    found = dict.fromkeys(_mailbox(one.strip()) for one in text.replace("，", ",").split(",") if one.strip())
    if not 1 <= len(found) <= MOST:
        raise WrongUse(f"email: {len(found)} addresses; write 1 to {MOST}, like ann@example.org, bo@example.org")
    return tuple(found)


def read_sender(text: str) -> str:
    """*text* as who writes, with or without a name. Raises `WrongUse`."""
    name, address = parseaddr(text)
    if not address or "\n" in text or "\r" in text or not _is_mailbox(address):
        raise WrongUse("SALON_MAIL_FROM is no sender; write Salon <salon@example.org>")
    return f'"{quote(name)}" <{address}>' if name else address


def _key(announcement: Announcement, group: Group) -> str:
    return hashlib.sha256(repr((announcement.event, announcement.name, group.id)).encode()).hexdigest()[:32]


def _mailbox(text: str) -> str:
    local, at, domain = text.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    address = f"{local}{at}{ascii_domain}"
    if not _is_mailbox(address):
        raise WrongUse(f"email: {text!r} is no address; write one like readers@example.org")
    return address


def _is_mailbox(address: str) -> bool:
    is_dotted = not (address.startswith(".") or ".." in address or ".@" in address)
    return bool(_MAILBOX.fullmatch(address) and is_dotted and _DOMAIN.fullmatch(address.rpartition("@")[2]))
