"""`salon lint FILE…`: what is to be changed in a template or text for groups, while it is being written."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from salon.channels.limits import own_limits
from salon.errors import WrongUse
from salon.linting import flat, is_template, measures_of
from salon.markup import Finding, Measure, lint, lint_literal
from salon.phrases import LANGUAGES, facts_of
from salon.settings import Settings
from salon.testing.golden import golden_event
from salon.wording import BadTemplate, Wording

#: Templates that are written in the subset of `salon.markup`; in all others nothing is markup.
_MARKED = ("group", "correction", "taken_back")
_VALUE = re.compile(r"\{\{[-+]?\s*(.*?)\s*[-+]?\}\}")
#: What people type, of the facts that every announcement has.
_TYPED = re.compile(r"(?:series|topic|summary|kol_\w+|\w+\.(?:title|name|text|question)|line)(?:\s*\|\s*calm)?")
_EDGE = re.compile(r"\}\}\*\*[^\W_]|[^\W_]\*\*\{\{")
_LINK = "https://salon.example.org/c/k3x9"


def lint_files(args: argparse.Namespace) -> int:
    """Print what is to be changed, a line each; 2 when there is anything. Raises `WrongUse` for what is no text."""
    measures = measures_of(own_limits(Settings.from_env().home))
    found = [(path, finding) for path in args.files for finding in findings(path, measures)]
    if args.json:
        rows = [{"file": str(path), **finding._asdict()} for path, finding in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for path, finding in found:
            print(f"{path}:{finding.line}: {finding.what}; {finding.now}")
    return 2 if found else 0


def findings(path: Path, measures: tuple[Measure, ...]) -> list[Finding]:
    """What is to be changed in the template or text *path*. Raises `WrongUse`."""
    source = _content(path)
    is_to_be_filled = is_template(source)
    is_marked = path.suffix == ".md" and (not is_to_be_filled or path.name.split(".")[0] in _MARKED)
    check = lint if is_marked else lint_literal
    if not is_to_be_filled:
        return list(check(source, measures))
    text, numbers = flat(source)
    found = [finding._replace(line=numbers[finding.line - 1]) for finding in check(text)]
    if is_marked:
        found += _unguarded(source)
        found += _filled_in(path, source, measures, {finding.line for finding in found})
    return sorted(set(found))


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError) as gone:
        raise WrongUse(f"{path}: there is no such file; name a template or a text") from gone
    except UnicodeDecodeError as foreign:
        raise WrongUse(f"{path}: is not UTF-8; save it as UTF-8") from foreign


def _unguarded(source: str) -> Iterator[Finding]:
    """Places where what a person typed could become markup, or take a bold mark's meaning away."""
    for number, line in enumerate(source.split("\n"), 1):
        for value in _VALUE.finditer(line):
            if _TYPED.fullmatch(value[1]):
                name = value[1].split("|")[0].strip()
                what = f"{value[0]}: what a person typed could be markup here"
                yield Finding(number, what, f"write {{{{ {name} | md }}}}")
        if _EDGE.search(line):
            what = "bold that ends at a value would not be bold when the value ends with a full stop or bracket"
            yield Finding(number, what, "leave a space beside the mark, or give the value a line of its own")


def _filled_in(path: Path, source: str, measures: tuple[Measure, ...], known: set[int]) -> Iterator[Finding]:
    """What shows only in the text as it is read: a name that is not there, a text that is too long."""
    language = next((word for word in path.name.split(".") if word in LANGUAGES), LANGUAGES[0])
    facts = facts_of(golden_event(language), language)
    last = len(source.rstrip("\n").split("\n"))
    try:
        text = Wording(path.parent).fill(path.name, **facts, link=_LINK, seats_left="23", changes=["某某"])
    except BadTemplate as wrong:
        place = re.search(r":(\d+): ", str(wrong))
        yield Finding(int(place[1]) if place else last, str(wrong), "put the name or tag right")
        return
    for finding in lint(text, measures):
        if finding.what.startswith("too long"):
            yield finding._replace(line=last)
        elif not known:
            yield finding._replace(line=min(finding.line, last))
