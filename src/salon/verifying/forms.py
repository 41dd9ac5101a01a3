"""Every other form than the JSON: what it shows, against what its templates could show of the same report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from salon.documents.forms import ARTICLE, Forms
from salon.documents.transcript import page_name
from salon.documents.wordings import carried_in, phrases_in, placeholders, wordings_before
from salon.model import Discussion
from salon.report import Report, quotes_in
from salon.report_view import Step
from salon.verifying.atoms import Atom, sections_in
from salon.verifying.marked import Marked, signs_for
from salon.verifying.printed import elements_in, shown, style_faults
from salon.verifying.tiling import Tiling
from salon.wording import Wording, calm

_TAGS = re.compile(r"<!doctype html|<html|<body|<p\b", re.I)
_ESCAPES = re.compile(r"\\(?=[\\`*\[\]|_~#>+=:\-.])")
_PAGES = ("report.html", "team.html", ARTICLE, "letter.html", *map(page_name, range(1, 100)))
_TEXTS = ("report.md", "team.md", "letter.md")
_TAG = re.compile(r"<[^>]*>")
#: Letters from which on a form is first compared as a whole: to take a long one apart costs seconds.
_LONG = 500_000
#: Letters that an owner's wording may have beyond twice those of ours.
_ROOM = 20


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of comparing a form."""

    holds: bool
    #: How far into its text it was followed.
    reached: int
    #: Values of the report that it shows.
    facts: int
    #: What the discussion does not bear out.
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


class Expected:
    """What the forms of one report may show; each is worked out once, however many files are compared with it."""

    def __init__(self, report: Report, discussion: Discussion, wording: Wording, steps: Sequence[Step]) -> None:
        self._report = report
        self._plain = Forms(report, discussion, wording, steps)
        self._signs = signs_for(*_typed(report, discussion))
        self._forms = Forms(report, discussion, Marked(wording, self._signs), steps)
        self._language = "zh" if report.language == "zh" else "en"
        self._today = dict(phrases_in(wording.table(f"report/words.{self._language}.toml")))
        self._names = {m.name for m in discussion.messages if len(m.name) > 1} | {*report.kols}
        self._sections: dict[str, list[list[list[Atom]]]] = {}
        #: Elements besides text that today's templates have.
        self._ours: set[str] = set()

    def knows(self, name: str, text: str) -> bool:
        """Whether *text* looks like a form of the report at all: it has the topic, or anything that somebody said."""
        told = [self._report.topic, *(piece for quote in quotes_in(self._report) for piece in quote.pieces)]
        plain = _ESCAPES.sub("", text)
        return name in _kinds(text) or any(calm(piece) in plain for piece in told if piece.strip())

    def compared(self, name: str, text: str) -> Result:
        """What comes of *text*, as the form of that *name*; where its name does not say which, as the likest."""
        if len(text) > _LONG and name in self._plain.names and self._plain.text(name) == text:
            # Letter for letter what is printed today: nothing needs to be told apart in it.
            return Result(holds=True, reached=len(text), facts=self._filled(name), wrong=(), notes=())
        plain, own = carried_in(text.translate(dict.fromkeys(map(ord, self._signs), "\ufffd")))
        worded = self._worded(own)
        names = [name] if name in self._forms.names else [n for n in _kinds(text) if n in self._forms.names]
        best = max(
            (self._one(plain, each, sections, worded) for each in names for sections in self._told(each)),
            key=lambda tiling: (tiling.is_held, tiling.furthest.at),
        )
        unsound = [f"its own wording is not allowed: {k} = {v[:60]!r}" for k, v in own.items() if v not in worded[k]]
        added = [*style_faults(text), *(f"cannot be checked: {e[:60]}" for e in sorted(elements_in(text) - self._ours))]
        return Result(
            holds=best.is_held,
            reached=best.furthest.at,
            facts=best.facts,
            wrong=(*best.faults(), *unsound, *added),
            notes=tuple(self._notes(best, worded)),
        )

    def _filled(self, name: str) -> int:
        """How many values the form of that name shows, roughly: those between its tags."""
        return _TAG.sub("", self._forms.text(name)).count(self._signs.begin)

    def _one(
        self, text: str, name: str, sections: Sequence[Sequence[Atom]], worded: Mapping[str, Sequence[str]]
    ) -> Tiling:
        return Tiling(shown(text, name.endswith(".html"), self._signs), sections, worded, self._signs)

    def _told(self, name: str) -> list[list[list[Atom]]]:
        """What the form of that name may show, section by section: an article has several lengths."""
        if name not in self._sections:
            texts = list(self._forms.articles(is_every=True)) if name == ARTICLE else [self._forms.text(name)]
            self._ours.update(*map(elements_in, texts))
            is_page = name.endswith(".html")
            plain = (shown(carried_in(text)[0], is_page, self._signs) for text in texts)
            self._sections[name] = [sections_in(text, self._signs) for text in plain]
        return self._sections[name]

    def _worded(self, own: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
        """Key → how that phrase may be worded: as today, as ever shipped, as the form says that an owner worded it."""
        before = wordings_before(self._language)
        told = {key: (phrase, *before.get(key, ())) for key, phrase in self._today.items()}
        for key, phrase in own.items():
            known = told.setdefault(key, before.get(key, ()))
            if known and _is_sound(key, phrase, known, self._names):
                told[key] = (*known, phrase)
        return {key: tuple(dict.fromkeys(phrases)) for key, phrases in told.items()}

    def _notes(self, tiling: Tiling, worded: Mapping[str, Sequence[str]]) -> Iterator[str]:
        for key in tiling.left_out:
            yield f"the form leaves out: {worded[key][0]}"
        before = wordings_before(self._language)
        for key, phrase in sorted(tiling.used):
            if phrase != self._today.get(key) and phrase not in before.get(key, ()):
                yield f"worded by its owner: {phrase!r} ({key})"


def _kinds(text: str) -> tuple[str, ...]:
    """Names of the forms that *text* may be."""
    return _PAGES if _TAGS.search(text[:2000]) else _TEXTS


def _typed(report: Report, discussion: Discussion) -> Iterator[str]:
    """What people typed, anywhere."""
    yield repr((report, discussion.answers, discussion.promotions, discussion.offers))
    for message in discussion.messages:
        yield message.text
        yield message.name


def _is_sound(key: str, phrase: str, known: Sequence[str], names: Collection[str]) -> bool:
    """Whether *phrase* may be an owner's wording of what reads *known*: about as long, and no fact smuggled in.

    It holds no number, no address, nobody's name, and is not how another phrase is worded: "agreements" may be called
    otherwise, but not "disagreements".
    """
    shipped = [pair for language in ("zh", "en") for pair in wordings_before(language).items()]
    values = {name for each in known for name in placeholders(each)}
    return (
        len(phrase) <= 2 * max(map(len, known)) + _ROOM
        and set(placeholders(phrase)) <= values
        and not re.search(r"\d|://|www\.", phrase)
        and not any(phrase.casefold() in map(str.casefold, phrases) for other, phrases in shipped if other != key)
        and not any(name in phrase for name in names)
    )
