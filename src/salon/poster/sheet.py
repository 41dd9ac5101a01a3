"""One picture, set by Typst from its template, and the places in it that are filled in afterwards.

A template says where it put what: the lines it made, the place of the code, of a group's name, of a face. From this
the house knows that nothing overflows or overlaps, and what each text companion must not forget.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from PIL import Image

from salon.poster import portrait, qr
from salon.poster.lines import told
from salon.poster.theme import CONTRAST, Theme, contrast
from salon.typeset import BadLayout, set_marked, set_pages

#: Left, top, right, bottom in pixels; right and bottom are outside.
Box = tuple[int, int, int, int]
#: How far a line may be wider than its room, or over another, pixels: less than anyone sees.
_SLACK = 1.0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The picture without its codes."""

    picture: Image.Image
    #: What the template said of itself, in its own order; each has `what`: text, code, group, face.
    marks: tuple[Mapping[str, Any], ...]
    #: Where the names of groups are set: the folder's `name.typ`.
    folder: Path
    #: Names that were set beforehand, by `salon.poster.prepare`.
    named: dict[str, Image.Image] = field(default_factory=dict, compare=False, repr=False)

    @property
    def code_box(self) -> Box:
        """All pixels that differ between groups; empty for a picture without a code."""
        boxes = [_box_of(mark) for mark in self.marks if mark["what"] in ("code", "group")]
        if not boxes:
            return (0, self.picture.height, 0, self.picture.height)
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return (min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def top(self) -> Image.Image:
        """The rows above the code."""
        return self.picture.crop((0, 0, self.picture.width, self.code_box[1]))

    @property
    def foot(self) -> Image.Image:
        """The rows below the code."""
        return self.picture.crop((0, self.code_box[3], self.picture.width, self.picture.height))

    def place(self, what: str) -> Mapping[str, Any] | None:
        """The first mark of kind *what*, if there is one."""
        return next((mark for mark in self.marks if mark["what"] == what), None)


def draw_sheet(template: Path, data: Mapping[str, Any], face: str = "") -> Sheet:
    """*template* filled with *data*, and the picture at *face* in its place.

    Raises `BadLayout` if something does not fit or cannot be read, `BadPortrait`.
    """
    png, marks = set_marked(template, data)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    _check_layout(template, marks, picture.size)
    for mark in marks:
        if mark["what"] == "face" and face:
            portrait.paste(picture, face, round(mark["x"]), round(mark["y"]), round(mark["w"]), round(mark["corner"]))
    return Sheet(picture=picture, marks=tuple(marks), folder=template.parent)


def draw_group(sheet: Sheet, group_name: str, link: str, theme: Theme) -> Image.Image:
    """The rows from the code's first on, with the code of *link* and the name of the group that it is for."""
    band = sheet.picture.crop((0, sheet.code_box[1], *sheet.picture.size))
    start = sheet.code_box[1]
    if mark := sheet.place("code"):
        left, top, right, _ = _box_of(mark)
        code = qr.picture(link, right - left, theme.code, theme.code_ground)
        spare = (right - left - code.width) // 2
        band.paste(code, (left + spare, top + spare - start))
    if mark := sheet.place("group"):
        name = sheet.named.get(group_name) or set_names(sheet, (group_name,))[group_name]
        band.paste(name, (round(mark["x"]), round(mark["y"]) - start), name)
    return band


def set_names(sheet: Sheet, names: Sequence[str]) -> dict[str, Image.Image]:
    """Names of groups as they are laid over the poster; many at once cost a third of one after another."""
    mark = sheet.place("group")
    if not mark or not names:
        return {}
    pages = set_pages(sheet.folder / "name.typ", {**mark, "names": [told(name) for name in names]})
    return {name: Image.open(io.BytesIO(page)).convert("RGBA") for name, page in zip(names, pages, strict=True)}


def _box_of(mark: Mapping[str, Any]) -> Box:
    left, top = round(mark["x"]), round(mark["y"])
    return (left, top, left + round(mark["w"]), top + round(mark["h"]))


def _check_layout(template: Path, marks: Sequence[Mapping[str, Any]], size: tuple[int, int]) -> None:
    """Every line is inside the picture and its room, over no other line or code, and can be read."""
    texts = [mark for mark in marks if mark["what"] == "text"]
    for mark in texts:
        if contrast(mark["fill"], mark["on"]) < CONTRAST:
            raise BadLayout(f"{template}: {mark['name']}: {mark['fill']} on {mark['on']} cannot be read; use another")
    boxes = [(mark["name"], line) for mark in texts for line in rows_of(mark)]
    boxes += [(mark["what"], _box_of(mark)) for mark in marks if mark["what"] in ("code", "group", "face")]
    for name, (left, top, right, bottom) in boxes:
        if left < 0 or top < 0 or right > size[0] or bottom > size[1]:
            raise BadLayout(f"{template}: {name}: this stands outside the picture; make it smaller or move it")
    for (one, a), (other, b) in combinations(boxes, 2):
        if min(a[2], b[2]) - max(a[0], b[0]) > _SLACK and min(a[3], b[3]) - max(a[1], b[1]) > _SLACK:
            raise BadLayout(f"{template}: {one} and {other} stand one over the other; move one of them")


def rows_of(mark: Mapping[str, Any]) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each line of the text *mark*: its em boxes."""
    rows = []
    for k, line in enumerate(mark["lines"]):
        top = mark["y"] + k * mark["leading"] + (mark["leading"] - mark["size"]) / 2
        rows.append((line["x"], top, line["x"] + line["w"], top + mark["size"]))
    return rows
