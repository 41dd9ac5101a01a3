"""The waiting list of one evening: who comes when, and everybody's place without counting them each time."""

from __future__ import annotations


class WaitingList(dict[str, None]):
    """Guests in the order in which they will be seated."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, int] = {}
        #: Whether `_places` holds for everybody; who joins is last, but who goes moves all behind them.
        self._is_counted = True

    def __setitem__(self, guest: str, nothing: None) -> None:
        super().__setitem__(guest, nothing)
        self._places.setdefault(guest, len(self))

    def __delitem__(self, guest: str) -> None:
        super().__delitem__(guest)
        self._is_counted = False

    def leave(self, guest: str) -> None:
        """Take *guest* off the list; nothing where they are not on it."""
        if guest in self:
            del self[guest]

    def place_of(self, guest: str) -> int:
        """The guest's place, counted from 1, or 0."""
        if not self._is_counted:
            self._places = {waiting: k for k, waiting in enumerate(self, 1)}
            self._is_counted = True
        return self._places.get(guest, 0)
