"""What a button of the owner's desk, or a program, asks to be done to a report."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import orjson

from salon.errors import WrongUse
from salon.wording import calm


def operations_in(fields: Mapping[str, str], by: str) -> list[Mapping[str, str]]:
    """What a form's button asks for, in the name of *by*; or a program's list. Raises `WrongUse`."""
    if "operations" in fields:
        return _listed(fields["operations"])
    act, key = fields.get("act", ""), fields.get("key", "")
    text = calm(fields.get("text", ""))
    match act:
        case "up":
            return [{"do": "move", "key": key, "before": _needed(fields, "prev")}]
        case "down":
            return [{"do": "move", "key": _needed(fields, "next"), "before": key}]
        case "merge":
            return [{"do": "merge", "key": key, "other": _needed(fields, "next")}]
        case "note":
            new = f"n-{secrets.token_hex(6)}"
            place = fields.get("place", "")
            return [{"do": "note", "key": fields.get("note") or new, "place": place, "text": text, "by": by}]
        case "title" | "rewrite":
            return [{"do": act, "key": key, "text": text}]
    return [{"do": act, "key": key}]


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise WrongUse(f"{name}: there is nothing on that side")
    return fields[name]


def _listed(text: str) -> list[Mapping[str, str]]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise WrongUse(f"operations: this is not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise WrongUse('operations: write a list of objects, [{"do": "drop", "key": "…"}]')
    return [{**one, "text": calm(one["text"])} if isinstance(one.get("text"), str) else one for one in found]


def number_in(fields: Mapping[str, str], name: str) -> int:
    """The version that field *name* gives. Raises `WrongUse`."""
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongUse(f"{name}: write the number of a version")
    return int(text)
