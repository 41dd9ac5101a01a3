"""Votes, and what the host does with polls: open, close, begin anew, ask one of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from salon.entries import Entry
from salon.errors import NotFound, WrongUse
from salon.model import POLL_KINDS, POLL_RESULTS, SCALE, SINGLE, Event, Poll
from salon.public import poll_frame
from salon.rules.polls import cast_vote, close_poll, ensure_sound, open_poll, reset_poll, scale
from salon.rundown import section_now
from salon.state import State
from salon.web.describe import NUMBER, NUMBERS, TEXT, TEXTS, TRUTH, member_op, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.lines import clean, is_yes, number
from salon.web.readers import back, reader_of
from salon.web.routes import HOST, ROOM, Route
from salon.web.site import Site
from salon.web.writes import Decision, Write


def vote(site: Site, ask: Ask, fields: Mapping[str, str]) -> Decision:
    """`POST /room/EVENT/polls/POLL/vote` (`option`, `round`): one vote per seat; another replaces it until the close.

    `option`: an option counted from 0; several with commas, or as several fields; of a scale its value; of a rank the
    options in order. `round` may be left out. The answer is the poll as the voter may see it now.
    """
    event, guest, poll = site.house.event_now(ask.parts["event"]), site.guests.known(ask), ask.parts["poll"]
    said, round = _numbers(fields.get("option", "")), number(fields, "round")

    def voted(added: Sequence[Entry]) -> Answer:
        if ask.wants_json:
            state = site.house.now(event.id)
            seat = state.polls[poll].voter(state.seat_of(guest), guest)
            return json_answer(poll_frame(state.polls[poll], seat=seat), 201 if added else 200)
        return redirect(f"/room/{event.id}#poll-{poll}")

    return Decision(event.id, cast_vote(event, guest, poll, said, round=round), voted)


async def steer(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/polls/POLL/{open,close,reset}`: before its time or after it; `reset` takes a `round`."""
    event, state, reader = await reader_of(site, ask)
    fields, poll, verb = await ask.fields(), ask.parts["poll"], ask.parts["verb"]
    if verb == "open":
        rule = open_poll(event, _planned(event, state, poll), by=reader.by)
    elif verb == "close":
        rule = close_poll(poll, by=reader.by)
    else:
        now = state.polls[poll].round if poll in state.polls else 0
        rule = reset_poll(event, poll, round=number(fields, "round", now), by=reader.by)
    added = await site.house.journal.decide(event.id, rule)
    return back(ask, reader, {"done": True, "poll": poll, "changed": bool(added)}, f"poll-{poll}")


