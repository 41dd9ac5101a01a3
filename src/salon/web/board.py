"""The command centre's board: who has heard, late ones first, and the owner's verbs on it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from salon.boarding import RED, Board, Holding, board_of, changes_at, holding_of
from salon.errors import NotFound
from salon.model import Event
from salon.nudging import handed_now, nudged_now
from salon.pace import SENDING
from salon.relay import Task
from salon.rules.board import FOUND, MOST_DRAWN, NAME_LENGTH, WHY_LENGTH
from salon.rules.landing import HOLDING_LENGTH
from salon.web import board_view
from salon.web.board_verbs import VERBS, Desk
from salon.web.describe import PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.leader_link import leader_link
from salon.web.routes import OWNER_EVENT, Route
from salon.web.site import Site

#: So long after its report an evening may have red points.
RED_FOR = timedelta(days=3)


async def board(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/board`: groups × moments; `moment`, `standing`, `parent`, `leader` and `q` filter."""
    desk = await _desk(site, ask)
    view = board_view.view_of(desk.board, ask.query)
    if ask.wants_json:
        data = {"version": await _version(site, desk), **board_view.as_data(view)}
        return json_answer({**data, "holding": _held(holding_of(desk.groups, desk.state))})
    first = _first(ask)
    cards, in_all = board_view.cards(view, first)
    page = await asyncio.to_thread(
        site.page,
        ask,
        "board",
        desk.event,
        view=view,
        lines=board_view.summaries(view),
        standings=board_view.standings(view),
        parents=board_view.parents(view),
        leaders=board_view.leaders(view),
        most_links=board_view.LINKS,
        cards=cards,
        in_all=in_all,
        first=first,
        next=first + board_view.CARDS,
        nudged=len({**handed_now(desk.state, desk.now), **nudged_now(desk.state, desk.leaders, desk.now)}),
        holding=holding_of(desk.groups, desk.state),
        checks=_checks(desk),
        paused=(await site.house.live(SENDING)).state.pace.paused,
        recalled=desk.state.landing.recalled,
        version=await _version(site, desk),
        base=f"/owner/{ask.parts['token']}",
        event_id=desk.event.id,
        series_id=desk.event.series,
        why_length=WHY_LENGTH,
        name_length=NAME_LENGTH,
        most_drawn=MOST_DRAWN,
        holding_length=HOLDING_LENGTH,
    )
    return page


