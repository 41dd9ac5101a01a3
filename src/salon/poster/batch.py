"""Posters in quantity: all cores, a record of what is done, and nothing made twice.

What is in the folder afterwards: `GROUP.png` and its text `GROUP.txt` for every group, by id; and `.made.jsonl`, which
says of every picture what it was made from and what its bytes were. A picture that is missing, damaged or made from
something else is made again; the others are left alone. So a batch that was killed may simply be run again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.errors import SalonError, WrongUse
from salon.filenames import safe_name
from salon.model import Group
from salon.poster import Base, poster, prepare
from salon.poster.crew import crew

#: Record of a folder: a line for each picture made.
RECORD = ".made.jsonl"
#: How a file ends that is not whole yet; before it stands the process that writes it.
_DRAFT = ".draft"
#: Posters a worker makes before it tells.
_PORTION = 8
#: Fewer posters than this for each process are not worth starting one.
_WORTH = 24
_SPECIMEN = Group(id="specimen", name="Aa 群")

#: Called with (done, wanted) whenever some more are done, from one thread at a time.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One poster to be had: for whom, with what behind its code, on which base."""

    group: Group
    link: str
    #: Key of the base: a language.
    base: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a batch came to."""

    #: Group id → picture, in the order they were wanted; all of them are there now.
    paths: dict[str, Path]
    #: How many of them had to be made, and how many were there already.
    made: int
    kept: int


class NotAllMade(SalonError):
    """Some posters could not be made; all others are there."""

    def __init__(self, reasons: Mapping[str, str], paths: Mapping[str, Path]) -> None:
        #: Group id → sentence, and group id → picture of the others.
        self.reasons, self.paths = dict(reasons), dict(paths)
        shown = "; ".join(f"{group}: {reason}" for group, reason in list(self.reasons.items())[:5])
        more = f"; and {len(reasons) - 5} more" if len(reasons) > 5 else ""
        super().__init__(f"{len(reasons)} posters could not be made, the others are there: {shown}{more}")


def make_posters(
    folder: Path,
    bases: Mapping[str, Base],
    wanted: Sequence[Wanted],
    *,
    suffix: str = "",
    processes: int | None = None,
    progress: Progress | None = None,
) -> Made:
    """Have every poster that is *wanted* in *folder*, checked; names end in *suffix* (`.square`), then `.png`.

    *bases* are the pictures to put codes on, by key; *processes*: at most so many (default: a process for each core).
    May be run again, also after a kill or with other groups: only what is missing or outdated is made. Raises
    `NotAllMade` after all others are done, `WrongUse` for two groups of one id.
    """
    names = _names(wanted, suffix)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    for one in wanted:
        _write_text(folder / f"{names[one.group.id]}.txt", bases[one.base].description(one.group, one.link))
    stamps = _stamps(bases, wanted)
    known = _record(folder)
    tasks = [Task(folder=folder, name=names[one.group.id], stamp=stamps[one.group.id], wanted=one) for one in wanted]
    todo = [task for task in tasks if not _is_done(task, known)]
    done = len(wanted) - len(todo)
    tell = progress or (lambda _done, _wanted: None)
    tell(done, len(wanted))
    reasons: dict[str, str] = {}
    for task, reason in _results(bases, todo, processes):
        done += 1
        if reason:
            reasons[task.wanted.group.id] = reason
        tell(done, len(wanted))
    paths = {group: folder / f"{name}.png" for group, name in names.items() if group not in reasons}
    if reasons:
        raise NotAllMade(reasons, paths)
    return Made(paths=paths, made=len(todo), kept=len(wanted) - len(todo))


@dataclass(frozen=True, kw_only=True)
class Task:
    """One picture for a worker to make and write: `NAME.png` in *folder*."""

    folder: Path
    name: str
    #: Digest of all that the picture is made of.
    stamp: str
    wanted: Wanted


def carry_out(bases: Mapping[str, Base], tasks: Sequence[Task]) -> list[str]:
    """Make and write the picture of each task; an empty text for each that was done, else why not. In a worker."""
    for key in sorted({task.wanted.base for task in tasks}):
        prepare(bases[key], [task.wanted.group for task in tasks if task.wanted.base == key])
    return [_one(bases, task) for task in tasks]


def _one(bases: Mapping[str, Base], task: Task) -> str:
    wanted = task.wanted
    try:
        png = poster(bases[wanted.base], wanted.group, wanted.link)
    except SalonError as error:
        return str(error)
    # First the line, then the name: after a kill in between, the bytes are not those of the line, and it is made again.
    _note(task, png)
    put(task.folder / f"{task.name}.png", png)
    return ""


def _results(bases: Mapping[str, Base], tasks: Sequence[Task], processes: int | None) -> Iterator[tuple[Task, str]]:
    """Each task as it is done, with the reason why not; here for a few of them, else by a crew of processes."""
    portions = [tasks[at : at + _PORTION] for at in range(0, len(tasks), _PORTION)]
    hands = min(processes or _cores(), len(tasks) // _WORTH)
    if hands < 2:
        answers: Iterator[tuple[Sequence[Task], list[str]]] = ((some, carry_out(bases, some)) for some in portions)
    else:
        answers = crew(carry_out, dict(bases), portions, hands)
    for portion, reasons in answers:
        yield from zip(portion, reasons, strict=True)


def _cores() -> int:
    """Processors that this process may use; a container may have fewer than the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _names(wanted: Sequence[Wanted], suffix: str) -> dict[str, str]:
    names = {one.group.id: f"{safe_name(one.group.id)}{suffix}" for one in wanted}
    if len(names) < len(wanted):
        raise WrongUse("posters: two of the groups have the same id; give each its own")
    return names


