"""One file against what was said: the JSON by its values, every other form by what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from salon.errors import Mistakes
from salon.model import Discussion, Sentence
from salon.report import Report, quotes_in
from salon.report_view import Step
from salon.verifying.forms import Expected
from salon.verifying.values import leaves, report_in, wrong_values
from salon.verifying.whole import SUFFIXES, wrong_print, wrong_text
from salon.wording import Wording


@dataclass(frozen=True, kw_only=True)
class Told:
    """A report as it may be told today of one discussion: one of its versions."""

    report: Report
    discussion: Discussion
    wording: Wording
    #: How the announcements went, for the team's form.
    steps: Sequence[Step] = ()

    #: Address of the report, where it is known.
    link: str = ""

    @property
    def links(self) -> tuple[str, ...]:
        """Addresses with which its pictures may end; an empty one for none."""
        return (self.link, self.discussion.extra.get("report_link", ""), "")

    @cached_property
    def expected(self) -> Expected:
        """What its forms may show."""
        return Expected(self.report, self.discussion, self.wording, self.steps)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of the check."""

    quotes: int
    messages: int
    #: Values that were compared: names, times, counts, titles, texts.
    facts: int
    #: What the discussion does not bear out, a line each; empty: all is proven.
    wrong: tuple[str, ...]
    #: What a reader of the verdict should know, although nothing is wrong: parts that are left out, words of an owner.
    notes: tuple[str, ...] = ()


def drafted_beside(path: Path) -> tuple[Sentence, ...]:
    """What a language model wrote, as the `report.json` beside *path* has it; nothing where there is none.

    A chat does not say what a model wrote of it. These are checked like any other: a page is compared with those only
    that the messages bear out.
    """
    beside = path.parent / "report.json"
    try:
        return report_in(beside, beside.read_text("utf-8")).drafted
    except (OSError, UnicodeDecodeError, Mistakes):
        return ()


def check_file(path: Path, told: Told | Iterable[Told]) -> Verdict:
    """Check the report in *path* against *told*: one version of an evening's report, or several, of which one will do.

    Reads only. A report that goes by another name is still checked as what it is. Raises `Mistakes` when the file
    cannot be read, or is no report of ours.
    """
    try:
        text = "" if path.suffix in SUFFIXES and path.is_file() else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Mistakes([f"{path}: cannot be read ({error}); give the path of a report.json or report.html"]) from error
    found: Verdict | None = None
    for verdict in _verdicts(path, text, [told] if isinstance(told, Told) else told):
        found = verdict if found is None or len(verdict.wrong) < len(found.wrong) else found
        if not found.wrong:
            break
    if found is None:
        raise Mistakes([f"{path}: is no report of Salon; give the path of a report.json or report.html"])
    return found


def _verdicts(path: Path, text: str, told: Iterable[Told]) -> Iterator[Verdict]:
    if path.suffix in SUFFIXES:
        yield from (_of_whole(path, one) for one in told)
    elif text.lstrip().startswith("{"):
        given, data = report_in(path, text), json.loads(text)
        yield from (_of_values(given, data, one) for one in told)
    else:
        yield from (_of_form(path.name, text, one) for one in told if one.expected.knows(path.name, text))


def _of_values(given: Report, data: object, told: Told) -> Verdict:
    wrong = tuple(wrong_values(given, data, told.report, told.discussion))
    return Verdict(quotes=sum(1 for _ in quotes_in(given)), messages=given.messages, facts=leaves(data), wrong=wrong)


def _of_whole(path: Path, told: Told) -> Verdict:
    r, parts = told.report, (told.report, told.discussion, told.wording)
    if path.suffix == ".txt":
        wrong, facts = wrong_text(path, *parts), len(path.read_bytes().split(b"\n"))
        notes = ("an address in it was not looked at",) if b"://" in path.read_bytes() else ()
    else:
        wrong, facts, notes = wrong_print(path, *parts, told.links), 1, ("compared byte by byte with a new print",)
    quotes = sum(1 for _ in quotes_in(r))
    return Verdict(quotes=quotes, messages=r.messages, facts=facts, wrong=tuple(wrong), notes=notes)


def _of_form(name: str, text: str, told: Told) -> Verdict:
    r, result = told.report, told.expected.compared(name, text)
    quotes = sum(1 for _ in quotes_in(r))
    return Verdict(quotes=quotes, messages=r.messages, facts=result.facts, wrong=result.wrong, notes=result.notes)
