"""Keeps away from Discord's bans: hooks that are gone, hooks that are full, too many answers that say no.

It remembers for one process, by that machine's own clock of seconds. That a hook is gone is told with the refusal,
and whoever sends keeps it for good (`Outcome.is_gone`).
"""

from __future__ import annotations

import time
from collections import deque

from salon.channels import Outcome, Result
from salon.channels.http import Reply, seconds_of
from salon.pace import Limit

#: Answers that count as invalid requests (Rate Limits, "Invalid Request Limit"; 404 by our own caution).
INVALID = (401, 403, 404, 429)


#: What every call of a hook comes to that Discord does not know any more.
GONE = Outcome(result=Result.REFUSED, detail="404: this webhook is gone; make a new one", is_gone=True)


class Guard:
    """What was learnt from earlier answers."""

    def __init__(self, most: Limit) -> None:
        self._most = most
        self._invalid: deque[float] = deque(maxlen=most.count)
        self._gone: set[str] = set()
        #: Hook → when it has room again; the empty name is all of them.
        self._full: dict[str, float] = {}

    def stops(self, hook: str) -> Outcome | None:
        """Why *hook* is not called now; None: it may be."""
        if hook in self._gone:
            return GONE
        now = time.monotonic()
        wait = max(self._full.get(hook, 0.0), self._full.get("", 0.0)) - now
        if wait > 0:
            return Outcome(result=Result.RETRY, detail="the hook's allowance is used up", wait=wait)
        if len(self._invalid) == self._most.count and (left := self._invalid[0] + self._most.seconds - now) > 0:
            detail = f"{self._most.count} invalid calls in {self._most.seconds:g} s: stopped before Discord bans us"
            return Outcome(result=Result.RETRY, detail=detail, wait=left)
        return None

    def learn(self, hook: str, reply: Reply) -> None:
        """Take in one answer to a call of *hook*."""
        now = time.monotonic()
        if reply.status in INVALID and reply.headers.get("x-ratelimit-scope") != "shared":
            self._invalid.append(now)
        if is_gone(reply):
            self._gone.add(hook)
        if reply.headers.get("x-ratelimit-remaining") == "0":
            self._full[hook] = now + seconds_of(reply.headers.get("x-ratelimit-reset-after", ""))
        if reply.status == 429 and reply.data.get("global") is True:
            self._full[""] = now + seconds_of(reply.data.get("retry_after"))


def is_gone(reply: Reply) -> bool:
    """Whether *reply* says that there is no such hook."""
    return reply.status == 404 and reply.data.get("code") == UNKNOWN_WEBHOOK


#: JSON error code of a hook that is gone (Opcodes and Status Codes).
UNKNOWN_WEBHOOK = 10015