def _stamps(bases: Mapping[str, Base], wanted: Sequence[Wanted]) -> dict[str, str]:
    """Group id → digest of all that its poster is made of.

    A specimen poster stands for base, templates, fonts and code: whatever changes one of them changes its bytes.
    """
    specimens = {key: hashlib.sha256(poster(bases[key], _SPECIMEN, "https://example.org/c/specimen")).hexdigest()
                 for key in sorted({one.base for one in wanted})}  # fmt: skip
    return {
        one.group.id: hashlib.sha256(
            json.dumps([specimens[one.base], one.group.id, one.group.name, one.link]).encode()
        ).hexdigest()
        for one in wanted
    }


def _note(task: Task, png: bytes) -> None:
    line = json.dumps({"name": task.name, "made_from": task.stamp, "sha256": hashlib.sha256(png).hexdigest()}) + "\n"
    # One write in append mode: workers, and two batches at once, leave whole lines.
    with (task.folder / RECORD).open("ab", buffering=0) as file:
        file.write(line.encode())


def _record(folder: Path) -> dict[str, tuple[str, str]]:
    """Name → (stamp, SHA-256) as last noted. A line that is half written, or none, only costs a picture."""
    path, known = folder / RECORD, {}
    data = path.read_bytes() if path.is_file() else b""
    if data and not data.endswith(b"\n"):
        # Cut off when the power failed: what comes next begins a line of its own.
        with path.open("ab") as file:
            file.write(b"\n")
    for line in data.splitlines():
        try:
            row = json.loads(line)
            known[str(row["name"])] = str(row["made_from"]), str(row["sha256"])
        except (ValueError, KeyError, TypeError):
            continue
    return known


def _is_done(task: Task, known: Mapping[str, tuple[str, str]]) -> bool:
    """Whether the picture is there, whole, and made from just this."""
    made_from, digest = known.get(task.name, ("", ""))
    path = task.folder / f"{task.name}.png"
    return made_from == task.stamp and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _write_text(path: Path, text: str) -> None:
    data = f"{text}\n".encode()
    if not path.is_file() or path.read_bytes() != data:
        # Looked at again each time, so it need not survive a power failure.
        put(path, data, is_safe=False)


def put(path: Path, data: bytes, *, is_safe: bool = True) -> None:
    """Write *data* to *path*, whole or not at all; *is_safe*: even if the power fails now. May be run again."""
    draft = path.with_name(f".{path.name}.{os.getpid()}{_DRAFT}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            if is_safe:
                file.flush()
                os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Remove drafts of processes that were killed."""
    for draft in folder.glob(f".*{_DRAFT}"):
        pid = draft.name.split(".")[-2]
        if not pid.isdigit() or not _is_alive(int(pid)):
            draft.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
