"""An uploaded picture, opened with care: one still PNG, JPEG or WebP, and so many pixels at most.

What it claims to be (name, type) does not count, only its first bytes. Sizes are looked at before any pixel has a place
in memory.
"""

from __future__ import annotations

import io
import re
import struct
import warnings

from PIL import Image, ImageOps

from salon.invites import CodeRefused

#: Largest upload, in bytes. A screenshot has one or two million, a good photograph eight.
MOST_BYTES = 12 * 1024 * 1024
#: Largest picture, in pixels: decoded it takes up to four bytes each.
MOST_PIXELS = 36_000_000
#: Photographs are decoded no larger than about this, in pixels a side.
_ENOUGH = 3000

#: Beginnings of what else a file may be at the same time: a document, a page, a program, an archive. Long enough that
#: no five million random bytes, which is what packed pixels look like, contain one by chance.
_FOREIGN = re.compile(
    rb"%PDF-\d\.|<\?php\s|<script[\s>]|<html[\s>]|<!doctype html|<svg\s[^>]{0,300}xmlns"
    rb"|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
#: End of a ZIP archive, which is looked for from the back (APPNOTE 4.3.16): at most so far from the end.
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557
_OTHER_KINDS = (
    ("svg", re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!DOCTYPE svg)", re.IGNORECASE)),
    ("pdf", re.compile(rb".{0,1024}%PDF-", re.DOTALL)),
    ("heic", re.compile(rb"....ftyp(?:hei|hev|mif1|msf1|avi)", re.DOTALL)),
    ("gif", re.compile(rb"GIF8")),
)


def open_picture(data: bytes) -> Image.Image:
    """The picture in *data* as grey pixels, upright, on white. Raises `CodeRefused` with what is wrong with it.

    Memory: up to `MOST_PIXELS` times five bytes, and nothing for what is refused.
    """
    if not data:
        raise CodeRefused("empty", "no picture arrived; choose the screenshot again")
    if len(data) > MOST_BYTES:
        raise CodeRefused("too_large", f"the file has more than {MOST_BYTES >> 20} MB; upload a screenshot", status=413)
    format = _format(data)
    _ensure_one_thing(data)
    with warnings.catch_warnings():
        # Pillow complains of large pictures, where our own limit is lower, and of what a camera wrote beside them.
        warnings.simplefilter("ignore")
        try:
            return _grey(data, format)
        except Image.DecompressionBombError as bomb:
            raise _too_many() from bomb
        except (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError, OverflowError) as broken:
            raise CodeRefused("broken_file", "the picture is not whole; make a new screenshot and send it") from broken


def _format(data: bytes) -> str:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _look_at_webp(data)
        return "WEBP"
    for kind, beginning in _OTHER_KINDS:
        if beginning.match(data):
            raise CodeRefused("wrong_file", f"this is {kind.upper()}; upload a PNG, JPEG or WebP picture", detail=kind)
    raise CodeRefused("wrong_file", "this is no picture that we know; upload a PNG, JPEG or WebP picture")


def _look_at_webp(data: bytes) -> None:
    """Refuse what is too large or moves by the header alone: the decoder takes memory for all of it on opening.

    WebP Container Specification, "Extended File Format" and RFC 6386, 9.1; RFC 9649, 2.7 (read November 2026).
    """
    chunk, head = data[12:16], data[20:30].ljust(10, b"\0")
    if chunk == b"VP8X":
        if head[0] & 0x02:
            raise _moving()
        width, height = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(head[k : k + 2], "little") & 0x3FFF for k in (6, 8))
    if width * height > MOST_PIXELS:
        raise _too_many()


def _ensure_one_thing(data: bytes) -> None:
    if _FOREIGN.search(data) or _ZIP_END in data[-_ZIP_TAIL:]:
        raise CodeRefused("polyglot", "this file is a picture and something else at once; make a new screenshot")


def _grey(data: bytes, format: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=(format,)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many()
        # A JPEG may carry other versions of itself behind it (depth, brightness): only the first is looked at.
        if format != "JPEG" and getattr(picture, "n_frames", 1) > 1:
            raise _moving()
        picture.draft("L", (_ENOUGH, _ENOUGH))
        picture.load()
        return _on_white(_upright(picture))


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        # What the camera wrote about the picture is broken, not the picture; a code can be read from any side.
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("L", picture.size, 255)
        ground.paste(picture.convert("L"), mask=picture.getchannel("A"))
        return ground
    return picture.convert("L")


def _too_many() -> CodeRefused:
    return CodeRefused("too_many_pixels", f"the picture has more than {MOST_PIXELS:,} pixels; upload a screenshot")


def _moving() -> CodeRefused:
    return CodeRefused("moving", "the picture moves; upload a still screenshot")
