"""Every picture in words: for screen readers, for channels without pictures, and inside the file itself."""

from __future__ import annotations

from salon.errors import WrongUse
from salon.model import Event, Kol
from salon.phrases import clock_time, count, date, day_and_time, number_label, share, zone
from salon.poster.facts import Cover, Facts, Quote, SeatsLeft, Shared, Vote
from salon.poster.theme import Words

Lines = tuple[str, ...]


def evening(event: Event, language: str, words: Words, kind: str, facts: Facts | None = None) -> Lines:
    """Of `poster`, `teaser`, `few` and `full`, but for group and link."""
    times, seats = event.times, count(event.seats, language)
    hours = f"{clock_time(times.starts_at)}–{clock_time(times.disbands_at)}"
    opens = day_and_time(times.opens_at, language)
    last = {
        "teaser": (words.soon_act.format(opens=opens), words.soon_note.format(n=seats)),
        "few": (_left(facts, language, words),),
        "full": (words.full_title, words.full_note.format(n=seats)),
    }
    return (
        _head(event.series_name, event.number, language),
        event.topic,
        _who(event.kol),
        f"{date(times.starts_at, language)} {hours} ({zone(event.timezone, times.starts_at, language)})",
        *last.get(kind, (words.seats.format(n=seats),)),
    )


def of(kind: str, facts: Facts | Event, language: str, words: Words) -> Lines:
    """Of a picture without a code. Raises `WrongUse` for facts of another kind."""
    match kind, facts:
        case ("teaser", Event()):
            return evening(facts, language, words, kind)
        case ("quote", Quote()):
            who = ", ".join(part for part in (facts.speaker, facts.role) if part)
            return _known(f"“{facts.text}”", f"—— {who}", facts.topic, _head(facts.series, facts.number, language))
        case ("vote", Vote()):
            return _known(_head(facts.series, facts.number, language), words.vote, *_votes(facts, language, words))
        case ("share", Shared()):
            return _known(words.share.format(series=facts.series), facts.topic, _who(facts.kol), *_counts(facts, words))
        case ("cover", Cover()):
            head = _head(facts.series, facts.number, language)
            return _known(f"{head} {words.cover}".strip(), facts.topic, _who(facts.kol), *facts.lines[:3])
    raise WrongUse(f"poster kind {kind!r} cannot be told by {type(facts).__name__}; see salon.poster")


def _known(*lines: str) -> Lines:
    return tuple(line for line in lines if line)


def _head(series: str, number: int, language: str) -> str:
    return " ".join(part for part in (series, number_label(number, language) if number else "") if part)


def _who(kol: Kol) -> str:
    return ", ".join(part for part in (kol.name, kol.title) if part)


def _left(facts: Facts | None, language: str, words: Words) -> str:
    left = facts.left if isinstance(facts, SeatsLeft) else 0
    return f"{words.few_before} {count(left, language)} {words.one_after if left == 1 else words.few_after}"


def _votes(facts: Vote, language: str, words: Words) -> Lines:
    whole = sum(facts.votes)
    rows = zip(facts.options, facts.votes, strict=True)
    total = words.one_vote if whole == 1 else words.votes.format(n=count(whole, language))
    return (facts.question, *(f"{text}: {share(n, whole)} ({count(n, language)})" for text, n in rows), total)


def _counts(facts: Shared, words: Words) -> Lines:
    names = ("seats", "speakers", "messages", "votes", "questions", "minutes")
    known = [(name, getattr(facts, name)) for name in names]
    return tuple(f"{n} {words.counted(name, n)}" for name, n in known if n is not None)
