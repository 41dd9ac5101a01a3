"""How long a text is, as a platform counts."""

from __future__ import annotations

import html
import re

#: Dialects whose tags and entities are not counted by their platforms: what is read is.
_TAGGED = ("telegram", "matrix", "html")
_TAG = re.compile(r"<[^<>]*>")


def length(text: str, unit: str) -> int:
    """How long *text* is in *unit* ("bytes", "utf16", "characters")."""
    match unit:
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def shown_length(text: str, dialect: str, unit: str) -> int:
    """How long *text*, which is in *dialect*, is to a platform that counts after reading its markup (Telegram).

    Of other dialects it is the `length` of all of it.
    """
    if dialect not in _TAGGED:
        return length(text, unit)
    return length(html.unescape(_TAG.sub("", text)), unit)
