"""What became of a report after it was written: its editions, and what members withdrew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from salon.entries import Entry


class Editions:
    """A part of `salon.state.State`; only `apply` changes it."""

    def apply(self, entry: Entry) -> None:
        """Take in one entry; kinds that say nothing here are passed over."""
        fold = self._folds.get(entry.kind)
        if fold is not None:
            fold(self, entry, entry.data)

    _folds: ClassVar[Mapping[str, Callable[[Editions, Entry, Mapping[str, Any]], None]]] = {}
