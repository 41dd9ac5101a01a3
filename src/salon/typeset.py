"""Typst: pictures and PDFs out of `.typ` templates that an owner may edit, with the house's own fonts only.

Data goes in as JSON and is text to the template, so nothing that a member wrote can be markup or code.
The same template, data and version give the same bytes on every machine. Typst 0.15, read November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

from salon.errors import SalonError

#: Pixels of a picture for each point of its template: one.
PIXEL = 72.0
_PLACE = re.compile(r"(?P<file>[\w./-]+\.typ):(?P<line>\d+)")


class BadLayout(SalonError):
    """A Typst template could not be set."""


def set_pages(template: Path, data: Mapping[str, Any], *, ppi: float = PIXEL) -> list[bytes]:
    """Each page of *template*, filled with *data*, as a PNG of *ppi* pixels an inch (72: a pixel for each point).

    The template reads *data* by `json(bytes(sys.inputs.data))` and may include files of its own folder only.
    Raises `BadLayout` naming file, line and cause.
    """
    made = _compile(template, data, "png", ppi)
    return made if isinstance(made, list) else [made]


def set_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """*template*, filled with *data*, as one PDF with its fonts in it; as `set_pages`."""
    made = _compile(template, data, "pdf", None)
    assert isinstance(made, bytes)
    return made


def _compile(
    template: Path, data: Mapping[str, Any], kind: Literal["png", "pdf"], ppi: float | None
) -> bytes | list[bytes]:
    if not template.is_file():
        raise BadLayout(f"{template}: there is no such template; put it back or restore the folder")
    try:
        return typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=font_folders(),
            ignore_system_fonts=True,
            format=kind,
            ppi=ppi,
            sys_inputs={"data": orjson.dumps(data).decode()},
        )
    except typst.TypstError as error:
        raise BadLayout(_told(template, error)) from error


@cache
def font_folders() -> list[str]:
    """Folders of the two pinned font wheels: Noto Sans CJK; Noto Emoji and Noto Sans for other scripts."""
    return [str(files("manimgx_fonts_cjk")), str(files("manimgx_fonts"))]


def _told(template: Path, error: typst.TypstError) -> str:
    whole = "\n".join(str(part) for part in (error, getattr(error, "diagnostic", "")) if part)
    cause = " ".join(str(getattr(error, "message", "") or whole).split())
    place = _PLACE.search(whole)
    where = f"{template.parent / Path(place['file']).name}:{place['line']}" if place else str(template)
    return f"{where}: {cause[:300]}"
