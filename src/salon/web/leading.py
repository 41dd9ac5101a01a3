"""What those who lead do on the rhythm console, one tap each, and the page on which they edit the recap."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from salon.entries import Entry, Rule
from salon.errors import NotAllowed, NotFound, WrongUse
from salon.model import Event
from salon.moments.recap import prefilled, recap
from salon.moments.texts import words
from salon.pulse import next_question
from salon.rules.ending import RECAP_LISTS, RecapTooLong, edit_recap, extend_evening, waive_recap
from salon.rules.polls import close_polls
from salon.rules.rhythm import bring_back, park_point, prolong_section, replan, start_section, tag_message, undo_tag
from salon.rules.seats import bar_door, unbar_door
from salon.rules.talk import Line
from salon.rules.week import take_step
from salon.rundown import StepKind, rundown, section_now
from salon.state import State
from salon.web.describe import NUMBER, PAGE, TEXT, object_of, op
from salon.web.http import Answer, Ask, json_answer, redirect
from salon.web.lines import clean, number
from salon.web.readers import HOST, NOTE_TAKER, Reader, back, reader_of
from salon.web.routes import LEADS, Route
from salon.web.site import Site
from salon.wording import calm

Fields = Mapping[str, str]
#: Verbs that a note taker may use.
_NOTES = ("mark", "unmark")


async def lead(site: Site, ask: Ask) -> Answer:
    """`POST /{host,kol}/EVENT/TOKEN/console` (`do`: a verb of `VERBS`): one tap of the console. Two taps are one."""
    event, state, reader = await _leader(site, ask)
    fields = await ask.fields()
    verb, _, kind = fields.get("do", "").partition("-")
    if reader.role == NOTE_TAKER and verb not in _NOTES:
        raise NotAllowed("note takers mark what was said; a host may do this")
    if verb not in VERBS:
        raise WrongUse(f"do: {verb[:40]!r} is none; write one of {', '.join(VERBS)}")
    rule = VERBS[verb](site, event, state, reader, {**fields, "kind": fields.get("kind") or kind})
    added = await site.house.journal.decide(event.id, rule)
    message = number(fields, "message") if verb in ("mark", "park") else 0
    place = "standing" if verb in ("bar", "unbar") else "console"
    return back(ask, reader, {"done": bool(added)}, f"m{message}" if message else place)


async def recap_page(site: Site, ask: Ask) -> Answer:
    """`GET /{host,kol}/EVENT/TOKEN/recap`: the recap's lists as they are to be posted, to edit."""
    event, state, reader = await _leader(site, ask)
    return await _recap_form(site, ask, event, state, reader)


async def _recap_form(
    site: Site, ask: Ask, event: Event, state: State, reader: Reader, typed: Mapping[str, list[str]] | None = None
) -> Answer:
    """The page; with what somebody *typed* where that was too long, so that nobody types it again."""
    # Reads the whole evening: not in the loop that everybody's line runs in.
    lists, text = await asyncio.gather(
        asyncio.to_thread(prefilled, event, state), asyncio.to_thread(recap, site.house, event, state)
    )
    posts_at = next((f"{step.at:%H:%M}" for step in rundown(event, state) if step.kind is StepKind.RECAP), "")
    return site.page(
        ask,
        "recap_form",
        event,
        status=422 if typed else 200,
        lists=typed or lists,
        is_too_long=typed is not None,
        text=text,
        posts_at=posts_at,
        is_posted="recap" in state.steps,
        reader=reader,
        base=reader.base,
    )


async def save_recap(site: Site, ask: Ask) -> Answer:
    """`POST /{host,kol}/EVENT/TOKEN/recap` (a text for each list, one item a line): kept, and posted at its time.

    With `do=post` at once, whether or not anything else would post it; again: nothing.
    """
    event, state, reader = await _leader(site, ask)
    fields = await ask.fields()
    lines = {name: clean(fields.get(name, "")).split("\n") for name in RECAP_LISTS}
    try:
        added = await site.house.journal.decide(event.id, edit_recap(event, lines, by=reader.by))
    except RecapTooLong:
        if ask.wants_json:
            raise
        return await _recap_form(site, ask, event, state, reader, lines)
    if fields.get("do") == "post":
        added = await _post_recap(site, event, reader)
    return json_answer({"done": bool(added)}) if ask.wants_json else redirect(f"{reader.base}/recap")


async def _post_recap(site: Site, event: Event, reader: Reader) -> tuple[Entry, ...]:
    state = (await site.house.journal.refresh(event.id)).state
    text = await asyncio.to_thread(recap, site.house, event, state)
    rule = take_step(event, StepKind.RECAP, "recap", {"text": text}, by=reader.by)
    return await site.house.journal.decide(event.id, rule)


