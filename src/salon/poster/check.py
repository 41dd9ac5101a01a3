"""Reads a finished poster with an independent decoder: what a phone could not read never leaves."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from salon.errors import SalonError
from salon.poster.qr import QUIET, SMALLEST, matrix

#: Bytes; all channels take a picture of this size (docs of platforms, read November 2026).
LARGEST = 600 * 1024
#: Brightness from which a pixel counts as the ground of a code, of 255.
_LIGHT = 200

_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])


class PosterUnreadable(SalonError):
    """A poster's code cannot be read, or says something else than its link."""


def check(png: bytes, link: str) -> None:
    """Return only if *png* holds exactly one code, that code says *link*, and the file is small enough to send.

    Raises `PosterUnreadable` saying what was found.
    """
    if len(png) > LARGEST:
        raise PosterUnreadable(f"the poster for {link} has {len(png)} bytes; {LARGEST} is the most that channels take")
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            picture = opened.convert("L")
    except (OSError, SyntaxError, ValueError) as error:
        raise PosterUnreadable(f"the poster for {link} is not a whole PNG picture") from error
    found = zxingcpp.read_barcodes(picture, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    if len(found) != 1:
        raise PosterUnreadable(f"the poster for {link} has {len(found)} codes; it must have exactly one")
    if found[0].text != link:
        raise PosterUnreadable(f"the code on the poster says {found[0].text!r} instead of {link!r}")
    _check_ground(picture, found[0].position, link)


def _check_ground(picture: Image.Image, position: zxingcpp.Position, link: str) -> None:
    """The quiet zone is there on all four sides, and modules have enough pixels."""
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    left, right = min(p.x for p in corners), max(p.x for p in corners)
    top, bottom = min(p.y for p in corners), max(p.y for p in corners)
    module = (right - left) / len(matrix(link))
    if module < SMALLEST - 0.5:
        raise PosterUnreadable(f"the code for {link} has {module:.1f} pixels a module; it needs {SMALLEST}")
    # The decoder's corners are good to a pixel or two.
    near, far = 3, round(QUIET * module) - 3
    strips = (
        (left - far, top - far, right + far, top - near),
        (left - far, bottom + near, right + far, bottom + far),
        (left - far, top - far, left - near, bottom + far),
        (right + near, top - far, right + far, bottom + far),
    )
    for strip in strips:
        if strip[0] < 0 or strip[1] < 0 or strip[2] > picture.width or strip[3] > picture.height:
            raise PosterUnreadable(
                f"the code for {link} stands too near the edge; it needs {QUIET} light modules around"
            )
        if min(picture.crop(strip).tobytes()) < _LIGHT:
            raise PosterUnreadable(
                f"something stands too near the code for {link}; it needs {QUIET} light modules around"
            )
