"""A pattern that is searched for only where one of its words stands: most texts have none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


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


def is_any(cues: Iterable[Cue], text: str) -> bool:
    """Whether one of *cues* is found in *text*. A pattern of one language alone is searched much faster than one of
    two: of Chinese alone, most texts have no letter with which a match could begin."""
    return any(cue.search(text) for cue in cues)
