"""Lays announcements ready to send: `outbox/EVENT/GROUP/ANNOUNCEMENT/text.txt`, with `poster.png` beside it."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from salon.channels import WHOLE, Announcement, Channel, Context, Outcome, Result
from salon.channels.ability import OWNER, Ability
from salon.filenames import safe_name
from salon.model import Group


class Folder:
    """The folder channel. A directory appears whole or not at all; only `renew` ever touches it again."""

    name = "folder"
    is_repeatable = True
    sends_pictures = True
    ability = Ability(can_picture=True, can_edit=True, who=OWNER, tested="used in every rehearsal")

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox

    def place(self, group: Group, announcement: Announcement) -> Path:
        """Directory of *announcement* for *group*; no two groups share one, whatever their ids are."""
        return self.outbox / safe_name(announcement.event) / safe_name(group.id) / safe_name(announcement.name)

    def parts(self, announcement: Announcement) -> tuple[str, ...]:
        """All at once."""
        return (WHOLE,)

    def credential(self, group: Group) -> str:
        """Nothing is shared."""
        return ""

    async def say(self, group: Group, announcement: Announcement) -> Outcome:
        """Lay text and poster ready. May be said again: the first copy stays as it is."""
        place = self.place(group, announcement)
        try:
            files = _files(announcement)
        except UnicodeEncodeError as broken:
            return Outcome(result=Result.REFUSED, detail=f"the text cannot be written: {broken}")
        try:
            await asyncio.to_thread(_appear, place, files)
        except OSError as error:
            return Outcome(result=Result.RETRY, detail=f"{place}: {error.strerror or error}")
        return Outcome(result=Result.DELIVERED, detail=str(place))

    async def renew(self, group: Group, announcement: Announcement) -> bool:
        """Change what lies there to *announcement*, each file whole or not at all; a picture that it lacks goes away.

        Whoever has copied the old one keeps it: nothing is called back. Raises OSError.
        """
        return await asyncio.to_thread(_renew, self.place(group, announcement), _files(announcement))

    def kept(self, group: Group, announcement: Announcement) -> tuple[str, bytes | None] | None:
        """Text and poster that lie there for *group*, or None. Raises OSError."""
        place = self.place(group, announcement)
        text = _content(place / "text.txt")
        return None if text is None else (text.decode("utf-8"), _content(place / "poster.png"))


def channel(context: Context) -> Channel:
    """The folder channel over the context's outbox."""
    return Folder(context.outbox)


def _files(announcement: Announcement) -> dict[str, bytes]:
    files = {"text.txt": (announcement.text.rstrip("\n") + "\n").encode("utf-8")}
    if announcement.poster is not None:
        files["poster.png"] = announcement.poster
    return files


def _renew(place: Path, files: dict[str, bytes]) -> bool:
    if not place.is_dir():
        return False
    changed = [name for name, content in files.items() if _content(place / name) != content]
    for name in changed:
        half = place / f".{name}.part"
        _write(half, files[name])
        half.replace(place / name)
    gone = [path for path in place.iterdir() if path.name in ("text.txt", "poster.png") and path.name not in files]
    for path in gone:
        path.unlink(missing_ok=True)
    if changed or gone:
        _sync(place)
    return bool(changed or gone)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _appear(place: Path, files: dict[str, bytes]) -> None:
    """Make *place* with *files* in it in one step, durably; if it is there already, leave it alone."""
    if place.is_dir():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_draft_prefix(place), dir=place.parent))
    try:
        for name, content in files.items():
            _write(draft / name, content)
        draft.chmod(0o755)
        _sync(draft)
        draft.rename(place)
    except OSError:
        # Someone else may have been first; then their copy is the one.
        if not place.is_dir():
            raise
    finally:
        _clear_drafts(place)
    _sync(place.parent)


def _draft_prefix(place: Path) -> str:
    return f".{place.name}."


def _clear_drafts(place: Path) -> None:
    """Remove what this try, or one that was killed, has left behind."""
    for draft in place.parent.iterdir():
        if draft.name.startswith(_draft_prefix(place)):
            shutil.rmtree(draft, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
