"""The desk's texts for groups: all lengths, to copy with one tap; and what to say after words were taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from salon.hearing import heard_before
from salon.issue import Telling, telling
from salon.model import Event, Group, Series
from salon.moments.texts import words
from salon.moments.told import series_of
from salon.sharing import length_of, texts_for
from salon.state import State
from salon.web.describe import PAGE, op
from salon.web.http import Answer, Ask
from salon.web.routes import OWNER_EVENT, Route
from salon.web.site import Site
from salon.wording import calm

View = dict[str, Any]
#: Groups that the desk itself shows, and that a page of all of them shows.
FEW, MANY = 12, 60


async def texts_view(site: Site, event: Event, state: State, told: Telling) -> View:
    """The texts of the first groups: of the public version, before there is one of the newest, which is *told*."""
    groups = await site.house.groups(event)
    if state.editions.published not in (0, told.version):
        told = await telling(site.house, event)
    series = await series_of(site.house, event)
    rows = await rows_of(site, event, series, told, groups[:FEW])
    return {"version": told.version, "total": len(groups), "rows": rows}


async def rows_of(site: Site, event: Event, series: Series, told: Telling, groups: Sequence[Group]) -> list[View]:
    """A row per group: id, name, length (that it is sent), texts (each length, text, rows of its field)."""
    texts = await texts_for(site.house, event, told.report, told.discussion, groups)

    def row(group: Group) -> View:
        found = [{"length": length, "text": text, "rows": _rows(text)} for length, text in texts(group).items()]
        return {"id": group.id, "name": group.name, "length": length_of(series, group), "texts": found}

    return await asyncio.to_thread(lambda: [row(group) for group in groups])


def taken_view(site: Site, event: Event, state: State) -> View | None:
    """What the owner has to know of words taken back after groups had heard: how many, and what to tell them."""
    groups = heard_before(state)
    if not groups or not state.editions.published:
        return None
    text = words(site.house, event, "report/taken_back", link=site.house.links.report(event.id))
    return {"groups": len(groups), "text": text}


async def all_texts(site: Site, ask: Ask) -> Answer:
    """`GET …/report/texts` (`?q=`, `?from=61`): every group with its texts, a page at a time."""
    site.check("owner", "", ask.parts["token"])
    event, state = await site.now(ask.parts["event"])
    query, first = calm(ask.query.get("q", ""))[:80], _number(ask.query.get("from", ""))
    groups = [group for group in await site.house.groups(event) if query.casefold() in group.name.casefold()]
    told = await telling(site.house, event)
    page = groups[first - 1 : first - 1 + MANY]
    return site.page(
        ask,
        "desk_all_texts",
        event,
        rows=await rows_of(site, event, await series_of(site.house, event), told, page),
        version=told.version,
        published=state.editions.published,
        total=len(groups),
        query=query,
        before=max(first - MANY, 1) if first > 1 else 0,
        after=first + MANY if first - 1 + MANY < len(groups) else 0,
        base=str(ask.scope["path"]).removesuffix("/texts"),
    )


def _rows(text: str) -> int:
    """Rows that a phone needs for most of *text*."""
    return min(3 + text.count("\n") + len(text) // 60, 18)


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1


ROUTES: list[Route] = [("GET", rf"{OWNER_EVENT}/report/texts", all_texts)]
PATHS: dict[str, Any] = {
    "/owner/{token}/{event}/report/texts": {
        "get": op(
            "The report's texts for every group, in three lengths",
            PAGE,
            query={"q": "string", "from": "integer"},
            refused=(403, 404),
        )
    }
}
