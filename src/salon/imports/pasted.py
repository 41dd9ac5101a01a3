"""Pasted chats: which lines are headers, and which are what was said; nothing in the text itself tells them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from salon.imports.clocks import DAY, STAMP, Stamp, stamp_in

#: Longest line that may be a header.
_LONGEST = 120
_NAME_FIRST = re.compile(rf"(?P<name>\S.{{0,60}}?)(?:[ \t\u3000\xa0]*[—–-])?[ \t\u3000\xa0]+{STAMP}\s*")
_TIME_FIRST = re.compile(rf"{STAMP}[ \t\u3000\xa0]+(?P<quote>'?)(?P<name>\S.{{0,60}}?)(?P=quote)\s*")
_ONLY_TIME = re.compile(rf"\s*{STAMP}\s*")
_ONLY_DAY = re.compile(rf"(?P<rule>[\s—–\-=─]*){DAY}\s*(?:(?:星期|周)[一二三四五六日天])?[\s—–\-=─]*")
_COLON = re.compile(r"(?P<name>\S.{0,40}?)\s?[:：]\s*")
#: Headers of others: QQ's number or address, log levels, quoted or bracketed lines.
_NO_NAME = re.compile(r"[-\[<*#「>|]|.*(?:\(\d{4,}\)|<[^<>]+@[^<>]+>|[:：](?:\s|$)|\t)|(?:DEBUG|INFO|WARN|ERROR)\b")
_WIDE = re.compile(r"[ \t\u3000\xa0]{2}")
_SENTENCE = re.compile(r"[。！？，；!?;]|[,.]\s")
#: Where so many headers stand behind an empty line, all do.
_MOST = 0.8


@dataclass(frozen=True)
class Header:
    """One line that begins a message."""

    #: Its place among the lines, and that of the first line of what was said.
    line: int
    body: int
    name: str
    stamp: Stamp | None
    #: Whether more than one space stands between name and time.
    is_wide: bool = False


@dataclass(frozen=True)
class Paste:
    """A pasted text, sorted out."""

    headers: tuple[Header, ...]
    #: Place of a line that names a day, or a time for what follows → what it says.
    stamps: dict[int, Stamp]
    #: "timed", "stacked", "colon" or "bare"; empty: no chat.
    style: str


def sorted_out(lines: Sequence[str]) -> Paste:
    """Find the headers of *lines*, in the way of writing that most of them follow."""
    stamps = {k: stamp for k, line in enumerate(lines) if (stamp := _stamp(line))}
    timed = _likely(lines, [h for k, line in enumerate(lines) if k not in stamps and (h := _timed(k, line))], stamps)
    clocks = [k for k, stamp in stamps.items() if stamp.clock is not None]
    if timed and len(timed) >= len(clocks):
        return Paste(tuple(timed), {k: s for k, s in stamps.items() if s.clock is None}, "timed")
    colons = [h for k, line in enumerate(lines) if (h := _colon(k, line))]
    if len(colons) > 1 and len(colons) * 2 >= len(clocks):
        return Paste(tuple(colons), stamps, "colon")
    if clocks:
        return Paste(tuple(_stacked(lines, clocks, stamps)), stamps, "stacked")
    bare = _bare(lines)
    return Paste(tuple(bare), stamps, "bare" if bare else "")


def _stamp(line: str) -> Stamp | None:
    """The time or day that is all there is on *line*."""
    if len(line) > _LONGEST or not any(c.isdigit() or c in "天期周拜" for c in line[:40]):
        return None
    if found := _ONLY_TIME.fullmatch(line):
        return stamp_in(found.groupdict())
    found = _ONLY_DAY.fullmatch(line)
    # "周三" alone is an answer; a day between dashes, or with its year, is not.
    return stamp_in(found.groupdict()) if found and (found["rule"].strip() or found["y"]) else None


def _timed(place: int, line: str) -> Header | None:
    if len(line) > _LONGEST or (":" not in line and "：" not in line):
        return None
    found = _TIME_FIRST.fullmatch(line)
    if found is None or not (found["y"] or found["m2"]):
        found = _NAME_FIRST.fullmatch(line)
    if found is None or _NO_NAME.match(found["name"]):
        return None
    stamp = stamp_in(found.groupdict())
    is_wide = bool(_WIDE.match(line, found.end("name")))
    return Header(place, place + 1, found["name"].strip(), stamp, is_wide) if stamp else None


def _likely(lines: Sequence[str], found: list[Header], stamps: dict[int, Stamp]) -> list[Header]:
    """Those of *found* that are written like the others: a sentence that ends in a time is no header."""
    counts = Counter(header.name for header in found)
    after_gap = {h.line for h in found if h.line == 0 or not lines[h.line - 1].strip() or h.line - 1 in stamps}
    gaps = len(after_gap) >= _MOST * len(found)
    days = sum(_has_day(h) for h in found) * 2 >= len(found)
    wide = sum(h.is_wide for h in found) * 2 >= len(found)
    likely: list[Header] = []
    for header in found:
        # One who speaks once is known by the form alone: that of the others, and a time that goes on.
        is_like = (
            _has_day(header) == days and header.is_wide == wide and not (likely and _goes_back(likely[-1], header))
        )
        returns = counts[header.name] > 1 and not _SENTENCE.search(header.name)
        in_place = not gaps or header.line in after_gap
        if returns or (in_place and is_like and (gaps or not _SENTENCE.search(header.name))):
            likely.append(header)
    return likely


def _has_day(header: Header) -> bool:
    return header.stamp is not None and header.stamp.has_day


def _goes_back(before: Header, header: Header) -> bool:
    """Whether a bare time lies before the one above it, and not because midnight has passed."""
    a, b = before.stamp, header.stamp
    if a is None or b is None or a.clock is None or b.clock is None or b.has_day:
        return False
    return b.clock < a.clock and a.clock.hour - b.clock.hour < 12


def _colon(place: int, line: str) -> Header | None:
    found = _COLON.fullmatch(line) if len(line) < _LONGEST else None
    if found is None or _NO_NAME.match(found["name"]) or _SENTENCE.search(found["name"]):
        return None
    return Header(place, place + 1, found["name"], None)


def _stacked(lines: Sequence[str], clocks: Sequence[int], stamps: dict[int, Stamp]) -> list[Header]:
    """Name and time on lines of their own, in the order in which the names return more often."""
    before = [(k - 1, k) for k in clocks if k > 0 and lines[k - 1].strip()]
    after = [(k + 1, k) for k in clocks if k + 1 < len(lines) and lines[k + 1].strip()]
    is_before = len(before) >= len(after) and len({lines[n] for n, _ in before}) <= len({lines[n] for n, _ in after})
    pairs = before if is_before else after
    return [
        Header(min(name, clock), max(name, clock) + 1, lines[name].strip().rstrip(":："), stamps[clock])
        for name, clock in pairs
        if len(lines[name]) <= _LONGEST and not re.search(r"[:：]\s*\S", lines[name])
    ]


def _bare(lines: Sequence[str]) -> list[Header]:
    """Name and text below it, no times: only where the names return, and every block has more than its name."""
    starts = [k for k, line in enumerate(lines) if line.strip() and (k == 0 or not lines[k - 1].strip())]
    if len(starts) < 3:
        starts = [k for k, line in enumerate(lines) if line.strip()][::2]
    names = [lines[k].strip() for k in starts]
    if len(names) < 3 or any(len(name) > 30 or _SENTENCE.search(name) or _NO_NAME.match(name) for name in names):
        return []
    alone = sum(k + 1 >= len(lines) or not lines[k + 1].strip() for k in starts)
    if len(set(names)) * 3 > len(names) * 2 or alone:
        return []
    return [Header(k, k + 1, name, None) for k, name in zip(starts, names, strict=True)]


def likeness_of(paste: Paste, lines: Sequence[str]) -> float:
    """How sure it is that a paste is a chat: names that return, something said under each, not too much."""
    headers = paste.headers
    if not headers:
        return 0.0
    said = sum(any(line.strip() for line in lines[a.body : b.line]) for a, b in pairwise(headers))
    said += any(line.strip() for line in lines[headers[-1].body :])
    names = {header.name for header in headers}
    filled = sum(bool(line.strip()) for line in lines)
    if said < 0.6 * len(headers) or filled > 30 * len(headers):
        return 0.0
    if len(headers) == 1 and (paste.style != "timed" or any(line.strip() for line in lines[: headers[0].line])):
        return 0.0
    returns = len(names) < len(headers)
    sure = {"timed": (0.9, 0.5), "stacked": (0.75, 0.31), "colon": (0.6, 0.35), "bare": (0.35, 0.0)}[paste.style]
    if paste.style == "stacked" and len(headers) > 2 and filled <= 6 * len(headers):
        return 0.75
    if paste.style == "colon" and len(headers) > 3 and not returns:
        return 0.0
    return sure[0] if returns or (paste.style == "timed" and len(headers) > 1) else sure[1]
