"""What a form says, one thing after another: read out of a form with signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from salon.verifying.marked import Signs

#: May stand between two facts, whatever the templates put there.
FREE = frozenset(' ·|/→↓↗•…:：,，;；、。()（）[]【】“”「」«»"—*<>#\u00a0')
FREE_SIGNS = "".join(FREE)


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a form says."""

    #: "fact"; "word" (a phrase by its key, with values); "fixed" (letters of the template itself); "aside".
    kind: str
    text: str
    values: Mapping[str, tuple[Atom, ...]] = field(default_factory=dict)


def sections_in(marked: str, signs: Signs) -> list[list[Atom]]:
    """What a form with signs says, section by section; the first one is what stands before any heading."""
    return [list(_atoms(part, signs)) for part in marked.split(signs.section)]


def _atoms(text: str, s: Signs) -> Iterator[Atom]:
    """Atoms of *text*, in which facts stand between signs."""
    pattern = re.compile(f"{s.begin}(.*?){s.end}|{s.aside}(.*?){s.shut}", re.S)
    at = 0
    for found in pattern.finditer(text):
        yield from _fixed(text[at : found.start()])
        if found[1] is not None:
            yield from _values(found[1], s)
        else:
            yield _aside(found[2], s)
        at = found.end()
    yield from _fixed(text[at:])


def _aside(text: str, s: Signs) -> Atom:
    return Atom("aside", text.replace(s.begin, "").replace(s.end, ""))


def _fixed(text: str) -> Iterator[Atom]:
    bare = text.strip(FREE_SIGNS)
    if bare:
        yield Atom("fixed", bare)


def _values(text: str, s: Signs) -> Iterator[Atom]:
    """Atoms of what stands between two signs: facts, phrases, places that a link inside of it leads to."""
    at = 0
    while at < len(text):
        start = text.find(s.phrase, at)
        aside = text.find(s.aside, at)
        if aside >= 0 and (start < 0 or aside < start):
            yield from _fact(text[at:aside])
            shut = text.index(s.shut, aside)
            yield _aside(text[aside + 1 : shut], s)
            at = shut + 1
            continue
        yield from _fact(text[at : start if start >= 0 else len(text)])
        if start < 0:
            return
        end = _close(text, start, s)
        yield _word(text[start + 1 : end], s)
        at = end + 1


def _fact(text: str) -> Iterator[Atom]:
    bare = text.strip()
    if bare:
        yield Atom("fact", bare)


def _close(text: str, start: int, s: Signs) -> int:
    """Where the phrase that begins at *start* ends; phrases may stand in phrases."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == s.phrase) - (text[at] == s.close)
        if depth == 0:
            return at
    raise ValueError("a phrase has no end")


def _word(text: str, s: Signs) -> Atom:
    depth, cuts = 0, list[int]()
    for at, char in enumerate(text):
        depth += (char == s.phrase) - (char == s.close)
        if char == s.name and depth == 0:
            cuts.append(at)
    key = text[: cuts[0]] if cuts else text
    values = {}
    for start, end in pairwise([*cuts, len(text)]):
        name, _, value = text[start + 1 : end].partition(s.value)
        values[name] = tuple(_values(value, s))
    return Atom("word", key, values)


def facts_in(atoms: Sequence[Atom]) -> int:
    """How many values of the report stand among *atoms*, those within phrases too."""
    within = sum(facts_in(values) for atom in atoms for values in atom.values.values())
    return within + sum(atom.kind in ("fact", "aside") for atom in atoms)
