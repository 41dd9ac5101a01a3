"""The code itself: square modules, level Q, a quiet zone of four, and never a logo."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

from salon.errors import WrongUse

QUIET = 4
#: Pixels a module has at least: what is left of it after the worst downscaling can still be read.
SMALLEST = 9


@lru_cache(maxsize=16)
def matrix(link: str) -> tuple[tuple[bool, ...], ...]:
    """Modules of the code for *link*, True is dark, without quiet zone; the smallest version that holds it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(link, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise WrongUse(f"poster: {len(link)} characters are more than a code holds; use a shorter link") from error
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def picture(link: str, room: int, dark: str, ground: str) -> Image.Image:
    """The code for *link* with its quiet zone, as large as whole pixels per module allow in *room* × *room*.

    Raises `WrongUse` for a link so long that a module would have fewer than `SMALLEST` pixels.
    """
    modules = matrix(link)
    across = len(modules) + 2 * QUIET
    scale = room // across
    if scale < SMALLEST:
        raise WrongUse(f"poster: the link has {len(link)} characters, too many for a code that phones read; shorten it")
    small = Image.new("1", (across, across), 1)
    for y, row in enumerate(modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                small.putpixel((x + QUIET, y + QUIET), 0)
    mask = small.resize((across * scale, across * scale), Image.Resampling.NEAREST)
    code = Image.new("RGB", mask.size, dark)
    code.paste(Image.new("RGB", mask.size, ground), mask=mask)
    return code
