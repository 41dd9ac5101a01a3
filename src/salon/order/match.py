"""Whether one message waits for the host, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import add

from salon.order.links import bad_links, contacts_in
from salon.order.lists import Lists, Phrase, Term
from salon.order.plain import folded, places_in, soft, squashed

#: Phrases of one line count together when no more characters lie between them.
NEAR = 60
#: So many reasons are told at most.
MOST = 3
_SIGNS = frozenset("@$!|+")
#: A sign that may stand for a letter: within a word's reach of another letter or sign (`salon.order.lists`).
_SIGNED = re.compile(r"[@$!|+](?:[\W_]{0,4}[a-z0-9]|[\W_]{0,3}[@$!|+])|[a-z0-9][\W_]{0,4}[@$!|+]")


@dataclass(frozen=True, kw_only=True)
class Why:
    """One reason to wait."""

    #: One of `salon.order.lists.KINDS`.
    kind: str
    #: The line of the list, or the link.
    term: str


def reasons(lists: Lists, text: str, topic: str = "", asked: str = "") -> tuple[Why, ...]:
    """Why *text* waits for the host; empty: it does not. What the evening's own *topic* says never waits, nor what was
    *asked* in the room; but there a word beside a way to reach somebody is an offer still."""
    read = _Read(lists, text)
    found = [*_linked(lists, read), *(Why(kind=t.kind, term=t.written) for t in read.likely(lists) if read.has(t))]
    if found and (topic or asked):
        free = _said_in(lists, topic, lists.terms)
        free |= _said_in(lists, asked, [term for term in lists.terms if not term.wants_contact])
        found = [why for why in found if why.term not in free]
    return tuple(dict.fromkeys(found))[:MOST]


def _said_in(lists: Lists, text: str, terms: Iterable[Term]) -> set[str]:
    spoken = _Read(lists, text)
    return {term.written for term in terms if all(map(spoken.spans, term.phrases))}


def _linked(lists: Lists, read: _Read) -> Iterator[Why]:
    for kind, link in bad_links(lists, read.soft):
        yield Why(kind=kind, term=link)


class _Read:
    """One text, read once for all lines."""

    def __init__(self, lists: Lists, text: str) -> None:
        self.soft = soft(text)
        self._letters = folded(squashed(self.soft))
        #: Signs that may stand for letters are left out of these.
        self._has_signs = not _SIGNS.isdisjoint(self.soft) and _SIGNED.search(self.soft) is not None
        self._lists = lists
        # Looked for only where something was found.
        self._free: list[tuple[int, int]] | None = None
        self._contacts: list[tuple[int, int]] | None = None

    def likely(self, lists: Lists) -> list[Term]:
        """The lines that `has` may say yes to: most are not even there with all signs left out."""
        letters = self._letters
        if self._has_signs:
            return [term for first, term in lists.firsts if first.pattern is not None or first.letters in letters]
        # Hundreds of lines, of which a handful begin with two letters that stand side by side in the text.
        pairs = lists.by_pair.keys() & set(map(add, letters, letters[1:]))
        found = [place for pair in pairs for place in lists.by_pair[pair] if lists.firsts[place][0].letters in letters]
        return [lists.firsts[place][1] for place in sorted(found)]

    @cached_property
    def _places(self) -> list[int]:
        """Where each of the squashed letters stands."""
        return places_in(self.soft)

    def has(self, term: Term) -> bool:
        """Whether all of *term* stands near each other."""
        spans = []
        for phrase in term.phrases:
            found = self.spans(phrase)
            if not found:
                return False
            spans.append(found)
        if term.wants_contact:
            if self._contacts is None:
                self._contacts = contacts_in(self._lists, self.soft)
            spans.append(self._contacts)
        return any(_near(first, spans[1:]) for first in spans[0])

    def spans(self, phrase: Phrase) -> list[tuple[int, int]]:
        """Where *phrase* stands, but for what is allowed."""
        found = self._found(phrase)
        if not found:
            return []
        if self._free is None:
            self._free = [span for free in self._lists.allowed for span in self._found(free)]
        return [s for s in found if not any(f[0] <= s[0] and s[1] <= f[1] for f in self._free or ())]

    def _found(self, phrase: Phrase) -> list[tuple[int, int]]:
        if phrase.pattern is not None:
            # Most phrases are not even there with all signs left out: then no pattern is tried.
            if not self._has_signs and phrase.letters not in self._letters:
                return []
            return [match.span() for match in phrase.pattern.finditer(self.soft)]
        found, start = [], self._letters.find(phrase.letters)
        while start >= 0 and phrase.letters:
            end = start + len(phrase.letters)
            found.append((self._places[start], self._places[end - 1] + 1))
            start = self._letters.find(phrase.letters, end)
        return found


def _near(first: tuple[int, int], others: Iterable[list[tuple[int, int]]]) -> bool:
    return all(any(s[0] - NEAR <= first[1] and first[0] <= s[1] + NEAR for s in spans) for spans in others)
