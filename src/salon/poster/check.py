"""Reads a finished picture with an independent decoder: what a phone could not read, or a channel take, never leaves.

All of it is measured on the file itself as it will be sent, not on what was meant to be drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import cast

import zxingcpp
from PIL import Image

from salon.errors import SalonError
from salon.poster.png import LARGEST, Box
from salon.poster.qr import QUIET, SMALLEST, matrix
from salon.poster.theme import CONTRAST, contrast

__all__ = ["LARGEST", "PosterUnreadable", "check"]

#: Levels of 255 by which the ground around a code may differ from the ground within it.
_CLEAN = 12
#: The decoder's corners are good to a pixel or two.
_BLUR = 3

_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])

_Colour = tuple[int, int, int]


class PosterUnreadable(SalonError):
    """A poster's code cannot be read, or says something else than its link."""


def check(png: bytes, link: str) -> None:
    """Return only if *png* may be sent: below 600 KiB, one whole code that says *link*, ground around it, and text.

    Without a *link* the picture must have no code. Raises `PosterUnreadable` saying what was found.
    """
    name = f"the poster for {link}" if link else "the picture"
    if len(png) > LARGEST:
        raise PosterUnreadable(f"{name} has {len(png)} bytes; {LARGEST} is the most that channels take")
    picture, text = _opened(png, name)
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    if len(found) != (1 if link else 0):
        wanted = "exactly one" if link else "none"
        raise PosterUnreadable(f"{name} has {len(found)} codes that can be read; it must have {wanted}")
    if link:
        _check_code(picture, found[0], link)
    if not text.strip() or link not in text:
        raise PosterUnreadable(f"{name} does not say in words what it shows; its Description must, with the link")


def _opened(png: bytes, name: str) -> tuple[Image.Image, str]:
    """The pixels and the text of a file that is whole."""
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            return opened.convert("RGB"), str(opened.info.get("Description", ""))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PosterUnreadable(f"{name} is not a whole PNG picture ({error})") from error


def _check_code(picture: Image.Image, found: zxingcpp.Barcode, link: str) -> None:
    if found.text != link:
        raise PosterUnreadable(f"the code on the poster says {found.text!r} instead of {link!r}")
    box = _place(found.position)
    across = (box[2] - box[0]) / len(matrix(link))
    if across < SMALLEST - 0.5:
        raise PosterUnreadable(f"the code for {link} has {across:.1f} pixels a module; it needs {SMALLEST}")
    dark, light = _modules(picture, box, link)
    _check_contrast(dark, light, link)
    _check_ground(picture, box, round(QUIET * across), light, link)


def _place(position: zxingcpp.Position) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across, down = [p.x for p in corners], [p.y for p in corners]
    return min(across), min(down), max(across) + 1, max(down) + 1


def _modules(picture: Image.Image, box: Box, link: str) -> tuple[set[_Colour], set[_Colour]]:
    """Colours found where the code should be dark, and where it should be light: the middle of every module."""
    rows = matrix(link)
    side = len(rows)
    small = picture.resize((side, side), Image.Resampling.NEAREST, box=box)
    pixels = small.tobytes()
    dark: set[_Colour] = set()
    light: set[_Colour] = set()
    for at, is_dark in enumerate(module for row in rows for module in row):
        (dark if is_dark else light).add((pixels[3 * at], pixels[3 * at + 1], pixels[3 * at + 2]))
    return dark, light


def _check_contrast(dark: Iterable[_Colour], light: Iterable[_Colour], link: str) -> None:
    """A module that is missing, or covered by a logo, shows as a contrast of its own."""
    palest, dimmest = max(dark, key=_brightness), min(light, key=_brightness)
    ratio = contrast(_hex(palest), _hex(dimmest))
    if _brightness(palest) >= _brightness(dimmest) or ratio < CONTRAST:
        raise PosterUnreadable(
            f"the code for {link} is {_hex(palest)} on {_hex(dimmest)} in places: it must be dark on light with a "
            f"contrast of {CONTRAST} in every module"
        )


def _check_ground(picture: Image.Image, box: Box, quiet: int, light: Iterable[_Colour], link: str) -> None:
    """The quiet zone is there on all four sides, in the colour of the code's own ground."""
    left, top, right, bottom = box
    far = quiet - _BLUR
    outer = (left - far, top - far, right + far, bottom + far)
    if outer[0] < 0 or outer[1] < 0 or outer[2] > picture.width or outer[3] > picture.height:
        raise PosterUnreadable(f"the code for {link} stands too near the edge; it needs {QUIET} light modules around")
    zone = picture.crop(outer)
    ground = max(light, key=_brightness)
    inner = (far - _BLUR, far - _BLUR, zone.width - far + _BLUR, zone.height - far + _BLUR)
    zone.paste(ground, inner)
    extremes = cast("tuple[tuple[int, int], ...]", zone.getextrema())
    for (low, high), wanted in zip(extremes, ground, strict=True):
        if wanted - low > _CLEAN or high - wanted > _CLEAN:
            raise PosterUnreadable(
                f"something stands too near the code for {link}; it needs {QUIET} light modules around"
            )


def _brightness(colour: _Colour) -> int:
    return 299 * colour[0] + 587 * colour[1] + 114 * colour[2]


def _hex(colour: _Colour) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour)