def nudge(site: Site, event: Event, state: State) -> tuple[int, str]:
    """How often the room was led back to the section that is on, and the sentence that does it next; empty: none."""
    section = section_now(state, event)
    question = next_question(event, state, section)
    if not question:
        return 0, ""
    number = sum(step.startswith(f"nudge-{section}-") for step in state.steps)
    text = site.words[event.languages[0]]["nudge_text"]
    return number, text.replace("{section}", event.outline[section - 1].title).replace("{question}", question)


async def _leader(site: Site, ask: Ask) -> tuple[Event, State, Reader]:
    event, state, reader = await reader_of(site, ask)
    if not reader.leads:
        raise NotAllowed("only those who lead may do this")
    return event, state, reader


# One rule per verb.


def _section(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return start_section(event, number(fields, "section"), by=reader.by)


def _longer(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return prolong_section(event, number(fields, "section"), by=reader.by, seen=number(fields, "minutes"))


def _scale(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return replan(event, "scale", by=reader.by)


def _cut(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return replan(event, "cut", by=reader.by)


def _prompt(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    key = fields.get("step", "")
    for step in rundown(event):
        if step.key == key and step.kind is StepKind.PROMPT:
            return take_step(event, step.kind, step.key, step.data, by=reader.by)
    raise NotFound(f"step {key[:40]!r}: the outline has no such prompt")


def _nudge(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    section, (_, text) = section_now(state, event), nudge(site, event, state)
    if not text:
        raise NotFound("no section is on to lead back to")
    # Counted as the page showed it, so that two taps say it once.
    key = f"nudge-{section}-{number(fields, 'number')}"
    return take_step(event, StepKind.PROMPT, key, {"section": section, "text": text}, by=reader.by)


def _mark(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return tag_message(event, number(fields, "message"), fields.get("kind", ""), by=reader.by)


def _unmark(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return undo_tag(event, number(fields, "tag"), by=reader.by)


def _park(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return park_point(event, number(fields, "message"), by=reader.by)


def _back(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    message, said = number(fields, "message"), site.words[event.languages[0]]
    line = Line(text=said["parked_say"], client_id=f"back-{secrets.token_hex(8)}", reply_to=str(message))
    name = (reader.name or said["host_name"]) if reader.role == HOST else event.kol.name
    return bring_back(event, message, line, name, by=reader.by)


def _waive(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return waive_recap(event, _name(fields), by=reader.by)


def _extend(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    minutes, name = number(fields, "minutes"), _name(fields)

    def write(moved: Event) -> str:
        return words(site.house, moved, "host/extended", minutes_more=str(minutes), name=name)

    return extend_evening(event, minutes, name, number(fields, "number"), write, by=reader.by)


def _votes(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return close_polls(by=reader.by)


def _bar(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return bar_door(event, by=reader.by)


def _unbar(site: Site, event: Event, state: State, reader: Reader, fields: Fields) -> Rule:
    return unbar_door(event, by=reader.by)


def _name(fields: Fields) -> str:
    return " ".join(calm(fields.get("name", "")).split())


VERBS: Mapping[str, Callable[[Site, Event, State, Reader, Fields], Rule]] = {
    "section": _section,
    "longer": _longer,
    "scale": _scale,
    "cut": _cut,
    "prompt": _prompt,
    "nudge": _nudge,
    "mark": _mark,
    "unmark": _unmark,
    "park": _park,
    "back": _back,
    "waive": _waive,
    "extend": _extend,
    "votes": _votes,
    "bar": _bar,
    "unbar": _unbar,
}
ROUTES: list[Route] = [
    ("POST", rf"{LEADS}/console", lead),
    ("GET", rf"{LEADS}/recap", recap_page),
    ("POST", rf"{LEADS}/recap", save_recap),
]
_TAP = op(
    "One tap of the rhythm console; two are one", body="Tap", answer="Done", refused=(400, 403, 404, 409, 410, 413)
)
_SAVE = op("Edit the recap before it is posted", body="Recap", answer="Done", refused=(400, 403, 404, 409, 410, 422))
_EDIT = op("The recap as it is to be posted, to edit", PAGE, refused=(403, 404))
PATHS: dict[str, Any] = {
    f"/{role}/{{event}}/{{token}}/{name}": ops
    for role in ("host", "kol")
    for name, ops in (("console", {"post": _TAP}), ("recap", {"get": _EDIT, "post": _SAVE}))
}
SCHEMAS: dict[str, Any] = {
    "Tap": object_of(
        ("do",),
        do={"enum": list(VERBS)},
        section=NUMBER,
        step=TEXT,
        number=NUMBER,
        message=NUMBER,
        kind=TEXT,
        tag=NUMBER,
        name=TEXT,
        minutes=NUMBER,
    ),
    "Recap": object_of((), do={"enum": ["save", "post"]}, **dict.fromkeys(RECAP_LISTS, TEXT)),
}
