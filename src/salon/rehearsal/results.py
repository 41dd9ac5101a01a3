"""What came of a rehearsal: checks, files, and a table to read."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

from salon.documents import write_documents, write_whole
from salon.entries import Entry
from salon.house import House
from salon.moments.brief import KOL_GROUP
from salon.moments.report import make_report
from salon.public import audience_of, frame_of
from salon.rehearsal.evening import Evening
from salon.rehearsal.script import Script
from salon.rehearsal.stage import Stage
from salon.state import State

#: Announcements that every group hears once; reminders only until the room is full.
TO_EVERY_GROUP = ("warm_up", "open_room", "host", "disband", "report")
#: Real milliseconds after the hour by which a room that nothing disturbs is disbanded.
LATEST_MS = 3_000


async def summary_of(house: House, script: Script, evening: Evening, *, restarts: int) -> dict[str, Any]:
    """The week in numbers; `problems` lists whatever is not as planned. *restarts*: children that died."""
    entries = await house.journal.entries(script.event.id)
    state = State.of(entries)
    closes = script.event.times.disbands_at
    late = (state.disbanded_at - closes).total_seconds() * 1000 if state.disbanded_at else None
    summary: dict[str, Any] = {
        "event": script.event.id,
        "seats_taken": state.seats_taken(),
        "waiting": len(state.waiting),
        "waiting_at_most": evening.waiting_at_most,
        "moved_up": evening.moved_up,
        "refused_after_close": evening.refused_after_close,
        "votes": sum(len(poll.votes) for poll in state.polls.values()),
        "messages": len(state.messages),
        "deliveries": dict(sorted(Counter(d.outcome for d in state.deliveries.values()).items())),
        "disband_late_ms": None if late is None else round(late, 1),
        "restarts": restarts,
        "lines_dropped": sum(listener.drops for listener in evening.listeners),
        "moments": [_moment(slot, state) for slot in script.event.slots()],
    }
    summary["problems"] = [*evening.problems, *_problems(script, state, entries, evening)]
    if not restarts:
        # After a crash *unknown* is an honest answer, and a late disbanding the watchdog's; otherwise not.
        summary["problems"] += [f"{key} is unknown" for key, d in state.deliveries.items() if d.outcome == "unknown"]
        if late is not None and not 0 <= late < LATEST_MS:
            summary["problems"].append(f"the room was disbanded {late:.0f} ms after its hour")
    return summary


async def lay_down(house: House, script: Script, stage: Stage, summary: dict[str, Any]) -> None:
    """Write the results into the stage's folder."""
    entries = await house.journal.entries(script.event.id)
    lines = "".join(json.dumps(entry.as_line(), ensure_ascii=False) + "\n" for entry in entries)
    write_whole(stage.out / "journal.jsonl", lines.encode())
    for name in ("outbox", "posters"):
        if (house.settings.home / name).is_dir():
            await asyncio.to_thread(_copy, house.settings.home / name, stage.out / name)
    if State.of(entries).report:
        write_documents(stage.out, await make_report(house, script.event))
    write_whole(stage.out / "summary.json", (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode())


def show(summary: dict[str, Any]) -> str:
    """The table at the end."""
    rows = [f"  {m['slot']:<11} {m['planned_at'][:16]}  {m['outcome']:<8} {m['text']}" for m in summary["moments"]]
    sent = ", ".join(f"{count} {outcome}" for outcome, count in summary["deliveries"].items())
    late = summary["disband_late_ms"]
    facts = [
        f"  seats taken         {summary['seats_taken']}, {summary['waiting']} waiting",
        f"  moved up            {summary['moved_up'] or 'nobody'}",
        f"  refused after close {summary['refused_after_close']}",
        f"  messages, votes     {summary['messages']}, {summary['votes']}",
        f"  deliveries          {sent}",
        f"  disbanded           {'never' if late is None else f'{late:.0f} ms after the hour'}",
    ]
    end = [f"  NOT AS PLANNED: {problem}" for problem in summary["problems"]] or ["  everything as planned"]
    return "\n".join([f"\n{summary['event']}", *rows, "", *facts, "", *end])


def _moment(slot: Any, state: State) -> dict[str, Any]:
    done = state.slots.get(slot.key)
    return {
        "slot": slot.key,
        "moment": str(slot.moment),
        "planned_at": slot.at.isoformat(),
        "done_at": done.at.isoformat() if done else None,
        "outcome": done.outcome if done else "missing",
        "text": done.text if done else "",
    }


def _problems(script: Script, state: State, entries: list[Entry], evening: Evening) -> Iterator[str]:
    event = script.event
    if state.seats_taken() != event.seats:
        yield f"{state.seats_taken()} seats are taken, not {event.seats}"
    for slot in event.slots():
        if slot.key not in state.slots or state.slots[slot.key].outcome != "done":
            yield f"{slot.key} was not done"
    if state.disbanded_at is None:
        yield "the room was never disbanded"
    yield from _lines(script, state)
    votes = {poll.id: len(poll.votes) for poll in state.polls.values()}
    for poll in event.polls:
        if votes.get(poll.id) != event.seats:
            yield f"poll {poll.id} has {votes.get(poll.id, 0)} votes from {event.seats} seats"
    yield from _deliveries(script, state)
    yield from _listening(entries, evening)
    if not state.report:
        yield "no report was written"


def _lines(script: Script, state: State) -> Iterator[str]:
    planned = [line.text.strip() for line in script.lines]
    said = [message.text for message in state.messages.values()]
    if missing := Counter(planned) - Counter(said):
        yield f"{sum(missing.values())} lines are not in the journal: {next(iter(missing))[:60]!r}, …"
    elif said != planned:
        yield "the lines are not in the journal in their order, or some are there twice"


def _deliveries(script: Script, state: State) -> Iterator[str]:
    if not state.outcome_of("brief", KOL_GROUP):
        yield "the KOL received no brief"
    begun = {announcement for announcement, _ in state.deliveries}
    for announcement in (*TO_EVERY_GROUP, *(name for name in begun if name.startswith("remind"))):
        if announcement not in state.slots:
            continue
        for group in script.programme.groups:
            outcome = state.outcome_of(announcement, group.id) or "missing"
            # *unknown* is an honest answer after a crash, on a channel that cannot be asked.
            if outcome not in ("delivered", "unknown"):
                yield f"{announcement} to {group.id}: {outcome}"


def _listening(entries: list[Entry], evening: Evening) -> Iterator[str]:
    # A mark is told to those who lead alone.
    shown = [entry.seq for entry in entries if frame_of(entry) is not None and not audience_of(entry)]
    closed = next((entry.seq for entry in entries if entry.kind == "room_disbanded"), len(entries))
    for name, heard in evening.heard_by():
        expected = [seq for seq in shown if heard and heard[0] <= seq <= closed]
        if not heard:
            yield f"{name} listened all evening and heard nothing"
        elif [seq for seq in heard if seq <= closed] != expected:
            yield f"{name} heard {len(heard)} entries where the journal has {len(expected)}"


def _copy(source: os.PathLike[str], target: os.PathLike[str]) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)
