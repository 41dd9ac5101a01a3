"""What leads people to an event, as its journal tells it: where its live codes lead, and how its pictures look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Part


class Landing(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: What the page behind every code of the event says instead of anything else; None: not recalled.
        self.recalled: str | None = None
        #: Event to whose door the codes lead now; empty: their own.
        self.moved_to = ""
        #: Whether a host lets nobody new in; who sits or waits stays.
        self.is_barred = False
        #: Theme of the event's pictures; empty: as planned.
        self.theme = ""
        #: Guests who want to be told when the door opens, with the group whose code they scanned.
        self.wishes: dict[str, str] = {}
        #: Group → how often the page behind its code was opened. Views never count as seats.
        self.views: Counter[str] = Counter()

    def _seen(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.views.update(data["views"])

    def _wished(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.wishes[data["guest"]] = data["group"]

    def _dropped(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.wishes.pop(data["guest"], None)

    def _recalled(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.recalled = data["text"]

    def _restored(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.recalled = None

    def _moved(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.moved_to = data["to"]

    def _barred(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.is_barred = True

    def _unbarred(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.is_barred = False

    def _themed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.theme = data["theme"]

    _folds: ClassVar[Mapping[str, Callable[[Landing, Entry, Mapping[str, Any]], None]]] = {
        "door_seen": _seen,
        "reminder_wished": _wished,
        "reminder_dropped": _dropped,
        "door_recalled": _recalled,
        "door_restored": _restored,
        "door_moved": _moved,
        "door_barred": _barred,
        "door_unbarred": _unbarred,
        "theme_chosen": _themed,
    }
