"""PNG files that differ only within one box: all the rest is compressed once, and joined anew for each picture.

A PNG's rows are one zlib stream (ISO/IEC 15948, clause 10). Deflate can be cut where everything before was flushed
(RFC 1951, 3.2.4), so the rows above and below the box are pieces that fit into every picture; per picture only the
box is filtered and only its rows are deflated. The checksum over all rows is combined from those of the pieces.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops

#: Bytes; all channels take a picture of this size (docs of platforms, read November 2026).
LARGEST = 600 * 1024
#: Of these, what is kept free for the rows of the box and the text.
_OWN = 56 * 1024

#: Left, top, right, bottom in pixels; right and bottom are outside.
Box = tuple[int, int, int, int]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Two bytes that open a zlib stream (RFC 1950), and an empty last block that ends one.
_OPEN, _CLOSE = b"\x78\xda", b"\x03\x00"
_NONE, _UP = b"\0", b"\2"
#: Rows that are compressed together, as they are or filtered, whichever is smaller.
_STRIPE = 48
#: What is shared is compressed once, and may take its time; for the rows of the box level 6 costs 3.5 times as much as
#: level 1 and saves 8 KB of 150.
_BEST, _QUICK = 9, 1
#: How coarse the shades of a photograph become, in steps of 256, before the next coarser one is tried.
_SHADES = (1, 2, 3, 4, 6, 8, 12, 16)


@dataclass(frozen=True)
class _Piece:
    """Rows that every picture has: compressed, with their checksum and number of bytes before that."""

    data: bytes
    adler: int
    length: int


class SplicedPng:
    """Encodes pictures that are *picture* except within *box*. The same pixels give the same bytes.

    Where a portrait makes the file larger than all channels take, the shades of what is not flat are made coarser
    step by step, for all pictures alike; flat colours, and so the contrast of text and code, stay as they are.
    It may be handed to another process.
    """

    def __init__(self, picture: Image.Image, box: Box) -> None:
        self._box = box
        for step in _SHADES:
            self._share(_coarser(picture.convert("RGB"), step, box))
            if len(self._above.data) + len(self._below.data) <= LARGEST - _OWN:
                break

    def _share(self, picture: Image.Image) -> None:
        left, top, right, bottom = self._box
        plain, filtered = _rows(picture), _filtered(picture)
        # Nothing that is shared may be told as a difference to a row that is not.
        filtered[bottom : bottom + 1] = plain[bottom : bottom + 1]
        self._above = _piece(plain[:top], filtered[:top], _OPEN)
        self._below = _piece(plain[bottom:], filtered[bottom:], b"")
        around = _up(picture.crop((0, top, picture.width, bottom)), _row_before(picture, (0, top, picture.width)))
        self._row_above = _row_before(picture, (left, top, right))
        #: The rows of the box as they go into the stream, a pixel for each byte, filter's byte included.
        self._band = Image.frombytes("L", (3 * picture.width + 1, bottom - top), b"".join(_behind(_UP, around)))
        self.picture = picture

    def encode(self, inside: Image.Image, description: str) -> bytes:
        """The picture with *inside* in its box, as a file that carries *description*."""
        left, top, right, bottom = self._box
        if inside.size != (right - left, bottom - top):
            raise ValueError(f"{inside.size} pixels do not fill the box {self._box}")
        own = _up(inside.convert("RGB"), self._row_above).tobytes()
        stride = 3 * (right - left)
        band = self._band.copy()
        band.paste(Image.frombytes("L", (stride, bottom - top), own), (1 + 3 * left, 0))
        raw = band.tobytes()
        adler = zlib.adler32(raw, self._above.adler)
        data = b"".join((self._above.data, _deflated(raw, _QUICK), self._below.data))
        return _file(self.picture.size, description, data, _joined(adler, self._below.adler, self._below.length))


def _row_before(picture: Image.Image, place: tuple[int, int, int]) -> Image.Image:
    """The row above (left, top, right); PNG has a black one above the first (clause 9.2)."""
    left, top, right = place
    return picture.crop((left, top - 1, right, top)) if top else Image.new("RGB", (right - left, 1))


def plain_png(picture: Image.Image, description: str) -> bytes:
    """*picture*, of which there is only one, as a file that carries *description*; shades as in `SplicedPng`."""
    for step in _SHADES:
        shown = _coarser(picture.convert("RGB"), step, (0, 0, 0, 0))
        piece = _piece(_rows(shown), _filtered(shown), _OPEN)
        if len(piece.data) <= LARGEST - _OWN:
            break
    return _file(picture.size, description, piece.data, piece.adler)


def _file(size: tuple[int, int], description: str, data: bytes, adler: int) -> bytes:
    """Header, text and the rows' stream, which still lacks its end, as a whole file."""
    header = _chunk(b"IHDR", struct.pack(">LLBBBBB", *size, 8, 2, 0, 0, 0))
    text = _chunk(b"iTXt", b"Description\0\0\0\0\0" + description.encode())
    rows = _chunk(b"IDAT", data + _CLOSE + struct.pack(">L", adler))
    return b"".join((_SIGNATURE, header, text, rows, _chunk(b"IEND", b"")))


