"""Values of a JSON export as what they should be: nobody promised that a field is there, or of its kind."""

from __future__ import annotations

from typing import Any


def text_in(value: object) -> str:
    """*value* where it is text, a number as its digits; empty for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def fields_in(value: object) -> dict[str, Any]:
    """*value* where it is an object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def items_in(value: object) -> list[Any]:
    """*value* where it is a list; empty for anything else."""
    return value if isinstance(value, list) else []


def objects_in(value: object) -> list[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    return [item for item in items_in(value) if isinstance(item, dict)]


def count_in(value: object) -> int:
    """*value* where it is a whole number from 0 on; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def first_of(*values: object) -> str:
    """The first of *values* that is a text with something in it."""
    for value in values:
        if value:
            text = value if isinstance(value, str) else text_in(value)
            if text and not text.isspace():
                return text
    return ""
