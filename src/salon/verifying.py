"""A report that was written, checked against what was said: by its file alone, whoever wrote it and whenever."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from salon.errors import Mistakes
from salon.model import Discussion, Sentence
from salon.report import NotProven, Report, quotes_in, verify
from salon.report_view.quoting import anchor
from salon.wording import calm

_REPORT = TypeAdapter(Report)


def drafted_beside(path: Path) -> tuple[Sentence, ...]:
    """What a language model wrote, as the `report.json` beside *path* has it; nothing where there is none.

    A chat does not say what a model wrote of it. These are checked like any other: a page is compared with those only
    that the messages bear out.
    """
    beside = path.parent / "report.json"
    try:
        return _report_in(beside, beside.read_text("utf-8")).drafted
    except (OSError, UnicodeDecodeError, Mistakes):
        return ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of the check."""

    quotes: int
    messages: int
    #: What the discussion does not bear out, a line each; empty: all is proven.
    wrong: tuple[str, ...]


def check_file(path: Path, discussion: Discussion, made: Mapping[str, bytes] | None = None) -> Verdict:
    """Check the report in *path* against *discussion*. Reads only.

    Of the JSON every quote, id and count is checked. Of a page its quotes and its transcript; and where *made* says
    what the report's files are today, every value of the JSON, and the whole of any other form letter for letter. A
    report.json or a page under another name is still checked as what it is.
    Raises `Mistakes` when the file cannot be read, or is no report of ours.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Mistakes([f"{path}: cannot be read ({error}); give the path of a report.json or report.html"]) from error
    if text.lstrip().startswith("{"):
        verdict = _check_json(_report_in(path, text), discussion)
        ours = (made or {}).get("report.json")
        others = tuple(_other_values(json.loads(text), json.loads(ours))) if ours and not verdict.wrong else ()
        return replace(verdict, wrong=(*verdict.wrong, *others))
    page = _Page()
    page.feed(text)
    wanted = (made or {}).get(path.name)
    if page.is_report and made and path.name not in made:
        pages = [made[name] for name in ("report.html", "team.html") if name in made]
        wanted = next((one for one in pages if one == text.encode()), pages[0] if pages else None)
    if not page.is_report and wanted is None:
        raise Mistakes([f"{path}: is no report of Salon; give the path of a report.json or report.html"])
    verdict = _check_page(page, discussion) if page.is_report else Verdict(quotes=0, messages=0, wrong=())
    return replace(verdict, wrong=(*verdict.wrong, *_differences(text, wanted)))


def _other_values(given: Any, ours: Any, where: str = "report") -> Iterator[str]:
    """Where *given* has another value than *ours*, a line each; how the file is laid out does not matter."""
    if isinstance(given, dict) and isinstance(ours, dict):
        for name in dict.fromkeys([*ours, *given]):
            yield from _other_values(given.get(name), ours.get(name), f"{where}.{name}")
    elif isinstance(given, list) and isinstance(ours, list) and len(given) == len(ours):
        for number, (one, other) in enumerate(zip(given, ours, strict=True)):
            yield from _other_values(one, other, f"{where}[{number}]")
    elif given != ours:
        yield f"{where}: {str(given)[:60]!r} is not what Salon writes: {str(ours)[:60]!r}"


def _differences(text: str, wanted: bytes | None) -> Iterator[str]:
    """The first line of *text* that is not what it would be if it were written now."""
    if wanted is None or text.encode() == wanted:
        return
    ours = wanted.decode().splitlines()
    for number, (line, other) in enumerate(zip_longest(text.splitlines(), ours, fillvalue=""), 1):
        if line != other:
            yield f"line {number}: {_around(line, other)!r} is not what Salon writes from it: {_around(other, line)!r}"
            return
    yield "the ends of its lines are not what Salon writes"


def _around(line: str, other: str) -> str:
    """The part of *line* around the first letter that *other* has not."""
    at = next((k for k, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), min(len(line), len(other)))
    return line[max(0, at - 20) : at + 40]


def _report_in(path: Path, text: str) -> Report:
    try:
        data: dict[str, Any] = json.loads(text)
        # Written in minutes, as `salon.documents.as_json` has it.
        found: Report = _REPORT.validate_python({**data, "bucket_width": timedelta(minutes=data["bucket_width"])})
    except (ValueError, ValidationError, KeyError, TypeError, RecursionError) as error:
        first = str(error).splitlines()[0][:200]
        raise Mistakes([f"{path}: is no report of Salon ({first}); give a report.json as it was written"]) from error
    return found


def _check_json(report: Report, discussion: Discussion) -> Verdict:
    wrong: tuple[str, ...] = ()
    try:
        verify(report, discussion)
    except NotProven as error:
        wrong = tuple(str(error).splitlines())
    return Verdict(quotes=sum(1 for _ in quotes_in(report)), messages=report.messages, wrong=wrong)


def _check_page(page: _Page, discussion: Discussion) -> Verdict:
    said = {anchor(m.id): calm(m.text) for m in discussion.messages if m.role != "system" and m.text.strip()}
    return Verdict(quotes=len(page.quotes), messages=len(page.log), wrong=tuple(_wrong_in(page, said)))


def _wrong_in(page: _Page, said: dict[str, str]) -> Iterator[str]:
    for places, pieces in page.quotes:
        texts = [said.get(place, "") for place in places]
        for piece in pieces:
            if not all(any(part in text for text in texts) for part in _parts(piece)):
                yield f"{', '.join(places)}: nobody wrote {piece[:80]!r} there"
    for place, text in page.log.items():
        if place not in said:
            yield f"{place}: the page has this message; the discussion has not"
        elif said[place] != text:
            yield f"{place}: the transcript is not what was written"
    if missing := len(said.keys() - page.log.keys()):
        yield f"transcript: {missing} messages of the discussion are missing"


def _parts(piece: str) -> list[str]:
    """*piece* without the signs that say where it was shortened."""
    return [part.strip() for part in piece.split("…") if part.strip()]


class _Page(HTMLParser):
    """The quotes of a page and the transcript below them, as `templates/report/` writes them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_report = False
        #: (places in the transcript, pieces) of each quote.
        self.quotes: list[tuple[list[str], list[str]]] = []
        #: Place in the transcript → text.
        self.log: dict[str, str] = {}
        self._open: list[str] = []
        self._is_log = False
        self._text: list[str] | None = None
        self._place = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "log" in given.get("class", "").split():
            self._is_log = self.is_report = True
        if tag == "blockquote" and "data-m" in given:
            self.is_report = True
            self.quotes.append((given["data-m"].split(), []))
        if tag == "p":
            self._place = given.get("id", "")
            self._text = []
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag != "p" or self._text is None:
            return
        text, self._text = calm("".join(self._text)), None
        if "blockquote" in self._open and self.is_report:
            self.quotes[-1][1].append(text)
        elif self._is_log and self._place.startswith("m-"):
            self.log[self._place] = text

    def handle_data(self, data: str) -> None:
        # Name and hour of a message stand in elements of their own before its text.
        if self._text is not None and not {"b", "a", "i"} & set(self._open[self._open.index("p") :]):
            self._text.append(data)
