"""The events of a programme file: date, KOL, outline, polls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from salon.model import (
    ALWAYS,
    MULTIPLE,
    POLL_KINDS,
    POLL_RESULTS,
    RANK,
    SCALE,
    SINGLE,
    Event,
    Kol,
    Poll,
    Section,
    Times,
)
from salon.pace import SENDING
from salon.planbook import PLAN
from salon.poster.theme import themes
from salon.programme.cards import read_promotions, read_questionnaires
from salon.programme.options import read_ends, read_options, read_scale
from salon.programme.parts import (
    ADDRESS,
    LINE,
    MOST_EVENTS,
    MOST_ITEMS,
    MOST_MINUTES,
    MOST_NUMBER,
    MOST_SEATS,
    MOST_SECTIONS,
    NAME,
    PARAGRAPH,
    TITLE,
    TOPIC,
    WEEKDAYS,
    SeriesPlan,
    check_once,
    read_room,
)
from salon.programme.portrait import read_portrait
from salon.programme.table import Table
from salon.programme.times import bind, check_order, read_moments

#: Stands in for a date that could not be read, so that the rest of its event is still checked.
_SOME_DAY = date(2027, 1, 14)


def read_events(root: Table, plan: SeriesPlan, folder: Path, channels: Collection[str]) -> tuple[Event, ...]:
    """The tables `[[events]]`, in the file's order; portraits are found from *folder*."""
    tables = root.tables("events", most=MOST_EVENTS)
    days = [table.day("date") for table in tables]
    numbers = _numbers(tables, days)
    events = [
        _event(table, plan, day, number, folder, channels)
        for table, day, number in zip(tables, days, numbers, strict=True)
    ]
    check_once(tables, "date", days)
    check_once(tables, "number", numbers)
    # Two events of one day share the id made from it as well; the date alone is said.
    own = [k for k, table in enumerate(tables) if table.has("id") or days.index(days[k]) == k]
    check_once([tables[k] for k in own], "id", [events[k].id for k in own])
    return tuple(events)


def _numbers(tables: Sequence[Table], days: Sequence[date | None]) -> list[int]:
    """No. N of each event: its own, or one more than that of the event before it by date."""
    numbers, last = [0] * len(tables), 0
    for k in sorted(range(len(tables)), key=lambda k: days[k] or date.max):
        last = numbers[k] = tables[k].whole("number", least=1, most=MOST_NUMBER, default=last + 1)
    return numbers


def _event(
    table: Table, plan: SeriesPlan, day: date | None, number: int, folder: Path, channels: Collection[str]
) -> Event:
    _check_weekday(table, plan, day)
    # An id that is missing and cannot be made is no second mistake.
    usual = f"{plan.series.id or 'series'}-{day or 'undated'}"
    name = table.name("id", most=60, default=usual)
    if name in (PLAN, SENDING):
        table.refuse("id", f'another id; a journal of the house itself is called "{name}"')
    times = _times(table, plan, day)
    outline = _outline(table, times)
    room = read_room(table, plan.room)
    event = Event(
        id=name if day or table.has("id") else "",
        series=plan.series.id,
        series_name=plan.series.name,
        number=number,
        timezone=plan.series.timezone,
        languages=plan.series.languages,
        topic=table.text("topic", most=TOPIC),
        kol=_kol(table.table("kol"), name, folder, channels),
        times=times,
        seats=table.whole("seats", least=1, most=MOST_SEATS, default=plan.seats),
        summary=table.text("summary", most=PARAGRAPH, default="", lines=True),
        outline=outline,
        polls=_polls(table, len(outline)),
        questionnaires=read_questionnaires(table, len(outline)),
        promotions=read_promotions(table, len(outline), folder),
        precautions=table.texts("precautions", most=MOST_ITEMS, length=LINE, default=plan.precautions),
        theme=table.choice("theme", themes(), default=plan.theme),
        room=room.room,
        platform=room.platform,
        code_hours=room.code_hours,
        extend_minutes=table.whole("extend_minutes", least=0, most=60, default=30, unit="minutes"),
        silence_minutes=plan.silence_minutes,
        unanswered_minutes=plan.unanswered_minutes,
    )
    table.done()
    return event


def _check_weekday(table: Table, plan: SeriesPlan, day: date | None) -> None:
    if not table.flag("any_day") and day and plan.weekday and WEEKDAYS[day.weekday()] != plan.weekday:
        is_now, should_be = WEEKDAYS[day.weekday()].title(), plan.weekday.title()
        table.notes.mistake(
            table.path("date"), f"{day} is a {is_now}; write the date of a {should_be}, or any_day = true"
        )


def _times(table: Table, plan: SeriesPlan, day: date | None) -> Times:
    own = table.table("moments")
    moments = read_moments(own, plan.moments)
    if plan.is_in_order:
        check_order(own, moments, day or _SOME_DAY, plan.zone)
    return bind(moments, day or _SOME_DAY, plan.zone)


def _kol(table: Table, event: str, folder: Path, channels: Collection[str]) -> Kol:
    kol = Kol(
        name=table.text("name", most=NAME),
        title=table.text("title", most=TITLE, default=""),
        bio=table.text("bio", most=PARAGRAPH, default="", lines=True),
        portrait=read_portrait(table, folder),
        channel=table.choice("channel", channels, default="folder"),
        # A place of its own: the brief carries the KOL's private link.
        address=table.text("address", most=ADDRESS, default=f"kol-{event}"),
    )
    table.done()
    return kol


def _outline(table: Table, times: Times) -> tuple[Section, ...]:
    outline = tuple(_section(section) for section in table.tables("outline", most=MOST_SECTIONS))
    planned = sum(section.minutes for section in outline)
    room = int((_utc(times.disbands_at) - _utc(times.starts_at)).total_seconds() // 60)
    if 0 < room < planned:
        table.notes.mistake(
            table.path("outline"),
            f"{planned} minutes in all are not allowed; write at most {room}, the time from starts to disband",
        )
    return outline


def _section(table: Table) -> Section:
    section = Section(
        title=table.text("title", most=TITLE),
        minutes=table.whole("minutes", least=1, most=MOST_MINUTES, unit="whole minutes"),
        questions=table.texts("questions", most=MOST_ITEMS, length=LINE),
        prompts=table.texts("prompts", most=MOST_ITEMS, length=PARAGRAPH, lines=True),
    )
    table.done()
    return section


def _polls(table: Table, sections: int) -> tuple[Poll, ...]:
    tables = table.tables("polls", most=MOST_ITEMS)
    polls = tuple(_poll(poll, n, sections) for n, poll in enumerate(tables, 1))
    check_once(tables, "id", [poll.id for poll in polls])
    return polls


def _poll(table: Table, number: int, sections: int) -> Poll:
    kind = table.choice("kind", POLL_KINDS, default=SINGLE)
    options = read_scale(table) if kind == SCALE else read_options(table)
    poll = Poll(
        id=table.name("id", most=40, default=f"poll-{number}"),
        question=table.text("question", most=LINE),
        options=options,
        section=table.whole("section", least=1, most=max(sections, 1), default=1, unit="the number of a section"),
        kind=kind,
        results=table.choice("results", POLL_RESULTS, default=ALWAYS),
        is_named=table.flag("named"),
        choices=_choices(table, len(options)) if kind in (MULTIPLE, RANK) else 0,
        ends=read_ends(table) if kind == SCALE else (),
    )
    table.done()
    return poll


def _choices(table: Table, options: int) -> int:
    """How many options a vote may name, or how many places it gives; 0: all."""
    return table.whole("choices", least=1, most=options, default=options) if table.has("choices") and options else 0


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
