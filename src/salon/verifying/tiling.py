"""A form's text against what it may say: every letter of it must be a fact in its place, or a fixed word.

A form is printed from templates that an owner may change. So what is compared is not its letters with those of today's
templates, but its facts: each must stand in it, in the order in which today's templates have them within a section
(sections may come in any order), and nothing else may stand between them but fixed words, in any wording that the form
may have, and signs of punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from salon.verifying.atoms import FREE, FREE_SIGNS, Atom, facts_in
from salon.verifying.marked import Signs

#: Sections that a template may leave out: a lighter page says nothing wrong by it.
MAY_BE_LEFT_OUT = frozenset(
    {"page.links", "page.sources", "page.participation", "page.carried", "page.next", "minutes", "notable"}
    | {"team.funnel", "team.operations", "team.candidates"}
    | {"team.rating", "team.promotions", "team.written", "team.offers"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form goes astray."""

    at: int
    expected: str


class Tiling:
    """One form's text, and whether it says what *sections* say and nothing else.

    *wordings*: how each phrase may be worded (key → phrases, a plural among them as "one|more").
    """

    def __init__(
        self, text: str, sections: Sequence[Sequence[Atom]], wordings: Mapping[str, Sequence[str]], signs: Signs
    ) -> None:
        self._text, self._wordings, self._s = text, wordings, signs
        self._free = FREE | {signs.section}
        self.facts = sum(map(facts_in, sections))
        #: How far it could be followed; phrases that it uses; keys of the sections that it leaves out.
        self.furthest = Place(0, "")
        self.used: set[tuple[str, str]] = set()
        self.left_out: list[str] = []
        self.is_held = self._holds([list(section) for section in sections])

    def faults(self) -> list[str]:
        """The first thing that was not said, and what belongs there; nothing where all is well."""
        if self.is_held:
            return []
        at = self.furthest.at
        found, wanted = self._plain(self._text[max(0, at - 20) : at + 40]), self._plain(self.furthest.expected)
        return [f"{found!r} is not what was said: {wanted[:60]!r} belongs there"]

    def _plain(self, text: str) -> str:
        s = self._s
        return " ".join(text.replace(s.aside, " (").replace(s.shut, ") ").replace(s.section, " ").split())

    def _holds(self, left: list[list[Atom]]) -> bool:
        at: int | None = 0
        end = 0
        while at is not None:
            end = self._skip(at)
            at = self._next(left, end)
        return end == len(self._text) and self._may_lack(left)

    def _next(self, left: list[list[Atom]], at: int) -> int | None:
        """Where the section ends that stands at *at*; it is taken out of *left*."""
        for section in left:
            end = self._match(section, at)
            if end is not None and (end > at or not section):
                left.remove(section)
                return end
        return None

    def _may_lack(self, left: Sequence[Sequence[Atom]]) -> bool:
        """Whether all sections that are *left* may be left out."""
        for section in left:
            key = next((atom.text for atom in section if atom.kind == "word"), "")
            if not any(atom.kind in ("fact", "word") for atom in section):
                continue
            if key not in MAY_BE_LEFT_OUT:
                self.furthest = Place(len(self._text), self._named(section))
                return False
            self.left_out.append(key)
        return True

    def _named(self, section: Sequence[Atom]) -> str:
        first = next(atom for atom in section if atom.kind in ("fact", "word"))
        return first.text if first.kind == "fact" else next(iter(self._wordings.get(first.text, ())), first.text)

    def _skip(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in self._free:
            at += 1
        return at

    def _starts(self, at: int) -> Iterator[int]:
        """Where the next atom may begin: here, or behind signs that may stand between."""
        yield at
        while at < len(self._text) and self._text[at] in self._free:
            at += 1
            yield at

    def _match(self, atoms: Sequence[Atom], at: int) -> int | None:
        """Where *atoms* end, one after another from *at* on; None: they do not stand there."""
        for atom in atoms:
            end = self._one(atom, at)
            if end is None:
                return None
            at = end
        return at

    def _one(self, atom: Atom, at: int) -> int | None:
        if atom.kind == "fact":
            return self._exactly(atom.text, at)
        if atom.kind == "word":
            return self._phrase(atom, at)
        if atom.kind == "aside":
            return self._beside(atom, at)
        # Letters that only the template has; a per cent sign belongs to its number.
        end = self._exactly(atom.text, at, is_needed="%" in atom.text)
        return end if end is not None else None if "%" in atom.text else at

    def _exactly(self, text: str, at: int, is_needed: bool = True) -> int | None:
        for start in self._starts(at):
            if self._text.startswith(text, start):
                return start + len(text)
        if is_needed and at >= self.furthest.at:
            self.furthest = Place(at, text)
        return None

    def _beside(self, atom: Atom, at: int) -> int | None:
        """What is no text must be right where it is; a template that has it not says nothing by it."""
        start = self._skip(at)
        if not self._text.startswith(self._s.aside, start):
            return at
        return self._exactly(f"{self._s.aside}{atom.text}{self._s.shut}", at)

    def _phrase(self, atom: Atom, at: int) -> int | None:
        before = self.furthest
        for phrase in self._wordings.get(atom.text, ()):
            for wording in _numbers(phrase, atom):
                end = self._worded(wording, atom, at)
                if end is not None:
                    self.used.add((atom.text, phrase))
                    return end
        if self.furthest == before and at >= before.at:
            self.furthest = Place(at, next(iter(self._wordings.get(atom.text, ())), atom.text))
        return None

    def _worded(self, wording: str, atom: Atom, at: int) -> int | None:
        for k, part in enumerate(re.split(r"\{(\w+)\}", wording)):
            if k % 2:
                end = self._match(atom.values[part], at) if part in atom.values else None
            else:
                end = self._fixed_part(part, at)
            if end is None:
                return None
            at = end
        return at

    def _fixed_part(self, part: str, at: int) -> int | None:
        bare = " ".join(part.split())
        if not bare.strip(FREE_SIGNS):
            return at
        return self._exactly(bare, at)


def _numbers(phrase: str, atom: Atom) -> list[str]:
    """The wording of *phrase* for the number that *atom* has; both, the longer first, where it has none."""
    one, bar, more = phrase.partition("|")
    if not bar:
        return [phrase]
    n = atom.values.get("n")
    if n is None:
        return sorted((one, more), key=len, reverse=True)
    return [one] if "".join(a.text for a in n) == "1" else [more]
