"""What templates receive: texts ready to be set, for the evening's own pictures and for each other kind.

Every text is a record of `lines.told`; what the fonts cannot draw is refused here, before anything is set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from salon.errors import WrongUse
from salon.model import Event, Kol
from salon.phrases import clock_time, count, date, day_and_time, number_label, share, zone
from salon.poster.facts import Cover, Facts, Quote, SeatsLeft, Shared, Vote
from salon.poster.fonts import drawable, missing_glyphs
from salon.poster.lines import told
from salon.poster.portrait import initials
from salon.poster.theme import Theme, Words

Data = dict[str, Any]
_COUNTS = ("seats", "speakers", "messages", "votes", "questions", "minutes")


def evening(event: Event, language: str, theme: Theme, words: Words, kind: str, facts: Facts | None) -> Data:
    """Data of `poster`, `teaser`, `few` and `full`. Raises `MissingGlyph`, or `WrongUse` for facts of another kind."""
    times = event.times
    hours = f"{clock_time(times.starts_at)}–{clock_time(times.disbands_at)}"
    seats = words.seats.format(n=count(event.seats, language))
    return {
        **_frame(kind, language, theme, words, event.series_name, event.number),
        **_kol(event.kol),
        "topic": _text(event.topic, "topic"),
        "summary": _spare(event.summary),
        "bio": _spare(event.kol.bio),
        "outline": [_text(s.title, f"section {k} of the outline") for k, s in enumerate(event.outline, 1)],
        "more": told(words.more.format(n=len(event.outline))),
        "date": _tight(date(times.starts_at, language)),
        "hours": told(hours),
        "zone": told(zone(event.timezone, times.starts_at, language)),
        "seats_line": told(seats),
        "seats": [told(part) for part in seats.split(" · ")],
        **_kind(event, language, words, kind, facts),
    }


def quote(facts: Quote, language: str, theme: Theme, words: Words) -> Data:
    """Data of `quote`."""
    return {
        **_frame("quote", language, theme, words, facts.series, facts.number),
        **_kol(Kol(name=facts.speaker, title=facts.role)),
        "quote": _text(facts.text, "quote"),
        "topic": _maybe(facts.topic, "topic"),
    }


def vote(facts: Vote, language: str, theme: Theme, words: Words) -> Data:
    """Data of `vote`. Raises `WrongUse` unless there are two to ten options with a number of votes each."""
    if not 2 <= len(facts.options) <= 10 or len(facts.votes) != len(facts.options) or min(facts.votes) < 0:
        raise WrongUse("poster: a vote has two to ten options, and votes of 0 or more for each; correct them")
    whole = sum(facts.votes)
    total = words.one_vote if whole == 1 else words.votes.format(n=count(whole, language))
    return {
        **_frame("vote", language, theme, words, facts.series, facts.number),
        "question": _text(facts.question, "question"),
        "total": told(total),
        "options": [
            {
                "text": _text(option, f"option {k}"),
                "votes": told(count(votes, language)),
                "share": told(share(votes, whole)),
                "part": votes / whole if whole else 0.0,
                "first": 0 < votes == max(facts.votes),
            }
            for k, (option, votes) in enumerate(zip(facts.options, facts.votes, strict=True), 1)
        ],
    }


def shared(facts: Shared, language: str, theme: Theme, words: Words) -> Data:
    """Data of `share`: a number and what it counts for each that is known."""
    numbers = [(name, getattr(facts, name)) for name in _COUNTS]
    return {
        **_frame("share", language, theme, words, facts.series, facts.number),
        **_kol(facts.kol),
        "topic": _text(facts.topic, "topic"),
        "lead": _text(words.share.format(series=facts.series), "name of the series"),
        "date": _tight(date(facts.date, language)) if facts.date else None,
        "counts": [
            {"number": told(count(n, language)), "label": told(words.counted(name, n))}
            for name, n in numbers
            if n is not None
        ],
    }


def cover(facts: Cover, language: str, theme: Theme, words: Words) -> Data:
    """Data of `cover`: three lines at most."""
    return {
        **_frame("cover", language, theme, words, facts.series, facts.number),
        **_kol(facts.kol),
        "topic": _text(facts.topic, "topic"),
        "date": _tight(date(facts.date, language)) if facts.date else None,
        "lines": [_text(line, f"line {k}") for k, line in enumerate(facts.lines[:3], 1)],
    }


def texts_of(data: Any) -> Iterable[str]:
    """Every text in *data*, whole."""
    if isinstance(data, dict):
        if "phrases" in data:
            yield data["text"]
            return
        data = list(data.values())
    if isinstance(data, list | tuple):
        for part in data:
            yield from texts_of(part)


def _frame(kind: str, language: str, theme: Theme, words: Words, series: str, number: int) -> Data:
    plain = {field.name: getattr(words, field.name) for field in fields(words)}
    return {
        "kind": kind,
        "language": language,
        "theme": asdict(theme),
        "words": {name: told(text) for name, text in plain.items() if "{" not in text},
        "series": _maybe(series, "name of the series"),
        "number": told(number_label(number, language)) if number else None,
    }


def _kind(event: Event, language: str, words: Words, kind: str, facts: Facts | None) -> Data:
    seats = count(event.seats, language)
    if kind == "teaser":
        opens = day_and_time(event.times.opens_at, language)
        return {
            "act": _tight(words.soon_act.format(opens=opens)),
            "note": told(words.soon_note.format(n=seats)),
        }
    if kind == "few":
        if not isinstance(facts, SeatsLeft) or facts.left < 1:
            raise WrongUse("poster: 'few' tells how many seats are left; give SeatsLeft(left=3)")
        after = words.one_after if facts.left == 1 else words.few_after
        return {"act": told(words.few_act), "left": told(count(facts.left, language)), "after": told(after)}
    if kind == "full":
        return {"act": told(words.full_act), "note": told(words.full_note.format(n=seats))}
    return {"act": told(words.act)}


def _kol(kol: Kol) -> Data:
    name = drawable(kol.name, "name of the KOL", is_name=True)
    return {
        "name": told(name),
        "title": _maybe(kol.title, "title of the KOL"),
        "initials": told(initials(name)),
        "has_face": bool(kol.portrait),
    }


def _text(text: str, where: str) -> dict[str, Any]:
    return told(drawable(text, where))


def _maybe(text: str, where: str) -> dict[str, Any] | None:
    """*text*, or None where there is none."""
    return _text(text, where) if text.strip() else None


def _tight(text: str) -> dict[str, Any]:
    """*text* without gaps between numbers and Chinese: dates are read as one."""
    whole = told(text)
    return whole if whole["latin"] else {**whole, "latin": "tight"}


def _spare(text: str) -> dict[str, Any] | None:
    """*text*, which may be missing: what cannot be drawn is left out."""
    return None if missing_glyphs(drawn := " ".join(text.split())) or not drawn else _text(text, "text")
