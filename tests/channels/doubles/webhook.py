"""A system of the operator's own, as docs/channels/webhook.md describes it: checks the signature, drops a repeat."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from tests.channels.doubles.robots import Asked, Robot, Wrong, fields

_BAD = Wrong(400, error="bad request")


class WebhookDouble(Robot):
    """One receiver, with one *secret*."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret
        self.keys: set[str] = set()

    def judge(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """See `Robot`."""
        at = asked.headers.get("x-salon-timestamp", "")
        sign = hmac.new(self.secret.encode(), at.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
        if asked.headers.get("x-salon-signature") != f"sha256={sign}":
            raise Wrong(401, error="bad signature")
        if asked.path != "/salon/in" or asked.headers.get("content-type") != "application/json":
            raise _BAD
        poster = asked.object().get("poster")
        needed = {"event": str, "announcement": str, "group": dict, "title": str, "text": str}
        said = fields(asked.object(), {**needed, "poster": type(poster)}, {}, _BAD)
        fields(said["group"], {"id": str, "name": str}, {}, _BAD)
        if poster is not None:
            fields(poster, {"type": str, "base64": str}, {}, _BAD)
        key = asked.headers.get("idempotency-key", "")
        if not key:
            raise _BAD
        is_known = key in self.keys
        self.keys.add(key)
        return {}, None if is_known else {**said, "host": asked.headers["host"]}
