"""The kinds of words that a Chinese sentence is made of."""

from __future__ import annotations

from salon.analysis.highlights import KINDS
from salon.analysis.speech import kinds_of


def test_every_kind_that_is_told_has_its_weight() -> None:
    told = kinds_of("然后呢，我们店去年的三成老客都很快地走了，第2天才发现 list 里的名字。")
    assert {"n", "v", "links", "fillers"} <= set(told)
    assert set(told) <= set(KINDS)
    assert told["links"] > 0
    assert all(0 <= share <= 1 for kind, share in told.items() if kind != "fillers")


def test_signs_alone_are_of_no_kind() -> None:
    assert kinds_of("。。！？") == {"fillers": 0.0}
    assert kinds_of("") == {"fillers": 0.0}
