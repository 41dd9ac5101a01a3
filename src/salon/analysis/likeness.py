"""How alike texts are: TF-IDF over the discussion itself, cosine between."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import mul, truediv

#: word → weight, of length 1.
Vector = Mapping[str, float]


class _Weights(dict[str, float]):
    """Word → weight; a word that was never seen weighs as much as the rarest can."""

    unseen = 0.0

    def __missing__(self, word: str) -> float:
        return self.unseen


class Space:
    """Weights of words, learnt from *texts* (each a sequence of words): what is rare here tells more."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        texts = list(texts)
        self.seen = Counter(chain.from_iterable(map(set, texts)))
        self.texts = len(texts)
        weights = _Weights((word, self._rarity(n)) for word, n in self.seen.items())
        weights.unseen = self._rarity(0)
        #: How much a word tells: about 0 when every text has it. Asked for every word of every text, so no method.
        self.weight: Callable[[str], float] = weights.__getitem__

    def _rarity(self, seen: int) -> float:
        # The root, since in so small a log a rare word is often rare by chance.
        return math.sqrt(math.log((self.texts + 1) / (seen + 0.5)))

    def vector(self, text: Sequence[str]) -> Vector:
        """*text* as a vector of length 1; empty when it has no words."""
        weights = list(map(self.weight, text))
        raw = dict(zip(text, weights, strict=True))
        if len(raw) < len(text):
            for word, n in _repeated(text).items():
                raw[word] *= 1 + math.log(n)
            weights = list(raw.values())
        length = math.sqrt(math.fsum(map(mul, weights, weights)))
        return dict(zip(raw, map(truediv, weights, repeat(length)), strict=False)) if length else {}

    def covered(self, wanted: Sequence[str], text: Iterable[str]) -> float:
        """Share of *wanted*, by weight, that *text* contains (0 to 1)."""
        have = set(text)
        weights = {word: self.weight(word) for word in dict.fromkeys(wanted)}
        total = math.fsum(weights.values())
        return math.fsum(w for word, w in weights.items() if word in have) / total if total else 0.0


def _repeated(text: Sequence[str]) -> dict[str, int]:
    """How often those words of *text* stand there that do so more than once."""
    counts: dict[str, int] = {}
    so_far = counts.get
    for word in text:
        counts[word] = so_far(word, 0) + 1
    return {word: n for word, n in counts.items() if n > 1}


def cosine(a: Vector, b: Vector) -> float:
    """0 (nothing in common) to 1 (the same words)."""
    if len(a) > len(b):
        a, b = b, a
    if b.keys().isdisjoint(a):
        # As most are.
        return 0.0
    # The order of the common words is any, the exact sum is one.
    return math.fsum(map(mul, a.values(), map(b.get, a, repeat(0.0))))


def centroid(vectors: Iterable[Vector]) -> Vector:
    """Direction that *vectors* have in common, of length 1."""
    total: dict[str, float] = {}
    sum_of = total.get
    for vector in vectors:
        for word, w in vector.items():
            total[word] = sum_of(word, 0.0) + w
    length = math.sqrt(math.fsum(map(mul, total.values(), total.values())))
    return {word: w / length for word, w in total.items()} if length else {}
