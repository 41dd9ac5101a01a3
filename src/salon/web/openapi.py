"""The web room's HTTP interface, described for programs (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from salon import __version__

_JSON = "application/json"
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_REFUSAL = {"description": "Refused; `reason` says which rule", "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}}}


def description() -> dict[str, Any]:
    """The whole document. Send `Accept: application/json` to be answered as a program."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Salon web room",
            "version": __version__,
            "description": "Seats, talk and votes of one evening. Cookies carry who you are; bodies may be forms or JSON.",
        },
        "paths": {**_door(), **_room(), **_leads(), **_rest()},
        "components": {"schemas": _SCHEMAS},
    }


def _door() -> dict[str, Any]:
    return {
        "/c/{code}": {"get": _op("The page behind a group's QR code; the report once it is written", ["code"], page=True)},
        "/c/{code}/seat": {
            "get": _op("Where the asker stands", ["code"], answer="Standing"),
            "post": _op(
                "Take a seat, or the next place in the waiting list; repeated, the same one",
                ["code"],
                body="Claim",
                answer="Standing",
                created=True,
                refused=(404, 409, 410),
            ),
        },
        "/room/{event}/leave": {
            "post": _op("Release seat or place; the first who waits moves up", ["event"], answer="Left", refused=(403, 410))
        },
        "/room/{event}/seat": {
            "delete": _op("Release seat or place", ["event"], answer="Left", refused=(403, 410))
        },
    }


def _room() -> dict[str, Any]:
    after = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}}
    stream = _op("Server-sent events past the cursor: frames, `counts`, `pulse` every 15 s", ["event"], refused=(403,))
    stream["parameters"].append(after)
    stream["responses"]["200"]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    entries = _op("The same frames as a list; with `wait` it waits for the next", ["event"], answer="Frames", refused=(403,))
    entries["parameters"].append(after)
    return {
        "/room/{event}": {"get": _op("The room: a page, or its state for programs", ["event"], answer="Room", page=True)},
        "/room/{event}/stream": {"get": stream},
        "/room/{event}/entries": {"get": entries},
        "/room/{event}/messages": {
            "post": _op(
                "Say something; one `client_id` is said once",
                ["event"],
                body="Line",
                answer="Posted",
                created=True,
                refused=(403, 410, 413, 422),
            )
        },
        "/room/{event}/polls/{poll}/vote": {
            "post": _op(
                "Vote: one vote per seat, the last one counts",
                ["event", "poll"],
                body="Vote",
                answer="Poll",
                created=True,
                refused=(400, 403, 404, 409, 410),
            )
        },
    }


def _leads() -> dict[str, Any]:
    host, kol = ["event", "token"], ["event", "token"]
    return {
        "/host/{event}/{token}": {"get": _op("The host's page", host, page=True, refused=(403,))},
        "/host/{event}/{token}/messages": {
            "post": _op("Speak as the host", host, body="Line", answer="Posted", refused=(403, 410, 422))
        },
        "/host/{event}/{token}/prompts": {
            "post": _op("Post a prompt now", host, body="Prompt", answer="Done", refused=(400, 403, 404, 410))
        },
        "/host/{event}/{token}/polls/{poll}/open": {
            "post": _op("Open a planned poll", [*host, "poll"], answer="Done", refused=(403, 404, 410))
        },
        "/host/{event}/{token}/polls/{poll}/close": {
            "post": _op("Close a poll", [*host, "poll"], answer="Done", refused=(403, 404))
        },
        "/host/{event}/{token}/messages/{seq}/hide": {
            "post": _op("Hide a message everywhere", [*host, "seq"], answer="Done", refused=(403, 404))
        },
        "/host/{event}/{token}/end": {
            "post": _op("Close the room now, for good", host, body="Sure", answer="Done", refused=(400, 403))
        },
        "/kol/{event}/{token}": {"get": _op("The KOL's page", kol, page=True, refused=(403,))},
        "/kol/{event}/{token}/confirm": {"post": _op("Confirm the brief", kol, answer="Done", refused=(403,))},
        "/kol/{event}/{token}/messages": {
            "post": _op("Speak as the KOL", kol, body="Line", answer="Posted", refused=(403, 410, 422))
        },
        "/owner/{token}": {"get": _op("The owner's weeks", ["token"], page=True, refused=(403,))},
    }


def _rest() -> dict[str, Any]:
    return {
        "/report/{event}": {"get": _op("The report as a page", ["event"], page=True, refused=(404,))},
        "/report/{event}/report.json": {"get": _op("The report for programs", ["event"], answer="Report", refused=(404,))},
        "/report/{event}/report.md": {"get": _op("The report in Markdown", ["event"], page=True, refused=(404,))},
        "/portrait/{event}": {"get": _op("The KOL's picture", ["event"], page=True, refused=(404,))},
        "/health": {"get": _op("Whether the journal answers", [], answer="Done", refused=(503,))},
        "/openapi.json": {"get": _op("This document", [], answer="Report")},
    }


def _op(
    summary: str,
    parts: list[str],
    *,
    body: str = "",
    answer: str = "",
    page: bool = False,
    created: bool = False,
    refused: tuple[int, ...] = (),
) -> dict[str, Any]:
    content: dict[str, Any] = dict(_PAGE) if page else {}
    if answer:
        content[_JSON] = {"schema": {"$ref": f"#/components/schemas/{answer}"}}
    responses = {"200": {"description": "Done", "content": content}}
    if created:
        responses["201"] = {"description": "New", "content": content}
    responses.update({str(status): _REFUSAL for status in refused})
    op: dict[str, Any] = {
        "summary": summary,
        "parameters": [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in parts],
        "responses": responses,
    }
    if body:
        schema = {"schema": {"$ref": f"#/components/schemas/{body}"}}
        op["requestBody"] = {"content": {_JSON: schema, "application/x-www-form-urlencoded": schema}}
    return op


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


_TEXT, _NUMBER, _TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_SCHEMAS: dict[str, Any] = {
    "Refusal": _object(("error", "reason"), error=_TEXT, reason=_TEXT),
    "Claim": _object(name={"type": "string", "maxLength": 30}),
    "Standing": _object(
        ("event",), event=_TEXT, seat=_NUMBER, waiting=_NUMBER, room=_TEXT, seats_left=_NUMBER, phase=_TEXT
    ),
    "Left": _object(("left",), left=_TRUTH),
    "Line": _object(
        ("text",), text={"type": "string", "maxLength": 10000}, client_id={"type": "string", "maxLength": 64}, reply_to=_TEXT
    ),
    "Posted": _object(("seq",), seq={"type": ["integer", "null"]}),
    "Vote": _object(("option",), option={"type": "integer", "minimum": 0}),
    "Poll": _object(
        ("poll", "question", "options", "votes"),
        poll=_TEXT,
        question=_TEXT,
        options={"type": "array", "items": _TEXT},
        votes={"type": "array", "items": _NUMBER},
        section=_NUMBER,
        is_open=_TRUTH,
    ),
    "Prompt": _object(step=_TEXT, text={"type": "string", "maxLength": 500}),
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
        ("cursor", "counts", "frames"), cursor=_NUMBER, counts=_object(), frames={"type": "array", "items": _object()}
    ),
    "Report": _object(),
}
