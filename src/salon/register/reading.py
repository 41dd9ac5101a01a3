"""A pasted list or an uploaded CSV taken apart: a dictionary of fields per line, whatever it was made with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from salon.imports.source import Source
from salon.register.words import COLUMNS

#: Lines of one list, and bytes of one file, at most.
MOST_LINES, MOST_BYTES = 5_000, 2_000_000
#: Lines of one cell (群规), at most: a quotation mark that nobody closes does not reach further.
MOST_IN_A_CELL = 60
#: The header is looked for in so many lines: a title may stand above it.
_HEAD = 5
_FIELDS = {word: name for name, words in COLUMNS.items() for word in words}
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,4}[.、)）])\s*")
#: Between a name and a leader in a line without columns.
_BETWEEN = re.compile(r"\s*[,，、;；|\uff5c\t]\s*|\s*[:：]\s+|：")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list."""

    #: In the file, from 1; of a record over several lines its first.
    number: int
    #: Field of a group → what stands there; only fields that are not empty.
    cells: dict[str, str] = field(default_factory=dict)
    #: Whether a quotation mark opens in it and nothing closes it.
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A list, read."""

    #: As letters, whatever the file was written in.
    text: str
    lines: tuple[Line, ...]
    #: Fields in the order of the header; empty: it had none, and each line is a name and a leader.
    columns: tuple[str, ...]
    #: Headings that mean nothing here, as they were written.
    passed_over: tuple[str, ...] = ()
    #: Whether there was more than may be read.
    is_cut: bool = False


def read_list(data: bytes | str) -> Reading:
    """The lines of *data*, which is text or a file in UTF-8, UTF-16 with a mark, or GB 18030; NUL and BOM are dropped.

    With a header its words decide the columns, in Chinese or English; without one each line is "name leader".
    """
    text = data[:MOST_BYTES] if isinstance(data, str) else Source("list", data[:MOST_BYTES]).text
    text = text.replace("\0", "").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows = list(_rows(text))
    is_cut, rows = len(rows) > MOST_LINES or len(data) > MOST_BYTES, rows[:MOST_LINES]
    at, columns = _header(rows)
    if at < 0:
        plain = [Line(number=number, cells=_plain(cells), is_open=is_open) for number, cells, is_open in rows]
        return Reading(text=text, lines=tuple(plain), columns=(), is_cut=is_cut)
    lines = tuple(
        Line(number=number, cells=_named(columns, cells), is_open=is_open) for number, cells, is_open in rows[at + 1 :]
    )
    heads = rows[at][1]
    passed_over = tuple(head.strip() for head, name in zip(heads, columns, strict=True) if not name and head.strip())
    known = tuple(filter(None, columns))
    return Reading(text=text, lines=lines, columns=known, passed_over=passed_over, is_cut=is_cut)


def _rows(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """(number of its first line, cells, whether a quotation mark stays open) of every line that is not empty."""
    lines, delimiter, at = text.split("\n"), _delimiter(text), 0
    while at < len(lines):
        cells, taken = lines[at].split(delimiter), 1
        is_open = False
        if '"' in lines[at]:
            found = _record("\n".join(lines[at : at + MOST_IN_A_CELL]), delimiter)
            is_open = found is None
            # Read to its end it would swallow the lines below it.
            cells, taken = found or (cells, 1)
        if any(cell.strip() for cell in cells):
            yield at + 1, cells, is_open
        at += taken


def _record(text: str, delimiter: str) -> tuple[list[str], int] | None:
    """The cells of the record that *text* begins with, and its lines; None: a quotation mark opens and none closes it.

    As RFC 4180 has it, and as people write it: within a cell a mark is a mark, and words may follow a closed one.
    """
    cells, at = list[str](), 0
    plain = re.compile(rf"[^\n{re.escape(delimiter)}]*")
    while True:
        inside = ""
        if text.startswith('"', at):
            found = _QUOTED.match(text, at)
            if found is None:
                return None
            inside, at = found[1].replace('""', '"'), found.end()
        rest = plain.match(text, at)
        assert rest is not None
        if "\n" in inside and rest[0].strip():
            return None
        cells.append(inside + rest[0])
        at = rest.end()
        if not text.startswith(delimiter, at):
            return cells, text.count("\n", 0, at) + 1
        at += len(delimiter)


def _delimiter(text: str) -> str:
    """What stands most often in the first lines; a spreadsheet's paste has tabs."""
    head = "\n".join(text.split("\n", _HEAD)[:_HEAD])
    if "\t" in head:
        return "\t"
    # A full-width comma parts the cells of a list that somebody typed.
    found = {mark: head.count(mark) for mark in (",", ";", "，", "|")}
    best = max(found, key=lambda mark: found[mark])
    return best if found[best] else "\t"


def _header(rows: Sequence[tuple[int, list[str], bool]]) -> tuple[int, list[str]]:
    """Which of *rows* is the header and the field of each of its columns; -1: there is none."""
    for at, (_, cells, _) in enumerate(rows[:_HEAD]):
        names = [_FIELDS.get(_bare(cell), "") for cell in cells]
        # Twice the same word: the first counts.
        names = [name if name not in names[:k] else "" for k, name in enumerate(names)]
        known, filled = sum(map(bool, names)), sum(bool(cell.strip()) for cell in cells)
        if "name" in names and (known >= 2 or known == filled):
            return at, names
    return -1, []


def _bare(heading: str) -> str:
    """A heading without spaces, brackets and what stands in them: `群人数（约）` is `群人数`."""
    return re.sub(r"[(（\[【].*$|[\s_*:：-]", "", heading).casefold()


def _named(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) == 1 < len(columns):
        # Somebody typed this line with another mark between the cells.
        cells = re.split("[,，;；\t|]", cells[0])
    pairs = zip(columns, cells, strict=False)
    return {name: text for name, cell in pairs if name and (text := cell.strip())}


def _plain(cells: Sequence[str]) -> dict[str, str]:
    """A line without a header: name, leader and backup by columns or marks, else the last word is the leader."""
    parts = [part.strip() for cell in cells for part in _BETWEEN.split(_BULLET.sub("", cell, count=1))]
    parts = [part for part in parts if part]
    if len(parts) == 1:
        parts = parts[0].rsplit(maxsplit=1)
    return dict(zip(("name", "leader", "backup"), parts, strict=False))
