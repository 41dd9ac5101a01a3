"""A group leader's page: copy, post, tap. No login, no script needed, made for a phone's chat browser."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salon.brought import Brought, brought_by
from salon.errors import WrongUse
from salon.filenames import shown_names
from salon.model import Event, Group
from salon.phrases import number_label
from salon.rules.relay import hand_on, mark_posted, unmark
from salon.state import State
from salon.web.describe import PAGE, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.leader_training import has_to_learn, training_page
from salon.web.leader_view import (
    Duty,
    Holding,
    Who,
    content_of,
    duties_of,
    found_duty,
    holdings_of,
    hour,
    poster_of,
    this_week,
    who_asks,
)
from salon.web.proof import is_leader, leader_cookie
from salon.web.routes import Route
from salon.web.site import Site, language_for


@dataclass(frozen=True, kw_only=True)
class Desk:
    """All that one leader's page is made from."""

    who: Who
    events: Sequence[tuple[Event, State]]
    duties: Sequence[Duty]
    holdings: Sequence[Holding]


async def page(site: Site, ask: Ask) -> Answer:
    """`GET /l/SERIES/TOKEN`: what this leader is to post now, and what came of it; before all else the training."""
    desk = await _desk(site, ask)
    if ask.wants_json:
        return json_answer(_as_data(site, desk))
    learns = await has_to_learn(site, desk.who)
    if learns:
        return _known(
            site, ask, training_page(site, ask, desk.who, _first_waiting(desk), may_put_off=learns.may_put_off)
        )
    recalled = {holding.event.id for holding in desk.holdings}
    live = [duty for duty in desk.duties if duty.event.id not in recalled]
    shown = await asyncio.gather(*(_shown(site, ask, duty) for duty in live))
    event = desk.events[-1][0] if desk.events else None
    answer = site.page(
        ask, "leader", event, who=desk.who, base=_base(ask),
        waiting=[one for one in shown if one["duty"].is_waiting],
        done=[one for one in shown if one["duty"].is_done],
        handed=[one for one in shown if one["duty"].is_elsewhere],
        missed=[one for one in shown if one["duty"].is_missed],
        holdings=[_held(site, ask, holding) for holding in desk.holdings], brought=_brought(site, ask, desk),
    )  # fmt: skip
    return _known(site, ask, answer)


async def picture(site: Site, ask: Ask) -> Answer:
    """`GET /l/SERIES/TOKEN/TASK.png`: the poster with this group's own code, to press and hold."""
    desk = await _desk(site, ask)
    body = await poster_of(site, found_duty(desk.duties, ask.parts["task"]))
    # A poster may be made anew while it lies with us.
    return Answer(body=body, type=b"image/png", headers=((b"cache-control", b"private, max-age=60"),))


async def posted(site: Site, ask: Ask) -> Answer:
    """`POST /l/SERIES/TOKEN/TASK/posted`: it is in the group. Again, or by the other leader: the same."""
    event, announcement, group, who = await _task(site, ask)
    await site.house.journal.decide(event.id, mark_posted(announcement, group.id, by=who.by(group)))
    return _back(ask)


async def undo(site: Site, ask: Ask) -> Answer:
    """`POST /l/SERIES/TOKEN/TASK/undo`: that tap was a mistake; for a minute."""
    event, announcement, group, who = await _task(site, ask)
    await site.house.journal.decide(event.id, unmark(announcement, group.id, by=who.by(group)))
    return _back(ask)


async def hand(site: Site, ask: Ask) -> Answer:
    """`POST /l/SERIES/TOKEN/TASK/hand`: the group's backup has it from now on; or, from them, the leader again."""
    await ask.fields()
    desk = await _desk(site, ask)
    duty = found_duty(desk.duties, ask.parts["task"])
    other = duty.other or (duty.group.backup if desk.who.leads(duty.group) else duty.group.leader)
    if not other:
        raise WrongUse("this group has no backup leader; tell whoever runs the salon")
    rule = hand_on(duty.announcement, duty.group.id, other, by=desk.who.by(duty.group))
    await site.house.journal.decide(duty.event.id, rule)
    return _back(ask)


async def _desk(site: Site, ask: Ask) -> Desk:
    who = await who_asks(site, ask)
    events = await this_week(site, who.series)
    duties = await duties_of(site, who, events)
    return Desk(
        who=who, events=events, duties=duties, holdings=holdings_of(who, events, duties, site.house.clock.now())
    )


async def _task(site: Site, ask: Ask) -> tuple[Event, str, Group, Who]:
    """The task that is asked for, whether it is to be posted or a recall's holding text. Raises `NotFound`."""
    await ask.fields()
    desk = await _desk(site, ask)
    for holding in desk.holdings:
        if holding.key == ask.parts["task"]:
            return holding.event, holding.announcement, holding.group, desk.who
    duty = found_duty(desk.duties, ask.parts["task"])
    return duty.event, duty.announcement, duty.group, desk.who


async def _shown(site: Site, ask: Ask, duty: Duty) -> dict[str, Any]:
    """A task with its content, and with hours that are ready to be read."""
    now, language = site.house.clock.now(), language_for(ask, duty.event)
    is_to_be_read = not duty.is_over
    until = hour(duty.over_at, now, duty.event, language) if duty.over_at else ""
    done_at = hour(duty.standing.at, now, duty.event, language) if duty.is_done and duty.standing.at else ""
    return {
        "duty": duty,
        "content": await content_of(site, duty) if is_to_be_read else None,
        "until": until,
        "done_at": done_at,
        "by": duty.standing.by.partition(":")[2],
        "undo_seconds": _seconds(site, duty.undo_until),
        "file": shown_names([duty.group.name])[0],
        **_named(site, ask, duty),
    }


