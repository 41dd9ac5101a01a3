"""What a new programme changes in the one that is planned: pure, so that it can be shown before it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal

from salon.model import Event, Group, Programme, Series

#: (key, old, new): `("outline[2].minutes", 25, 30)`. Numbers, texts, or None where there was or will be nothing.
Field = tuple[str, Any, Any]

_MARK = {"add": "+", "change": "~", "drop": "-"}
_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Change:
    """One series, group or event that is added, changed or dropped."""

    what: Literal["series", "group", "event"]
    id: str
    verb: Literal["add", "change", "drop"]
    #: Every key that differs; all keys of what is added or dropped. `[2]` is the second; times as ISO 8601.
    fields: tuple[Field, ...]


def differences(old: Programme | None, new: Programme, now: datetime) -> tuple[Change, ...]:
    """What has to be done to *old* to make it *new*: the series first, then groups, then events.

    An event that was over at *now* is never dropped: what has happened stays, whatever a file leaves out.
    Nothing to do: an empty tuple.
    """
    series = {old.series.id: old.series} if old else {}
    groups = {group.id: group for group in old.groups} if old else {}
    events = {event.id: event for event in old.events} if old else {}
    wanted = {event.id for event in new.events}
    kept = {name: event for name, event in events.items() if name in wanted or now < event.times.disbands_at}
    return (
        *_compared("series", series, {new.series.id: new.series}),
        *_compared("group", groups, {group.id: group for group in new.groups}),
        *_compared("event", kept, {event.id: event for event in new.events}),
    )


def lines(changes: Sequence[Change]) -> list[str]:
    """*changes* as `salon plan` prints them, a line for each addition, each drop and each changed key.

    `+ event tea-2027-03-04: "Tea" on 2027-03-04 20:00, with "Lin"` · `~ group east: leader: "A" → "B"` · `- group west`
    """
    return [line for change in changes for line in _lines(change)]


def _compared(
    what: Literal["series", "group", "event"],
    old: Mapping[str, Series | Group | Event],
    new: Mapping[str, Series | Group | Event],
) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        verb: Literal["add", "change", "drop"] = "add" if name not in old else "drop" if name not in new else "change"
        if changed := _changed(_flat(old.get(name)), _flat(new.get(name))):
            yield Change(what=what, id=name, verb=verb, fields=changed)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Field, ...]:
    # Times are compared as instants, so that the same instant in another zone is no change.
    return tuple(
        (key, _plain(old.get(key)), _plain(new.get(key)))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    )


def _flat(noun: Series | Group | Event | None) -> dict[str, Any]:
    return dict(_leaves(noun, "")) if noun else {}


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Every value inside *value* with its key: `kol.name`, `outline[1].title`."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), f"{key}.{field.name}" if key else field.name)
    elif isinstance(value, tuple):
        for n, item in enumerate(value, 1):
            yield from _leaves(item, f"{key}[{n}]")
    else:
        yield key, value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _lines(change: Change) -> Iterable[str]:
    head = f"{_MARK[change.verb]} {change.what} {change.id}"
    if change.verb == "drop":
        return [head]
    if change.verb == "add":
        return [f"{head}: {_summary(change)}"]
    return [f"{head}: {key}: {_shown(old)} → {_shown(new)}" for key, old, new in change.fields]


def _summary(change: Change) -> str:
    value = {key: new for key, _, new in change.fields}
    if change.what == "series":
        return f"{_shown(value['name'])}, {value['timezone']}"
    if change.what == "group":
        return f"{_shown(value['name'])} on {value['channel']}"
    starts_at = datetime.fromisoformat(value["times.starts_at"])
    return f"{_shown(value['topic'])} on {starts_at:%Y-%m-%d %H:%M}, with {_shown(value['kol.name'])}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return str(value)
    if value.startswith("hidden:"):
        return "(a secret)"
    return json.dumps(value[:_SHOWN] + ("…" if len(value) > _SHOWN else ""), ensure_ascii=False)
