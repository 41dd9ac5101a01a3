"""Tables of messages as CSV: what the common WeChat exporters write, and others with columns that say what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from salon.imports.base import Format, Reading, Source
from salon.imports.columns import Table, columns_of, likeness_of

#: Longest cell: XML of shared pages is long.
_LONGEST_CELL = 16_000_000
_DELIMITERS = ",\t;"


def likeness(source: Source) -> float:
    """How sure the first line names the columns of a table of messages."""
    first = source.text[:10_000].lstrip("\ufeff\r\n").split("\n", 1)[0].strip()
    return likeness_of(_cells(first)) if first[:1] not in ("{", "[", "<") else 0.0


def read(source: Source, reading: Reading) -> None:
    """Read every row; one without a time or with another number of cells is noted."""
    csv.field_size_limit(_LONGEST_CELL)
    rows = _rows(source)
    names = next(rows, (1, []))[1]
    columns = columns_of(names)
    # Twice through: whose messages are one's own shows only in the whole.
    table = Table(reading, columns)
    others = {table.key_of(row) for row in _named(names, _rows(source)) if not table.is_mine(row)}
    table.others = frozenset(others)
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            reading.cannot_read(source.name, number, f"{len(cells)} cells, but there are {len(names)} columns")
        elif not table.take(dict(zip(names, cells, strict=True))):
            reading.cannot_read(source.name, number, "no time that can be read; the row is left out")
    reading.is_floating = reading.is_floating or table.days.is_guessed
    reading.lacks_days = table.days.is_guessed


FORMATS = (
    Format(
        name="wechatcsv",
        title="table of messages by WeChat exporters and others, told by its columns (.csv)",
        likeness=likeness,
        read=read,
    ),
)


def _delimiter(first: str) -> str:
    return max(_DELIMITERS, key=first.count)


def _cells(first: str) -> list[str]:
    return next(csv.reader([first], delimiter=_delimiter(first)), [])


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its last line."""
    text = source.text.lstrip("\ufeff\r\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text[:10_000].split("\n", 1)[0]))
    while True:
        try:
            yield reader.line_num + 1, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num + 1, ["?"]


def _named(names: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[dict[str, str]]:
    next(rows, None)
    for _, cells in rows:
        if len(cells) == len(names):
            yield dict(zip(names, cells, strict=True))
