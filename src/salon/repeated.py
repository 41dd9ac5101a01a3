"""Words that were taken back, where somebody else repeated or quoted them: a mark stands there instead."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

#: What stands where the words stood.
MARK = {"zh": "【已撤回】", "en": "[withdrawn]"}
#: Shorter words are everybody's ("I think so"): in characters, with every run of white space as one.
LEAST = 8
#: What is passed over when two texts are compared: white space, signs of quoting, what nobody sees.
_PASSED = re.compile("[\\s>\uff1e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
#: A minute tag in front, and lines that quote somebody: others repeat the words without them.
_TAG, _QUOTED = re.compile(r"^\s*[#\uff03]\w+\s*"), re.compile(r"^\s*[>\uff1e].*$", re.M)


class TakenBack:
    """Texts that were taken back, to be found in others. In whole only: who took up a thought spoke for themselves.

    *withdrawn* and *shown*: number of a message → its text. What somebody who stands by it had said before is theirs:
    who copies another's words, and takes the copy back, takes nothing from them.
    """

    def __init__(self, withdrawn: Mapping[int, str], shown: Mapping[int, str], language: str) -> None:
        self._mark = MARK["zh" if language == "zh" else "en"]
        before = _Before(shown if withdrawn else {})
        needles = {
            needle for number, text in withdrawn.items() for needle in _needles(text) if not before.has(needle, number)
        }
        # The longest first: one may be a part of another.
        self._needles = sorted(needles, key=lambda needle: (-len(needle), needle))

    def over(self, text: str) -> str:
        """*text* with the mark in the place of what was taken back; *text* itself where nothing was."""
        if not self._needles:
            return text
        plain = _plain(text)
        found = [needle for needle in self._needles if needle in plain]
        if not found:
            return text
        letters, places = _placed(text)
        if letters != plain:
            # Signs that mean one thing together cannot be told apart: better all of it than too little.
            return self._mark
        return self._marked(text, [*_passages(text, letters, places, found)])

    def _marked(self, text: str, passages: list[tuple[int, int]]) -> str:
        pieces, at = list[str](), 0
        for first, last in sorted(passages):
            if last > at:
                pieces += [text[at : max(first, at)], self._mark] if first >= at else []
                at = last
        return "".join([*pieces, text[at:]])


class _Before:
    """What stands, in one text, so that a hundred thousand messages are searched in one go."""

    def __init__(self, shown: Mapping[int, str]) -> None:
        self._numbers = sorted(shown)
        plain = [_plain(shown[number]) + "\0" for number in self._numbers]
        self._text = "".join(plain)
        self._starts = [0, *accumulate(map(len, plain))]

    def has(self, needle: str, number: int) -> bool:
        """Whether a message before *number* holds *needle*."""
        return self._text.find(needle, 0, self._starts[bisect_left(self._numbers, number)]) >= 0


def _needles(text: str) -> Iterator[str]:
    for form in (text, _TAG.sub("", text), _QUOTED.sub("", text)):
        if len(" ".join(form.split())) >= LEAST:
            plain = _plain(form)
            # Whoever repeats a sentence may end it in another way.
            bare = plain.strip("".join({sign for sign in plain if not sign.isalnum()}))
            yield bare if len(bare) >= LEAST - 2 else plain


def _passages(text: str, letters: str, places: list[int], needles: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where in *text* one of *needles* stands: (first, last + 1)."""
    for needle in needles:
        at = letters.find(needle)
        while at >= 0:
            first, last = places[at], places[at + len(needle) - 1] + 1
            if not _is_within_word(text, first) and not _is_within_word(text, last):
                yield first, last
            at = letters.find(needle, at + 1)


def _is_within_word(text: str, at: int) -> bool:
    """Whether *at* is inside an English word or a number."""
    around = text[max(at - 1, 0) : at + 1] if 0 < at < len(text) else ""
    return len(around) == 2 and around.isascii() and around.isalnum()


def _plain(text: str) -> str:
    return _PASSED.sub("", unicodedata.normalize("NFKD", text).casefold())


def _placed(text: str) -> tuple[str, list[int]]:
    """`_plain` letter by letter, and the place in *text* that each comes from."""
    letters, places = list[str](), list[int]()
    for k, sign in enumerate(text):
        plain = _plain(sign)
        letters.append(plain)
        places += [k] * len(plain)
    return "".join(letters), places
