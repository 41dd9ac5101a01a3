"""The web room's HTTP interface, described for programs (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from salon import __version__
from salon.rules.seats import NAME_LENGTH
from salon.rules.talk import MESSAGE_LENGTH
from salon.web import (
    archive,
    board,
    cards,
    console,
    editing,
    invites,
    landing,
    leader,
    leader_training,
    leaders,
    linting,
    moderation,
    paper,
    polling,
    posters,
    questions,
    register,
    sending,
)
from salon.web.describe import (
    GUEST,
    NUMBER,
    PAGE,
    STREAM,
    TEXT,
    TRUTH,
    member_op,
    object_of,
    op,
    with_parts,
)
from salon.web.host import PROMPT_LENGTH


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
        "components": {
            "schemas": _ALL_SCHEMAS,
            "securitySchemes": {"guest": GUEST},
        },
    }


_AFTER, _AFTER_OR_WAIT = {"after": "integer"}, {"after": "integer", "wait": "string"}
_LINE = "Server-sent events past the cursor: frames, `counts`, and `pulse` every 15 s"
_PART = "A part of the page as it is now for the asker, which a frame of kind `changed` names"
_ENTRIES = "The same frames as a list; with `wait` it waits for the next"

_DOOR: dict[str, Any] = {
    "/c/{code}": {"get": op("The page behind a group's QR code; later the report", PAGE, refused=(404,))},
    "/c/{code}/seat": {
        "get": op("Where the asker stands", answer="Standing", refused=(404,)),
        "post": op(
            "Take a seat, or the next place in the waiting list; repeated, the same one",
            body="Claim",
            answer="Standing",
            status=201,
            refused=(400, 404, 409, 410, 413),
        ),
    },
    "/room/{event}/leave": {
        "post": member_op("Release seat or place; who waits moves up", PAGE, answer="Left", refused=(403, 404, 410))
    },
    "/room/{event}/seat": {"delete": member_op("The same", PAGE, answer="Left", refused=(403, 404, 410))},
}
_ROOM: dict[str, Any] = {
    "/room/{event}": {
        "get": member_op("The room: a page, or its numbers for programs", PAGE, answer="Room", refused=(403, 404))
    },
    "/room/{event}/stream": {"get": member_op(_LINE, STREAM, query=_AFTER, refused=(403, 404))},
    "/room/{event}/parts/{part}": {"get": member_op(_PART, PAGE, refused=(403, 404))},
    "/room/{event}/entries": {
        "get": member_op(_ENTRIES, answer="Frames", query=_AFTER_OR_WAIT, refused=(403, 404)),
    },
    "/room/{event}/messages": {
        "post": member_op(
            "Say something; one `client_id` is said once",
            body="Line",
            answer="Posted",
            status=201,
            refused=(400, 403, 404, 410, 413, 422),
        )
    },
}


def _leader(role: str, who: str) -> dict[str, Any]:
    """What host and KOL have in common, by their private link."""
    base = f"/{role}/{{event}}/{{token}}"
    speak = op(f"Speak as the {who}", body="Line", answer="Posted", refused=(400, 403, 404, 409, 410, 422))
    return {
        base: {"get": op(f"The {who}'s page", PAGE, refused=(403, 404))},
        f"{base}/stream": {"get": op(_LINE, STREAM, query=_AFTER, refused=(403, 404))},
        f"{base}/parts/{{part}}": {"get": op(_PART, PAGE, refused=(403, 404))},
        f"{base}/entries": {"get": op(_ENTRIES, answer="Frames", query=_AFTER_OR_WAIT, refused=(403, 404))},
        f"{base}/messages": {"post": speak},
    }


_HOST = "/host/{event}/{token}"
_LEADS: dict[str, Any] = {
    **_leader("host", "host"),
    f"{_HOST}/prompts": {
        "post": op("Post a prompt now", body="Prompt", answer="Done", refused=(400, 403, 404, 409, 410))
    },
    f"{_HOST}/messages/{{seq}}/hide": {
        "post": op("Hide a message everywhere", body="Done", answer="Done", refused=(403, 404))
    },
    f"{_HOST}/end": {"post": op("Close the room now, for good", body="Sure", answer="Done", refused=(400, 403, 404))},
    **_leader("kol", "KOL"),
    "/kol/{event}/{token}/confirm": {"post": op("Confirm the brief", body="Done", answer="Done", refused=(403, 404))},
    "/owner/{token}": {"get": op("The owner's weeks", PAGE, answer="Weeks", refused=(403,))},
}
_REST: dict[str, Any] = {
    "/report/{event}": {"get": op("The report as a page", PAGE, refused=(404,))},
    "/report/{event}/report.html": {"get": op("The same", PAGE, refused=(404,))},
    "/report/{event}/report.md": {"get": op("The report in Markdown", "text/markdown", refused=(404,))},
    "/report/{event}/report.json": {"get": op("The report for programs", answer="Done", refused=(404,))},
    "/portrait/{event}": {"get": op("The KOL's picture", "image/jpeg", refused=(404,))},
    "/static/{name}": {"get": op("Style and script of the pages", "text/css", "text/javascript", refused=(404,))},
    "/openapi.json": {"get": op("This document", answer="Done")},
    "/health": {"get": op("Whether the database answers", answer="Done", refused=(503,))},
    "/": {"get": op("Nothing but a hint", PAGE)},
}
_MORE = (
    *(archive, board, cards, console, editing, invites, landing, leader, leader_training, leaders, linting, moderation),
    *(paper, polling, posters, questions, register, sending),
)
_ALL = {**_DOOR, **_ROOM, **_LEADS, **_REST, **{path: ops for more in _MORE for path, ops in more.PATHS.items()}}
_PATHS = {path: with_parts(path, ops) for path, ops in _ALL.items()}

_SCHEMAS: dict[str, Any] = {
    "Refusal": object_of(("error", "reason", "say"), error=TEXT, reason=TEXT, say=TEXT),
    "Claim": object_of(name={"type": "string", "maxLength": NAME_LENGTH}, question=TEXT, anonymous=TRUTH),
    "Standing": object_of(
        ("event",),
        event=TEXT,
        seat=NUMBER,
        waiting=NUMBER,
        offered_until=TEXT,
        room=TEXT,
        seats_left=NUMBER,
        phase=TEXT,
        is_barred={**TRUTH, "description": "A host lets nobody new in"},
    ),
    "Left": object_of(("left",), left=TRUTH),
    "Line": object_of(
        ("text",),
        text={"type": "string", "maxLength": MESSAGE_LENGTH},
        client_id={"type": "string", "maxLength": 64},
        reply_to=TEXT,
        name={"type": "string", "maxLength": NAME_LENGTH, "description": "The host's name for this line"},
    ),
    "Posted": object_of(("seq",), seq={"type": ["integer", "null"], "description": "null: said before"}),
    "Prompt": object_of(step=TEXT, text={"type": "string", "maxLength": PROMPT_LENGTH}, client_id=TEXT),
    "Sure": object_of(("sure",), sure={"const": "yes"}),
    "Done": object_of(),
    "Room": object_of(
        ("event", "phase", "cursor", "polls"),
        event=TEXT,
        phase={"enum": ["before", "open", "closed"]},
        seat=NUMBER,
        waiting=NUMBER,
        cursor=NUMBER,
        closes_at=TEXT,
        now=TEXT,
        counts=object_of(),
        polls={"type": "array", "items": {"$ref": "#/components/schemas/Poll"}},
    ),
    "Frames": object_of(
        ("cursor", "counts", "frames"),
        cursor=NUMBER,
        counts=object_of(),
        frames={"type": "array", "items": object_of()},
    ),
    "Weeks": {"type": "array", "items": object_of()},
}
_ALL_SCHEMAS = {**_SCHEMAS, **{name: schema for more in _MORE for name, schema in more.SCHEMAS.items()}}
