"""Rules of what leaders do by hand: posted, undone, handed on, proved by a scan; and their training card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from salon.entries import Draft, Rule
from salon.errors import NotFound, Refused, WrongUse
from salon.state import State
from salon.tasks import holding_name, is_done, is_task, leader_key

#: A tick that was a mistake may be taken back for so long.
UNDO = timedelta(minutes=1)
#: Longest name of a person that a task is handed to, in characters.
PERSON_LENGTH = 60


class UndoOver(Refused):
    """A tick can be taken back for a minute only."""

    reason = "undo_over"


class NotYourTick(Refused):
    """Somebody else said that it is posted; only they can take that back."""

    reason = "not_your_tick"


class SeenPosted(Refused):
    """The group's own code was scanned: it is posted, whatever anybody says."""

    reason = "seen_posted"


class PostedAlready(Refused):
    """It is posted: there is nothing left to hand on."""

    reason = "posted_already"


class PutOffBefore(Refused):
    """The training card can be put off once."""

    reason = "put_off_before"


def mark_posted(announcement: str, group: str, *, by: str) -> Rule:
    """Somebody says that *announcement* is posted in *group*. Again, or by a second leader: adds nothing.

    Also while the event is recalled: then it is all the more important to know where it stands. Raises `NotFound`
    for what nobody has to post.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _ensure_task(state, announcement, group)
        if (announcement, group) not in state.relay.posted:
            data = {"announcement": announcement, "group": group}
            yield Draft(kind="task_posted", by=by, data=data, holds=(_hold(announcement, group),))

    return rule


def unmark(announcement: str, group: str, *, by: str) -> Rule:
    """Take a mistaken tick back within `UNDO`; where there is none it adds nothing.

    Raises `NotYourTick`, `SeenPosted`, `UndoOver`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        task = (announcement, group)
        said = state.relay.posted.get(task)
        if said is None:
            return
        if said.by != by:
            raise NotYourTick
        if task in state.relay.proved:
            raise SeenPosted
        if now > said.at + UNDO:
            raise UndoOver
        data = {"announcement": announcement, "group": group}
        yield Draft(kind="task_unposted", by=by, data=data, frees=(_hold(announcement, group),))

    return rule


def hand_on(announcement: str, group: str, to: str, *, by: str) -> Rule:
    """*to* has the task in hand from now on: a leader's backup, or whom the owner chooses. Again adds nothing.

    Raises `WrongUse` without a name, `PostedAlready`, and `NotFound` for what nobody has to post.
    """
    to = " ".join(to.split())
    if not 0 < len(to) <= PERSON_LENGTH:
        raise WrongUse(f"to: write the name of who takes it over, {PERSON_LENGTH} characters at most")

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        _ensure_task(state, announcement, group)
        if is_done(state, announcement, group):
            raise PostedAlready
        handed = state.relay.handed.get((announcement, group))
        if handed is None or leader_key(handed.text) != leader_key(to):
            yield Draft(kind="task_handed", by=by, data={"announcement": announcement, "group": group, "to": to})

    return rule


def prove_posted(announcement: str, group: str, *, by: str = "scan") -> Rule:
    """The group's own code was scanned: *announcement* is posted there. Again, or for what is no task: adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        if is_task(state, announcement, group) and (announcement, group) not in state.relay.proved:
            data = {"announcement": announcement, "group": group}
            yield Draft(kind="posting_proved", by=by, data=data, holds=(f"proved:{announcement}:{group}",))

    return rule


def pass_training(series: str, leader: str) -> Rule:
    """In the programme's journal: *leader* of *series* has read the training card and answered. Again adds nothing."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        key = training_key(series, leader)
        if key not in state.relay.trained:
            data = {"leader": key}
            yield Draft(kind="leader_trained", by=f"leader:{leader}", data=data, holds=(f"trained:{key}",))

    return rule


def put_off_training(series: str, leader: str) -> Rule:
    """In the programme's journal: *leader* has a task to post first. Raises `PutOffBefore` the second time."""

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        key = training_key(series, leader)
        if key in state.relay.trained:
            return
        if key in state.relay.put_off:
            raise PutOffBefore
        data = {"leader": key}
        yield Draft(kind="training_put_off", by=f"leader:{leader}", data=data, holds=(f"put_off:{key}",))

    return rule


def training_key(series: str, leader: str) -> str:
    """How a leader of a series is called in the programme's journal."""
    return f"{series}|{leader_key(leader)}"


def _ensure_task(state: State, announcement: str, group: str) -> None:
    is_holding = state.landing.recalled is not None and announcement == holding_name(state.landing.recalled)
    if not (is_task(state, announcement, group) or is_holding):
        raise NotFound(f"nobody has to post {announcement[:40]!r} in {group[:40]!r}")


def _hold(announcement: str, group: str) -> str:
    return f"posted:{announcement}:{group}"