async def own(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/polls`: open a poll that is in no plan; one `client_id` is opened once.

    `question`; `options`, one a line (of a scale what its two ends mean, or nothing); `kind`; `results`; `named`;
    `choices`; of a scale `low` and `high`.
    """
    event, state, reader = await reader_of(site, ask)
    poll = _own_poll(await ask.fields(options="\n"), max(section_now(state, event), 1))
    added = await site.house.journal.decide(event.id, open_poll(event, poll, by=reader.by))
    return back(ask, reader, {"poll": poll.id}, f"poll-{poll.id}", 201 if added else 200)


def _own_poll(fields: Mapping[str, str], section: int) -> Poll:
    id = fields.get("client_id", "").lower() or secrets.token_hex(8)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", id):
        raise WrongUse("client_id: 1 to 40 of a-z, 0-9 and hyphens, new for each poll")
    kind = fields.get("kind") or SINGLE
    lines = [line.strip() for line in clean(fields.get("options", "")).split("\n") if line.strip()]
    is_scale = kind == SCALE
    poll = Poll(
        id=f"own-{id}",
        question=clean(fields.get("question", "")).strip(),
        options=scale(number(fields, "low", 1), number(fields, "high", 5)) if is_scale else tuple(lines),
        section=section,
        kind=kind,
        results=fields.get("results") or POLL_RESULTS[0],
        is_named=is_yes(fields.get("named", "")),
        choices=number(fields, "choices"),
        ends=tuple(lines) if is_scale else (),
    )
    ensure_sound(poll)
    return poll


def _planned(event: Event, state: State, id: str) -> Poll:
    """The poll to open: as planned, or as it was opened before (which adds nothing)."""
    if id in state.polls:
        return state.polls[id].asked
    for poll in event.polls:
        if poll.id == id:
            return poll
    raise NotFound(f"poll {id!r}: the plan has none by that id")


def _numbers(text: str) -> tuple[int, ...]:
    """`2`, `0,2`, or a rank with places left empty."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 40 or not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise WrongUse("option: write the option's number, counted from 0; several with commas between")
    return tuple(int(part) for part in parts)


_POLL = r"(?P<poll>[a-z0-9-]{1,60})"
ROUTES: list[Route] = [
    ("POST", rf"{HOST}/polls", own),
    ("POST", rf"{HOST}/polls/{_POLL}/(?P<verb>open|close|reset)", steer),
]
WRITES: list[tuple[str, Write, Mapping[str, str]]] = [(rf"{ROOM}/polls/{_POLL}/vote", vote, {"option": ","})]
_HOST = "/host/{event}/{token}/polls"
PATHS: dict[str, Any] = {
    "/room/{event}/polls/{poll}/vote": {
        "post": member_op(
            "Vote: one vote per seat, the last one counts",
            body="Vote",
            answer="Poll",
            status=201,
            refused=(400, 403, 404, 409, 410, 422),
        )
    },
    _HOST: {
        "post": op(
            "Open a poll of the host's own; one `client_id` is opened once",
            body="OwnPoll",
            answer="Done",
            status=201,
            refused=(400, 403, 404, 409, 410, 422),
        )
    },
    f"{_HOST}/{{poll}}/open": {
        "post": op("Open a planned poll", body="Done", answer="Done", refused=(403, 404, 409, 410))
    },
    f"{_HOST}/{{poll}}/close": {"post": op("Close a poll", body="Done", answer="Done", refused=(403, 404))},
    f"{_HOST}/{{poll}}/reset": {
        "post": op(
            "Begin a poll anew; its old round is kept", body="Round", answer="Done", refused=(403, 404, 409, 410)
        )
    },
}
_SEEN = "Left out where the asker may not know it yet"
SCHEMAS: dict[str, Any] = {
    "Vote": object_of(
        ("option",),
        option={
            "oneOf": [NUMBER, NUMBERS, TEXT],
            "description": "An option counted from 0; several as a list or with commas; of a scale its value;"
            " of a rank the options in order",
        },
        round={**NUMBER, "description": "The round that the page showed; 0 or none: whichever it is"},
    ),
    "Poll": object_of(
        ("poll", "question", "options", "kind", "results", "round", "is_open"),
        poll=TEXT,
        question=TEXT,
        options=TEXTS,
        section=NUMBER,
        kind={"enum": list(POLL_KINDS)},
        results={"enum": list(POLL_RESULTS)},
        is_named=TRUTH,
        choices={**NUMBER, "description": "How many options one vote may name; of a rank its places"},
        round=NUMBER,
        is_open=TRUTH,
        mine={**NUMBERS, "description": "The asker's own vote"},
        votes={**NUMBERS, "description": f"Votes per option, of a rank points. {_SEEN}"},
        voters={**NUMBER, "description": _SEEN},
        whole={**NUMBER, "description": f"What an option's share is a part of. {_SEEN}"},
        mean={**TEXT, "description": f"Of a scale. {_SEEN}"},
    ),
    "OwnPoll": object_of(
        ("question",),
        question=TEXT,
        options={"oneOf": [TEXT, TEXTS], "description": "One a line; of a scale what its two ends mean"},
        kind={"enum": list(POLL_KINDS)},
        results={"enum": list(POLL_RESULTS)},
        named=TRUTH,
        choices=NUMBER,
        low=NUMBER,
        high=NUMBER,
        client_id=TEXT,
    ),
    "Round": object_of(round={**NUMBER, "description": "The round to end; asked again, nothing happens"}),
}