def _coarser(picture: Image.Image, step: int, box: Box) -> Image.Image:
    """*picture* with shades in steps of *step* where neighbours differ; the box and what is flat stay as they are."""
    if step == 1:
        return picture
    coarse = picture.point([min(255, (value + step // 2) // step * step) for value in range(256)] * 3)
    busy = Image.new("L", picture.size)
    for across, down in ((1, 0), (0, 1)):
        change = ImageChops.difference(picture, ImageChops.offset(picture, across, down))
        for channel in change.split():
            busy = ImageChops.lighter(busy, channel)
    busy = busy.point([0] + [255] * 255)
    busy.paste(0, box)
    return Image.composite(coarse, picture, busy)


def _rows(picture: Image.Image) -> list[bytes]:
    """Rows as they are: flat colours compress best so."""
    return list(_behind(_NONE, picture))


def _behind(mark: bytes, picture: Image.Image) -> Iterator[bytes]:
    """Each row of *picture* behind its filter's byte."""
    pixels, stride = picture.tobytes(), 3 * picture.width
    return (mark + pixels[at : at + stride] for at in range(0, len(pixels), stride))


def _filtered(picture: Image.Image) -> list[bytes]:
    """Rows as Pillow's encoder filters them, each by what suits it: photographs compress best so."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    raw = zlib.decompress(b"".join(data for kind, data in chunks(file.getvalue()) if kind == b"IDAT"))
    stride = 3 * picture.width + 1
    return [raw[at : at + stride] for at in range(0, len(raw), stride)]


def _up(picture: Image.Image, before: Image.Image) -> Image.Image:
    """Every row as its difference to the one above it (filter 2); the row *before* stands above the first."""
    above = Image.new("RGB", picture.size)
    above.paste(before)
    above.paste(picture, (0, 1))
    return ImageChops.subtract_modulo(picture, above)


def _piece(plain: list[bytes], filtered: list[bytes], data: bytes) -> _Piece:
    """The rows behind *data*, each stripe in the form that comes out smaller."""
    adler, length = 1, 0
    for at in range(0, len(plain), _STRIPE):
        forms = [b"".join(rows[at : at + _STRIPE]) for rows in (plain, filtered)]
        packed, raw = min(((_deflated(form, _BEST), form) for form in forms), key=lambda pair: len(pair[0]))
        data, adler, length = data + packed, zlib.adler32(raw, adler), length + len(raw)
    return _Piece(data, adler, length)


def _deflated(raw: bytes, level: int) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED if level == _QUICK else 0)
    return stream.compress(raw) + stream.flush(zlib.Z_FULL_FLUSH)


def _joined(one: int, other: int, length: int) -> int:
    """Adler-32 of two texts in a row out of those of each; the second has *length* bytes (RFC 1950, 8.2)."""
    base = 65521
    low, other_low = one & 0xFFFF, other & 0xFFFF
    high = (one >> 16) + (other >> 16) + length * (low - 1)
    return (high % base) << 16 | (low + other_low - 1) % base


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of each chunk of a file. Raises `ValueError` where it is cut short or damaged."""
    at = len(_SIGNATURE)
    kind = b""
    if png[:at] != _SIGNATURE:
        raise ValueError("not a PNG file")
    while kind != b"IEND":
        if len(png) < at + 12:
            raise ValueError("cut short")
        length, kind = struct.unpack_from(">L4s", png, at)
        end = at + 8 + length
        if png[end : end + 4] != struct.pack(">L", zlib.crc32(png[at + 4 : end])):
            raise ValueError(f"chunk {kind!r} is damaged")
        yield kind, png[at + 8 : end]
        at = end + 4


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
