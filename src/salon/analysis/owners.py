"""Who is to act: the names at the beginning of an action, among those of everybody who was there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from salon.analysis.minuted import Item

_WORD, _LATIN, _AROUND = re.compile(r"[!-~]+"), re.compile(r"[a-z0-9_]"), "@,.:;!?()[]\"'"
#: Who is to act is said at the beginning.
_OWNERS_STAND_IN = 300


def with_owners(item: Item, names: Mapping[str, str]) -> Item:
    """*item* with its owners where it is an action; *names*: folded name → as it is written."""
    if item.kind != "action":
        return item
    text = item.text[:_OWNERS_STAND_IN].casefold()
    words = {match[0].strip(_AROUND): match.start() for match in reversed([*_WORD.finditer(text)])}
    found = {name: place for name, place in words.items() if name in names}
    # Chinese names have no spaces around them, and some names have one inside.
    for length in {len(name) for name in names if len(name) > 1 and not _WORD.fullmatch(name)}:
        for place in range(len(text) - length + 1):
            if (name := text[place : place + length]) in names and not _is_cut(text, place, length):
                found.setdefault(name, place)
    return replace(item, owners=tuple(names[name] for name in sorted(found, key=lambda n: (found[n], n))))


def _is_cut(text: str, place: int, length: int) -> bool:
    """Whether what stands there is only a part of a longer word in Latin letters."""
    before, after = text[place - 1 : place], text[place + length : place + length + 1]
    inner = text[place : place + length]
    return bool(
        (before and _LATIN.match(before) and _LATIN.match(inner[0]))
        or (after and _LATIN.match(after) and _LATIN.match(inner[-1]))
    )
