"""Dates, numbers and names of one event, as people read them in Chinese and in English.

Pure, and independent of the machine's locale. `facts_of` is what every announcement template receives;
what a template needs beyond it stands in the template's first line.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from salon.ballots import mean_of, one_place, whole
from salon.errors import WrongUse
from salon.model import SCALE, Event, Poll, PollResult, Section

LANGUAGES = ("zh", "en")

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What people call the time of a zone. A zone that is not here goes by its city and its distance from UTC.
_ZONES = {
    "Asia/Shanghai": ("北京时间", "Beijing time"),
    "Asia/Hong_Kong": ("香港时间", "Hong Kong time"),
    "Asia/Taipei": ("台北时间", "Taipei time"),
    "Asia/Singapore": ("新加坡时间", "Singapore time"),
    "Asia/Tokyo": ("东京时间", "Tokyo time"),
    "Europe/London": ("伦敦时间", "London time"),
    "Europe/Berlin": ("柏林时间", "Berlin time"),
    "Europe/Paris": ("巴黎时间", "Paris time"),
    "America/New_York": ("纽约时间", "New York time"),
    "America/Los_Angeles": ("洛杉矶时间", "Los Angeles time"),
    "UTC": ("UTC", "UTC"),
}


def language_of(event: Event, wanted: str = "") -> str:
    """*wanted* if the house speaks it, else the event's first language; raises `WrongUse` if that is unknown too."""
    language = wanted or event.languages[0]
    if language not in LANGUAGES:
        raise WrongUse(f"language {language!r} is not known; choose one of {', '.join(LANGUAGES)}")
    return language


def weekday(at: datetime, language: str) -> str:
    """`周四` or `Thu`."""
    name = _WEEKDAYS[language][at.weekday()]
    return f"周{name}" if language == "zh" else name


def date(at: datetime, language: str) -> str:
    """`11月26日 周四` or `Thu 26 Nov`."""
    if language == "zh":
        return f"{at.month}月{at.day}日 {weekday(at, language)}"
    return f"{weekday(at, language)} {at.day} {_MONTHS[at.month - 1]}"


def clock_time(at: datetime) -> str:
    """`20:00`, in *at*'s own timezone."""
    return f"{at:%H:%M}"


def day_and_time(at: datetime, language: str) -> str:
    """`11月26日 周四 12:00` or `Thu 26 Nov, 12:00`."""
    return f"{date(at, language)}{' ' if language == 'zh' else ', '}{clock_time(at)}"


def when(event: Event, language: str) -> str:
    """What to call the start once the room is open: `今晚 20:00` or `tonight at 20:00`.

    With the date instead of the word if the room opens on another day.
    """
    times = event.times
    if times.opens_at.date() != times.starts_at.date():
        return day_and_time(times.starts_at, language)
    is_evening = times.starts_at.hour >= 17
    if language == "zh":
        return f"{'今晚' if is_evening else '今天'} {clock_time(times.starts_at)}"
    return f"{'tonight' if is_evening else 'today'} at {clock_time(times.starts_at)}"


def zone(name: str, at: datetime, language: str) -> str:
    """`北京时间` or `Beijing time` for the IANA zone *name*; for less known ones `Lagos (UTC+1)`."""
    if name in _ZONES:
        return _ZONES[name][LANGUAGES.index(language)]
    return f"{name.rsplit('/', 1)[-1].replace('_', ' ')} ({_distance(at.astimezone(ZoneInfo(name)))})"


def count(number: int, language: str) -> str:
    """`12,345` in English, `12345` in Chinese, where no mark stands between the thousands."""
    return f"{number:,}" if language == "en" else str(number)


def share(part: int, whole: int) -> str:
    """*part* of *whole* as a whole percentage, half rounded up; `0%` of nothing."""
    return f"{(200 * part + whole) // (2 * whole) if whole else 0}%"


def number_label(number: int, language: str) -> str:
    """`第 12 期` or `No. 12`."""
    return f"第 {number} 期" if language == "zh" else f"No. {number}"


