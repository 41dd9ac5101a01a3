"""The KOL's picture: found beside the programme and opened once, so that no poster fails on it at noon."""

from __future__ import annotations

import warnings
from pathlib import Path

from salon.programme.table import Table, shown

#: Bytes of a picture file, at most.
MOST_BYTES = 10_000_000
#: Pixels of each side.
LEAST_SIDE, MOST_SIDE = 64, 8000

_FORMATS = ("PNG", "JPEG", "WEBP")


def read_portrait(table: Table, folder: Path, key: str = "portrait") -> str:
    """Absolute path of the picture that *key* names, seen from *folder*; empty if there is none."""
    name = table.text(key, most=300, default="")
    if not name:
        return ""
    path = (folder / name).resolve()
    wrong = _what_is_wrong(path)
    if wrong:
        table.notes.mistake(table.path(key), f"{shown(name)} {wrong}")
    return str(path)


def _what_is_wrong(path: Path) -> str:
    if not path.is_file():
        return "is not there; write the path of a PNG, JPEG or WebP file, seen from the programme's folder"
    if path.stat().st_size > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1_000_000} MB; write the path of a smaller picture"
    # Imported here: a programme without portraits needs no imaging library.
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as picture:
                # The sides stand in the file's head: a small file that unpacks to gigabytes is not unpacked.
                if not all(LEAST_SIDE <= side <= MOST_SIDE for side in picture.size):
                    width, height = picture.size
                    return f"is {width} × {height} pixels; write the path of one of {LEAST_SIDE} to {MOST_SIDE} a side"
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "is not a whole PNG, JPEG or WebP picture; save it again as one of these"
    return ""
