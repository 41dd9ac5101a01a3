"""File names for things that people named."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

#: Ids that are a safe name on every file system, also where `A` and `a` are one file.
_PLAIN = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
_OTHER = re.compile(r"[^a-z0-9]+")
#: What no file name may have on some file system, or would be taken for a step in a path; and what nobody sees.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff/\\:*?"<>|~]+')


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


def shown_names(texts: Iterable[str]) -> list[str]:
    """A file name for each of *texts* that people can read: letters of any language stay, at most 60 of them.

    No two are the same, also where `A` and `a` are one file: what was taken before gets a digest behind `~`.
    """
    taken, names = set[str](), list[str]()
    for text in texts:
        plain = _UNSAFE.sub("-", " ".join(unicodedata.normalize("NFC", text).split()))
        name = plain.strip("-. ")[:60].rstrip("-. ") or "group"
        if name.casefold() in taken:
            name = f"{name}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        taken.add(name.casefold())
        names.append(name)
    return names
