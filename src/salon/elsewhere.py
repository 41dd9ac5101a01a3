"""A discussion held elsewhere, as a report needs it: the chat, its outline, who led it, and which part of it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from salon.analysis.minutes import Minutes, minutes_of, outline_from, polls_from
from salon.analysis.words import is_chinese
from salon.errors import Mistakes, WrongUse
from salon.imports import Reading, format_named, read_chat
from salon.imports.chatlab import read_outline
from salon.model import Discussion, Message, PollResult, Section

#: What the clock of a file is called that says no zone, for Chinese reports and for others.
_FILES_OWN_CLOCK = {True: "当地时间", False: "local time"}
#: Of the lines that could not be read so many are shown.
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class HowToRead:
    """What the owner says of a chat; everything else is found out from it."""

    #: Name of a format; empty: by its content.
    format: str = ""
    #: Zone of times that have none, and of the report; None: not said.
    zone: ZoneInfo | None = None
    #: Whether 03/04 is the third of April; None: find out.
    is_day_first: bool | None = None
    #: Which of several chats in one export.
    conversation: str = ""
    #: First and last that count, in ISO 8601: a day (the whole of it), or a day and hour; empty: all.
    since: str = ""
    until: str = ""


def read_discussion(
    chat: Path,
    outline: Path | None,
    kol: str = "",
    how: HowToRead | None = None,
    *,
    say: Callable[[str], None] = lambda line: None,
) -> Discussion:
    """The discussion in *chat*, led by *kol* (names with commas between; `-` or empty: unknown), with its *outline*.

    Lines that cannot be read are counted, not fatal; *say* hears what was read, a sentence at a time. Raises
    `Mistakes` when a file cannot be opened, holds no message that can be read, or leaves open what must be known.
    """
    how = how or HowToRead()
    title, points = read_outline(outline) if outline else ("", ())
    reading = read_chat(
        chat, format=how.format, zone=how.zone, is_day_first=how.is_day_first, conversation=how.conversation
    )
    for line in _account(chat, reading):
        say(line)
    messages = _part(chat, reading, how)
    minutes = minutes_of(messages)
    kols = tuple(name.strip() for name in kol.split(",") if name.strip() not in ("", "-"))
    for line in _doubts(chat, kols, messages):
        say(line)
    text = " ".join([title, *points, *(m.text for m in messages[:2000])])
    in_chinese = is_chinese(text)
    return Discussion(
        topic=title or minutes.title or reading.topic or chat.stem,
        kols=kols,
        language="zh" if in_chinese else "en",
        timezone=_timezone(how, reading, in_chinese=in_chinese),
        outline=_outline(outline, points, minutes),
        messages=messages,
        polls=(*reading.polls, *_votes(outline, minutes)),
        has_days=reading.has_days,
        has_hours=reading.has_hours,
        unread_lines=len(reading.unread),
        extra={"format": reading.format},
    )


def _outline(outline: Path | None, points: Iterable[str], minutes: Minutes) -> tuple[Section, ...]:
    """The points of the owner's outline; where there is none, the topics that were set by command."""
    return tuple(Section(title=point, minutes=0) for point in points) if outline else outline_from(minutes)


def _votes(outline: Path | None, minutes: Minutes) -> tuple[PollResult, ...]:
    """What was voted on by command; topics are sections only where nobody gave an outline."""
    polls = polls_from(minutes)
    return tuple(replace(poll, section=0) for poll in polls) if outline else polls


def _timezone(how: HowToRead, reading: Reading, *, in_chinese: bool) -> str:
    """The zone of the report's times, or what the clock of the file is called; empty where it tells no time at all."""
    if not reading.has_hours:
        return ""
    return how.zone.key if how.zone else _FILES_OWN_CLOCK[in_chinese] if reading.is_floating else "UTC"


def _account(chat: Path, reading: Reading) -> list[str]:
    """What was read, in sentences."""
    news = sum(m.role == "system" for m in reading.messages)
    bots = f" ({reading.bots} of bots)" if reading.bots else ""
    lines = [
        f"{chat}: {format_named(reading.format).title}; {_many(len(reading.messages) - news, 'message')} by "
        f"{_many(reading.people, 'person', 'people')}, {_many(news, 'system line')}{bots}, "
        f"{_many(len(reading.unread), 'line')} could not be read; {_whose_clock(reading)}"
    ]
    lines += [f"{chat}: {note}" for note in reading.notes]
    lines += reading.unread[:_SHOWN]
    if len(reading.unread) > _SHOWN:
        lines.append(f"{chat}: and {_many(len(reading.unread) - _SHOWN, 'more line')} that could not be read")
    return lines


def _doubts(chat: Path, kols: Iterable[str], messages: Iterable[Message]) -> Iterator[str]:
    """What the owner should know of the names that were said to lead: nobody has one, or several people have."""
    people = {m.author: m.name for m in messages if m.role != "system"}
    for kol in kols:
        keys = [k for k, name in people.items() if kol.casefold() in (k.casefold(), name.casefold())]
        if not keys:
            yield f"{chat}: --kol {kol}: nobody of that name wrote anything; names are as the chat shows them"
        elif len(keys) > 1 and kol.casefold() not in (k.casefold() for k in keys):
            yield f"{chat}: --kol {kol}: {len(keys)} people have that name; give one's key: {', '.join(keys)}"


def _whose_clock(reading: Reading) -> str:
    if not reading.has_hours:
        days = "days, but no hours" if reading.has_days else "no times, and the report prints none"
        return f"the file tells {days}"
    days = "" if reading.has_days else "; the file does not tell the day or its year, and the report prints none"
    if reading.zone:
        return f"times are in {reading.zone.key}{days}"
    whose = "the file's own clock (--timezone Europe/Berlin says whose)" if reading.is_floating else "in UTC"
    return f"times are {whose}{days}"


def _many(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _part(chat: Path, reading: Reading, how: HowToRead) -> tuple[Message, ...]:
    """The messages that count. Raises `Mistakes` when none was said then."""
    if (how.since or how.until) and not reading.has_days:
        raise Mistakes([f"{chat}: the chat does not tell on which day anything was said; leave out --since, --until"])
    zone: tzinfo = how.zone or UTC
    since = _bound("--since", how.since, zone, is_end=False) if how.since else None
    until = _bound("--until", how.until, zone, is_end=True) if how.until else None
    part = tuple(m for m in reading.messages if (since is None or m.at >= since) and (until is None or m.at < until))
    if not part:
        first, last = (f(m.at for m in reading.messages).astimezone(zone) for f in (min, max))
        raise Mistakes(
            [f"{chat}: nothing was said then; the chat runs from {first:%Y-%m-%dT%H:%M} to {last:%Y-%m-%dT%H:%M}"]
        )
    return part


def _bound(option: str, written: str, zone: tzinfo, *, is_end: bool) -> datetime:
    """*written* as a moment; a day alone counts whole, so its end is the next midnight."""
    try:
        day = date.fromisoformat(written)
        at = datetime.combine(day + timedelta(days=1) if is_end else day, time())
    except (ValueError, OverflowError):
        try:
            at = datetime.fromisoformat(written)
        except ValueError as wrong:
            raise WrongUse(f"{option} {written}: no time; write 2026-03-05 or 2026-03-05T20:00") from wrong
    return at if at.tzinfo else at.replace(tzinfo=zone)
