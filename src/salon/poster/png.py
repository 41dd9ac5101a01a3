"""PNG files that share their upper part: it is compressed once, and only the rest per picture.

PNG (ISO/IEC 15948) wants one zlib stream over all rows; zlib can copy a stream half-way, checksum included.
"""

from __future__ import annotations

import struct
import zlib

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 6


class SharedPng:
    """Encodes pictures of one width whose upper part is *top*. The same pixels give the same bytes."""

    def __init__(self, top: Image.Image) -> None:
        self._top = top.size
        self._stream = zlib.compressobj(_LEVEL)
        self._head = self._stream.compress(_rows(top))

    def encode(self, below: Image.Image, description: str) -> bytes:
        """The picture with *below* under the shared part, as a file that carries *description*."""
        stream = self._stream.copy()
        data = self._head + stream.compress(_rows(below)) + stream.flush()
        width, height = self._top[0], self._top[1] + below.height
        header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
        text = b"Description\0\0\0\0\0" + description.encode()
        chunks = (_chunk(b"IHDR", header), _chunk(b"iTXt", text), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
        return _SIGNATURE + b"".join(chunks)


def _rows(picture: Image.Image) -> bytes:
    """RGB rows, each behind a filter byte of 0: flat colours compress best as they are."""
    pixels, stride = picture.convert("RGB").tobytes(), 3 * picture.width
    return b"".join(b"\0" + pixels[at : at + stride] for at in range(0, len(pixels), stride))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
