"""How one operation of the web room's interface is described (OpenAPI 3.1): for the module that serves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

JSON, PAGE = "application/json", "text/html"
STREAM, FORM = "text/event-stream", "application/x-www-form-urlencoded"


def op(
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
        content[JSON] = {"schema": {"$ref": f"#/components/schemas/{answer}"}}
    responses: dict[str, Any] = {"200": {"description": "Done", "content": content}}
    if status == 201:
        responses["201"] = {"description": "New", "content": content}
    if body and PAGE not in types:
        responses["303"] = {"description": "Done; for a page, which goes on by GET"}
    responses.update({str(refusal): REFUSAL for refusal in refused})
    op: dict[str, Any] = {"summary": summary, "responses": responses}
    if query:
        op["parameters"] = [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in query.items()]
    if body:
        schema = {"schema": {"$ref": f"#/components/schemas/{body}"}}
        op["requestBody"] = {"content": {JSON: schema, FORM: schema}}
    return op


def member_op(summary: str, *types: str, **more: Any) -> dict[str, Any]:
    """An operation for whoever carries the cookie of a seat holder."""
    return {**op(summary, *types, **more), "security": [{"guest": []}]}


def object_of(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """A schema of an object with *properties*."""
    return {"type": "object", "properties": properties, "required": list(required)}


def with_parts(path: str, ops: dict[str, Any]) -> dict[str, Any]:
    """*ops* with the parameters that stand in the path's braces."""
    parts = re.findall(r"\{(\w+)\}", path)
    if not parts:
        return ops
    return {**ops, "parameters": [{"name": p, "in": "path", "required": True, "schema": TEXT} for p in parts]}


TEXT, NUMBER, TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
TEXTS, NUMBERS = {"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER}
GUEST = {"type": "apiKey", "in": "cookie", "name": "guest", "description": "Given by any page behind a code"}
REFUSAL = {"description": "Refused", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}}}
