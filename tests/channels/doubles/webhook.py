"""A system of the operator's own, as docs/channels/webhook.md describes it: checks the signature, drops a repeat."""

from __future__ import annotations

import hashlib
import hmac

from tests.channels.doubles.answering import Answer, Call, Double, Wrong, checked

_BAD = Answer(status=400, data={"error": "bad request"})


class WebhookDouble(Double):
    """One receiver, with one *secret*."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret
        self.keys: set[str] = set()

    def answer(self, call: Call) -> Answer:
        """See `Double`."""
        at = call.headers.get("x-salon-timestamp", "")
        sign = hmac.new(self.secret.encode(), at.encode() + b"." + call.body, hashlib.sha256).hexdigest()
        if call.headers.get("x-salon-signature") != f"sha256={sign}":
            raise Wrong(Answer(status=401, data={"error": "bad signature"}))
        is_json = call.headers.get("content-type") == "application/json"
        if (call.method, call.path) != ("POST", "/salon/in") or not is_json:
            raise Wrong(_BAD)
        said = checked(call.fields, _FIELDS, no=_BAD)
        key = call.headers.get("idempotency-key", "")
        if not key:
            raise Wrong(_BAD)
        if key not in self.keys:
            self.heard.append({**said, "host": call.headers["host"]})
        self.keys.add(key)
        return Answer(data={})


def _is_group(value: object) -> bool:
    return bool(checked(value, {"id": str, "name": str}, no=_BAD))


def _is_poster(value: object) -> bool:
    return value is None or bool(checked(value, {"type": str, "base64": str}, no=_BAD))


_FIELDS = {
    "event": str,
    "announcement": str,
    "group": _is_group,
    "title": str,
    "text": str,
    "poster": _is_poster,
}