async def version(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/board/version`: another one means that the board shows something new."""
    return json_answer({"version": await _version(site, await _desk(site, ask))})


async def nudges(site: Site, ask: Ask) -> Answer:
    """`GET /owner/TOKEN/EVENT/board/nudges`: ready texts for who was nudged within a day, to paste to each of them."""
    desk = await _desk(site, ask)
    handed, nudged = handed_now(desk.state, desk.now), nudged_now(desk.state, desk.leaders, desk.now)
    # Who was handed something, and nudged since, is told once.
    names = dict.fromkeys((*nudged, *handed))
    people = [_told(site, desk, one, {*handed.get(one, ()), *nudged.get(one, ())}) for one in names]
    if ask.wants_json:
        return json_answer(people)
    base = f"/owner/{ask.parts['token']}"
    return site.page(ask, "board_nudges", desk.event, people=people, base=base, event_id=desk.event.id)


def _told(site: Site, desk: Desk, person: str, tasks: Collection[Task]) -> dict[str, Any]:
    """What one person is to be told: their tasks, their own link, and why, where they were nudged."""
    names = {group.id: group.name for group in desk.groups}
    slots = {column.slot.key: column.slot for column in desk.board.columns}
    relay = desk.state.relay
    deeds = [
        deed
        for task in tasks
        for deed in relay.nudged.get(task, ())
        if task not in relay.handed or deed.at >= relay.handed[task].at
    ]
    return {
        "person": person,
        "link": leader_link(site, desk.event, person),
        "tasks": [
            {"moment": str(slots[key].moment), "number": key.partition("-")[2], "group": names[group]}
            for key, group in sorted(tasks, key=lambda task: (task[1], task[0]))
            if key in slots and group in names
        ],
        "is_handed": not deeds,
        "why": max(deeds, key=lambda deed: deed.at).text if deeds else "",
    }


async def act(site: Site, ask: Ask) -> Answer:
    """`POST /owner/TOKEN/EVENT/board/VERB`: one of the verbs; back to the board as it was filtered."""
    desk = await _desk(site, ask, is_fresh=True)
    fields = await ask.fields(group="\n")
    verb = ask.parts["verb"]
    if verb not in VERBS:
        raise NotFound("the board has no such button")
    added = await VERBS[verb](site, desk, fields)
    if ask.wants_json:
        return json_answer({"done": True, "added": added})
    where = f"/owner/{ask.parts['token']}/{quote(desk.event.id)}/board"
    if verb in ("nudge", "reassign"):
        # There stands what to paste to them: nobody else tells them.
        return redirect(f"{where}/nudges")
    view = board_view.view_of(desk.board, ask.query)
    return redirect(f"{where}{view.query()}#{'check' if verb in ('draw', 'found') else 'top'}")


async def red_points(site: Site, events: Sequence[Event]) -> list[dict[str, Any]]:
    """What needs the owner now, three points at most: event, standing, how many; the nearest evening first.

    Of evenings that are on or were lately: what nobody posted weeks ago does not get better by being red.
    """
    now, points = site.house.clock.now(), []
    for event in sorted(events, key=lambda one: abs(one.times.starts_at - now)):
        if event.times.warm_up_at <= now <= event.times.reports_at + RED_FOR:
            found = await _board_now(site, event, now)
            counts = ((standing, found.groups_with(standing)) for standing in RED)
            points += [{"event": event, "standing": str(one), "count": count} for one, count in counts if count]
    return points[: len(RED)]


async def _board_now(site: Site, event: Event, now: datetime) -> Board:
    state = (await site.house.live(event.id)).state
    return board_of(state.rhythm.moved(event), await site.house.groups(event), state, now)


async def _desk(site: Site, ask: Ask, *, is_fresh: bool = False) -> Desk:
    site.check("owner", "", ask.parts["token"])
    event = await site.house.event(ask.parts["event"])
    live = await (site.house.journal.refresh(event.id) if is_fresh else site.house.live(event.id))
    moved, groups = live.state.rhythm.moved(event), await site.house.groups(event)
    return Desk(event=moved, groups=groups, state=live.state, now=site.house.clock.now())


async def _version(site: Site, desk: Desk) -> str:
    plan, is_paused = await site.house.plan(), (await site.house.live(SENDING)).state.pace.paused is not None
    return f"{desk.state.seq}-{plan.seq}-{is_paused:d}-{changes_at(desk.event, desk.state, desk.now)}"


def _checks(desk: Desk) -> list[dict[str, Any]]:
    """Groups drawn for a look, those without a result first."""
    names = {group.id: group.name for group in desk.groups}
    rows = [
        {"slot": slot, "moment": slot.partition("-")[0], "number": slot.partition("-")[2], "group": group,
         "name": names.get(group, group), "found": deed.text}
        for (slot, group), deed in desk.state.relay.checked.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: bool(row["found"]))


def _held(holding: Holding | None) -> dict[str, Any] | None:
    if holding is None:
        return None
    return {"posted": [group.id for group in holding.posted], "open": [group.id for group, _ in holding.open]}


def _first(ask: Ask) -> int:
    text = ask.query.get("from", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


_BOARD = rf"{OWNER_EVENT}/board"
ROUTES: list[Route] = [
    ("GET", _BOARD, board),
    ("GET", rf"{_BOARD}/version", version),
    ("GET", rf"{_BOARD}/nudges", nudges),
    ("POST", rf"{_BOARD}/(?P<verb>[a-z]{{1,20}})", act),
]
_AT = "/owner/{token}/{event}/board"
_ACT = op(
    f"A verb of the board: {', '.join(VERBS)}", body="BoardVerb", answer="Done", refused=(400, 403, 404, 409, 413, 422)
)
_QUERY = dict.fromkeys((*board_view.FILTERS, "from"), "string")
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    _AT: {"get": op("Groups × moments: who has heard", PAGE, answer="Done", query=_QUERY, refused=(403, 404))},
    f"{_AT}/version": {"get": op("A text that changes with the board", answer="Done", refused=(403, 404))},
    f"{_AT}/nudges": {"get": op("Ready texts for who was nudged", PAGE, answer="Done", refused=(403, 404))},
    f"{_AT}/{{verb}}": {"post": _ACT},
}
SCHEMAS: dict[str, Any] = {
    "BoardVerb": object_of(
        (),
        group={**TEXT, "description": "Id of a group; a list of them to nudge, or `all` late ones"},
        slot={**TEXT, "description": "A moment: `remind-2`"},
        why={**TEXT, "maxLength": WHY_LENGTH},
        to={**TEXT, "maxLength": NAME_LENGTH},
        found={"enum": list(FOUND)},
        note={**TEXT, "maxLength": WHY_LENGTH},
        number=TEXT,
        text={**TEXT, "maxLength": HOLDING_LENGTH},
    )
}
