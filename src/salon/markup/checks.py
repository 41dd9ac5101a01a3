"""Finds, while a text is being written, what would go wrong or is not allowed once it is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from salon.markup.lengths import length, shown_length
from salon.markup.reading import BadMarkup
from salon.markup.rendering import literal, render
from salon.markup.sharing import forced_sharing


class Finding(NamedTuple):
    """One thing to change."""

    #: Counted from 1.
    line: int
    what: str
    #: What to write instead.
    now: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How much one platform takes: data of its `Ability`."""

    platform: str
    dialect: str
    #: In *unit* ("bytes", "utf16", "characters"); 0: any length.
    longest: int
    unit: str


_BOLD = re.compile(r"(?<!\\)\*\*([^*\n]+?)(?<!\\)\*\*")


def lint(text: str, measures: Iterable[Measure] = ()) -> tuple[Finding, ...]:
    """What is to be changed in *text*, which is written in the subset, in the order of its lines."""
    bold = list(_unseen_bold(text))
    found = [*bold, *(Finding(*one) for one in forced_sharing(text))]
    try:
        render(text, "plain")
    except BadMarkup as bad:
        if all(one.line != bad.line for one in bold):
            found.append(Finding(bad.line, bad.what, bad.now))
    else:
        found += filter(None, (_overflow(text, one, render) for one in measures))
    return tuple(sorted(found))


def lint_literal(text: str, measures: Iterable[Measure] = ()) -> tuple[Finding, ...]:
    """The same for a text in which nothing is markup."""
    found = [Finding(*one) for one in forced_sharing(text)]
    return tuple(sorted([*found, *filter(None, (_overflow(text, one, literal) for one in measures))]))


def _unseen_bold(text: str) -> Iterator[Finding]:
    """Bold whose mark stands between a letter and a full stop or bracket: it neither opens nor closes there.

    Latin has a space at that place; Chinese has none (CommonMark 0.31, 6.2, "flanking").
    """
    for number, line in enumerate(text.split("\n"), 1):
        for bold in _BOLD.finditer(line):
            inside, before, after = bold[1], line[: bold.start()][-1:], line[bold.end() :][:1]
            ends_unseen = _is_mark(inside[-1]) and _is_letter(after)
            if ends_unseen or (_is_mark(inside[0]) and _is_letter(before)):
                place = f"{inside[-1]!r} and {after!r}" if ends_unseen else f"{before!r} and {inside[0]!r}"
                what = f"**{inside}** would not be bold: a mark between {place} counts for nothing"
                yield Finding(number, what, f"write {_moved(inside)} or leave a space there")


def _moved(inside: str) -> str:
    """The same with the marks at the words themselves."""
    words = [n for n, one in enumerate(inside) if not _is_mark(one)] or [0, len(inside) - 1]
    return f"{inside[: words[0]]}**{inside[words[0] : words[-1] + 1]}**{inside[words[-1] + 1 :]}"


def _is_mark(one: str) -> bool:
    return bool(one) and unicodedata.category(one)[0] in "PS"


def _is_letter(one: str) -> bool:
    return bool(one) and not one.isspace() and not _is_mark(one)


def _overflow(text: str, measure: Measure, write: Callable[[str, str], str]) -> Finding | None:
    long = measured(text, measure, write)
    if not measure.longest or long <= measure.longest:
        return None
    lines = text.split("\n")
    # Short of all lines some markup may be open; then the whole of it stands for the place.
    first = next((n for n in range(1, len(lines)) if _is_over(lines[:n], measure, write)), len(lines))
    what = f"too long for {measure.platform}: {long} {measure.unit}, {measure.longest} are allowed"
    return Finding(first, what, "shorten it, or write a shorter version beside it (group.short.zh.md)")


def _is_over(lines: list[str], measure: Measure, write: Callable[[str, str], str]) -> bool:
    try:
        return measured("\n".join(lines), measure, write) > measure.longest
    except BadMarkup:
        return False


def measured(text: str, measure: Measure, write: Callable[[str, str], str]) -> int:
    """How long *text*, which *write* puts into a dialect, is to the platform of *measure*. Raises as *write*."""
    said = write(text, measure.dialect)
    if measure.dialect == "telegram":
        return shown_length(said, measure.dialect, measure.unit)
    return length(said, measure.unit)