def _named(site: Site, ask: Ask, duty: Duty) -> dict[str, str]:
    language = language_for(ask, duty.event)
    words, kind = site.words[language], duty.announcement.partition("-")[0]
    if duty.announcement.startswith("report-correction"):
        kind = "correction"
    title = words.get(f"leader_does_{kind}", words["leader_does_other"])
    return {"title": title, "number": number_label(duty.event.number, language), "topic": duty.event.topic}


def _held(site: Site, ask: Ask, holding: Holding) -> dict[str, Any]:
    language = language_for(ask, holding.event)
    return {
        "holding": holding,
        "number": number_label(holding.event.number, language),
        "is_said": holding.standing.word == "said",
        "undo_seconds": _seconds(site, holding.undo_until),
        "out": [_named(site, ask, duty)["title"] for duty in holding.out],
        "stopped": [{"key": duty.key, **_named(site, ask, duty)} for duty in holding.stopped],
    }


def _seconds(site: Site, until: Any) -> int:
    return max(int((until - site.house.clock.now()).total_seconds()), 0) if until else 0


def _brought(site: Site, ask: Ask, desk: Desk) -> list[dict[str, Any]]:
    """What the asker's groups brought to each event, the newest first; only where something was posted."""
    found = []
    for event, state in reversed(desk.events):
        out = {duty.group.id: duty.group for duty in desk.duties if duty.event.id == event.id and duty.is_done}
        if out:
            number = number_label(event.number, language_for(ask, event))
            rows = brought_by(state, list(out.values()), site.views.get(event.id, {}))
            # Nobody is met with a row of noughts a second after they posted.
            rows = [row for row in rows if row.badge or state.disbanded_at is not None]
            found += [{"number": number, "topic": event.topic, "rows": rows}] if rows else []
    return found


def _first_waiting(desk: Desk) -> Duty | None:
    return next((duty for duty in desk.duties if duty.is_waiting), None)


def _as_data(site: Site, desk: Desk) -> dict[str, Any]:
    """The page for a program."""
    tasks = [
        {
            "task": duty.key,
            "event": duty.event.id,
            "group": duty.group.id,
            "announcement": duty.announcement,
            "standing": duty.standing.word,
            "to": duty.standing.to,
            "due_at": duty.due_at.isoformat(),
            "is_waiting": duty.is_waiting,
        }
        for duty in desk.duties
    ]
    holding = [
        {"task": one.key, "event": one.event.id, "group": one.group.id, "text": one.text} for one in desk.holdings
    ]
    brought = [
        {"event": event.id, "group": row.group.id, **_numbers(row)}
        for event, state in desk.events
        for row in brought_by(state, desk.who.groups, site.views.get(event.id, {}))
    ]
    return {"leader": desk.who.name, "tasks": tasks, "holding": holding, "brought": brought}


def _numbers(row: Brought) -> dict[str, int]:
    return {"scans": row.scans, "seats": row.seats, "speakers": row.speakers, "questions": row.questions}


def _known(site: Site, ask: Ask, answer: Answer) -> Answer:
    """*answer*, and from now on this browser proves nothing."""
    return answer if is_leader(site.house.links, ask) else answer.with_headers(leader_cookie(site))


def _base(ask: Ask) -> str:
    return f"/l/{ask.parts['series']}/{ask.parts['token']}"


def _back(ask: Ask) -> Answer:
    if ask.wants_json:
        return json_answer({"done": True})
    # To the top, where what was just done stands, and the next task below it.
    return redirect(_base(ask))


LEADER = r"/l/(?P<series>[a-z0-9-]{1,60})/(?P<token>[a-z2-7]{1,64})"
_TASK = rf"{LEADER}/(?P<task>[0-9a-f]{{12}})"
ROUTES: list[Route] = [
    ("GET", LEADER, page),
    ("GET", rf"{_TASK}\.png", picture),
    ("POST", rf"{_TASK}/posted", posted),
    ("POST", rf"{_TASK}/undo", undo),
    ("POST", rf"{_TASK}/hand", hand),
]
_BASE = "/l/{series}/{token}"
#: Path → operations, as `salon.web.openapi` collects them.
PATHS: dict[str, Any] = {
    _BASE: {
        "get": op(
            "A group leader's page: what to post now, and what came of it", PAGE, answer="LeaderDesk", refused=(403,)
        )
    },
    f"{_BASE}/{{task}}.png": {"get": op("A task's poster, with the group's own code", "image/png", refused=(403, 404))},
    f"{_BASE}/{{task}}/posted": {
        "post": op("It is posted; again, the same", body="Done", answer="Done", refused=(403, 404))
    },
    f"{_BASE}/{{task}}/undo": {
        "post": op("That tap was a mistake; for a minute", body="Done", answer="Done", refused=(403, 404, 409))
    },
    f"{_BASE}/{{task}}/hand": {
        "post": op("Hand it to the group's backup", body="Done", answer="Done", refused=(400, 403, 404, 409))
    },
}
_ROWS = {"type": "array", "items": {"type": "object"}}
SCHEMAS: dict[str, Any] = {
    "LeaderDesk": object_of(
        ("leader", "tasks", "holding", "brought"),
        leader={"type": "string"}, tasks=_ROWS, holding=_ROWS, brought=_ROWS,
    ),
}  # fmt: skip
