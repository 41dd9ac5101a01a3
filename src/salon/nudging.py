"""Nudges as the journal tells them: whom, when, and who may be nudged again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from salon.errors import WrongUse
from salon.relay import Task
from salon.state import State
from salon.tasks import leader_key, people_of

#: Nudges are counted over this long.
DAY = timedelta(hours=24)
#: Key of a person (`salon.tasks.leader_key`) → when they were nudged.
Nudges = dict[str, set[datetime]]


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How often one person may be nudged.

    Three in 24 hours is what WeCom allows for its own reminder of a group owner (developer documentation of the
    customer group broadcast, read 2026-11-22); the pause between two is ours.
    """

    most: int = 3
    pause: timedelta = timedelta(minutes=30)


def manners_of(own: Mapping[str, Any]) -> Manners:
    """The manners of an owner's own table `[nudges]` in `channels.toml`: `per_day = 2`, `pause_minutes = 60`.

    What it leaves out is as shipped. Raises `WrongUse` naming the key that makes no sense.
    """
    for key, value in own.items():
        if key not in ("per_day", "pause_minutes") or not isinstance(value, int) or not 0 <= value <= 1440:
            raise WrongUse(f"channels.toml: nudges.{key}: write per_day = 3 and pause_minutes = 30, or leave them out")
    shipped = Manners()
    pause = timedelta(minutes=own["pause_minutes"]) if "pause_minutes" in own else shipped.pause
    return Manners(most=own.get("per_day", shipped.most), pause=pause)


def is_open(state: State, task: Task) -> bool:
    """Whether *task* lies with a person who has neither posted nor proved it."""
    return state.outcome_of(*task) == "awaiting" and task not in state.relay.posted and task not in state.relay.proved


def holders_of(state: State, task: Task, leaders: Mapping[str, str]) -> tuple[str, ...]:
    """Who has *task* in hand; *leaders*: group → the names of its leader, or of several."""
    handed = state.relay.handed.get(task)
    return people_of(handed.text if handed else leaders.get(task[1], ""))


def may_be_nudged(
    state: State, leaders: Mapping[str, str], manners: Manners, now: datetime, elsewhere: Nudges | None = None
) -> dict[str, bool]:
    """Key of a person → whether one more nudge keeps *manners*; who was not nudged for a day is not in it and may be.

    *elsewhere*: their nudges about other evenings of the series, as `nudges_of` has them: it is one person.
    """
    times = nudges_of(state, leaders, now)
    for key, ats in (elsewhere or {}).items():
        times.setdefault(key, set()).update(ats)
    return {key: len(ats) < manners.most and max(ats) + manners.pause <= now for key, ats in times.items() if ats}


def nudges_of(state: State, leaders: Mapping[str, str], now: datetime) -> Nudges:
    """Key of a person → when they were nudged within a day; one nudge for several groups counts once."""
    times: Nudges = {}
    for name, at in _nudges(state, leaders):
        if at > now - DAY:
            times.setdefault(leader_key(name), set()).add(at)
    return times


def nudged_now(state: State, leaders: Mapping[str, str], now: datetime) -> dict[str, list[Task]]:
    """Person → what they were nudged for within a day and still have in hand, the last nudged first."""
    return _latest_first(
        (person, task, deeds[-1].at)
        for task, deeds in state.relay.nudged.items()
        if is_open(state, task) and deeds[-1].at > now - DAY
        for person in holders_of(state, task, leaders)
    )


def handed_now(state: State, now: datetime) -> dict[str, list[Task]]:
    """Person → what was handed to them within a day and still is in their hands, the last handed first."""
    return _latest_first(
        (person, task, deed.at)
        for task, deed in state.relay.handed.items()
        if is_open(state, task) and deed.at > now - DAY
        for person in people_of(deed.text)
    )


def _latest_first(found: Iterable[tuple[str, Task, datetime]]) -> dict[str, list[Task]]:
    tasks: dict[str, list[Task]] = {}
    latest: dict[str, datetime] = {}
    for person, task, at in found:
        tasks.setdefault(person, []).append(task)
        latest[person] = max(at, latest.get(person, at))
    return {person: tasks[person] for person in sorted(tasks, key=lambda name: latest[name], reverse=True)}


def _nudges(state: State, leaders: Mapping[str, str]) -> Iterator[tuple[str, datetime]]:
    """(person, when) of every nudge that whoever holds the task now has had."""
    for task, deeds in state.relay.nudged.items():
        handed = state.relay.handed.get(task)
        for person in holders_of(state, task, leaders):
            # What the one before was told does not count against whom it was handed to.
            yield from ((person, deed.at) for deed in deeds if handed is None or deed.at >= handed.at)
