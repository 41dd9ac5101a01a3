"""The KOL's face, upright and cropped to a shape; initials where there is no picture."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from salon.errors import WrongUse

#: A phone's best picture is about 50 million pixels; more is a mistake or an attack.
MOST_PIXELS = 60_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_LATIN = re.compile(r"[^\W\d_]", re.UNICODE)
#: Drawn this many times larger and reduced, so that edges are smooth.
_FINE = 4


class BadPortrait(WrongUse):
    """A portrait cannot be used."""


def face(path: str, side: int) -> Image.Image:
    """The picture at *path*, upright, cropped to its upper middle square, *side* pixels wide.

    Raises `BadPortrait` with the path for a file that is missing, broken, too large or of another kind.
    """
    # Faces are rather above the middle than below it.
    return ImageOps.fit(_upright(path, (2 * side, 2 * side)), (side, side), centering=(0.5, 0.35))


def fitted(path: str, sides: tuple[int, int]) -> Image.Image:
    """The whole picture at *path*, upright, no larger than *sides*. Raises as `face`."""
    found = _upright(path, sides)
    found.thumbnail(sides)
    return found


def _upright(path: str, least: tuple[int, int]) -> Image.Image:
    """The picture at *path* on white, perhaps reduced already, but not below *least*."""
    try:
        with Image.open(Path(path), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPortrait(
                    f"portrait {path}: {opened.width}×{opened.height} pixels are too many; send a smaller one"
                )
            opened.draft("RGB", least)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except FileNotFoundError as error:
        raise BadPortrait(f"portrait {path}: there is no such file; correct the path or leave it out") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPortrait(f"portrait {path}: not a PNG, JPEG or WebP picture that can be read ({error})") from error
    ground = Image.new("RGBA", upright.size, "#FFFFFF")
    return Image.alpha_composite(ground, upright).convert("RGB")


def initials(name: str) -> str:
    """`林` of 林若溪, `RL` of Ruth Lindqvist."""
    words = [word for word in re.split(r"[\s·・-]+", name) if _LATIN.search(word)]
    first = [found[0] for word in words if (found := _LATIN.search(word))]
    if not first:
        return name[:1]
    is_latin = all(ord(c) < 0x250 for c in first)
    return (first[0] + first[-1]).upper() if is_latin and len(first) > 1 else first[0].upper()


def paste(whole: Image.Image, path: str, left: int, top: int, side: int, corner: int) -> None:
    """Put the picture at *path* onto *whole*, its corners rounded by *corner* pixels (half of *side*: a circle)."""
    large = Image.new("L", (side * _FINE, side * _FINE), 0)
    edge = side * _FINE - 1
    ImageDraw.Draw(large).rounded_rectangle((0, 0, edge, edge), radius=corner * _FINE, fill=255)
    whole.paste(face(path, side), (left, top), large.reduce(_FINE))
