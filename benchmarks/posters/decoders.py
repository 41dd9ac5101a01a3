"""The four decoders that posters are tried with, each as it comes."""

from __future__ import annotations

import os
from collections.abc import Callable

import cv2
import numpy as np
import zxingcpp
from benchmarks.posters import quirc, zbar

#: Brightness, rows × columns of bytes.
Grey = np.ndarray
Decoder = Callable[[Grey], list[str]]

#: Part of the pictures that each must read at least (`design/posters.md`).
GOALS = {"zxing-cpp": 1.0, "quirc": 1.0, "ZBar": 0.94, "OpenCV": 0.90}
#: Set where a missing decoder is a failure: on the machine that decides what lands.
MUST = "SALON_MUST_HAVE_DECODERS"


def decoders() -> dict[str, Decoder]:
    """Name → decoder of those that this machine has. With `SALON_MUST_HAVE_DECODERS` set a missing one is an error."""
    found: dict[str, Decoder] = {"zxing-cpp": _zxing, "OpenCV": _opencv}
    for name, module in (("quirc", quirc), ("ZBar", zbar)):
        if lib := module.library():
            found[name] = lambda grey, module=module, lib=lib: module.read(
                lib, np.ascontiguousarray(grey).tobytes(), grey.shape[1], grey.shape[0]
            )
    if missing := sorted(set(GOALS) - set(found)):
        told = f"{' and '.join(missing)} not found: apt-get install libzbar0; python -m benchmarks.posters.quirc"
        if os.environ.get(MUST):
            raise SystemExit(told)
        print(told)
    return found


def _zxing(grey: Grey) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)]


def _opencv(grey: Grey) -> list[str]:
    # It looks for several only when the single search finds none, as an application would ask it.
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(grey)
    if text:
        return [text]
    is_found, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    return [text for text in texts if text] if is_found else []
