"""A part of `salon.state.State`: what one subject's entries come to, one fold for each kind of entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from salon.entries import Entry

#: Takes in one entry and its data.
Fold = Callable[[Entry, Mapping[str, Any]], None]


class Part:
    """One subject of an evening. Only its folds change it, and only the state that it is a part of calls them."""

    _folds: ClassVar[Mapping[str, Callable[[Any, Entry, Mapping[str, Any]], None]]] = {}

    def folds(self, kind: str) -> Iterator[Fold]:
        """What takes in an entry of *kind*, in this order; nothing: such entries say nothing here."""
        if kind in self._folds:
            yield self._folds[kind].__get__(self)
