"""Nudges as the journal tells them: whom, when, and who may be nudged again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from salon.errors import WrongUse
from salon.relay import Task
from salon.state import State

#: Nudges are counted over this long.
DAY = timedelta(hours=24)
_BETWEEN_NAMES = re.compile(r"[,，、;；&/\n]")


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
    return people_in(handed.text if handed else leaders.get(task[1], ""))


def people_in(names: str) -> tuple[str, ...]:
    """The people whom *names* name: "A, B" and "A、B" are two."""
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in _BETWEEN_NAMES.split(names)))))


def may_be_nudged(state: State, leaders: Mapping[str, str], manners: Manners, now: datetime) -> dict[str, bool]:
    """Person → whether one more nudge keeps *manners*; who was not nudged for a day is not in it and may be."""
    times: dict[str, set[datetime]] = {}
    for name, at in _nudges(state, leaders):
        if at > now - DAY:
            # One nudge for several groups counts once.
            times.setdefault(name, set()).add(at)
    return {name: len(ats) < manners.most and max(ats) + manners.pause <= now for name, ats in times.items()}


def nudged_now(state: State, leaders: Mapping[str, str], now: datetime) -> dict[str, list[Task]]:
    """Person → what they were nudged for within a day and still have in hand, the last nudged first."""
    latest: dict[str, datetime] = {}
    tasks: dict[str, list[Task]] = {}
    for task, deeds in state.relay.nudged.items():
        if is_open(state, task) and deeds[-1].at > now - DAY:
            for person in holders_of(state, task, leaders):
                tasks.setdefault(person, []).append(task)
                latest[person] = max(deeds[-1].at, latest.get(person, deeds[-1].at))
    return {person: tasks[person] for person in sorted(tasks, key=lambda name: latest[name], reverse=True)}


def _nudges(state: State, leaders: Mapping[str, str]) -> Iterator[tuple[str, datetime]]:
    """(person, when) of every nudge that whoever holds the task now has had."""
    for task, deeds in state.relay.nudged.items():
        handed = state.relay.handed.get(task)
        for person in holders_of(state, task, leaders):
            # What the one before was told does not count against whom it was handed to.
            yield from ((person, deed.at) for deed in deeds if handed is None or deed.at >= handed.at)
