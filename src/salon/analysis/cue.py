"""A pattern that is searched for only where one of its words stands: most texts have none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate


@lru_cache(16)
def _folded(text: str) -> str:
    # Half a dozen cues look at each message, one after another.
    return text.casefold()


class Cue:
    """A pattern with words in lower case of which every match has one.

    Looking for a dozen words costs a tenth of what the search costs; on ten thousand messages that is what most of
    the time went into. A test takes the patterns apart and checks that no match can be without a word.
    """

    def __init__(self, pattern: re.Pattern[str], *words: str) -> None:
        self.pattern = pattern
        self.words = words
        #: Whether no word has a Latin letter: then a text of nothing else needs no look.
        self._is_chinese = not any(word.isascii() for word in words)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in *text*."""
        return self.pattern.search(text) if self.is_near(text) else None

    def findall(self, text: str) -> list[str]:
        """All matches in *text*."""
        return self.pattern.findall(text) if self.is_near(text) else []

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

    Asking each of ten thousand messages for each of a hundred words costs ten times as much.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        folded = [_alike(text) for text in texts]
        self._whole = "\n".join(folded)
        self._begins = [0, *accumulate(len(text) + 1 for text in folded)]

    def near(self, *cues: Cue) -> frozenset[int]:
        """Indices of the texts in which some word of *cues* stands: in all others none of them has a match."""
        return frozenset(k for word in {_alike(word) for cue in cues for word in cue.words} for k in self._with(word))

    def _with(self, word: str) -> Iterator[int]:
        whole, begins = self._whole, self._begins
        at = whole.find(word)
        while at >= 0:
            k = bisect_right(begins, at)
            yield k - 1
            at = whole.find(word, begins[k])


def _alike(text: str) -> str:
    """*text* in lower case, with one kind of apostrophe and on one line."""
    return text.casefold().replace("’", "'").replace("\n", " ")


def is_any(cues: Iterable[Cue], text: str) -> bool:
    """Whether one of *cues* is found in *text*. A pattern of one language alone is searched much faster than one of
    two: of Chinese alone, most texts have no letter with which a match could begin."""
    return any(cue.search(text) for cue in cues)
