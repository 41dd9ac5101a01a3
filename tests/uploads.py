"""Pictures that tests upload: plain ones with one code, and everything that a picture may be instead."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import qrcode
from PIL import Image

#: Invented; the second is as long as real ones are today.
GROUP = "https://weixin.qq.com/g/AbCdEf0123456789"
LONG_GROUP = "https://weixin.qq.com/g/AQYAAinventedinventedinventedinventedinventedinvented-_0123456"


def code_of(text: str, side: int = 600) -> Image.Image:
    """A plain code on white, *side* pixels each way."""
    code = qrcode.QRCode(border=4)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code.make_image().convert("RGB").resize((side, side), Image.Resampling.NEAREST)


def packed(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    """The file of *picture*."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def shot(text: str = GROUP, format: str = "PNG") -> bytes:
    """A screenshot, as small as tests like it."""
    screen = Image.new("RGB", (720, 1280), "#ededed")
    screen.paste(code_of(text, 480), (120, 300))
    return packed(screen, format)


def moving(format: str) -> bytes:
    """Two frames, each a code."""
    frames = [code_of(GROUP, 300), code_of(GROUP + "x", 300)]
    return packed(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def moving_on_a_huge_canvas() -> bytes:
    """Two small WebP frames somewhere on 9,000 × 9,000 pixels."""
    whole = moving("WEBP")
    side = (9000 - 1).to_bytes(3, "little")
    return whole[:24] + side + side + whole[30:]


def huge_png(width: int, height: int) -> bytes:
    """A whole PNG of so many white pixels, in a few thousand bytes."""
    stream = zlib.compressobj(9)
    row = b"\0" + b"\xff" * width
    data = b"".join(stream.compress(row) for _ in range(height)) + stream.flush()
    header = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b"")))


def huge_header(format: str) -> bytes:
    """A small picture whose header says 20,000 × 20,000 (WebP: 16,384 × 16,384)."""
    if format == "WEBP":
        return _webp_of(16_384)
    if format == "PNG":
        whole = shot()
        header = struct.pack(">LL", 20_000, 20_000) + whole[24:29]
        return whole[:8] + _chunk(b"IHDR", header) + whole[33:]
    whole = shot(format="JPEG")
    at = whole.index(b"\xff\xc0")
    return whole[: at + 5] + struct.pack(">HH", 20_000, 20_000) + whole[at + 9 :]


def with_zip_behind(picture: bytes) -> bytes:
    """A file that is a picture for one program and an archive for another."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("run.js", "alert(1)")
    return picture + archive.getvalue()


def with_comment(picture: bytes, comment: bytes) -> bytes:
    """A JPEG that says *comment* in its header."""
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture[2:]


def _webp_of(side: int) -> bytes:
    size = (side - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<L", 10) + b"\0\0\0\0" + size + size
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
