"""Order in the room: reported and held messages, the ladder warn, mute, remove, and slow mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from salon.entries import Rule
from salon.errors import NotAllowed, NotFound, WrongUse
from salon.model import Event
from salon.order.match import reasons
from salon.roles import role_in
from salon.rules.ladder import MUTE_MINUTES, VERBS, step
from salon.rules.moderation import (
    REASON_LENGTH,
    REASONS,
    reject,
    release,
    report_message,
    set_slow_mode,
    settle_reports,
)
from salon.rules.talk import hide_message
from salon.state import State
from salon.web import standing
from salon.web.describe import NUMBER, PAGE, TEXT, member_op, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.lines import clean, number
from salon.web.queue import about, queue
from salon.web.readers import HOST, MEMBER, Reader, back, reader_of
from salon.web.routes import READER, Route
from salon.web.site import Site, language_for

#: So many of the last prompts, and of the last messages of all, are looked at for what those who lead speak of.
LAST_ASKED, LAST_SAID = 10, 200


def why_held(site: Site, event: Event, state: State, guest: str, text: str) -> tuple[tuple[str, str], ...]:
    """(kind, line of its list) for each reason why *text*, or the name that *guest* says it under, waits."""
    known = state.guests.get(guest)
    return reasons_for(site, event, f"{known.name if known else ''}\n{text}", state)


def reasons_for(site: Site, event: Event, text: str, state: State | None = None) -> tuple[tuple[str, str], ...]:
    """The same for a *text* alone. What the evening is about never waits: the plan's own words, and with *state* what
    those who lead asked or said last: an answer has the words of its question."""
    if not reasons(site.order, text):
        return ()
    topic, asked = "\n".join(_plan(event)), "\n".join(_led(state)) if state else ""
    return tuple((why.kind, why.term) for why in reasons(site.order, text, topic, asked))


def _plan(event: Event) -> Iterator[str]:
    yield from (event.topic, event.summary)
    for section in event.outline:
        yield from (section.title, *section.questions, *section.prompts)
    for poll in event.polls:
        yield from (poll.question, *poll.options)


def _led(state: State) -> Iterator[str]:
    yield from (text for _, text, _ in state.prompts[-LAST_ASKED:])
    yield from (poll.asked.question for poll in state.polls.values())
    last = islice(reversed(state.messages.values()), LAST_SAID)
    yield from (said.text for said in last if role_in(said.role) and not said.is_hidden)


def held_answer(site: Site, ask: Ask, base: str) -> Answer:
    """What the author of a held message is told: it waits for the host."""
    if not ask.wants_json:
        return redirect(f"{base}#standing")
    words = site.words[language_for(ask, site.event_of(ask))]
    return json_answer({"seq": None, "held": True, "say": words["held_note"]}, 202)


async def message_page(site: Site, ask: Ask) -> Answer:
    """`GET {room or host page}/messages/SEQ`: for a member a report to the host, for a host what may be done."""
    event, state, reader = await reader_of(site, ask)
    number = int(ask.parts["seq"])
    if reader.role == MEMBER:
        said = state.messages.get(number)
        if said is None or said.is_hidden:
            raise NotFound(f"message {number}: there is none by that number in this room")
        shown = {"text": said.text, "name": said.name}
        reports = state.moderation.reports.get(number)
        is_reported = reports is not None and reader.guest in reports.by_guest
        facts: dict[str, Any] = {"said": shown, "number": number, "reasons": REASONS, "is_reported": is_reported}
        return site.page(ask, "report_message", event, **facts, base=reader.base, note_length=REASON_LENGTH)
    _ensure_host(reader)
    row = about(event, state, number, site.house.clock.now())
    return site.page(ask, "act_on", event, row=row, base=reader.base, minutes=MUTE_MINUTES, reason_length=REASON_LENGTH)


async def report(site: Site, ask: Ask) -> Answer:
    """`POST /room/EVENT/messages/SEQ/report` (`reason`, `note`): tell the host, once each."""
    event, _, reader = await reader_of(site, ask)
    if reader.role != MEMBER:
        raise NotAllowed("this is for members; a host acts at once")
    fields, number = await ask.fields(), int(ask.parts["seq"])
    rule = report_message(event, reader.guest, number, fields.get("reason", ""), clean(fields.get("note", "")))
    added = await site.house.journal.decide(event.id, rule)
    if ask.wants_json:
        return json_answer({"reported": True}, 201 if added else 200)
    there = f"{reader.base}#m{number}"
    return site.page(ask, "notice", event, title_key="reported_title", text_key="reported_text", back=there)


async def act(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/messages/SEQ` (`do`, `reason`, `minutes`, `seen`): keep order about one message.

    `do`: release or reject what is held; settle what was reported; hide; warn, mute, unmute or remove its author.
    """
    event, state, reader = await reader_of(site, ask)
    _ensure_host(reader)
    fields, number = await ask.fields(), int(ask.parts["seq"])
    added = await site.house.journal.decide(event.id, _rule(event, state, reader, number, fields))
    return back(ask, reader, {"done": bool(added)}, "queue")


