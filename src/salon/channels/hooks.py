"""What robots behind a webhook have in common: the key in their address, and an answer with a code of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from salon.channels import Outcome, Result
from salon.channels.http import MOST_DETAIL, Reply, refused
from salon.errors import WrongUse

#: What a key or secret is made of; nothing of it means anything in an address.
KEY = r"[A-Za-z0-9_-]{1,128}"


def hook_address(text: str, *, urls: Mapping[str, str], what: str, has_secret: bool) -> str:
    """The address "KEY" or "KEY:SECRET" out of *text*: that, or a whole pasted URL, a space and the secret.

    *urls*: beginning of a URL as the platform writes it → what stands before its key in the address. Nothing else of
    a URL is taken: no other host, port, name, path, sign or fragment. Raises `WrongUse` saying *what* to write; never
    with the text itself, for it may hold a secret.
    """
    hook, _, secret = text.strip().partition(" ")
    for begins, prefix in urls.items():
        if found := re.fullmatch(re.escape(begins) + f"({KEY})", hook):
            hook = prefix + found[1]
            break
    else:
        if not re.fullmatch(f"(?:{'|'.join(map(re.escape, sorted(urls.values())))})?{KEY}(?::{KEY})?", hook):
            raise WrongUse(f"address: {what}")
    secret = secret.strip()
    if secret and (":" in hook or not re.fullmatch(KEY, secret)):
        raise WrongUse(f"address: {what}")
    address = f"{hook}:{secret}" if secret else hook
    if ":" in address and not has_secret:
        raise WrongUse(f"address: {what}")
    return address


def hook_credential(channel: str, address: str) -> str:
    """Name of the robot behind *address*: always the same, and nothing of its key can be read from it."""
    return f"{channel}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"


def answered(reply: Reply, code: str, words: str, waits: Mapping[int, float]) -> Outcome:
    """What an answer says whose object has a *code* (0: done) and *words*; *waits*: codes of a passing reason.

    These platforms answer HTTP 200 to nearly everything, so without a code nobody knows.
    """
    if reply.status >= 300:
        return refused(reply)
    said = reply.data.get(code)
    if isinstance(said, bool) or not isinstance(said, int):
        return Outcome(result=Result.UNKNOWN, detail=f"{reply.status} without {code}: the platform said nothing")
    if said == 0:
        return Outcome(result=Result.DELIVERED)
    detail = f"{code} {said}: {reply.said(str(reply.data.get(words, '')))}"[:MOST_DETAIL]
    if said in waits:
        return Outcome(result=Result.RETRY, detail=detail, wait=waits[said])
    return Outcome(result=Result.REFUSED, detail=detail)
