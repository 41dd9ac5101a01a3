"""`python -m benchmarks.room.served`: the web room as `python -m salon.web` serves it, with an empty endpoint beside.

What `POST /empty` costs is what any answer costs on these libraries, with one connection each.
"""

from __future__ import annotations

import sys

import salon.web.__main__ as web
from salon.web.app import App
from salon.web.http import Receive, Scope, Send

_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


class WithEmpty(App):
    """The web room, and an endpoint that does nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/empty":
            await super().__call__(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"{}"})


if __name__ == "__main__":
    web.App = WithEmpty  # type: ignore[misc]
    sys.exit(web.main())
