"""Draws a group code anew: from what it says, never from the uploaded picture."""

from __future__ import annotations

import io
from functools import lru_cache

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q

from salon.errors import SalonError
from salon.invites import CodeRefused

#: Light modules around the code (ISO/IEC 18004).
QUIET = 4
#: Pixels of the picture's side, about: sharp on any phone at the width of its screen.
_SIDE = 760
#: More than this and a module has too few pixels for a phone's camera.
_MOST_TEXT = 220


class DrawnWrong(SalonError):
    """A code that was drawn anew does not read as it should."""


@lru_cache(maxsize=64)
def draw(text: str) -> bytes:
    """A PNG of the code for *text*: level Q, black on white, quiet zone of four, read back by another program.

    The smallest version that holds it. Raises `CodeRefused` for a text too long for a code that phones read well.
    """
    if len(text.encode()) > _MOST_TEXT:
        raise CodeRefused("long", "this code says more than a group code does; upload the code of the group")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    modules = code.modules
    across = len(modules) + 2 * QUIET
    small = Image.new("1", (across, across), 1)
    for y, row in enumerate(modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                small.putpixel((x + QUIET, y + QUIET), 0)
    scale = _SIDE // across
    packed = io.BytesIO()
    picture = small.resize((across * scale, across * scale), Image.Resampling.NEAREST)
    picture.save(packed, "PNG", optimize=True)
    _read_back(packed.getvalue(), text)
    return packed.getvalue()


def _read_back(png: bytes, text: str) -> None:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    if [code.text for code in found] != [text]:
        raise DrawnWrong
