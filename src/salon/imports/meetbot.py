"""Logs of meetings run by command (MeetBot and its descendants): IRC logs, or a bare script of what was typed.

The commands stay in the log as messages; `salon.analysis.minutes` makes the minutes of them.
"""

from __future__ import annotations

import re
from datetime import datetime, time

from salon.analysis.minutes import minutes_of
from salon.imports import irc
from salon.imports.base import Format, Reading, Source
from salon.imports.clocks import file_day
from salon.imports.irc_lines import seen

_START = re.compile(r"(?:^|>)\s*#startmeeting\b", re.I | re.M)
#: A script names nobody: whoever started the meeting is its chair, and typed it all.
_NOBODY = "chair"
_BEGINNING = 65_536


def likeness(source: Source) -> float:
    """Surest of all where an IRC log starts a meeting; a bare script must begin with that."""
    found = _START.search(source.text[:_BEGINNING])
    if found is None:
        return 0.0
    if _is_script(source.text):
        return 0.9
    like = irc.likeness(source)
    return min(1.0, like + 0.05) if like else 0.0


def read(source: Source, reading: Reading) -> None:
    """Read the log as IRC, or the script line by line; the topic is the meeting's."""
    if _is_script(source.text):
        _read_script(source, reading)
    else:
        irc.read(source, reading)
    reading.topic = minutes_of(reading.messages).title or reading.topic


FORMATS = (
    Format(
        name="meetbot",
        title="Meeting log with #startmeeting and other commands: MeetBot, hcoop-meetbot (.txt, .log)",
        likeness=likeness,
        read=read,
    ),
)


def _is_script(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").casefold().startswith("#startmeeting")


def _read_script(source: Source, reading: Reading) -> None:
    day = file_day(source.name)
    at = datetime.combine(day, time()) if day else None
    # A script has no times at all, even where the file's name has a day.
    reading.is_floating = reading.lacks_hours = True
    for raw in source.lines:
        if text := seen(raw).strip():
            said = text.removeprefix("/me ")
            reading.add(id="", author=_NOBODY, name=_NOBODY, text=said, at=at)
