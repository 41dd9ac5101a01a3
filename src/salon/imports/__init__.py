"""Discussions held elsewhere: exports of many tools, told apart by their content.

Adding a format is adding a file here with `FORMATS`, a tuple of `Format`; removing the file removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from salon.errors import Mistakes
from salon.imports.base import Format, Reading, Source
from salon.imports.conversations import pick
from salon.imports.known import CERTAIN, all_formats, format_named, stages
from salon.imports.opening import sources_at
from salon.imports.unknown import no_chat

if TYPE_CHECKING:
    #: Everything that can be read, by name; loaded by whoever asks for it.
    FORMATS: tuple[Format, ...]

__all__ = ["FORMATS", "Format", "Reading", "Source", "format_named", "read_chat"]

#: Less sure than this is no match.
SURE_ENOUGH = 0.3
#: How sure a format is of a file.
_Found = tuple[float, Format, Source]


def __getattr__(name: str) -> Any:
    if name == "FORMATS":
        return all_formats()
    raise AttributeError(name)


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
    sources = _asked_for(sources_at(path), conversation)
    chosen, source = _insisted(path, sources, format_named(format)) if format else _choose(path, sources)
    reading = Reading(zone=zone, is_day_first=is_day_first, conversation=conversation, format=chosen.name)
    chosen.read(source, reading)
    if not reading.messages:
        raise Mistakes(
            [
                *reading.unread[:20],
                f"{path}: no message could be read as {chosen.title}; another --format may fit "
                "(salon report --formats lists them), or the export is not whole",
            ]
        )
    return reading


def _insisted(path: Path, sources: Sequence[Source], known: Format) -> tuple[Format, Source]:
    """The format that the owner names, and the file that it fits."""
    if len(sources) == 1:
        return known, sources[0]
    return _likest(path, sources, [(_likeness(known, source), known, source) for source in sources])


def _choose(path: Path, sources: Sequence[Source]) -> tuple[Format, Source]:
    """The format that fits best, and the file that it fits."""
    found: list[_Found] = []
    for source in sources:
        for formats in stages(source):
            found += [(_likeness(known, source), known, source) for known in formats]
            best = max(found[len(found) - len(formats) :], key=lambda one: one[0])
            # A Slack export has a file a day: the first that is sure speaks for all.
            if best[0] >= 0.9 and best[1].takes_many:
                return best[1], best[2]
            if best[0] >= CERTAIN:
                break
    return _likest(path, sources, found)


def _likest(path: Path, sources: Sequence[Source], found: Sequence[_Found]) -> tuple[Format, Source]:
    """Of what was *found* the one that fits best. Raises `Mistakes` where none does, or several do."""
    best = max(likeness for likeness, _, _ in found)
    if best < SURE_ENOUGH:
        raise Mistakes([no_chat(path, sources), *_how_sure(found)])
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


def _how_sure(found: Sequence[_Found]) -> list[str]:
    """The likest kinds, a line each; nothing when none is like it at all."""
    best: dict[str, float] = {}
    for likeness, known, _ in found:
        best[known.name] = max(likeness, best.get(known.name, 0.0))
    ranked = sorted(((sure, name) for name, sure in best.items() if sure > 0), key=lambda pair: (-pair[0], pair[1]))
    return [f"  {name}: {sure:.0%} sure; --format {name} insists" for sure, name in ranked[:5]]
