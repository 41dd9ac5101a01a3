"""The series and the groups of a programme file, and every limit on what an owner may write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from salon.allowances import is_quiet_hours
from salon.channels import known_channels
from salon.group_code.kinds import platforms
from salon.model import BY_HAND, LENGTHS, OWN, Event, Group, Series
from salon.poster.theme import themes
from salon.programme.table import Notes, Table, nearest, shown
from salon.programme.times import Moments, check_order, read_moments
from salon.recurrence import FORMS, is_rule

#: Names of the channels that are installed.
CHANNELS = known_channels()
LANGUAGES = ("zh", "en")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: Characters, at most.
NAME, TITLE, TOPIC, ADDRESS, LINE, PARAGRAPH = 80, 120, 120, 200, 300, 2000
MOST_GROUPS, MOST_EVENTS, MOST_SECTIONS, MOST_ITEMS = 2000, 500, 20, 20
#: Members of a group, and announcements in a month.
MOST_SIZE, MOST_BUDGET = 1_000_000, 1000
MOST_SEATS, MOST_MINUTES, MOST_NUMBER, MOST_CODE_HOURS = 1000, 240, 100_000, 72


@dataclass(frozen=True, kw_only=True)
class RoomPlan:
    """Where the evenings happen: `salon.model.Event.room`, `platform` and `code_hours`."""

    room: str = OWN
    platform: str = "wechat"
    code_hours: int = 2


def read_room(table: Table, base: RoomPlan) -> RoomPlan:
    """The keys `room`, `platform` and `code_hours` of *table*; what it leaves out is as in *base*."""
    return RoomPlan(
        room=table.choice("room", (OWN, BY_HAND), default=base.room),
        platform=table.choice("platform", tuple(platforms().known), default=base.platform),
        code_hours=table.whole("code_hours", least=1, most=MOST_CODE_HOURS, default=base.code_hours, unit="hours"),
    )


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """The series, and what its events take from it unless they say otherwise."""

    series: Series
    zone: ZoneInfo
    #: "thursday"; empty: it could not be read, so that no event's date is held against it.
    weekday: str
    seats: int
    precautions: tuple[str, ...]
    #: Of the pictures.
    theme: str
    room: RoomPlan
    #: `salon.model.Event.silence_minutes` and `unanswered_minutes`.
    silence_minutes: int
    unanswered_minutes: int
    moments: Moments
    #: False: the series' own moments are out of order, which is said once and not for every event.
    is_in_order: bool


def read_series(root: Table, channels: Collection[str]) -> SeriesPlan:
    """The table `[series]`."""
    table = root.table("series")
    zone = _zone(table)
    moments_table = table.table("moments")
    moments = read_moments(moments_table, None)
    plan = SeriesPlan(
        series=_series(table, zone, channels),
        zone=zone,
        weekday=table.choice("weekday", WEEKDAYS),
        seats=table.whole("seats", least=1, most=MOST_SEATS, default=100),
        precautions=table.texts("precautions", most=MOST_ITEMS, length=LINE),
        moments=moments,
        theme=table.choice("theme", themes(), default="night"),
        room=read_room(table, RoomPlan()),
        silence_minutes=table.whole("silence_minutes", least=1, most=60, default=3, unit="minutes"),
        unanswered_minutes=table.whole("unanswered_minutes", least=1, most=60, default=6, unit="minutes"),
        # A day without a change of clocks: what is out of order here is so on every day.
        is_in_order=check_order(moments_table, moments, date(2027, 1, 14), ZoneInfo("UTC")),
    )
    table.done()
    return plan


def _series(table: Table, zone: ZoneInfo, channels: Collection[str]) -> Series:
    return Series(
        id=table.name("id", most=40),
        name=table.text("name", most=NAME),
        timezone=zone.key,
        languages=_languages(table),
        owner_channel=table.choice("owner_channel", channels, default="folder"),
        owner_address=table.text("owner_address", most=ADDRESS, default="owner"),
        report=table.choice("report", ("publish", "approve"), default="publish"),
        report_text=table.choice("report_text", LENGTHS, default="short"),
        repeats=_repeats(table),
    )


def _repeats(table: Table) -> str:
    text = table.text("repeats", most=NAME, default="weekly")
    if text and not is_rule(text):
        table.refuse("repeats", FORMS)
    return text


def _zone(table: Table) -> ZoneInfo:
    name = table.text("timezone", most=NAME)
    known = _zones()
    if name and name not in known:
        near = nearest(name.replace(" ", "_"), known) or "Asia/Shanghai"
        table.refuse("timezone", f'an IANA name, like "{near}"')
    return ZoneInfo(name if name in known else "UTC")


@cache
def _zones() -> frozenset[str]:
    # Asking the disk for all 600 takes longer than reading a programme.
    return frozenset(available_timezones())


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages", most=len(LANGUAGES), length=40, default=("zh",))
    if not languages or len(set(languages)) < len(languages) or not set(languages) <= set(LANGUAGES):
        table.notes.mistake(
            table.path("languages"),
            f'[{", ".join(map(shown, languages))}] is not allowed; write ["zh"], ["en"], ["zh", "en"] or ["en", "zh"]',
        )
        return ("zh",)
    return languages


def read_groups(root: Table, channels: Collection[str]) -> tuple[Group, ...]:
    """The tables `[[groups]]`, in the file's order."""
    tables = root.tables("groups", most=MOST_GROUPS)
    groups = tuple(_group(table, channels) for table in tables)
    check_once(tables, "id", [group.id for group in groups])
    check_once(tables, "name", [group.name for group in groups])
    return groups


