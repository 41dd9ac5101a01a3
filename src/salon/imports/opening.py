"""The files behind one path: a file, a folder, or a zip archive. Nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from salon.errors import Mistakes
from salon.imports.base import Source, natural

#: Bytes of one path in all, unpacked; a hundred thousand messages are about a tenth of this.
MOST_BYTES = 512 * 2**20
#: Files looked at in one folder or archive.
MOST_FILES = 20_000
#: Unpacked to packed bytes. Chats pack to a tenth; a file that packs to a five-hundredth is a trap.
MOST_RATIO = 500
#: A small file may pack better than that by chance.
_SMALL = 2**20
#: Chats are among these; pictures and voices of an export are not even read.
_TEXTS = frozenset({"", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".log", ".md", ".html", ".htm"})


def sources_at(path: Path) -> list[Source]:
    """The file at *path*, or the texts inside it where it is a folder or an archive, in the order of their names.

    Raises `Mistakes` for what cannot be opened, is no archive after all, or is larger than a chat can be.
    """
    try:
        if path.is_dir():
            return _together(dict(_in_folder(path)), path)
        data = _bounded(path)
    except OSError as gone:
        raise Mistakes([f"{path}: {gone.strerror or gone}; give the path of a file that can be read"]) from gone
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _together(dict(_in_archive(path, data)), path)
    return [Source(str(path), data)]


def _together(files: dict[str, bytes], path: Path) -> list[Source]:
    """A source per file, with all others beside it."""
    if not files:
        raise Mistakes([f"{path}: there is no text in it; a chat is a .txt, .json, .jsonl, .csv, .log, .md or .html"])
    return [Source(name, files[name], files) for name in sorted(files, key=natural)]


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_large(path)
    return data


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Texts below *folder*, by their path in it. Links are not followed: they may lead anywhere."""
    room, count = MOST_BYTES, 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(here, name)
            if not _is_text(name) or not stat.S_ISREG(file.lstat().st_mode):
                continue
            count += 1
            room -= file.stat().st_size
            if count > MOST_FILES or room < 0:
                raise _too_large(folder)
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _in_archive(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield from _members(path, archive)
    # What a damaged or strange archive raises, one for each part of the format.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as broken:
        raise Mistakes([f"{path}: the archive cannot be read ({broken}); export it again, or unpack it"]) from broken


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = [member for member in archive.infolist() if _is_chat(member)]
    if len(members) > MOST_FILES:
        raise _too_large(path)
    room = MOST_BYTES
    for member in members:
        most = min(room, max(_SMALL, member.compress_size * MOST_RATIO))
        # What the archive says of its sizes may be a lie: what comes out is counted.
        with archive.open(member) as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise _too_large(path)
        room -= len(content)
        yield member.filename, content


def _is_chat(member: zipfile.ZipInfo) -> bool:
    """Whether *member* is a text with an honest name: no link, no folder, no way out of the archive."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    is_honest = not name.is_absolute() and ".." not in name.parts and "__MACOSX" not in name.parts
    return is_honest and not member.is_dir() and not stat.S_ISLNK(member.external_attr >> 16) and _is_text(name.name)


def _is_text(name: str) -> bool:
    return not name.startswith(".") and PurePosixPath(name).suffix.lower() in _TEXTS


def _too_large(path: Path) -> Mistakes:
    return Mistakes(
        [
            f"{path}: it holds more than a chat can be ({MOST_FILES} files, {MOST_BYTES // 2**20} MB in all, "
            f"packed to no less than a {MOST_RATIO}th); export the chat without media"
        ]
    )
