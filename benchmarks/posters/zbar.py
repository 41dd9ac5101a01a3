"""ZBar as a library to call: Debian's `libzbar0`."""

from __future__ import annotations

import ctypes
import ctypes.util

#: From zbar.h: the symbol, the setting, and the four letters of "brightness, eight bits".
_QRCODE, _ENABLE, _ALL = 64, 0, 0
_Y800 = int.from_bytes(b"Y800", "little")


def library() -> ctypes.CDLL | None:
    """The library, with its functions' types; None where there is none."""
    name = ctypes.util.find_library("zbar")
    if not name:
        return None
    lib = ctypes.CDLL(name)
    pointer, number = ctypes.c_void_p, ctypes.c_int
    for call, result, arguments in (
        ("zbar_image_scanner_create", pointer, ()),
        ("zbar_image_scanner_destroy", None, (pointer,)),
        ("zbar_image_scanner_set_config", number, (pointer, number, number, number)),
        ("zbar_scan_image", number, (pointer, pointer)),
        ("zbar_image_create", pointer, ()),
        ("zbar_image_destroy", None, (pointer,)),
        ("zbar_image_set_format", None, (pointer, ctypes.c_ulong)),
        ("zbar_image_set_size", None, (pointer, ctypes.c_uint, ctypes.c_uint)),
        ("zbar_image_set_data", None, (pointer, pointer, ctypes.c_ulong, pointer)),
        ("zbar_image_first_symbol", pointer, (pointer,)),
        ("zbar_symbol_next", pointer, (pointer,)),
        ("zbar_symbol_get_data", pointer, (pointer,)),
        ("zbar_symbol_get_data_length", ctypes.c_uint, (pointer,)),
    ):
        getattr(lib, call).restype, getattr(lib, call).argtypes = result, arguments
    return lib


def read(lib: ctypes.CDLL, pixels: bytes, width: int, height: int) -> list[str]:
    """The texts of the QR codes in a picture of *width* × *height* bytes of brightness."""
    scanner, image = lib.zbar_image_scanner_create(), lib.zbar_image_create()
    # Kept until the image is gone: ZBar reads it where it lies.
    buffer = ctypes.create_string_buffer(pixels, len(pixels))
    try:
        lib.zbar_image_scanner_set_config(scanner, _ALL, _ENABLE, 0)
        lib.zbar_image_scanner_set_config(scanner, _QRCODE, _ENABLE, 1)
        lib.zbar_image_set_format(image, _Y800)
        lib.zbar_image_set_size(image, width, height)
        lib.zbar_image_set_data(image, ctypes.cast(buffer, ctypes.c_void_p), len(pixels), None)
        lib.zbar_scan_image(scanner, image)
        return _texts(lib, image)
    finally:
        lib.zbar_image_destroy(image)
        lib.zbar_image_scanner_destroy(scanner)


def _texts(lib: ctypes.CDLL, image: int) -> list[str]:
    found, symbol = [], lib.zbar_image_first_symbol(image)
    while symbol:
        data = ctypes.string_at(lib.zbar_symbol_get_data(symbol), lib.zbar_symbol_get_data_length(symbol))
        found.append(data.decode(errors="replace"))
        symbol = lib.zbar_symbol_next(symbol)
    return found