def _group(table: Table, channels: Collection[str]) -> Group:
    name = table.name("id", most=40)
    group = Group(
        id=name,
        name=table.text("name", most=NAME),
        channel=table.choice("channel", channels, default="folder"),
        address=table.text("address", most=ADDRESS, default=name),
        leader=table.text("leader", most=NAME, default=""),
        language=table.choice("language", LANGUAGES, default=""),
        report_text=table.choice("report_text", LENGTHS, default=""),
        text=table.choice("text", LENGTHS, default="full"),
        kind=table.name("kind", most=20, default="") if table.has("kind") else "",
        platform=table.text("platform", most=NAME, default=""),
        purpose=table.text("purpose", most=LINE, default=""),
        rules=table.text("rules", most=PARAGRAPH, default="", lines=True),
        size=table.whole("size", least=0, most=MOST_SIZE, default=0),
        backup=table.text("backup", most=NAME, default=""),
        parent=table.text("parent", most=NAME, default=""),
        quiet=_quiet(table),
        per_day=table.whole("per_day", least=0, most=MOST_BUDGET, default=0),
        per_week=table.whole("per_week", least=0, most=MOST_BUDGET, default=0),
        per_month=table.whole("per_month", least=0, most=MOST_BUDGET, default=0),
    )
    table.done()
    return group


def _quiet(table: Table) -> str:
    text = table.text("quiet", most=NAME, default="")
    if text and not is_quiet_hours(text):
        table.refuse("quiet", 'two times of the day, like "22:30-08:00"')
    return text


def check_once(tables: Iterable[Table], key: str, values: Iterable[object]) -> None:
    """Note each value of *key* that an earlier table already has."""
    first: dict[object, Table] = {}
    for table, value in zip(tables, values, strict=True):
        if value and first.setdefault(value, table) is not table:
            sentence = f"{shown(value)} is already that of {first[value].where}; write another"
            table.notes.mistake(table.path(key), sentence)


def check_addresses(notes: Notes, series: Series, groups: Iterable[Group], events: Iterable[Event]) -> None:
    """Note each address that two share: a private link would be read by a whole group, or a group hear all twice."""
    taken = {(series.owner_channel, series.owner_address.casefold()): ("series.owner_address", "")}
    for key, kol, channel, address in _addresses(groups, events):
        where = (channel, address.casefold())
        first, first_kol = taken.setdefault(where, (key, kol))
        # One KOL may lead several evenings.
        if first != key and not (kol and kol == first_kol):
            notes.mistake(key, f"{shown(address)} is already {first}; write another")


def _addresses(groups: Iterable[Group], events: Iterable[Event]) -> Iterator[tuple[str, str, str, str]]:
    """(key, KOL's name or nothing, channel, address); the console has one place for all and is left out."""
    for n, group in enumerate(groups, 1):
        if group.address and group.channel != "console":
            yield f"groups[{n}].address", "", group.channel, group.address
    for n, event in enumerate(events, 1):
        if event.kol.address and event.kol.channel != "console":
            yield f"events[{n}].kol.address", event.kol.name, event.kol.channel, event.kol.address
