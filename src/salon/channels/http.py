"""One HTTP call to a platform, and what it may mean: there, not there, or nobody knows.

Addresses hold secrets, so nothing of them comes back: neither in a detail nor in an exception or a log line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from math import inf
from typing import Any

import httpx

from salon.channels import Outcome, Result

# It writes every address, and with it every secret, at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

#: Longest answer that is read, in bytes, and longest detail that is kept, in characters.
MOST_BYTES, MOST_DETAIL = 1_000_000, 300
#: No platform is believed that wants to be left alone for longer, in seconds.
LONGEST_WAIT = 86_400.0
_SECRET, _VALUE = re.compile(r"[A-Za-z0-9_:%-]{12,}"), re.compile(r"[?&][^=&]*=([^&]{6,})")
#: Seconds to wait where a platform is away and does not say for how long.
AWAY = 2.0
#: What is to be changed or taken back, and was never given a name there.
NAMELESS = Outcome(result=Result.REFUSED, detail="the platform has no name for it; look for it there")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a platform answered."""

    status: int
    #: Names in small letters.
    headers: Mapping[str, str]
    #: The JSON object that it sent; empty for anything else.
    data: Mapping[str, Any]
    #: The beginning of it as text, for a detail.
    text: str
    #: What the call was made with and nobody may read: platforms repeat an address when they do not like it.
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def wait(self) -> float:
        """Seconds of `Retry-After`, also of one that is a date; 0: it did not say (RFC 9110, 10.2.3)."""
        said = self.headers.get("retry-after", "")
        return seconds_of(said) or _until(said, self.headers.get("date", ""))

    def said(self, words: str) -> str:
        """*words* of the answer in one line, short, and without the secrets of the call."""
        for secret in self.secrets:
            words = words.replace(secret, "…")
        return " ".join(words.split())[:MOST_DETAIL]


async def call(
    method: str, url: str, *, timeout: float, is_repeatable: bool = False, reads: Collection[int] = (), **what: Any
) -> Reply | Outcome:
    """One call; *what* as httpx has it (json, data, files, headers, content).

    Nobody reached: retry. Broken off after it may have arrived, or a server's own failure (5xx): unknown, unless the
    call *is_repeatable* because the platform knows its key. 429: retry, with the platform's own wait. Everything
    else is a `Reply`, in which the adapter reads whether a 200 is a refusal; so is a status that it *reads* itself,
    because the platform's own words stand in the body. Never follows a redirect, never uses a proxy of the
    environment.
    """
    broken = Result.RETRY if is_repeatable else Result.UNKNOWN
    try:
        # A platform that sends its answer drop by drop would keep all others waiting.
        async with asyncio.timeout(2 * timeout):
            reply = await _asked(method, url, timeout, what)
    except TimeoutError:
        return Outcome(result=broken, detail=f"no whole answer in {2 * timeout:g} s", wait=AWAY)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as away:
        return Outcome(result=Result.RETRY, detail=f"not reached ({type(away).__name__})", wait=AWAY)
    except httpx.TimeoutException as late:
        return Outcome(result=broken, detail=f"no answer in {timeout:g} s ({type(late).__name__})", wait=AWAY)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        return Outcome(result=Result.REFUSED, detail="the address makes no sense")
    except httpx.HTTPError as error:
        return Outcome(result=broken, detail=f"broken off ({type(error).__name__})", wait=AWAY)
    if reply.status in reads:
        return reply
    if reply.status == 429:
        return Outcome(result=Result.RETRY, detail="429, too many", wait=reply.wait or AWAY)
    if reply.status >= 500:
        return Outcome(result=broken, detail=f"{reply.status}, the platform failed", wait=reply.wait or AWAY)
    return reply


def refused(reply: Reply, why: str = "") -> Outcome:
    """The platform says no, in its own words."""
    words = reply.said(why or reply.text) or "no reason given"
    return Outcome(result=Result.REFUSED, detail=f"{reply.status}: {words}"[:MOST_DETAIL])


def too_many(reply: Reply, seconds: Any = None) -> Outcome:
    """The platform wants to be left alone, for the *seconds* of its body or for those of `Retry-After`."""
    wait = max(seconds_of(seconds), reply.wait) or AWAY
    return Outcome(result=Result.RETRY, detail=f"{reply.status}, too many", wait=wait)


def seconds_of(said: Any, parts: int = 1) -> float:
    """A wait that a platform names in seconds, or in *parts* of one; a day at most, 0 for what is no number."""
    try:
        seconds = 0.0 if isinstance(said, bool) else float(said) / parts
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds < inf else 0.0


def field_of(found: Any, name: str) -> Any:
    """What an answer's object has under *name*; None for what is no object."""
    return found.get(name) if isinstance(found, dict) else None


def _until(said: str, now: str) -> float:
    """Seconds from the answer's own date, where it has one, to the date that it names."""
    at = _instant(said)
    return 0.0 if at is None else seconds_of(at - (_instant(now) or time.time()))


def _instant(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _secrets(url: str, what: Mapping[str, Any]) -> tuple[str, ...]:
    """What in the address and the headers of a call opens something: every long run of letters and digits."""
    headers = what.get("headers", {})
    told = [httpx.URL(url).raw_path.decode("ascii", "replace"), headers.get("Authorization", "")]
    runs = [run for text in told for run in (*_SECRET.findall(text), *_VALUE.findall(text))]
    # The longest first: of two that begin alike none is left half.
    return tuple(sorted(set(runs), key=len, reverse=True))


@cache
def ready() -> None:
    """Load what the first call of a process has to wait for, about 0.15 s: with a permit in hand it is too late."""
    _client(timeout=1)


def _client(timeout: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_certificates(), timeout=timeout, follow_redirects=False, trust_env=False)


async def _asked(method: str, url: str, timeout: float, what: Mapping[str, Any]) -> Reply:
    async with _client(timeout) as client, client.stream(method, url, **what) as answer:
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                break
    return Reply(
        status=answer.status_code,
        headers={name.lower(): value for name, value in answer.headers.items()},
        data=_object(body),
        text=body[: 4 * MOST_DETAIL].decode("utf-8", "replace"),
        secrets=_secrets(url, what),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@cache
def _certificates() -> ssl.SSLContext:
    # Reading them takes longer than a call.
    return ssl.create_default_context()
