"""The web room's HTTP interface, described for programs (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from salon import __version__
from salon.rules.seats import NAME_LENGTH
from salon.rules.talk import MESSAGE_LENGTH
from salon.web.host import PROMPT_LENGTH

_JSON, _PAGE = "application/json", "text/html"
_STREAM, _FORM = "text/event-stream", "application/x-www-form-urlencoded"


def description() -> dict[str, Any]:
    """The whole document: every route of `salon.web.app.ROUTES`, and no other."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Salon web room",
            "version": __version__,
            "description": (
                "Seats, talk and votes of one evening. Bodies may be forms or JSON; with `Accept: application/json`"
                " pages answer as JSON where they can, and a refusal says by `reason` which rule it was."
            ),
        },
        "paths": _PATHS,
        "components": {"schemas": _SCHEMAS, "securitySchemes": {"guest": _GUEST}},
    }


def _op(
    summary: str,
    *types: str,
    body: str = "",
    answer: str = "",
    status: int = 200,
    refused: tuple[int, ...] = (),
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One operation: answers of *types*, as JSON of schema *answer*; *status* 201 when something is new, else 200."""
    content: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in types}
    if answer:
        content[_JSON] = {"schema": {"$ref": f"#/components/schemas/{answer}"}}
    responses: dict[str, Any] = {"200": {"description": "Done", "content": content}}
    if status == 201:
        responses["201"] = {"description": "New", "content": content}
    if body and _PAGE not in types:
        responses["303"] = {"description": "Done; for a page, which goes on by GET"}
    responses.update({str(refusal): _REFUSAL for refusal in refused})
    op: dict[str, Any] = {"summary": summary, "responses": responses}
    if query:
        op["parameters"] = [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in query.items()]
    if body:
        schema = {"schema": {"$ref": f"#/components/schemas/{body}"}}
        op["requestBody"] = {"content": {_JSON: schema, _FORM: schema}}
    return op


def _member(summary: str, *types: str, **more: Any) -> dict[str, Any]:
    """An operation for whoever carries the cookie of a seat holder."""
    return {**_op(summary, *types, **more), "security": [{"guest": []}]}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _with_parts(path: str, ops: dict[str, Any]) -> dict[str, Any]:
    """*ops* with the parameters that stand in the path's braces."""
    parts = re.findall(r"\{(\w+)\}", path)
    if not parts:
        return ops
    return {**ops, "parameters": [{"name": p, "in": "path", "required": True, "schema": _TEXT} for p in parts]}


_TEXT, _NUMBER, _TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_TEXTS, _NUMBERS = {"type": "array", "items": _TEXT}, {"type": "array", "items": _NUMBER}
_GUEST = {"type": "apiKey", "in": "cookie", "name": "guest", "description": "Given by any page behind a code"}
_REFUSAL = {"description": "Refused", "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}}}
_AFTER, _AFTER_OR_WAIT = {"after": "integer"}, {"after": "integer", "wait": "string"}
_LINE = "Server-sent events past the cursor: frames, `counts`, and `pulse` every 15 s"
_ENTRIES = "The same frames as a list; with `wait` it waits for the next"

_DOOR: dict[str, Any] = {
    "/c/{code}": {"get": _op("The page behind a group's QR code; later the report", _PAGE, refused=(404,))},
    "/c/{code}/seat": {
        "get": _op("Where the asker stands", answer="Standing", refused=(404,)),
        "post": _op(
            "Take a seat, or the next place in the waiting list; repeated, the same one",
            body="Claim",
            answer="Standing",
            status=201,
            refused=(400, 404, 409, 410, 413),
        ),
    },
    "/room/{event}/leave": {
        "post": _member("Release seat or place; who waits moves up", _PAGE, answer="Left", refused=(403, 404, 410))
    },
    "/room/{event}/seat": {"delete": _member("The same", _PAGE, answer="Left", refused=(403, 404, 410))},
}
_ROOM: dict[str, Any] = {
    "/room/{event}": {
        "get": _member("The room: a page, or its numbers for programs", _PAGE, answer="Room", refused=(403, 404))
    },
    "/room/{event}/stream": {"get": _member(_LINE, _STREAM, query=_AFTER, refused=(403, 404))},
    "/room/{event}/entries": {
        "get": _member(_ENTRIES, answer="Frames", query=_AFTER_OR_WAIT, refused=(403, 404)),
    },
    "/room/{event}/messages": {
        "post": _member(
            "Say something; one `client_id` is said once",
            body="Line",
            answer="Posted",
            status=201,
            refused=(400, 403, 404, 410, 413, 422),
        )
    },
    "/room/{event}/polls/{poll}/vote": {
        "post": _member(
            "Vote: one vote per seat, the last one counts",
            body="Vote",
            answer="Poll",
            status=201,
            refused=(400, 403, 404, 409, 410),
        )
    },
}


def _leader(role: str, who: str) -> dict[str, Any]:
    """What host and KOL have in common, by their private link."""
    base = f"/{role}/{{event}}/{{token}}"
    speak = _op(f"Speak as the {who}", body="Line", answer="Posted", refused=(400, 403, 404, 409, 410, 422))
    return {
        base: {"get": _op(f"The {who}'s page", _PAGE, refused=(403, 404))},
        f"{base}/stream": {"get": _op(_LINE, _STREAM, query=_AFTER, refused=(403, 404))},
        f"{base}/entries": {"get": _op(_ENTRIES, answer="Frames", query=_AFTER_OR_WAIT, refused=(403, 404))},
        f"{base}/messages": {"post": speak},
    }


_HOST = "/host/{event}/{token}"
_LEADS: dict[str, Any] = {
    **_leader("host", "host"),
    f"{_HOST}/prompts": {
        "post": _op("Post a prompt now", body="Prompt", answer="Done", refused=(400, 403, 404, 409, 410))
    },
    f"{_HOST}/polls/{{poll}}/open": {
        "post": _op("Open a planned poll", body="Done", answer="Done", refused=(403, 404, 409, 410))
    },
    f"{_HOST}/polls/{{poll}}/close": {"post": _op("Close a poll", body="Done", answer="Done", refused=(403, 404))},
    f"{_HOST}/messages/{{seq}}/hide": {
        "post": _op("Hide a message everywhere", body="Done", answer="Done", refused=(403, 404))
    },
    f"{_HOST}/end": {"post": _op("Close the room now, for good", body="Sure", answer="Done", refused=(400, 403, 404))},
    **_leader("kol", "KOL"),
    "/kol/{event}/{token}/confirm": {"post": _op("Confirm the brief", body="Done", answer="Done", refused=(403, 404))},
    "/owner/{token}": {"get": _op("The owner's weeks", _PAGE, answer="Weeks", refused=(403,))},
}
_REST: dict[str, Any] = {
    "/report/{event}": {"get": _op("The report as a page", _PAGE, refused=(404,))},
    "/report/{event}/report.html": {"get": _op("The same", _PAGE, refused=(404,))},
    "/report/{event}/report.md": {"get": _op("The report in Markdown", "text/markdown", refused=(404,))},
    "/report/{event}/report.json": {"get": _op("The report for programs", answer="Done", refused=(404,))},
    "/portrait/{event}": {"get": _op("The KOL's picture", "image/jpeg", refused=(404,))},
    "/static/{name}": {"get": _op("Style and script of the pages", "text/css", "text/javascript", refused=(404,))},
    "/openapi.json": {"get": _op("This document", answer="Done")},
    "/health": {"get": _op("Whether the database answers", answer="Done", refused=(503,))},
    "/": {"get": _op("Nothing but a hint", _PAGE)},
}
_PATHS = {path: _with_parts(path, ops) for path, ops in {**_DOOR, **_ROOM, **_LEADS, **_REST}.items()}

_SCHEMAS: dict[str, Any] = {
    "Refusal": _object(("error", "reason"), error=_TEXT, reason=_TEXT),
    "Claim": _object(name={"type": "string", "maxLength": NAME_LENGTH}),
    "Standing": _object(
        ("event",), event=_TEXT, seat=_NUMBER, waiting=_NUMBER, room=_TEXT, seats_left=_NUMBER, phase=_TEXT
    ),
    "Left": _object(("left",), left=_TRUTH),
    "Line": _object(
        ("text",),
        text={"type": "string", "maxLength": MESSAGE_LENGTH},
        client_id={"type": "string", "maxLength": 64},
        reply_to=_TEXT,
        name={"type": "string", "maxLength": NAME_LENGTH, "description": "The host's name for this line"},
    ),
    "Posted": _object(("seq",), seq={"type": ["integer", "null"], "description": "null: said before"}),
    "Vote": _object(("option",), option={"type": "integer", "minimum": 0}),
    "Poll": _object(
        ("poll", "question", "options", "votes"),
        poll=_TEXT,
        question=_TEXT,
        options=_TEXTS,
        votes=_NUMBERS,
        section=_NUMBER,
        is_open=_TRUTH,
    ),
    "Prompt": _object(step=_TEXT, text={"type": "string", "maxLength": PROMPT_LENGTH}, client_id=_TEXT),
    "Sure": _object(("sure",), sure={"const": "yes"}),
    "Done": _object(),
    "Room": _object(
        ("event", "phase", "cursor", "polls"),
        event=_TEXT,
        phase={"enum": ["before", "open", "closed"]},
        seat=_NUMBER,
        waiting=_NUMBER,
        cursor=_NUMBER,
        closes_at=_TEXT,
        now=_TEXT,
        counts=_object(),
        polls={"type": "array", "items": {"$ref": "#/components/schemas/Poll"}},
    ),
    "Frames": _object(
        ("cursor", "counts", "frames"),
        cursor=_NUMBER,
        counts=_object(),
        frames={"type": "array", "items": _object()},
    ),
    "Weeks": {"type": "array", "items": _object()},
}
