"""One announcement for every platform: a strict Markdown subset in, each platform's dialect out. Pure."""

from __future__ import annotations

#: Dialects that `render` knows.
DIALECTS = ("plain", "telegram", "discord", "slack", "matrix", "html")


def render(text: str, dialect: str) -> str:
    """*text*, written in the subset, in *dialect*."""
    return text


def literal(text: str, dialect: str) -> str:
    """*text* as it stands, line by line, in *dialect*: nothing in it is markup."""
    return text


def length(text: str, unit: str) -> int:
    """How long *text* is in *unit* ("bytes", "utf16", "characters")."""
    units = {"bytes": lambda: len(text.encode()), "utf16": lambda: len(text.encode("utf-16-le")) // 2}
    return units.get(unit, lambda: len(text))()
