"""How alike texts are: TF-IDF over the discussion itself, cosine between."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

#: word → weight, of length 1.
Vector = Mapping[str, float]


class Space:
    """Weights of words, learnt from *texts* (each a sequence of words): what is rare here tells more."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self.seen: Counter[str] = Counter()
        self.texts = 0
        for text in texts:
            self.texts += 1
            self.seen.update(set(text))
        self._weights = {word: self._rarity(n) for word, n in self.seen.items()}

    def weight(self, word: str) -> float:
        """How much *word* tells: about 0 when every text has it."""
        return self._weights.get(word) or self._rarity(0)

    def _rarity(self, seen: int) -> float:
        # The root, since in so small a log a rare word is often rare by chance.
        return math.sqrt(math.log((self.texts + 1) / (seen + 0.5)))

    def vector(self, text: Sequence[str]) -> Vector:
        """*text* as a vector of length 1; empty when it has no words."""
        raw = dict.fromkeys(text, 0.0)
        for word in text:
            raw[word] += 1.0
        for word, n in raw.items():
            raw[word] = (1 + math.log(n)) * self.weight(word) if n > 1 else self.weight(word)
        length = math.sqrt(math.fsum(w * w for w in raw.values()))
        return {word: w / length for word, w in raw.items()} if length else {}

    def covered(self, wanted: Sequence[str], text: Iterable[str]) -> float:
        """Share of *wanted*, by weight, that *text* contains (0 to 1)."""
        have = set(text)
        weights = {word: self.weight(word) for word in dict.fromkeys(wanted)}
        total = math.fsum(weights.values())
        return math.fsum(w for word, w in weights.items() if word in have) / total if total else 0.0


def cosine(a: Vector, b: Vector) -> float:
    """0 (nothing in common) to 1 (the same words)."""
    # The order of the common words is any, the exact sum is one.
    return math.fsum([a[word] * b[word] for word in a.keys() & b.keys()])


def centroid(vectors: Iterable[Vector]) -> Vector:
    """Direction that *vectors* have in common, of length 1."""
    total: dict[str, float] = {}
    for vector in vectors:
        for word, w in vector.items():
            total[word] = total.get(word, 0.0) + w
    length = math.sqrt(math.fsum(w * w for w in total.values()))
    return {word: w / length for word, w in total.items()} if length else {}
