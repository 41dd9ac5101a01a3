"""What kinds of words a Chinese sentence is made of: who lists facts speaks in nouns, who chats in particles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice

#: Kinds that the tagger tells apart, as jieba's tag set names them (n noun, v verb, vn verbal noun, r pronoun, …).
KINDS = (
    "n", "v", "vn", "r", "d", "u", "c", "m", "a", "p", "y", "eng", "i", "l", "nr", "ns", "q", "t", "f",
)  # fmt: skip
_WHOLE = frozenset(KINDS)
_LINKS = frozenset("的地得所之")
_FILLERS = re.compile("就是|然后|那个|这个|呃|嗯|其实|那么|对吧|的话|一些|一下|可能")
#: Characters of a text that are looked at: a hostile one must not cost seconds.
_LONGEST = 400
#: Texts that are tagged at once, and a sign between them that hardly any text has.
_TOGETHER, _BETWEEN = 200, "\0"


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    """The tagger, loaded when the first Chinese text comes; one that knows no word where it is missing."""
    try:
        from rjieba import tag
    except ImportError:
        return lambda text: []
    return tag


def kinds_of_all(texts: Iterable[str]) -> Iterator[dict[str, float]]:
    """What `kinds_of` says of each of *texts*, in their order; a good deal quicker than asking for each."""
    texts = iter(texts)
    while some := [text[:_LONGEST] for text in islice(texts, _TOGETHER)]:
        tagged = iter(_tagger()(_BETWEEN.join(text.replace(_BETWEEN, " ") for text in some)))
        yield from (_shares(text, tagged) for text in some)


def kinds_of(text: str) -> dict[str, float]:
    """Kind → share of the characters of *text* in words of that kind, and of "links" (的, 地, 得) and "fillers"
    (per 20 characters); what does not occur is left out."""
    return next(kinds_of_all([text]))


def _shares(text: str, tagged: Iterator[tuple[str, str]]) -> dict[str, float]:
    """The same, taking the words of *text* from *tagged*, and the sign after them."""
    counts, links = dict[str, int](), 0
    size_of = counts.get
    for word, kind in tagged:
        if word == _BETWEEN:
            break
        counts[kind] = size_of(kind, 0) + len(word)
        if word in _LINKS:
            links += 1
    counts.pop("x", None)
    total, shares = sum(counts.values()), dict[str, float]()
    for kind, size in counts.items():
        known = kind if kind in _WHOLE else kind[0]
        if known in _WHOLE:
            shares[known] = shares.get(known, 0.0) + size / total
    if total:
        shares["links"] = links / total
    shares["fillers"] = len(_FILLERS.findall(text)) / max(1.0, len(text) / 20)
    return shares
