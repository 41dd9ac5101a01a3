"""Writes one letter: a text, the same formatted, and the poster inside it. Pure but for its date."""

from __future__ import annotations

import html
from collections.abc import Sequence
from email.headerregistry import Address
from email.headerregistry import Group as Named
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import quote

from salon.channels import Announcement
from salon.channels.plainly import plainly
from salon.model import Group

#: Longest subject: 78 characters make a line (RFC 5322, 2.1.1).
SUBJECT = 78
# Inline what every mail program reads; the rest for those that read a style sheet.
_BODY = "max-width:36em;margin:0 auto;padding:16px;font:16px/1.6 system-ui,-apple-system,sans-serif"
_STYLE = (
    "h1,h2,h3{font-size:1.25em;line-height:1.35;margin:0 0 .6em}ul,ol{padding-left:1.4em}img{border-radius:8px}"
    "blockquote{margin:1em 0;padding-left:.8em;border-left:3px solid #8aa;opacity:.85}a{overflow-wrap:anywhere}"
)


def letter(group: Group, announcement: Announcement, sender: str, recipients: Sequence[str], key: str) -> bytes:
    """The letter, as it goes over the wire. The same *key* makes the same Message-ID, so that a copy is known as one.

    Raises UnicodeError for what is no text.
    """
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=_line(name), addr_spec=address)
    message["To"] = recipients[0] if len(recipients) == 1 else Named(_line(group.name) or "Salon", ())
    message["Subject"] = _line(announcement.title)[:SUBJECT] or "Salon"
    # When it really leaves, not what the house's clock shows: servers judge it.
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{key}@{address.rpartition('@')[2]}>"
    # Answers of absent people go nowhere (RFC 3834); who wants no more writes to a person (RFC 2369).
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<mailto:{address}?subject={quote(f'unsubscribe {group.id}')}>"
    message.set_content(plainly(announcement.text) + "\n", cte="base64")
    message.add_alternative(_page(announcement, key), subtype="html", cte="base64")
    if announcement.poster is not None:
        parts = message.get_payload()
        assert isinstance(parts, list)
        page = parts[1]
        assert isinstance(page, MIMEPart)
        page.add_related(
            announcement.poster, "image", "png", cid=f"<{_cid(key)}>", disposition="inline", filename="poster.png"
        )
    return message.as_bytes()


def _page(announcement: Announcement, key: str) -> str:
    picture = ""
    if announcement.poster is not None:
        alt = html.escape(_line(announcement.title))
        picture = f'<p><img src="cid:{_cid(key)}" alt="{alt}" width="360" style="max-width:100%;height:auto"></p>\n'
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<style>{_STYLE}</style></head>\n<body style="{_BODY}">\n{announcement.text}\n{picture}</body></html>\n'
    )


def _cid(key: str) -> str:
    return f"poster.{key}@salon"


def _line(text: str) -> str:
    """*text* in one line, without anything that could end it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
