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


def set_marked(template: Path, data: Mapping[str, Any], *, ppi: float = PIXEL) -> tuple[bytes, list[Any]]:
    """The only page of *template* as a PNG, and what it says of itself: values of its metadata labelled `<mark>`.

    Otherwise as `set_pages`. Both come out of one run of the typesetter.
    """
    _known(template)
    try:
        compiler = typst.Compiler(
            str(template), root=str(template.parent), font_paths=_fonts(), sys_inputs=_inputs(data)
        )
        made = compiler.compile(format="png", ppi=ppi)
        marks = orjson.loads(compiler.query("<mark>", field="value"))
    except typst.TypstError as error:
        raise BadLayout(_told(template, error)) from error
    if not isinstance(made, bytes):
        raise BadLayout(f"{template}: this has {len(made or ())} pages; a picture has one")
    return made, marks


def _known(template: Path) -> None:
    if not template.is_file():
        raise BadLayout(f"{template}: there is no such template; put it back or restore the folder")


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": orjson.dumps(data).decode()}


def _compile(
    template: Path, data: Mapping[str, Any], kind: Literal["png", "pdf"], ppi: float | None
) -> bytes | list[bytes]:
    _known(template)
    try:
        return typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=_fonts(),
            format=kind,
            ppi=ppi,
            sys_inputs=_inputs(data),
        )
    except typst.TypstError as error:
        raise BadLayout(_told(template, error)) from error


@cache
def _fonts() -> typst.Fonts:
    """The house's fonts, looked through once: that takes longer than setting a page."""
    return typst.Fonts(include_system_fonts=False, font_paths=font_folders())


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
