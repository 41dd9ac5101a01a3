"""WhatsApp, "export chat": a text file, alone or in a zip with pictures, in the language of the telephone.

Telephones of Apple write `[26/11/2025, 21:41:03] Name: text` and put U+200E before whatever the program itself says;
others write `26/11/2025, 21:41 - Name: text`. Neither has ids, replies or a zone. Read on real exports and on the
parsers of others, November 2026.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from salon.imports import whatsapp_words as words
from salon.imports.base import Format, Reading, Source
from salon.imports.dates import Written, calendar_of, hour_of
from salon.model import PollResult

#: Marks of writing direction, which stand anywhere.
_M = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_HEADER = re.compile(
    rf"{_M}(?P<open>\[)?{_M}"
    rf"(?P<a>\d{{1,4}}){_M}(?P<mark>[./\-年년])[ ]?{_M}(?P<b>\d{{1,2}}){_M}[./\-月월][ ]?{_M}"
    r"(?P<c>\d{1,4})(?:[.日일](?!\d))?"
    r"(?P<before>(?:[,،、]|[^\S\n])[^\d\[\]:]{0,14}?)"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?P<after>[^\d\[\]:\-–]{0,14}?)"
    r"(?(open)\]|[^\S\n][-–])(?:[^\S\n]|$)(?P<rest>.*)",
    re.S,
)
#: A header is found in this many characters, or is none.
_HEAD = 120
_DIRECTION = re.compile("[\u200e\u200f\u2066-\u2069\ufeff]")
#: Longest name before the colon.
_NAME = 100
_POLL = re.compile(r"[^\W\d_]{2,14}\s?[:：]")
_OPTION = re.compile(r"[^\W\d_]{2,14}\s?[:：]\s?(?P<option>.{1,500}?)\s*[(（](?P<votes>\d{1,6})\D{0,20}[)）]")
#: Stands for a message that nothing is left of.
_NOTHING = "…"
_QUOTES = frozenset('"“”„«»「」『』')
#: Longer than what stands for a picture or a message taken back, in any language.
_LONGEST_PHRASE = 160


@dataclass(slots=True)
class _Line:
    """One line that begins something, taken apart."""

    number: int
    style: tuple[bool, str, bool]
    written: Written
    clock: tuple[str, str, str, str, str]
    rest: str


def _likeness(source: Source) -> float:
    found = [line for line in source.head if _HEADER.match(line[:_HEAD])]
    if not found:
        return 0.0
    share = len(found) / len(source.head)
    # Signal's exports look the same but for the date, which is always this one.
    if re.match(r"\[\d{4}-\d\d-\d\d,? \d\d:\d\d\] ", found[0]):
        return 0.5
    return 0.95 if share > 0.5 or _HEADER.match(source.head[0][:_HEAD]) else 0.6 if share > 0.1 else 0.35


def _read(source: Source, reading: Reading) -> None:
    found = list(_headers(source))
    if not found:
        return
    # One export has one style: a line in another one was pasted by somebody.
    style = Counter(line.style for line in found).most_common(1)[0][0]
    found = [line for line in found if line.style == style]
    calendar = calendar_of([line.written for line in found], reading, source.name, mark=style[1])
    days = {written: calendar(written) for written in {line.written for line in found}}
    names = {name for line in found if (name := _name_before(line.rest, ": "))}
    for line, more in _blocks(source, found, reading):
        at = _at(line, days[line.written])
        if at is None:
            # What follows was said by whoever said this: it must not go to somebody else.
            for number in range(line.number, line.number + 1 + len(more)):
                reading.cannot_read(source.name, number, "the message has no date or hour that exists")
        else:
            _take(reading, "\n".join([line.rest, *more]).rstrip("\n"), at, names)


def _blocks(source: Source, found: Sequence[_Line], reading: Reading) -> Iterator[tuple[_Line, list[str]]]:
    """Each line that begins something, with the lines that belong to it."""
    for number, text in enumerate(source.lines[: found[0].number - 1], 1):
        if text.strip():
            reading.cannot_read(source.name, number, "it stands before the first message")
    ends = [line.number - 1 for line in found[1:]] + [len(source.lines)]
    for line, end in zip(found, ends, strict=True):
        yield line, source.lines[line.number : end]


def _headers(source: Source) -> Iterator[_Line]:
    for number, line in enumerate(source.lines, 1):
        found = _HEADER.match(line[:_HEAD])
        if found is None:
            continue
        group = found.group
        yield _Line(
            number,
            (group("open") is not None, group("mark"), group("second") is not None),
            (int(group("a")), int(group("b")), int(group("c"))),
            (group("hour"), group("minute"), group("second") or "0", group("before"), group("after")),
            line[found.start("rest") :],
        )


def _at(line: _Line, day: date | None) -> datetime | None:
    hour = _hour(line.clock)
    return datetime.combine(day, hour) if day and hour else None


@lru_cache(maxsize=4096)
def _hour(clock: tuple[str, ...]) -> time | None:
    """Hour, minute and second, with the words before and after them; None: there is no such hour."""
    hour, minute, second, before, after = clock
    whole = hour_of(int(hour), before, after)
    if whole is None or int(minute) > 59 or int(second) > 59:
        return None
    return time(whole, int(minute), int(second))


def _take(reading: Reading, rest: str, at: datetime, names: Set[str]) -> None:
    """Take in one message or one piece of news, *rest* being all after the date."""
    name = _name_in(rest, names)
    if name is None:
        reading.add(id="", author="", name="WhatsApp", text=_clean(rest), at=at, role="system")
        return
    text = rest[len(name) + 1 :].removeprefix(" ")
    said = _poll_in(text, reading) or _said_in(text)
    key = _key_of(name)
    reading.add(
        id="",
        # Somebody who is in the telephone's address book, and a stranger who calls himself so, are two.
        author=key,
        name=key.removeprefix("~").strip(),
        text=said or _clean(text) or _NOTHING,
        at=at,
        role="member" if said else "system",
    )


def _name_in(rest: str, names: Set[str]) -> str | None:
    """The name before what was said, as it stands there; None: the line is news of the group."""
    name = _name_before(rest, ": ")
    if not name:
        first = rest[: _NAME + 2].partition("\n")[0]
        # "Name:." happens; a time in a piece of news has a colon too.
        known = _name_before(first, ":")
        name = first[:-1] if first.endswith(":") else known if known in names else ""
    return name if name and _is_name(name) else None


def _name_before(rest: str, colon: str) -> str:
    head, found, _ = rest[: _NAME + 2].partition(colon)
    return head if found and "\n" not in head else ""


@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    # Half of a quotation: the colon stands in the new name of a group.
    is_cut = sum(letter in _QUOTES for letter in name) % 2
    return not is_cut and not words.NEWS.search(_clean(name))


@lru_cache(maxsize=4096)
def _key_of(name: str) -> str:
    return _clean(name)


def _said_in(text: str) -> str:
    """What the person wrote: without the program's own words; empty when nothing is left."""
    # Most messages are words and nothing else.
    is_program = text.startswith("\u200e")
    own = words.EDITED.sub("", text) if text.rstrip().endswith(">") else text
    rest = words.ATTACHED_MARK.sub("", own) if "<" in own else own
    if is_program and rest == own:
        return ""
    said = _clean(rest)
    first, _, more = said.partition("\n")
    # "report.pdf • 12 pages" stands before an attachment; what people wrote with it comes in the next lines.
    if is_program or (first.endswith((")", "）")) and words.ATTACHED.fullmatch(first)):
        said = more
    said = said.strip("\n")
    return "" if _is_the_programs(said.strip()) else said


