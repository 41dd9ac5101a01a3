"""Parts of a room's page that the server draws for each reader, and draws again when the journal changed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from salon.errors import NotFound
from salon.model import Event
from salon.state import State
from salon.web import cards, console, moderation, polls, questions
from salon.web.http import Answer, Ask
from salon.web.readers import Reader, reader_of
from salon.web.routes import READER, Route
from salon.web.site import Site, packed

#: What `templates/web/parts/NAME.html` needs for one reader; None: this part is not for them.
Part = Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]

#: Name of a part → who makes its facts. The name is also what a frame of kind "changed" says, and its template's.
PARTS: Mapping[str, Part] = {**moderation.PARTS, **console.PARTS, **polls.PARTS, **questions.PARTS, **cards.PARTS}


async def part(site: Site, ask: Ask) -> Answer:
    """`GET {room or private page}/parts/NAME`: the part as HTML, for the asker's eyes. Raises `NotFound`."""
    event, state, reader = await reader_of(site, ask)
    return packed(ask, Answer(body=drawn(site, ask, event, state, reader, ask.parts["name"]).encode()))


def drawn(site: Site, ask: Ask, event: Event, state: State, reader: Reader, name: str) -> Markup:
    """The part *name* for *reader*. Raises `NotFound` where there is no such part for them."""
    facts = PARTS[name](site, event, state, reader) if name in PARTS else None
    if facts is None:
        raise NotFound("there is no such part of this page")
    return Markup(site.fill(ask, f"parts/{name}", event, **facts, reader=reader, base=reader.base))


def parts_for(site: Site, ask: Ask, event: Event, state: State, reader: Reader) -> dict[str, Markup]:
    """Every part that is for *reader*, by name, in the order of the page."""
    found = {name: make(site, event, state, reader) for name, make in PARTS.items()}
    return {
        name: Markup(site.fill(ask, f"parts/{name}", event, **facts, reader=reader, base=reader.base))
        for name, facts in found.items()
        if facts is not None
    }


ROUTES: list[Route] = [("GET", rf"{READER}/parts/(?P<name>[a-z_]{{1,30}})", part)]
