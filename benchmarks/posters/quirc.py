"""quirc as a library to call: the system's, or built from its pinned source with the machine's C compiler.

Debian has `libquirc1` from its 13th release on. Where it is missing, `python -m benchmarks.posters.quirc` fetches the
source that the package pyquirc 0.2.0.post1 carries (quirc 1.2, ISC licence) and compiles its four files; the result
lies beside the virtual environment's own files and is found from then on.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SOURCE = "pyquirc==0.2.0.post1"
SHA256 = "91cfa5ab076b7764903b263f4362cd78fefbf1dcda3921e624d52e02123f43f5"
FILES = ("decode.c", "identify.c", "quirc.c", "version_db.c", "quirc.h", "quirc_internal.h")
BUILT = Path(sys.prefix) / "quirc" / "libquirc.so"

#: From quirc.h.
_LARGEST_CODE, _LARGEST_TEXT = (177 * 177 + 7) // 8, 8896


class Code(ctypes.Structure):
    """`struct quirc_code`."""

    _fields_ = (("corners", ctypes.c_int * 8), ("size", ctypes.c_int), ("cells", ctypes.c_uint8 * _LARGEST_CODE))


class Data(ctypes.Structure):
    """`struct quirc_data`."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("version", "ecc_level", "mask", "data_type")),
        ("payload", ctypes.c_uint8 * _LARGEST_TEXT),
        ("payload_len", ctypes.c_int),
        ("eci", ctypes.c_uint32),
    )


def library() -> ctypes.CDLL | None:
    """The library, with its functions' types; None where there is none."""
    name = str(BUILT) if BUILT.is_file() else ctypes.util.find_library("quirc")
    if not name:
        return None
    lib = ctypes.CDLL(name)
    lib.quirc_new.restype = ctypes.c_void_p
    lib.quirc_destroy.argtypes = (ctypes.c_void_p,)
    lib.quirc_resize.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
    lib.quirc_begin.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    lib.quirc_begin.restype = ctypes.c_void_p
    lib.quirc_end.argtypes = lib.quirc_count.argtypes = (ctypes.c_void_p,)
    lib.quirc_extract.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Code))
    lib.quirc_decode.argtypes = (ctypes.POINTER(Code), ctypes.POINTER(Data))
    lib.quirc_flip.argtypes = (ctypes.POINTER(Code),)
    return lib


def read(lib: ctypes.CDLL, pixels: bytes, width: int, height: int) -> list[str]:
    """The texts of the codes in a picture of *width* × *height* bytes of brightness."""
    reader = lib.quirc_new()
    try:
        if not reader or lib.quirc_resize(reader, width, height) < 0:
            raise MemoryError(f"quirc has no memory for {width}×{height} pixels")
        ctypes.memmove(lib.quirc_begin(reader, None, None), pixels, width * height)
        lib.quirc_end(reader)
        texts = (_text(lib, reader, at) for at in range(lib.quirc_count(reader)))
        return [text for text in texts if text is not None]
    finally:
        lib.quirc_destroy(reader)


def _text(lib: ctypes.CDLL, reader: int, at: int) -> str | None:
    code, data = Code(), Data()
    lib.quirc_extract(reader, at, code)
    if lib.quirc_decode(code, data) != 0:
        # Mirrored, as quirc's own programs try it too.
        lib.quirc_flip(code)
        if lib.quirc_decode(code, data) != 0:
            return None
    return bytes(data.payload[: data.payload_len]).decode(errors="replace")


def build() -> None:
    """Fetch the pinned source, check it, compile it to `BUILT`. May be run again: what is there is kept."""
    if library():
        return
    with tempfile.TemporaryDirectory() as folder:
        fetch = ("download", "--quiet", "--no-deps", "--no-binary", "pyquirc", "--dest", folder, SOURCE)
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *fetch], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{archive.name} is not the file that was pinned; it was not used")
        sources = _unpacked(archive, Path(folder))
        draft = Path(folder) / BUILT.name
        compiler = os.environ.get("CC") or shutil.which("cc") or "gcc"
        command = [compiler, "-O2", "-shared", "-fPIC", *map(str, sources), "-o", str(draft), "-lm"]
        subprocess.run(command, check=True)
        BUILT.parent.mkdir(exist_ok=True)
        shutil.move(draft, BUILT)


def _unpacked(archive: Path, folder: Path) -> list[Path]:
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name).name
            if name in FILES and "/extern/quirc/lib/" in member.name and (data := tar.extractfile(member)):
                (folder / name).write_bytes(data.read())
    return [folder / name for name in FILES if name.endswith(".c")]


if __name__ == "__main__":
    build()
    print(BUILT if BUILT.is_file() else "the system's")