def _is_the_programs(said: str) -> bool:
    """Whether it stands in for a picture, or for a message that was taken back, or tells of the group."""
    if len(said) > _LONGEST_PHRASE:
        return words.NEWS.match(said) is not None
    marks = (words.PLACEHOLDER, words.OMITTED, words.DELETED)
    return any(mark.fullmatch(said) for mark in marks) or words.NEWS.match(said) is not None


def _poll_in(text: str, reading: Reading) -> str:
    """The question of a poll, whose votes are noted; empty when the text is none. "POLL:" is written in many
    languages: its shape is what tells."""
    if text.count("\n") < 3:
        return ""
    lines = [line.strip() for line in _clean(text).split("\n") if line.strip()]
    if len(lines) < 4 or not _POLL.fullmatch(lines[0]):
        return ""
    options = [_OPTION.fullmatch(line) for line in lines[2:]]
    found = [option for option in options if option]
    if len(found) < len(options):
        return ""
    reading.polls.append(
        PollResult(
            id=f"poll-{len(reading.polls) + 1}",
            question=lines[1],
            options=tuple(option["option"] for option in found),
            votes=tuple(int(option["votes"]) for option in found),
        )
    )
    return lines[1]


def _clean(text: str) -> str:
    """*text* without the marks that WhatsApp puts around its own words and around names."""
    return _DIRECTION.sub("", text).strip(" ") if not text.isascii() else text.strip(" ")


FORMATS = (Format(name="whatsapp", title="WhatsApp, exported chat (.txt, .zip)", likeness=_likeness, read=_read),)