def facts_of(event: Event, language: str = "") -> dict[str, Any]:
    """What every announcement template may use, all of it ready to be read.

    Texts: language, series, number (`第 12 期`), topic, summary, kol_name, kol_title, kol_bio, seats, minutes,
    timezone, date, time (of the start), when (`今晚 20:00`; only once the room is open), ends_time and
    disbands_time (the same), opens (day and time), opens_time, hosts_time, confirm_by (day and time).
    Lists: outline (see `outline_of`), polls (see `polls_of`), precautions (texts).
    What a person typed is as typed: templates pass it through `calm`.
    """
    language = language_of(event, language)
    return {
        "language": language,
        "series": event.series_name,
        "number": number_label(event.number, language),
        "topic": event.topic,
        "summary": event.summary,
        "kol_name": event.kol.name,
        "kol_title": event.kol.title,
        "kol_bio": event.kol.bio,
        "seats": count(event.seats, language),
        **_times_of(event, language),
        "outline": outline_of(event),
        "precautions": list(event.precautions),
        "polls": polls_of(event.polls),
    }


def outline_of(event: Event) -> list[dict[str, Any]]:
    """The sections in order: number, title, minutes, starts (`20:25`), ends, questions, prompts."""
    starts = event.section_starts_at()
    return [_section(k, section, at) for k, (section, at) in enumerate(zip(event.outline, starts, strict=True), 1)]


def polls_of(polls: Iterable[Poll]) -> list[dict[str, Any]]:
    """The polls as planned: question, options, section (number as text)."""
    return [{"question": p.question, "options": list(p.options), "section": str(p.section)} for p in polls]


def results_of(results: Iterable[PollResult], language: str) -> list[dict[str, Any]]:
    """Polls as they stand: question, kind, voters, total (the same as text), mean (of a scale), options, each with
    text, votes, share (`41%`); of a scale also value and label, and `ends`: what the lowest and the highest mean."""
    return [_result(result, language) for result in results]


def _result(result: PollResult, language: str) -> dict[str, Any]:
    options = [
        {**_option(text, result.kind), "votes": count(votes, language), "share": share(votes, _whole(result))}
        for text, votes in zip(result.options, result.votes, strict=True)
    ]
    voters = result.voters or sum(result.votes)
    return {
        "question": result.question,
        "kind": result.kind,
        "voters": voters,
        "total": count(voters, language),
        "mean": _mean(result),
        "options": options,
        "ends": [options[0], options[-1]] if options and options[0]["label"] else [],
    }


def _option(text: str, kind: str) -> dict[str, str]:
    """Of a scale `1 not at all` is the value 1 with its label; a label is empty but at the ends."""
    value, _, label = text.partition(" ") if kind == SCALE else ("", "", "")
    return {"text": text, "value": value, "label": label}


def _whole(result: PollResult) -> int:
    return whole(result.kind, result.votes, result.voters, result.places)


def _mean(result: PollResult) -> str:
    found = mean_of(result.votes, result.low) if result.kind == SCALE else None
    return one_place(found[0]) if found else ""


def _times_of(event: Event, language: str) -> dict[str, str]:
    times = event.times
    return {
        "date": date(times.starts_at, language),
        "time": clock_time(times.starts_at),
        "when": when(event, language),
        "ends_time": clock_time(times.disbands_at),
        "disbands_time": clock_time(times.disbands_at),
        "opens": day_and_time(times.opens_at, language),
        "opens_time": clock_time(times.opens_at),
        "hosts_time": clock_time(times.hosts_at),
        "confirm_by": day_and_time(times.confirm_by, language),
        "timezone": zone(event.timezone, times.starts_at, language),
        "minutes": str((times.disbands_at - times.starts_at) // timedelta(minutes=1)),
    }


def _section(number: int, section: Section, at: datetime) -> dict[str, Any]:
    return {
        "number": str(number),
        "title": section.title,
        "minutes": str(section.minutes),
        "starts": clock_time(at),
        "ends": clock_time(at + timedelta(minutes=section.minutes)),
        "questions": list(section.questions),
        "prompts": list(section.prompts),
    }


def _distance(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
