"""What group leaders did by hand, as the journal tells it: posted, proved by a scan, handed on, nudged. Pure.

A task is one announcement for one group on the channel `relay`. In an event's journal it is a delivery whose outcome
is "awaiting"; what became of it stands here. What belongs to a leader and not to an evening (the training) stands in
the programme's journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from salon.entries import Entry
from salon.part import Part

#: Announcement and group.
Task = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did about a task."""

    at: datetime
    #: `leader:NAME`, `backup:NAME`, "owner", or "scan".
    by: str
    text: str = ""


class Relay(Part):
    """A part of `salon.state.State`; only its folds change it."""

    def __init__(self) -> None:
        #: Who said that it is posted, first said first kept.
        self.posted: dict[Task, Deed] = {}
        #: The first scan of the group's own code that came of it.
        self.proved: dict[Task, Deed] = {}
        #: To whom it was handed on or reassigned (`text`), the last one.
        self.handed: dict[Task, Deed] = {}
        #: Every nudge, oldest first, with its reason.
        self.nudged: dict[Task, list[Deed]] = {}
        #: Drawn for a spot check (`text`: what was found; empty: not looked at yet).
        self.checked: dict[Task, Deed] = {}
        #: In the programme's journal: series and leader's key → when they passed the training card.
        self.trained: dict[str, Deed] = {}
        #: The same of when they put it off, which they may do once.
        self.put_off: dict[str, Deed] = {}

    def _posted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.posted.setdefault(_task(data), Deed(entry.at, entry.by))

    def _unposted(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.posted.pop(_task(data), None)

    def _proved(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.proved.setdefault(_task(data), Deed(entry.at, entry.by))

    def _handed(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.handed[_task(data)] = Deed(entry.at, entry.by, data["to"])

    def _nudged(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.nudged.setdefault(_task(data), []).append(Deed(entry.at, entry.by, data["why"]))

    def _checked(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.checked[_task(data)] = Deed(entry.at, entry.by, data.get("found", ""))

    def _trained(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.trained.setdefault(data["leader"], Deed(entry.at, entry.by))

    def _put_off(self, entry: Entry, data: Mapping[str, Any]) -> None:
        self.put_off.setdefault(data["leader"], Deed(entry.at, entry.by))

    _folds: ClassVar[Mapping[str, Callable[[Relay, Entry, Mapping[str, Any]], None]]] = {
        "task_posted": _posted,
        "task_unposted": _unposted,
        "posting_proved": _proved,
        "task_handed": _handed,
        "leader_nudged": _nudged,
        "posting_checked": _checked,
        "leader_trained": _trained,
        "training_put_off": _put_off,
    }


def _task(data: Mapping[str, Any]) -> Task:
    return data["announcement"], data["group"]
