"""The code itself: square modules, level Q, a quiet zone of four, and never a logo."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from PIL import Image, ImageOps
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

from salon.errors import WrongUse
from salon.poster.mask import masked_best

QUIET = 4
#: Pixels a module has at least: what is left of it after the worst downscaling can still be read.
SMALLEST = 9


@lru_cache(maxsize=16)
def matrix(link: str) -> tuple[tuple[bool, ...], ...]:
    """Modules of the code for *link*, True is dark, without quiet zone; the smallest version that holds it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=0)
    code.add_data(link, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise WrongUse(f"poster: {len(link)} characters are more than a code holds; use a shorter link") from error
    return masked_best(code)


def picture(link: str, room: int, dark: str, ground: str) -> Image.Image:
    """The code for *link* with its quiet zone, as large as whole pixels per module allow in *room* × *room*.

    Raises `WrongUse` for a link so long that a module would have fewer than `SMALLEST` pixels.
    """
    modules = matrix(link)
    across = len(modules) + 2 * QUIET
    scale = room // across
    if scale < SMALLEST:
        raise WrongUse(f"poster: the link has {len(link)} characters, too many for a code that phones read; shorten it")
    # Coloured while it is small; light is 255.
    rows = bytes(0 if is_dark else 255 for row in modules for is_dark in row)
    small = Image.new("L", (across, across), 255)
    small.paste(Image.frombytes("L", (len(modules), len(modules)), rows), (QUIET, QUIET))
    coloured = ImageOps.colorize(small, dark, ground)
    return coloured.resize((across * scale, across * scale), Image.Resampling.NEAREST)
