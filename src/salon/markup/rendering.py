"""A text of the subset, or one without any markup, in the dialect of a platform."""

from __future__ import annotations

from salon.errors import WrongUse
from salon.markup.dialect import Dialect, written
from salon.markup.dialects import RECORDS
from salon.markup.inert import visible
from salon.markup.reading import read

#: Dialects that `render` knows.
DIALECTS = tuple(RECORDS)


def render(text: str, dialect: str) -> str:
    """*text*, written in the subset, in *dialect*. Raises `BadMarkup` naming the line and what to write instead."""
    return written(read(visible(text)), _record(dialect)) + ("\n" if text.endswith("\n") else "")


def literal(text: str, dialect: str) -> str:
    """*text* as it stands, line by line, in *dialect*: nothing in it is markup."""
    record = _record(dialect)
    return record.literal(record, text.split("\n") if dialect == "plain" else visible(text).split("\n"))


def _record(dialect: str) -> Dialect:
    found = RECORDS.get(dialect)
    if found is None:
        raise WrongUse(f"dialect {dialect!r} is not known; write one of: {', '.join(DIALECTS)}")
    return found
