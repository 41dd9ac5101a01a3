"""Finds the one code of a picture, however it was taken: dark mode, a photograph of a screen, a logo in the middle."""

from __future__ import annotations

from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from salon.group_code.picture import open_picture
from salon.invites import CodeRefused

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_BINARIZERS = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)
#: Longest sides that are looked at, in pixels: what is too fine is evened out, what is small is made larger.
_SIDES = (1800, 1100, 700, 2600, 450)


def read_code(data: bytes) -> str:
    """What the one code in the uploaded picture *data* says.

    Raises `CodeRefused` when it is no picture that may be opened, or has no code, or several different ones. Takes
    0.05–1 s and the memory that `open_picture` names: ask for one at a time, in a thread.
    """
    found = codes_in(open_picture(data))
    if not found:
        raise CodeRefused("none", "there is no code to be read in this picture; upload the whole, sharp screenshot")
    if len(found) > 1:
        raise CodeRefused(
            "two", f"there are {len(found)} codes in this picture; cut it so that only the group's is left"
        )
    return found.pop()


def codes_in(picture: Image.Image) -> set[str]:
    """What all codes in the grey *picture* say. At least two sizes are looked at, so that a second code is found."""
    found: set[str] = set()
    for tries, look in enumerate(_looks(picture), 1):
        for binarizer in _BINARIZERS:
            for code in zxingcpp.read_barcodes(look, _QR, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer):
                found.add(code.text)
            if found:
                break
        if found and tries > 1:
            break
    return found


def _looks(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then in other sizes, then with its stripes evened out and its greys spread."""
    yield picture
    longest = max(picture.size)
    for side in _SIDES:
        if side < longest or side <= 3 * longest:
            yield _sized(picture, side)
    calm = _sized(picture, min(longest, 1600))
    for radius in (1.2, 2.2):
        yield ImageOps.autocontrast(calm.filter(ImageFilter.GaussianBlur(radius)), cutoff=2)
    yield ImageOps.autocontrast(calm.filter(ImageFilter.MedianFilter(5)), cutoff=2)


def _sized(picture: Image.Image, side: int) -> Image.Image:
    scale = side / max(picture.size)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(size, Image.Resampling.LANCZOS if scale > 1 else Image.Resampling.BOX)
