"""The report on paper: one PDF to keep, and long pictures to forward. Set by Typst from `templates/paper/*.typ`.

What members wrote goes in as data, so nothing of it is markup. The same report gives the same bytes.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from salon.documents.phrasing import phrased, words_of
from salon.model import Discussion
from salon.paper.glyphs import FAMILIES, printable
from salon.poster.qr import matrix
from salon.report import Report
from salon.report_view import View, brief_of, view_of
from salon.report_view.brief import cut
from salon.typeset import set_pages, set_pdf
from salon.wording import Wording

#: Width of a long picture, and the most height of one, in pixels: taller ones are shrunk by messengers.
WIDTH, TALLEST = 1080, 6000
#: A picture's bytes: what messengers pass on without shrinking it.
LARGEST = 2 * 1024 * 1024
#: All pictures of one evening together should not be taller than this, in pixels: longer ones are not forwarded.
_LONG = 12_000
#: Points with quotes, quotes a point, characters a quote (Chinese, English), items a list: the first that is short
#: enough is taken. Quotes become fewer and shorter, points do not; whatever is left out says so.
_PICTURES = ((40, 2, (120, 220), 4), (40, 1, (110, 200), 3), (40, 1, (80, 150), 2), (30, 1, (60, 110), 1))
#: What a PDF prints: everything but the log, with long quotes cut.
_PDF = {"points": 200, "quotes": 6, "length": 600, "lists": 40}
#: Characters of a text by its name in the view; all others by the empty one.
_FITS = {"": 700, "topic": 160, "name": 60, "owner": 60, "by": 60, "kol": 60, "kols": 60, "names": 160, "title": 240,
         "option": 160, "question": 300, "kol_title": 160, "kicker": 160}  # fmt: skip
#: Pixels of a trial picture for one of the real one.
_TRIAL = 0.1


def report_pdf(report: Report, discussion: Discussion, templates: Path | Wording) -> bytes:
    """The report as an A4 PDF with its fonts, bookmarks and page numbers. Raises `BadTemplate` or `BadLayout`."""
    view = brief_of(_view(report, discussion, templates), **_PDF, has_empty=True)
    return set_pdf(_wording(templates).find("paper/report.typ"), _data(view))


def long_pictures(report: Report, discussion: Discussion, templates: Path | Wording, link: str = "") -> list[bytes]:
    """The report as PNG pictures of 1080 pixels across, cut between blocks, the first one first.

    *link*: the report's address, shown as a code at the end; left out when empty. Raises `BadTemplate`, `BadLayout`,
    or `WrongUse` for a link that no code holds.
    """
    template = _wording(templates).find("paper/long.typ")
    view = _view(report, discussion, templates)
    data, height = _short_enough(template, view, link)
    pages = -(-height // TALLEST)
    # A block that does not fit moves on whole, so a page needs some air; all are about equally tall.
    tall = TALLEST if pages == 1 else min(TALLEST, height // pages + 500)
    return [_packed(page) for page in set_pages(template, {**data, "height": tall})]


def _view(report: Report, discussion: Discussion, templates: Path | Wording) -> View:
    return phrased(view_of(report, discussion, has_log=False), words_of(_wording(templates), report.language))


def _wording(templates: Path | Wording) -> Wording:
    return Wording(templates) if isinstance(templates, Path) else templates


def _short_enough(template: Path, view: View, link: str) -> tuple[dict[str, Any], int]:
    """The data with as many quotes as a picture that is forwarded may hold, and how tall that is in pixels."""
    code = matrix(link) if link else ()
    data: dict[str, Any] = {}
    height = 0
    for points, quotes, lengths, lists in _PICTURES:
        length = lengths[view["language"] == "en"]
        short = brief_of(view, points=points, quotes=quotes, length=length, lists=lists)
        data = {**_data(short), "code": [[int(cell) for cell in row] for row in code]}
        trial = set_pages(template, {**data, "height": 0}, ppi=72 * _TRIAL)
        height = sum(Image.open(io.BytesIO(page)).height for page in trial) * round(1 / _TRIAL)
        if height <= _LONG:
            break
    return data, height


def _data(view: View) -> dict[str, Any]:
    """*view* as a template takes it: every text printable, fonts by name."""
    left_out = {"log", "kol_quotes", "candidates", "w"}
    printed = {name: _fitting(value, name) for name, value in view.items() if name not in left_out}
    latin = FAMILIES.index("Noto Sans")
    # Chinese quotation marks are as wide as a character and tear English apart, so there the Latin face comes first.
    fonts = FAMILIES if view["language"] == "zh" else ("Noto Sans", *FAMILIES[:latin], *FAMILIES[latin + 1 :])
    # Words are no member's: the spaces at their ends stand between names.
    return {**printed, "w": view["w"], "fonts": list(fonts)}


def _fitting(value: Any, name: str = "") -> Any:
    """*value* with every text in it printable and no longer than its place holds."""
    if isinstance(value, dict):
        return {key: _fitting(one, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_fitting(one, name) for one in value]
    # An address stays as it is: a sign more, and it leads elsewhere.
    return printable(cut(value, _FITS.get(name, _FITS[""]))) if isinstance(value, str) and name != "url" else value


def _packed(page: bytes) -> bytes:
    """*page* without the empty rest at its foot, in few colours: small, and the same bytes every time."""
    picture = Image.open(io.BytesIO(page)).convert("RGB")
    ground = picture.getpixel((0, picture.height - 1))
    assert isinstance(ground, tuple)
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
    foot = min(picture.height, (box[3] if box else 0) + 64)
    picture = picture.crop((0, 0, picture.width, foot))
    for colours in (128, 32, 8):
        packed = io.BytesIO()
        few = picture.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST:
            break
    return packed.getvalue()
