"""Rules of the command centre's board: nudge, reassign, spot check, and one more try at what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from salon.checking import Risk, draw
from salon.entries import Draft, Rule
from salon.errors import BadText, NotFound, Refused
from salon.nudging import Manners, Nudges, holders_of, is_open, may_be_nudged
from salon.relay import Task
from salon.state import State
from salon.tasks import leader_key, people_of

#: Longest reason of a nudge, and note of a spot check, in characters.
WHY_LENGTH = 200
#: Longest name of whom a task is handed to.
NAME_LENGTH = 80
#: Groups drawn at a time, at most.
MOST_DRAWN = 50
#: What a look into a group may find; "other" goes with words.
FOUND = SEEN, NOT_SEEN, OTHER = "seen", "not_seen", "other"


class NothingToNudge(Refused):
    """Nobody of those is to be nudged: they have posted, or were nudged often enough."""

    reason = "nothing_to_nudge"


class AlreadyPosted(Refused):
    """It is posted already: there is nothing to hand on."""

    reason = "already_posted"


class NotRefused(Refused):
    """That was not refused, or not any more; look at the board again."""

    reason = "not_refused"


class NothingToCheck(Refused):
    """No group says that it has this: there is nothing to look for."""

    reason = "nothing_to_check"


def nudge(
    tasks: Sequence[Task], why: str, leaders: Mapping[str, str], manners: Manners, *, by: str,
    elsewhere: Nudges | None = None,
) -> Rule:  # fmt: skip
    """Note that whoever has *tasks* in hand is nudged, with the reason; *leaders*: group → its leader; *elsewhere*:
    nudges about other evenings, which count too.

    Who has posted or proved, or was nudged as often as *manners* allow, is passed over; so two taps nudge once.
    Raises `BadText` for no reason or an over-long one, `NothingToNudge` when nobody is left.
    """
    if not 0 < len(why.strip()) <= WHY_LENGTH:
        raise BadText

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        # Asked once, before the first: several tasks of one person are one nudge.
        may = may_be_nudged(state, leaders, manners, now, elsewhere)
        chosen = [
            (task, people)
            for task in dict.fromkeys(tasks)
            if is_open(state, task)
            and (people := [name for name in holders_of(state, task, leaders) if may.get(leader_key(name), True)])
        ]
        if not chosen:
            raise NothingToNudge
        for (announcement, group), people in chosen:
            data = {"announcement": announcement, "group": group, "why": why.strip(), "to": "、".join(people)}
            yield Draft(kind="leader_nudged", by=by, data=data)

    return rule


def reassign(tasks: Sequence[Task], to: str, leaders: Mapping[str, str], *, by: str) -> Rule:
    """Hand those of *tasks* that nobody has posted yet to the person *to*. Again adds nothing.

    Raises `BadText` for no name or an over-long one, `AlreadyPosted` when nothing is left to hand on.
    """
    if not 0 < len(to) <= NAME_LENGTH:
        raise BadText

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        still_open = [task for task in dict.fromkeys(tasks) if is_open(state, task)]
        if not still_open:
            raise AlreadyPosted
        for task in still_open:
            if list(map(leader_key, holders_of(state, task, leaders))) != list(map(leader_key, people_of(to))):
                data = {"announcement": task[0], "group": task[1], "to": to}
                yield Draft(kind="task_handed", by=by, data=data)

    return rule


def draw_check(announcement: str, risks: Mapping[str, Risk], number: int, seed: str, *, by: str) -> Rule:
    """Draw *number* groups to be looked into for *announcement*, by risk; *risks*: the groups that say they have it.

    While groups that were drawn before have not been looked at it adds nothing, so two taps draw once. Seed, weight
    and number of groups stand in the journal: the draw can be repeated. Raises `NothingToCheck`.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        looked_at = {group for (name, group), deed in state.relay.checked.items() if name == announcement and deed.text}
        drawn = {group for name, group in state.relay.checked if name == announcement}
        if drawn - looked_at:
            return
        weights = {group: risk.weight for group, risk in risks.items() if group not in drawn}
        if not weights:
            raise NothingToCheck
        for group in draw(weights, min(number, MOST_DRAWN), seed):
            data = {"announcement": announcement, "group": group, "found": "", "seed": seed, "of": len(weights)}
            yield Draft(kind="posting_checked", by=by, data={**data, **_why(risks[group])})

    return rule


def note_check(announcement: str, group: str, found: str, note: str = "", *, by: str) -> Rule:
    """Write down what a look into a drawn group found: one of `FOUND`. The same again adds nothing.

    Raises `NotFound` for a group that was not drawn, `BadText` for "other" without words.
    """
    text = f"{found}: {note.strip()}" if found == OTHER else found
    if found not in FOUND or (found == OTHER and not 0 < len(note.strip()) <= WHY_LENGTH):
        raise BadText

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        drawn = state.relay.checked.get((announcement, group))
        if drawn is None:
            raise NotFound(f"{group!r} was not drawn for {announcement!r}")
        if drawn.text != text:
            data = {"announcement": announcement, "group": group, "found": text}
            yield Draft(kind="posting_checked", by=by, data=data)

    return rule


def retry_refused(announcement: str, group: str, *, by: str) -> Rule:
    """A person has mended what a refusal named: its refused parts are to be said again, the others stay as they are.

    Again adds nothing while it has not been said. Raises `NotRefused` for anything that was not refused.
    """

    def rule(state: State, now: datetime) -> Iterator[Draft]:
        found = state.deliveries.get((announcement, group))
        if found is not None and found.outcome == "postponed":
            return
        refused = [part for part, done in found.parts.items() if done.outcome == "refused"] if found else []
        if found is None or not refused:
            raise NotRefused
        for part in refused:
            data = {
                "announcement": announcement,
                "group": group,
                "channel": found.channel,
                "part": part,
                "outcome": "postponed",
                "detail": f"to be said again, by {by}",
            }
            frees = (f"delivery:{announcement}:{group}" + (f":{part}" if part else ""),)
            yield Draft(kind="announcement_settled", by=by, data=data, frees=frees)

    return rule


def _why(risk: Risk) -> dict[str, object]:
    return {"weight": risk.weight, "why": list(risk.why)}
