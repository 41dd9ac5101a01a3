"""The ways into a room that people opened by hand, as the journal tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from salon.entries import Entry


class Invites:
    """A part of `salon.state.State`; only `apply` changes it."""

    def apply(self, entry: Entry) -> None:
        """Take in one entry; kinds that say nothing here are passed over."""
        fold = self._folds.get(entry.kind)
        if fold is not None:
            fold(self, entry, entry.data)

    _folds: ClassVar[Mapping[str, Callable[[Invites, Entry, Mapping[str, Any]], None]]] = {}
