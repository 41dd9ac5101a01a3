"""A report's forms in a folder of somebody's own: what an earlier report left there and this one has no more goes
away, and no other file is touched.

What is ours is noted in `.salon-forms`, a line a file, as `sha256sum` writes it: a file that has other content than we
gave it is somebody else's. The note names at any time all that lies there, so that a run that was killed is put right
by the next one, and pages that others lead to come first and go last, so that no link leads nowhere in between.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from salon.documents.files import write_documents, write_whole

NOTE = ".salon-forms"
_PICTURE, _PDF = re.compile(r"long-[0-9]{1,3}\.png"), "report.pdf"
#: Names that a note may have: whoever gives us a folder with a note of their own has nothing taken away by it.
_OURS = re.compile(
    r"report\.(?:html|md|json|pdf)|(?:team|letter)\.(?:html|md)|article\.html|transcript(?:-[0-9]{1,5})?\.html"
    r"|long-[0-9]{1,3}\.png|groups/(?:(?!\.\.?/)[^/\x00]{1,200}/)?(?:full|short|three)\.txt"
)
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_HALF = re.compile(r"\.(.+)\.([0-9]+)\.[0-9]+\.part")
#: Name of a file → SHA-256 of what we gave it; of a run that was killed it is one of two.
_Noted = dict[str, set[str]]


def lay_down(folder: Path, made: Mapping[str, bytes]) -> list[Path]:
    """Put the forms *made* into *folder*, and take away those of an earlier report; the paths of these.

    PDF and pictures, which not every run makes, stay as long as the report says the same. May be run again.
    """
    before = _noted(folder)
    now: _Noted = {name: {hashlib.sha256(content).hexdigest()} for name, content in made.items()}
    gone = {name for name in before if name not in made and _is_stale(name, now, before)}
    kept = {name: digests for name, digests in before.items() if name not in made and name not in gone}
    _drop_halves(folder, {*before, *made, NOTE})
    folder.mkdir(parents=True, exist_ok=True)
    _note(folder, {name: before.get(name, set()) | now.get(name, set()) for name in {*before, *now}})
    write_documents(folder, made)
    taken = [path for name in sorted(gone) if (path := _take_away(folder, name, before[name]))]
    _note(folder, {**kept, **now})
    return taken


def _is_stale(name: str, now: _Noted, before: _Noted) -> bool:
    """Whether *name*, which was not made now, tells of another report than what was."""
    is_report = "report.json" in now
    is_other = is_report and now["report.json"] != before.get("report.json")
    if _PICTURE.fullmatch(name):
        return is_other or any(map(_PICTURE.fullmatch, now))
    return is_other if name == _PDF else is_report


def _take_away(folder: Path, name: str, digests: set[str]) -> Path | None:
    """Remove file *name*, where it is the one that we wrote; its path, where it was."""
    path = folder / name
    try:
        if path.is_symlink() or hashlib.sha256(path.read_bytes()).hexdigest() not in digests:
            return None
        path.unlink()
    except OSError:
        return None
    for parent in (path.parent, path.parent.parent) if path.parent != folder else ():
        # Stays where anything else is in it.
        if parent != folder:
            with suppress(OSError):
                parent.rmdir()
    return path


def _noted(folder: Path) -> _Noted:
    """What the note in *folder* says; nothing where there is none, or where it is no note of ours."""
    found: _Noted = {}
    try:
        lines = (folder / NOTE).read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return found
    for line in lines:
        told = _LINE.fullmatch(line)
        if told and _OURS.fullmatch(told[2]):
            found.setdefault(told[2], set()).add(told[1])
    return found


def _note(folder: Path, noted: _Noted) -> None:
    rows = (f"{digest}  {name}\n" for name in sorted(noted) for digest in sorted(noted[name]))
    write_whole(folder / NOTE, "".join(rows).encode())


def _drop_halves(folder: Path, names: Iterable[str]) -> None:
    """Remove what a run that was killed had half written of *names*."""
    wanted = {folder / name for name in names}
    for parent in {path.parent for path in wanted}:
        for half, whole, process in _halves_in(parent):
            if parent / whole in wanted and not _is_alive(process):
                half.unlink(missing_ok=True)


def _halves_in(folder: Path) -> Iterator[tuple[Path, str, int]]:
    """(path, name that it was to get, process that wrote it) of each half file in *folder*."""
    for path in list(folder.glob(".*.part")):
        if found := _HALF.fullmatch(path.name):
            yield path, found[1], int(found[2])


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # Somebody else's, or no number that a process can have here.
        return True
    return True
