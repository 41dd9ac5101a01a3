"""Order in the room, as the journal tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from salon.entries import Entry


class Moderation:
    """A part of `salon.state.State`; only `apply` changes it."""

    def apply(self, entry: Entry) -> None:
        """Take in one entry; kinds that say nothing here are passed over."""
        fold = self._folds.get(entry.kind)
        if fold is not None:
            fold(self, entry)

    _folds: ClassVar[Mapping[str, Callable[[Moderation, Entry], None]]] = {}
