"""Discussions held elsewhere: exports of many tools, told apart by their content.

Adding a format is adding a file here with `FORMATS`, a tuple of `Format`; removing the file removes it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from salon.errors import Mistakes
from salon.imports.base import Format, Reading, Source
from salon.imports.conversations import pick
from salon.imports.opening import sources_at

__all__ = ["FORMATS", "Format", "Reading", "Source", "format_named", "read_chat"]

#: Less sure than this is no match.
SURE_ENOUGH = 0.3


def _formats() -> tuple[Format, ...]:
    """Those of every file in this folder, by name."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return tuple(sorted((f for m in modules for f in getattr(m, "FORMATS", ())), key=lambda f: f.name))


#: Everything that can be read.
FORMATS = _formats()


def read_chat(
    path: Path,
    *,
    format: str = "",
    zone: ZoneInfo | None = None,
    is_day_first: bool | None = None,
    conversation: str = "",
) -> Reading:
    """Read the chat at *path*: a file, a zip archive, or a folder. What kind it is shows its content, never its name.

    *format* insists on one; *zone* is that of times which have none; *conversation* names one of several chats.
    Raises `Mistakes` when nothing can be read, when two kinds are equally likely, and for what the owner must say
    first; `WrongUse` for a *format* that is not known. Lines that cannot be read are noted, never fatal.
    """
    wanted = [format_named(format)] if format else FORMATS
    sources = sources_at(path)
    chosen, source = _choose(path, _asked_for(sources, conversation), wanted, is_forced=bool(format))
    reading = Reading(zone=zone, is_day_first=is_day_first, conversation=conversation, format=chosen.name)
    chosen.read(source, reading)
    if not reading.messages:
        raise Mistakes(
            [*reading.unread[:20], f"{path}: no message could be read as {chosen.title}; {_what_is_known()}"]
        )
    return reading


def format_named(name: str) -> Format:
    """The format of that *name*. Raises `Mistakes`, which lists all, when there is none."""
    for known in FORMATS:
        if known.name == name.strip().lower():
            return known
    raise Mistakes([f"--format {name}: not known; {_what_is_known()}"])


def _choose(
    path: Path, sources: Sequence[Source], formats: Sequence[Format], *, is_forced: bool
) -> tuple[Format, Source]:
    """The format that fits best, and the file that it fits."""
    if is_forced and len(sources) == 1:
        return formats[0], sources[0]
    found: list[tuple[float, Format, Source]] = []
    for source in sources:
        for known in formats:
            found.append((_likeness(known, source), known, source))
            # A Slack export has a file a day: the first that is sure speaks for all.
            if found[-1][0] >= 0.9 and known.takes_many:
                return known, source
    best = max(likeness for likeness, _, _ in found)
    if best < SURE_ENOUGH:
        raise Mistakes([_nothing_fits(path, sources), *_how_sure(found)])
    likest = [(known, source) for likeness, known, source in found if likeness == best]
    names = sorted({known.name for known, _ in likest})
    if len(names) > 1:
        raise Mistakes([f"{path}: it may be {' or '.join(names)}; write --format {names[0]} or --format {names[1]}"])
    chosen = likest[0][0]
    chats = [s for likeness, known, s in found if known is chosen and likeness >= max(SURE_ENOUGH, best - 0.2)]
    return chosen, likest[0][1] if chosen.takes_many else chats[pick([s.name for s in chats], "", str(path))]


def _asked_for(sources: list[Source], conversation: str) -> list[Source]:
    """The file that is named like the *conversation*, where one is: in most archives each chat is a file."""
    named = [source for source in sources if conversation and source.name == conversation]
    return named or sources


def _likeness(known: Format, source: Source) -> float:
    """How sure *known* is; a file so strange that looking at it fails is not of that kind."""
    try:
        return known.likeness(source)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        return 0.0


def _nothing_fits(path: Path, sources: Sequence[Source]) -> str:
    hint = ""
    if len(sources) == 1 and sources[0].text.lstrip()[:1] in ("{", "[") and sources[0].document is None:
        hint = " (it begins like JSON, but is not whole)"
    if not sources[0].text.strip():
        hint = " (it is empty)"
    return f"{path}: this is no export that can be read{hint}; {_what_is_known()}"


def _how_sure(found: Sequence[tuple[float, Format, Source]]) -> list[str]:
    """The likest kinds, a line each; nothing when none is like it at all."""
    best: dict[str, float] = {}
    for likeness, known, _ in found:
        best[known.name] = max(likeness, best.get(known.name, 0.0))
    ranked = sorted(((sure, name) for name, sure in best.items() if sure > 0), key=lambda pair: (-pair[0], pair[1]))
    return [f"  {name}: {sure:.0%} sure; --format {name} insists" for sure, name in ranked[:5]]


def _what_is_known() -> str:
    return "known are " + ", ".join(f"{known.name} ({known.title})" for known in FORMATS)
