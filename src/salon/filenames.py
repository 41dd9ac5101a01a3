"""File names for things that people named."""

from __future__ import annotations

import hashlib
import re

#: Ids that are a safe name on every file system, also where `A` and `a` are one file.
_PLAIN = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
_OTHER = re.compile(r"[^a-z0-9]+")


def safe_name(text: str) -> str:
    """A file name for *text*, the same one every time, and never the same for two texts.

    A plain id (`builders-2`) is its own name. Anything else (`../x`, a NUL, an emoji, 300 characters) keeps what
    is plain of it and adds a digest behind `~`, which no plain id has.
    """
    if _PLAIN.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    hint = _OTHER.sub("-", text.lower()).strip("-")[:32]
    return f"{hint or 'group'}~{digest[:24]}"
