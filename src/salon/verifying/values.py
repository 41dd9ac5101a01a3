"""The JSON of a report: every value, and every quote, id and count again from the messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from salon.documents.files import as_json, as_public_json
from salon.errors import Mistakes
from salon.model import Discussion
from salon.report import NotProven, Report, verify

_REPORT = TypeAdapter(Report)


def report_in(path: Path, text: str) -> Report:
    """The report that *text* of *path* is. Raises `Mistakes` when it is none."""
    try:
        data: dict[str, Any] = json.loads(text)
        # Written in minutes, as `salon.documents.as_json` has it.
        found: Report = _REPORT.validate_python({**data, "bucket_width": timedelta(minutes=data["bucket_width"])})
    except (ValueError, ValidationError, KeyError, TypeError, RecursionError) as error:
        first = str(error).splitlines()[0][:200]
        raise Mistakes([f"{path}: is no report of Salon ({first}); give a report.json as it was written"]) from error
    return found


def wrong_values(given: Report, data: object, ours: Report, discussion: Discussion) -> Iterator[str]:
    """What *given* (as JSON: *data*) says that *discussion*, of which *ours* is the report today, does not."""
    try:
        verify(given, discussion)
    except NotProven as error:
        yield from str(error).splitlines()
        return
    # What everybody reads has no candidates and no views; the owner's own has both.
    told = as_json(ours) if given.candidates or not ours.candidates else as_public_json(ours)
    yield from _others(data, json.loads(told), "report")


def _others(given: Any, ours: Any, where: str) -> Iterator[str]:
    """Where *given* has another value than *ours*, a line each; how the file is laid out does not matter."""
    if isinstance(given, dict) and isinstance(ours, dict):
        for name in dict.fromkeys([*ours, *given]):
            if name in given:
                yield from _others(given[name], ours.get(name), f"{where}.{name}")
            elif ours[name] and name != "views":
                # An older file may lack what says nothing.
                yield f"{where}.{name} is missing"
    elif isinstance(given, list) and isinstance(ours, list) and len(given) == len(ours):
        for number, (one, other) in enumerate(zip(given, ours, strict=True)):
            yield from _others(one, other, f"{where}[{number}]")
    elif given != ours:
        yield f"{where}: {str(given)[:60]!r} is not what was said: {str(ours)[:60]!r}"


def leaves(data: object) -> int:
    """How many values *data* has."""
    if isinstance(data, dict):
        return sum(map(leaves, data.values()))
    return sum(map(leaves, data)) if isinstance(data, list) else 1
