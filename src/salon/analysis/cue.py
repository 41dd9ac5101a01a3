"""A pattern that is searched for only where one of its words stands: most texts have none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

_NO_FLAG = re.RegexFlag(0)


class Pattern:
    """A pattern that is made when it is first searched for: an evening in one language needs half of them.

    *flags* as of `re.compile`. Letters of a pattern that is blind to case are small ones of ASCII.
    """

    def __init__(self, source: str, flags: re.RegexFlag = _NO_FLAG) -> None:
        self.source, self.flags = source, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern as Python has it."""
        return re.compile(self.source, self.flags)

    def is_in(self, text: str) -> bool:
        """Whether *text* has a match."""
        return self._finds(text) is not None

    @cached_property
    def _finds(self) -> Callable[[str], object]:
        if not self.flags & re.I:
            return self.compiled.search
        return self._finds_blindly

    def _finds_blindly(self, text: str) -> object:
        # With no other letter that stands for one of ASCII, the pattern that knows case finds the same, much faster.
        is_plain = text.isascii() or not ("\u0130" in text or "\u0131" in text or "\u017f" in text)
        return self._low(text.lower()) if is_plain else self._any(text)

    @cached_property
    def _low(self) -> Callable[[str], object]:
        return re.compile(self.source, self.flags & ~re.I).search

    @cached_property
    def _any(self) -> Callable[[str], object]:
        return self.compiled.search


@lru_cache(16)
def _folded(text: str) -> str:
    # Half a dozen cues look at each message, one after another.
    return text.casefold()


class Cue:
    """A pattern with words in lower case of which every match has one.

    Looking for a dozen words costs a tenth of what the search costs; on ten thousand messages that is what most of
    the time went into. A test takes the patterns apart and checks that no match can be without a word.
    """

    def __init__(self, pattern: Pattern, *words: str) -> None:
        self.pattern = pattern
        self.words = words
        #: Whether no word has a Latin letter: then a text of nothing else needs no look.
        self._is_chinese = not any(word.isascii() for word in words)

    def is_in(self, text: str) -> bool:
        """Whether *text* has a match."""
        return self.is_near(text) and self.pattern.is_in(text)

    def findall(self, text: str) -> list[str]:
        """All matches in *text*."""
        return self.pattern.compiled.findall(text) if self.is_near(text) else []

    def is_near(self, text: str) -> bool:
        """Whether some of the words stand in *text*: else there is no match in it, nor in any part of it."""
        if self._is_chinese and text.isascii():
            return False
        folded = _folded(text)
        # Not any(): a loop inside a generator costs more than the words.
        for word in self.words:  # noqa: SIM110
            if word in folded:
                return True
        return False


class Texts:
    """Many texts laid end to end: a word is looked for in all of them at once.

    Asking each of ten thousand messages for each of a hundred words costs ten times as much. Those of ASCII alone lie
    by themselves: no Chinese word is looked for among them.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        latin = [k for k, text in enumerate(texts) if text.isascii()]
        others = [k for k, text in enumerate(texts) if not text.isascii()]
        self._laid = [_Laid([texts[k] for k in places], places) for places in (latin, others) if places]

    def near(self, *cues: Cue) -> frozenset[int]:
        """Indices of the texts in which some word of *cues* stands: in all others none of them has a match."""
        words = {_alike(word) for cue in cues for word in cue.words}
        return frozenset(k for laid in self._laid for word in words for k in laid.places_of(word))


class _Laid:
    """Some texts end to end, and which they are of all."""

    def __init__(self, texts: Sequence[str], places: Sequence[int]) -> None:
        self._whole = _alike("\n".join([text.replace("\n", " ") if "\n" in text else text for text in texts]))
        self._begins = [0, *accumulate(len(text) + 1 for text in self._whole.split("\n"))]
        self._places = places

    def places_of(self, word: str) -> list[int]:
        """Indices of the texts with *word*."""
        whole, begins, found = self._whole, self._begins, list[int]()
        if not word.isascii() and whole.isascii():
            return found
        at = whole.find(word)
        while at >= 0:
            k = bisect_right(begins, at)
            found.append(self._places[k - 1])
            at = whole.find(word, begins[k])
        return found


def _alike(text: str) -> str:
    """*text* in lower case, with one kind of apostrophe."""
    return text.casefold().replace("’", "'")


def is_any(cues: Iterable[Cue], text: str) -> bool:
    """Whether one of *cues* is found in *text*. A pattern of one language alone is searched much faster than one of
    two: of Chinese alone, most texts have no letter with which a match could begin."""
    for cue in cues:  # noqa: SIM110
        if cue.is_in(text):
            return True
    return False
