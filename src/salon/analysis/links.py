"""Addresses that members shared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from salon.model import Message

#: Only what a browser opens as a page; `javascript:`, `data:`, `ftp:` and the like are never links.
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'`\\^{|}\u3000-\u303f\uff00-\uffef\u4e00-\u9fff"
    r"\u200b-\u200f\u202a-\u202e]+",
    re.I,
)
#: An address whose host is names and dots alone, as nearly all are.
_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=[/?#]|$)", re.I | re.A)
_ENDS = ".,;:!?*_~"
_PAIRS = {")": "(", "]": "["}
_LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class Link:
    """One address, with every message that names it."""

    url: str
    #: Host without `www.`.
    host: str
    message_ids: tuple[str, ...]


def addresses(text: str) -> list[str]:
    """Every http and https address in *text*, without the punctuation of the sentence around it."""
    if "://" not in text:
        return []
    return [url for found in _ADDRESS.findall(text) if (url := _trimmed(found)) and _leads_anywhere(_host(url))]


def links(messages: Iterable[Message]) -> tuple[Link, ...]:
    """Addresses in the order in which they were first shared, each once."""
    named: dict[str, list[str]] = {}
    for message in messages:
        for url in dict.fromkeys(addresses(message.text)):
            named.setdefault(url, []).append(message.id)
    return tuple(Link(url=url, host=_host(url), message_ids=tuple(ids)) for url, ids in named.items())


def _trimmed(url: str) -> str:
    """*url* without trailing punctuation; a closing bracket stays where the address itself opens one."""
    while url:
        last = url[-1]
        if last in _ENDS or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
            url = url[:-1]
        else:
            break
    return url if len(url) <= _LONGEST else ""


def _leads_anywhere(host: str) -> bool:
    """Whether others than who wrote it can go there: a name without a dot is of one network, or half an address."""
    return "." in host.strip(".") or ":" in host


def _host(url: str) -> str:
    if plain := _PLAIN.match(url):
        return plain[1].lower().removeprefix("www.")
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
