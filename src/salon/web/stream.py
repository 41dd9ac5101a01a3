"""The room's live line: server-sent events after a cursor, and the same frames by long poll."""

from __future__ import annotations

from collections.abc import Callable

from salon.web.http import Answer, Ask
from salon.web.readers import ensure_inside
from salon.web.rooms import Room
from salon.web.server import line_of
from salon.web.site import Site

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # nginx would keep the whole evening back until its end without these two.
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
#: Said aloud where it is so: `followers` frames its chunks itself.
_CHUNKED = (b"transfer-encoding", b"chunked")
#: How long a long poll waits for something new, in seconds.
POLL_SECONDS = 20.0


async def listen(site: Site, ask: Ask) -> None:
    """`GET /room/EVENT/stream?after=SEQ`: frames as they come. Raises `NoSeat` before anything is sent."""
    _, room, state = await site.room(ask.parts["event"])
    guest = site.guests.known(ask)
    ensure_inside(state, guest)
    # A seat that was given up ends it, as a removal does.
    await stream(room, ask, guest, lambda: bool(state.seat_of(guest)))


async def stream(room: Room, ask: Ask, reader: str, may_hear: Callable[[], bool] = lambda: True) -> None:
    """Send *room*'s frames for *reader* (as `Room.follow`) until the page goes away or the server ends."""
    headers = [*_HEADERS, _CHUNKED] if line_of(ask.scope) else _HEADERS
    await ask.send({"type": "http.response.start", "status": 200, "headers": headers})
    if ask.method == "HEAD":
        await ask.send({"type": "http.response.body", "body": b""})
        return
    follower = room.follow(cursor(ask), reader, may_hear, ask)
    try:
        while (await ask.receive())["type"] != "http.disconnect":
            pass
    finally:
        room.leave(follower)


async def poll(site: Site, ask: Ask) -> Answer:
    """`GET /room/EVENT/entries?after=SEQ`: the same frames as a JSON list; waits when there is nothing new."""
    _, room, state = await site.room(ask.parts["event"])
    guest = site.guests.known(ask)
    return await frames(room, ask, guest, lambda: ensure_inside(state, guest))


async def frames(room: Room, ask: Ask, reader: str, ensure: Callable[[], None]) -> Answer:
    """*room*'s frames for *reader* past the cursor, with the room's numbers. *ensure* refuses who may not hear them."""
    ensure()
    after = cursor(ask)
    found = room.frames_after(after, reader)
    if not found and "wait" in ask.query and not room.is_closing:
        await room.more(after, POLL_SECONDS, reader)
        # Somebody may have left, or been sent out, while they waited.
        ensure()
        found = room.frames_after(after, reader)
    counts = room.counts(reader).partition(b"data: ")[2].rstrip()
    body = b'{"cursor":%d,"counts":%s,"frames":[%s]}' % (room.cursor(reader), counts, b",".join(found))
    return Answer(body=body, type=b"application/json")


def cursor(ask: Ask) -> int:
    """The number of the last entry that the page has: the larger of `?after=` and Last-Event-ID."""
    texts = (ask.query.get("after", ""), ask.header(b"last-event-id"))
    return max((int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 16), default=0)
