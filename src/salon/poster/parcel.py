"""All posters of an event in one ZIP for the owner: pictures, their texts, and a table of whose is whose."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from salon.poster.batch import Made, Wanted

#: The earliest date a ZIP can tell (APPNOTE 4.4.6): the same posters are the same file whenever it is made.
_DATE = (1980, 1, 1, 0, 0, 0)
#: What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection", read November 2026).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_parcel(path: Path, wanted: Sequence[Wanted], made: Made) -> Path:
    """Write the ZIP of *made* to *path*, whole or not at all: `GROUP.png`, `GROUP.txt` and `index.csv`.

    The same posters give the same bytes. Pictures are stored as they are, for they are compressed already; one of
    them is in memory at a time. May be run again.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as parcel:
            _add(parcel, "index.csv", index(wanted, made))
            for one in wanted:
                picture = made.paths[one.group.id]
                for file in (picture, picture.with_suffix(".txt")):
                    _add(parcel, file.name, file.read_bytes())
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return path


def index(wanted: Sequence[Wanted], made: Made) -> bytes:
    """The table: group, name, leader, link, picture. UTF-8 with a mark, as spreadsheets want it.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("group", "name", "leader", "link", "picture"))
    for one in wanted:
        cells = (one.group.id, one.group.name, one.group.leader, one.link, made.paths[one.group.id].name)
        writer.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA) else cell


def _add(parcel: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system, info.external_attr = 3, 0o644 << 16
    parcel.writestr(info, data)
