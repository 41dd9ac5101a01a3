"""One HTTP call to a platform, and what it may mean: there, not there, or nobody knows.

Addresses hold secrets, so nothing of them comes back: neither in a detail nor in an exception or a log line.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
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

    @property
    def wait(self) -> float:
        """Seconds of `Retry-After`; 0: it did not say (RFC 9110, 10.2.3; a date counts as not said)."""
        try:
            return max(0.0, float(self.headers.get("retry-after", "0")))
        except ValueError:
            return 0.0


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
        reply = await _asked(method, url, timeout, what)
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
    words = why or reply.text or "no reason given"
    return Outcome(result=Result.REFUSED, detail=f"{reply.status}: {' '.join(words.split())}"[:MOST_DETAIL])


def too_many(reply: Reply, seconds: Any = None) -> Outcome:
    """The platform wants to be left alone, for the *seconds* of its body or for those of `Retry-After`."""
    said = float(seconds) if isinstance(seconds, (int, float)) and 0 < seconds < inf else 0.0
    return Outcome(result=Result.RETRY, detail=f"{reply.status}, too many", wait=max(said, reply.wait) or AWAY)


async def _asked(method: str, url: str, timeout: float, what: Mapping[str, Any]) -> Reply:
    client = httpx.AsyncClient(verify=_certificates(), timeout=timeout, follow_redirects=False, trust_env=False)
    async with client, client.stream(method, url, **what) as answer:
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                break
    return Reply(
        status=answer.status_code,
        headers={name.lower(): value for name, value in answer.headers.items()},
        data=_object(body),
        text=body[: 4 * MOST_DETAIL].decode("utf-8", "replace")[:MOST_DETAIL],
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