async def slow(site: Site, ask: Ask) -> Answer:
    """`POST /host/EVENT/TOKEN/slow` (`seconds`): one message each so many seconds for every member; 0: off."""
    event, _, reader = await reader_of(site, ask)
    _ensure_host(reader)
    seconds = number(await ask.fields(), "seconds", -1)
    if seconds < 0:
        raise WrongUse("seconds: write a number; 0 is off")
    await site.house.journal.decide(event.id, set_slow_mode(event, seconds, by=reader.by))
    return back(ask, reader, {"seconds": seconds}, "standing")


def _rule(event: Event, state: State, reader: Reader, message: int, fields: Mapping[str, str]) -> Rule:
    verb, reason, by = fields.get("do", ""), clean(fields.get("reason", "")), reader.by
    if verb == "release":
        return release(event, message, by=by)
    if verb == "reject":
        return reject(event, message, reason, by=by)
    if verb == "settle":
        return settle_reports(message, by=by)
    if verb == "hide":
        return hide_message(message, by=by)
    minutes, seen = number(fields, "minutes"), number(fields, "seen", -1)
    if seen < 0:
        # A program that does not say what it saw acts on what is so now.
        seen = about(event, state, message, None)["seen"]
    return step(event, message, verb, reason=reason, by=by, minutes=minutes or MUTE_MINUTES, seen=seen)


def _ensure_host(reader: Reader) -> None:
    if reader.role != HOST:
        raise NotAllowed("only a host keeps order in the room")


PARTS: Mapping[str, Callable[[Site, Event, State, Reader], Mapping[str, Any] | None]] = {
    "standing": standing.facts,
    "queue": queue,
}
_MESSAGE = rf"{READER}/messages/(?P<seq>[0-9]{{1,12}})"
ROUTES: list[Route] = [
    ("GET", _MESSAGE, message_page),
    ("POST", rf"{_MESSAGE}/report", report),
    ("POST", _MESSAGE, act),
    ("POST", rf"{READER}/slow", slow),
    *standing.ROUTES,
]
_REFUSED = (400, 403, 404, 409, 410)
_HOST = "/host/{event}/{token}"
PATHS: dict[str, Any] = {
    "/room/{event}/messages/{seq}": {"get": member_op("Report a message: the page", PAGE, refused=(403, 404))},
    "/room/{event}/messages/{seq}/report": {
        "post": member_op(
            "Report a message to the host, once", body="Report", answer="Done", status=201, refused=_REFUSED
        )
    },
    f"{_HOST}/messages/{{seq}}": {
        "get": op("What a host may do about a message: the page", PAGE, refused=(403, 404)),
        "post": op("Keep order about a message and its author", body="Act", answer="Done", refused=_REFUSED),
    },
    f"{_HOST}/slow": {"post": op("Slow mode on or off", body="Slow", answer="Done", refused=_REFUSED)},
    **standing.PATHS,
}
SCHEMAS: dict[str, Any] = {
    "Report": object_of(("reason",), reason={"enum": list(REASONS)}, note=TEXT),
    "Act": object_of(
        ("do",),
        do={"enum": ["release", "reject", "settle", "hide", *VERBS]},
        reason={**TEXT, "description": "The member reads it; for reject, warn, mute, remove"},
        minutes={**NUMBER, "description": "Of a mute"},
        seen={**NUMBER, "description": "How many steps about its author were seen; after another host's, nothing"},
    ),
    "Slow": object_of(("seconds",), seconds={**NUMBER, "description": "0: off"}),
    **standing.SCHEMAS,
}
