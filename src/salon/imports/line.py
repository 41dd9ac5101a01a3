"""LINE, "export chat history" of a telephone: days as headings, then hour, name and text between tabs.

A text of several lines stands between quotation marks. Read on the parsers of others, in English, Chinese, Japanese,
Korean and Thai, November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from salon.imports.base import Format, Reading, Source
from salon.imports.dates import Calendar, Written, calendar_of, day_first, hour_of, month_first, year_first

TITLE = re.compile(r"\[LINE\]\s*(?P<title>.*)")
#: "2026/03/05（四）", "2026.03.05 星期四", "Thu, 03/05/2026", "2026年3月5日(木)".
DAY = re.compile(
    r"(?P<weekday>[^\W\d_]{2,12}\.?,? )?(?P<a>\d{1,4})(?P<mark>[/.\-年년]) ?(?P<b>\d{1,2})[/.\-月월] ?(?P<c>\d{1,4})"
    r"(?:[日일.])?\s*(?:[(（]?[^\W\d_]{1,12}\.?[)）]?)?\s*"
)
_LINE = re.compile(
    r"(?P<before>[^\W\d_]{0,4}[. ]?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?"
    r"(?P<after> ?[^\W\d_.]{0,4})\t(?P<rest>.*)",
    re.S,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: "[Photo]", "[貼圖]": what stands for everything without words, in any language.
_MEDIA = re.compile(r"\[[^\[\]\n]{1,24}\]|[☎📞].*|\u260e.*")
_CHATS = (
    re.compile(r"Chat history (?:with|in) (?P<name>.+?)(?:\.txt)?"),
    re.compile(r"[與与](?P<name>.+)的(?:聊天[記记][錄录]|對話)"),
    re.compile(r"(?P<name>.+)的聊天[記记][錄录]"),
    re.compile(r"(?P<name>.+?)(?:と)?のトーク履歴"),
)


@dataclass
class _At:
    """The day under which the lines stand."""

    day: date | None = None


def _likeness(source: Source) -> float:
    head = source.head
    has_lines = any(_LINE.fullmatch(line) for line in head)
    if head and TITLE.match(head[0].lstrip("\ufeff")):
        return 0.98 if has_lines else 0.7
    return 0.9 if has_lines and any(DAY.fullmatch(line) for line in head) else 0.0


def _read(source: Source, reading: Reading) -> None:
    calendar = calendar_of_chat(source, reading)
    day: date | None = None
    lines, number = source.lines, 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := DAY.fullmatch(line):
            day = calendar(written_in(heading))
        elif found := _LINE.fullmatch(line):
            more = _quoted(lines, number, found["rest"])
            at = _time(day, found)
            if at is None:
                reading.cannot_read(source.name, number, "no day stands above it, or there is no such hour")
            else:
                _take(reading, "\n".join([found["rest"], *lines[number : number + more]]), at, is_whole=more > 0)
            number += more
        elif title := TITLE.match(line):
            reading.topic = chat_of(title["title"])
        elif line.strip() and reading.messages:
            reading.add_to_last(line)
        elif line.strip() and not is_saved(line):
            reading.cannot_read(source.name, number, "it stands before the first message")


def calendar_of_chat(source: Source, reading: Reading) -> Calendar:
    """How the file writes its days: English names of weekdays tell, where there are any."""
    found = [heading for line in source.lines if len(line) < 60 and (heading := DAY.fullmatch(line))]
    for heading in found:
        written, name = written_in(heading), (heading["weekday"] or "")[:3].lower()
        if name in _WEEKDAYS and written[0] <= 31 and reading.is_day_first is None:
            fits = [
                way for way in (day_first, month_first) if (day := way(written)) and _WEEKDAYS[day.weekday()] == name
            ]
            if len(fits) == 1:
                return fits[0]
    mark = found[0]["mark"] if found else "/"
    return (
        calendar_of([written_in(heading) for heading in found], reading, source.name, mark=mark)
        if found
        else year_first
    )


def written_in(heading: re.Match[str]) -> Written:
    """The three numbers of a day, as they stand."""
    return int(heading["a"]), int(heading["b"]), int(heading["c"])


def _time(day: date | None, found: re.Match[str]) -> datetime | None:
    hour, minute = hour_of(int(found["hour"]), found["before"], found["after"]), int(found["minute"])
    return datetime.combine(day, time(hour, minute)) if day and hour is not None and minute < 60 else None


def _quoted(lines: list[str], start: int, rest: str) -> int:
    """How many more lines belong to a text that begins with a quotation mark; 0 when nothing closes it."""
    _, tab, text = rest.partition("\t")
    if not tab or not text.startswith('"') or (len(text) > 1 and text.endswith('"') and text.count('"') % 2 == 0):
        return 0
    for end in range(start, min(start + 2000, len(lines))):
        if _LINE.fullmatch(lines[end]):
            return 0
        # A quotation mark of the text itself is written twice.
        if (len(lines[end]) - len(lines[end].rstrip('"'))) % 2:
            return end - start + 1
    return 0


def _take(reading: Reading, rest: str, at: datetime, *, is_whole: bool) -> None:
    name, tab, text = rest.partition("\t")
    if not tab or not name.strip():
        # Joins, calls, and messages that were taken back have no name of their own.
        reading.add(id="", author="", name="LINE", text=text or name, at=at, role="system")
        return
    if is_whole:
        text = text[1:-1].replace('""', '"')
    is_said = not _MEDIA.fullmatch(text.strip())
    reading.add(id="", author=name, name=name, text=text, at=at, role="member" if is_said else "system")


def chat_of(title: str) -> str:
    """Whose chat it is, out of the line at the top."""
    for known in _CHATS:
        if found := known.fullmatch(title.strip()):
            return found["name"].strip()
    return title.strip()


def is_saved(line: str) -> bool:
    """Whether *line* says when the file was made: it has a colon, a date and an hour."""
    return re.search(r"[:：]\s*\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}", line) is not None


FORMATS = (Format(name="line", title="LINE, chat history of a telephone (.txt)", likeness=_likeness, read=_read),)
