"""Matrix: "export chat" of Element as JSON, answers of `/messages`, and files of one event a line.

Read on the Matrix specification 1.16 (client-server interface: room events, event replacements, rich replies,
threads, redactions, and the unstable names of polls), November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from salon.imports.base import Format, Reading, Source, moment_of, parsed
from salon.imports.shapes import fields_in, first_of, items_in, objects_in, text_in

#: What people wrote; m.notice is what programs say.
_SPOKEN = frozenset({"m.text", "m.emote"})
_MEDIA = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.location"})
_POLLS = frozenset({"m.poll.start", "org.matrix.msc3381.poll.start"})
#: The first words of an answer that repeats what it answers.
_FALLBACK = re.compile(r"> (?:\* )?<@")
#: Kinds of events that nobody counts as a line of the chat.
_SILENT = frozenset({"m.reaction", "m.room.redaction", "m.poll.response", "m.poll.end", "m.room.power_levels"})


@dataclass
class _Room:
    """What must be known before the first message can be told."""

    #: Id of an event → the content that replaced its own.
    edits: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    senders: dict[str, str] = field(default_factory=dict)
    #: Id of a person → shown name, as of the event at hand.
    names: dict[str, str] = field(default_factory=dict)
    #: The first name of each person that the export has, for those who came before its beginning.
    first_names: dict[str, str] = field(default_factory=dict)


def _likeness(source: Source) -> float:
    first = objects_in(_events(source.document)[:20]) or source.head_rows
    known = [e for e in first if text_in(e.get("sender")).startswith("@") and "type" in e and "content" in e]
    return 0.95 if known else 0.0


def _events(document: object) -> list[Any]:
    whole = fields_in(document)
    return items_in(document) or items_in(whole.get("messages")) or items_in(whole.get("chunk"))


def _read(source: Source, reading: Reading) -> None:
    document = fields_in(source.document)
    reading.topic = first_of(document.get("room_name"))
    events = list(_whole_events(source, reading))
    # `/messages` gives the newest first.
    if len(events) > 1 and _stamp(events[0]) > _stamp(events[-1]):
        events.reverse()
    room = _known(objects_in(document.get("state")), events)
    for event in events:
        _take(reading, room, event)


def _whole_events(source: Source, reading: Reading) -> Iterator[dict[str, Any]]:
    document = source.document
    if document is None:
        for number, line in enumerate(source.lines, 1):
            event = fields_in(parsed(line)) if line.strip() else None
            if event:
                yield event
            elif event is not None:
                reading.cannot_read(source.name, number, "no JSON object")
        return
    for number, event in enumerate(_events(document), 1):
        if isinstance(event, dict):
            yield event
        else:
            reading.cannot_read_item(source.name, number, "no JSON object")


def _stamp(event: Mapping[str, Any]) -> float:
    at = moment_of(event.get("origin_server_ts"))
    return at.timestamp() if at else 0.0


def _known(state: list[dict[str, Any]], events: list[dict[str, Any]]) -> _Room:
    """Names, edits and redactions, of which those after a message count too."""
    room = _Room()
    room.senders = {text_in(event.get("event_id")): text_in(event.get("sender")) for event in events}
    for event in (*state, *events):
        content, id = fields_in(event.get("content")), text_in(event.get("event_id"))
        relation = fields_in(content.get("m.relates_to"))
        kind, target = event.get("type"), text_in(relation.get("event_id"))
        if kind == "m.room.member" and content.get("displayname"):
            room.first_names.setdefault(text_in(event.get("state_key")), text_in(content["displayname"]))
        elif kind == "m.room.redaction":
            room.gone.add(first_of(event.get("redacts"), content.get("redacts")))
        # Nobody may change what somebody else wrote.
        elif relation.get("rel_type") == "m.replace" and room.senders.get(target) == event.get("sender"):
            room.edits[target] = fields_in(content.get("m.new_content"))
        if "redacted_because" in fields_in(event.get("unsigned")) or "redacted_because" in event:
            room.gone.add(id)
    return room


def _take(reading: Reading, room: _Room, event: dict[str, Any]) -> None:
    kind, content = text_in(event.get("type")), fields_in(event.get("content"))
    if kind == "m.room.member":
        _take_member(reading, room, event, content)
    elif fields_in(content.get("m.relates_to")).get("rel_type") == "m.replace" or kind in _SILENT:
        return
    elif kind in ("m.room.message", "m.sticker") or kind in _POLLS:
        _take_message(reading, room, event, content)
    elif kind == "m.room.encrypted" and text_in(event.get("event_id")) not in room.gone:
        reading.unread.append(
            f"event {text_in(event.get('event_id'))}: encrypted; export the chat from an app that has its keys"
        )
    elif kind == "m.room.name":
        reading.topic = first_of(content.get("name"), reading.topic)


def _take_member(reading: Reading, room: _Room, event: dict[str, Any], content: Mapping[str, Any]) -> None:
    person = text_in(event.get("state_key"))
    if content.get("displayname"):
        room.names[person] = text_in(content["displayname"])
    _add(
        reading, room, event, f"[{first_of(content.get('membership'), 'member')}] {_name(room, person)}", role="system"
    )


def _take_message(reading: Reading, room: _Room, event: dict[str, Any], content: Mapping[str, Any]) -> None:
    id = text_in(event.get("event_id"))
    if id in room.gone or not content:
        _add(reading, room, event, "[deleted]", role="system")
        return
    relation = fields_in(content.get("m.relates_to"))
    content = room.edits.get(id) or content
    kind = text_in(content.get("msgtype"))
    text = _text(content, is_answer="m.in_reply_to" in relation)
    if event.get("type") in _POLLS:
        kind, text = "m.text", _question(content)
    if kind in _MEDIA or event.get("type") == "m.sticker":
        caption = text if text_in(content.get("filename")) not in ("", text) else ""
        kind, text = ("m.text", caption) if caption else ("", f"[{(kind or 'm.sticker').removeprefix('m.')}]")
    role = "bot" if kind == "m.notice" else "member" if kind in _SPOKEN and text.strip() else "system"
    _add(reading, room, event, text, role=role, reply_to=_answered(relation))


def _text(content: Mapping[str, Any], *, is_answer: bool) -> str:
    """The words, without what an answer repeats of the message before it."""
    body = text_in(content.get("body"))
    if not is_answer or not _FALLBACK.match(body):
        return body
    lines = body.split("\n")
    own = next((k for k, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[own:]).lstrip("\n")


def _answered(relation: Mapping[str, Any]) -> str:
    """What a message answers; in a thread, its beginning where nothing nearer is meant."""
    nearer = text_in(fields_in(relation.get("m.in_reply_to")).get("event_id"))
    if relation.get("rel_type") == "m.thread" and (relation.get("is_falling_back") or not nearer):
        return text_in(relation.get("event_id"))
    return nearer


def _question(content: Mapping[str, Any]) -> str:
    poll = fields_in(content.get("m.poll") or content.get("org.matrix.msc3381.poll.start"))
    question = fields_in(poll.get("question"))
    return first_of(question.get("body"), question.get("org.matrix.msc1767.text"), _first_text(question.get("m.text")))


def _first_text(value: object) -> str:
    return next((text_in(one.get("body")) for one in objects_in(value)), "")


def _add(reading: Reading, room: _Room, event: dict[str, Any], text: str, *, role: str, reply_to: str = "") -> None:
    sender = text_in(event.get("sender"))
    reading.add(
        id=text_in(event.get("event_id")),
        author=sender,
        name=_name(room, sender),
        text=text,
        at=moment_of(event.get("origin_server_ts")),
        reply_to=reply_to,
        role=role,
    )


def _name(room: _Room, person: str) -> str:
    return room.names.get(person) or room.first_names.get(person) or person.removeprefix("@").partition(":")[0]


FORMATS = (Format(name="matrix", title="Matrix, JSON of Element or of /messages", likeness=_likeness, read=_read),)
