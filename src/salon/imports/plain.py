"""Plain text, `name: what was said`, with or without a time before it: the last resort, when most lines look so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from salon.imports.base import Format, Reading, Source
from salon.imports.chinese import is_notice
from salon.imports.clocks import DAY, STAMP, Days, Running, Stamp, file_day, stamp_in
from salon.imports.spoken import Spoken

_LINE = re.compile(
    rf"\s*(?:[\[(（]?{STAMP}[\])）]?[ \t\u3000]+)?(?:From[ \t]+)?"
    r"(?P<name>[^\s\[\]<>{}\"'`|#*=/\\:：，。！？；,!?;][^\[\]<>{}\"`|=\\:：。！？；!?;\n]{0,39}?)"
    r"(?:[ \t]+to[ \t]+Everyone)?[ \t]?[:：](?!//)[ \t\u3000]*(?P<text>.*)",
    re.S,
)
_DAY_LINE = re.compile(rf"[\s—–\-=─*#\[\]]*{DAY}\s*(?:(?:星期|周)[一二三四五六日天])?[\s—–\-=─*#\[\]]*")
_TIME_LINE = re.compile(rf"[\s—–\-=─*#\[\]]*{STAMP}[\s—–\-=─*#\[\]]*")
#: WhatsApp, Signal, Telegram, Discord, LINE and QQ begin their lines in ways of their own.
_OTHERS = re.compile(
    r"\s*[\u200e\u200f]?\[?\d{1,4}[./年-]\d{1,2}[./月-]\d{1,4}日?,?[ \u202f][^\n]{0,20}?(?:\]|[ ][-–][ ])"
    r"|\[?\d{1,2}:\d\d(?::\d\d)?\]?[ \t]*[<*\t]|.{0,60}, \[|.{0,60} — (?:Today|Yesterday|\d)"
    r"|\d{4}[-/]\d\d[-/]\d\d \d{1,2}:\d\d(?::\d\d)? [^:：]*[(<][^:：]*[)>]\s*$"
)
#: Words that stand before a colon and are nobody's name.
_NO_NAMES = frozenset(
    (
        *(
            "注意",
            "备注",
            "注",
            "例如",
            "比如",
            "问题",
            "问",
            "答",
            "总结",
            "原因",
            "结论",
            "时间",
            "地点",
            "主题",
            "链接",
        ),
        *(
            "http",
            "https",
            "note",
            "notes",
            "ps",
            "ps.",
            "re",
            "fwd",
            "todo",
            "e.g",
            "i.e",
            "example",
            "subject",
            "date",
        ),
        *("to", "cc", "bcc", "error", "warning", "info", "tel", "email", "author", "version", "title", "usage"),
    )
)
_SNIFF, _MOST = 200, 0.6


@dataclass(frozen=True)
class _Header:
    line: int
    name: str
    text: str
    stamp: Stamp | None


def likeness(source: Source) -> float:
    """Little, and only where most lines have a name that returns and nothing says that it is another's format."""
    if source.text.lstrip()[:1] in ("{", "<") or source.text.lstrip()[:2] in ("[{", "[\n"):
        return 0.0
    lines = [line[:200] for line in source.lines[:_SNIFF] if line.strip() and not _day(line)]
    if not lines or sum(bool(_OTHERS.match(line)) for line in lines) * 5 > len(lines):
        return 0.0
    headers = _headers(lines)
    names = {header.name for header in headers}
    said = sum(bool(header.text.strip()) for header in headers)
    if len(headers) < 2 or len(headers) < _MOST * len(lines) or said < _MOST * len(headers):
        return 0.0
    # Settings, letters and recipes have a word before the colon too, but hardly ever the same one again.
    returns = len(names) * 3 <= len(headers) * 2 or (len(headers) < 6 and len(names) < len(headers))
    return 0.32 if returns else 0.0


def read(source: Source, reading: Reading) -> None:
    """Read every message; a line that begins none goes on with the one above."""
    lines, day = source.lines, file_day(source.name)
    headers, clock = _headers(lines), Running(Days(day=day, copied_on=day, rolls=True))
    spoken, names = Spoken(reading), {header.name for header in headers}
    for number, line in enumerate(lines[: headers[0].line if headers else len(lines)], 1):
        if stamp := _day(line):
            clock.turn(stamp)
        elif line.strip():
            reading.cannot_read(source.name, number, "stands before the first message; it is left out")
    ends = [header.line for header in headers[1:]] + [len(lines)] * bool(headers)
    for header, end in zip(headers, ends, strict=True):
        if header.stamp is not None:
            clock.turn(header.stamp)
        at = clock.now()
        said, told = [header.text], list[str]()
        for line in lines[header.line + 1 : end]:
            if stamp := _day(line):
                clock.turn(stamp)
            else:
                (told if is_notice(line, names) else said).append(line)
        spoken.say(name=header.name, text="\n".join(said).strip(), at=at)
        for line in told:
            spoken.tell(line, at)
    reading.is_floating = reading.is_floating or clock.days.is_guessed or not clock.has_clock
    reading.lacks_days, reading.lacks_hours = clock.days.is_guessed, clock.lacks_hours


FORMATS = (
    Format(name="plain", title="plain text, a line `name: text` for each message (.txt)", likeness=likeness, read=read),
)


def _headers(lines: Sequence[str]) -> list[_Header]:
    """The lines that begin a message: where most have a time, those; where names return, a single word is none."""
    found = [(k, line_found) for k, line in enumerate(lines) if (line_found := _LINE.match(line))]
    headers = [
        _Header(k, m["name"].strip(), m["text"], stamp_in(m.groupdict()) if m["h"] else None)
        for k, m in found
        if m["name"].strip().casefold() not in _NO_NAMES and not m["name"].strip().isdecimal()
    ]
    counts = Counter(header.name for header in headers)
    timed = sum(header.stamp is not None for header in headers) > 0.7 * len(headers)
    return [h for h in headers if h.stamp is not None or (not timed and (counts[h.name] > 1 or len(h.name) <= 12))]


def _day(line: str) -> Stamp | None:
    """The time, or the day with its year or between dashes, that is all there is on *line*."""
    if not 3 < len(line) < 60:
        return None
    if clock := _TIME_LINE.fullmatch(line):
        return stamp_in(clock.groupdict())
    found = _DAY_LINE.fullmatch(line)
    return stamp_in(found.groupdict()) if found and (found["y"] or line.strip()[0] in "—–-=─") else None
