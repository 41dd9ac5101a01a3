"""Hands announcements as signed JSON to a system of the operator's own, and to no other.

Only hosts in SALON_WEBHOOK_HOSTS are spoken to, and never an address inside: a name is resolved, judged, and the
address that was judged is the one that is called.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import Ability, ability_of
from salon.channels.hooks import hook_credential
from salon.channels.http import call, refused
from salon.channels.secrets import Secrets, variable
from salon.channels.webhook.outside import Place, Resolve, allowed_hosts, outside_of, place_of, resolved
from salon.errors import WrongUse
from salon.model import Group

HOSTS, SECRET = "webhook-hosts", "webhook-secret"


class Webhook:
    """The webhook channel: one call with everything in it. A receiver drops what has a key that it has seen."""

    name = "webhook"
    # Whether the receiver does so is not ours to know.
    is_repeatable = False
    sends_pictures = True

    def __init__(
        self,
        ability: Ability,
        hosts: frozenset[str],
        secret: str,
        *,
        host: str = "",
        now: Callable[[], float] = time.time,
        resolve: Resolve = resolved,
    ) -> None:
        self.ability, self._hosts, self._secret = ability, hosts, secret
        self._host, self._now, self._resolve = host, now, resolve

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """All at once."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """Each receiver has its own pace."""
        return hook_credential(self.name, group.address)

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Hand it over. 2xx: it is there; a redirect is a refusal, for it could lead anywhere."""
        try:
            place = place_of(read_address(group.address, self._hosts))
        except WrongUse as wrong:
            return Outcome(result=Result.REFUSED, detail=str(wrong))
        where = await self._where(place)
        if isinstance(where, Outcome):
            return where
        body = orjson.dumps(_body(group, announcement))
        headers = {**signature(self._secret, int(self._now()), body), **_headers(place, announcement)}
        reply = await call(
            "POST",
            where,
            timeout=self.ability.timeout,
            content=body,
            headers=headers,
            extensions={"sni_hostname": place.host},
        )
        if isinstance(reply, Outcome):
            return reply
        return Outcome(result=Result.DELIVERED) if reply.status < 300 else refused(reply)

    async def _where(self, place: Place) -> str | Outcome:
        """The URL to call: of an address outside, not of a name that may mean another one the next moment."""
        if self._host:
            return f"{self._host}{place.path}"
        return await outside_of(place, self._resolve, self.ability.timeout)


def signature(secret: str, at: int, body: bytes) -> Mapping[str, str]:
    """Headers that prove who sent *body*, and when: HMAC-SHA256 with the secret over time, full stop, body; in hex."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Salon-Timestamp": str(at), "X-Salon-Signature": f"sha256={digest}"}


def read_address(text: str, hosts: frozenset[str] | None = None) -> str:
    """The URL out of *text*, to one of *hosts* (default: those of SALON_WEBHOOK_HOSTS).

    Raises `WrongUse` saying what to write.
    """
    place = place_of(text.strip())
    known = allowed_hosts(Secrets().get(HOSTS)) if hosts is None else hosts
    if place.authority not in known:
        raise WrongUse(f"address: {place.authority} is not allowed; the operator adds it to {variable(HOSTS)}")
    return text.strip()


def channel(context: Context) -> Channel:
    """The webhook channel. Raises `WrongUse` when its hosts or its secret are not set."""
    hosts, secret = allowed_hosts(context.secrets.need(HOSTS)), context.secrets.need(SECRET)
    own = context.limits.get("webhook", {})
    ability = ability_of(Path(__file__).parent, own, can_picture=True, is_address_secret=True)
    return Webhook(ability, hosts, secret, host=context.hosts.get("webhook", ""))


def _headers(place: Place, announcement: Announcement) -> Mapping[str, str]:
    key = announcement.key or hashlib.sha256(f"{announcement.event}\0{announcement.name}".encode()).hexdigest()[:32]
    return {"Host": place.authority, "Content-Type": "application/json", "Idempotency-Key": key}


def _body(group: Group, announcement: Announcement) -> Mapping[str, Any]:
    poster = announcement.poster
    return {
        "event": announcement.event,
        "announcement": announcement.name,
        "group": {"id": group.id, "name": group.name},
        "title": announcement.title,
        "text": announcement.text,
        "poster": None if poster is None else {"type": "image/png", "base64": base64.b64encode(poster).decode()},
    }
