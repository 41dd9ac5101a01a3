"""Looking takes nothing: however many open the page behind a code, every seat is still there.

SALON_VIEWS=10000 looks that often; a thousand are enough for every day.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from tests import load

from salon.house import open_house
from salon.settings import Settings
from salon.web import landing
from salon.web.app import App

VIEWS = int(os.environ.get("SALON_VIEWS", "1000"))


class Phones:
    """People without cookies, who ask an application in this process."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def get(self, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer to somebody new."""
        sent = list[dict[str, object]]()

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
        await self.app(scope, receive, send)  # type: ignore[arg-type]
        return int(str(sent[0]["status"])), bytes(sent[1]["body"])  # type: ignore[call-overload]


async def test_thousands_of_looks_take_no_seat_and_are_counted_by_group(tmp_path: Path) -> None:
    event = load.open_event_now()
    settings = Settings(home=tmp_path, database=f"sqlite:///{tmp_path / 'salon.db'}")
    codes = await load.prepare(settings, event)
    async with open_house(settings) as house:
        app = App(house)
        phones = Phones(app)
        for k in range(VIEWS):
            status, page = await phones.get(f"/c/{codes[k % len(codes)]}")
            assert (status, b'<span class="number">100</span>' in page) == (200, True)
        writing = asyncio.create_task(landing.write_views(app.site))
        await asyncio.sleep(0)
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        state = (await house.live(event.id)).state
        assert (state.seats_taken(), len(state.waiting), state.guests) == (0, 0, {})
        assert sum(state.views.values()) == VIEWS
        assert max(state.views.values()) - min(state.views.values()) <= 1
        for k in range(event.seats + 1):
            status, _ = await phones.get(f"/c/{codes[k % len(codes)]}/seat", "POST")
            assert status == 303
        state = (await house.live(event.id)).state
        assert (state.seats_taken(), len(state.waiting)) == (100, 1)
