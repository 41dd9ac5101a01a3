"""Draws the portraits of the example programmes: `python examples/portraits/draw.py` writes them beside this file.

Nobody real is meant. Flat shapes on one colour, drawn four times too large and scaled down for smooth edges.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

SIDE, SCALE = 640, 4
INK = "#2b2530"

Box = tuple[float, float, float, float]


class Sheet:
    """A drawing on a field of 100 × 100 units."""

    def __init__(self, background: str) -> None:
        self.image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), background)
        self._pen = ImageDraw.Draw(self.image)
        self._unit = SIDE * SCALE / 100

    def oval(self, box: Box, fill: str) -> None:
        self._pen.ellipse(self._scaled(box), fill=fill)

    def ring(self, box: Box, colour: str, width: float) -> None:
        self._pen.ellipse(self._scaled(box), outline=colour, width=self._pixels(width))

    def block(self, box: Box, fill: str, radius: float = 0) -> None:
        self._pen.rounded_rectangle(self._scaled(box), self._pixels(radius), fill=fill)

    def arc(self, box: Box, start: float, end: float, colour: str, width: float) -> None:
        self._pen.arc(self._scaled(box), start, end, fill=colour, width=self._pixels(width))

    def pie(self, box: Box, start: float, end: float, fill: str) -> None:
        self._pen.pieslice(self._scaled(box), start, end, fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self._pen.polygon([(x * self._unit, y * self._unit) for x, y in points], fill=fill)

    def save(self, name: str) -> None:
        small = self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.quantize(128, dither=Image.Dither.NONE).save(Path(__file__).with_name(name), optimize=True)

    def _scaled(self, box: Box) -> list[float]:
        return [value * self._unit for value in box]

    def _pixels(self, units: float) -> int:
        return round(units * self._unit)


def body(sheet: Sheet, skin: str, shade: str, shirt: str) -> None:
    """Shoulders, neck and the shadow under the chin."""
    sheet.block((15, 79, 85, 125), shirt, 22)
    sheet.block((43, 58, 57, 84), skin, 7)
    sheet.pie((41, 72, 59, 90), 0, 180, skin)
    sheet.pie((43, 62, 57, 75), 0, 180, shade)


def face(sheet: Sheet, skin: str, blush: str, brow: str) -> None:
    """Head with ears, eyes, brows, nose and a calm smile."""
    for x in (29.5, 63.5):
        sheet.oval((x, 43, x + 7, 53), skin)
    sheet.block((33, 24, 67, 68), skin, 17)
    for x in (36, 58):
        sheet.oval((x, 52.5, x + 7, 57), blush)
    for x in (40.2, 56.8):
        sheet.oval((x, 45.5, x + 3, 49.7), INK)
        sheet.oval((x + 1.5, 46.1, x + 2.5, 47.1), "#ffffff")
    for x in (37.5, 54.5):
        sheet.arc((x, 39.6, x + 8, 46), 205, 335, brow, 1)
    sheet.arc((47.5, 48, 52.5, 55), 20, 160, blush, 1)
    sheet.arc((43.5, 52, 56.5, 62), 25, 155, INK, 1)


def glasses(sheet: Sheet, colour: str) -> None:
    for x in (36.2, 52.8):
        sheet.ring((x, 42, x + 11, 53), colour, 0.9)
    sheet.arc((46.5, 45.5, 53.5, 50), 200, 340, colour, 0.9)


def zhou_yanqiu(sheet: Sheet) -> None:
    """A bookshop keeper: bob with a fringe, round glasses, books behind her."""
    sheet.oval((8, 8, 92, 92), "#f4dcb8")
    for x, top, colour in ((12, 30, "#b4533f"), (18, 24, "#4f6d7a"), (24, 33, "#d39a44")):
        sheet.block((x, top, x + 5, 78), colour, 0.8)
        sheet.block((x + 1, top + 5, x + 4, top + 6.4), "#f7ead4")
    for x, top, colour in ((71, 27, "#6b7f5a"), (77, 34, "#b4533f"), (83, 29, "#4f6d7a")):
        sheet.block((x, top, x + 5, 78), colour, 0.8)
        sheet.block((x + 1, top + 5, x + 4, top + 6.4), "#f7ead4")
    sheet.block((27, 17, 73, 68), "#2f2730", 21)
    body(sheet, "#f2c9a8", "#dba984", "#3f6064")
    sheet.shape([(42, 80), (50, 90), (45, 94), (37, 82)], "#f7f1e6")
    sheet.shape([(58, 80), (50, 90), (55, 94), (63, 82)], "#f7f1e6")
    face(sheet, "#f5d0b1", "#eba98f", "#2f2730")
    sheet.pie((30, 18, 70, 54), 180, 360, "#2f2730")
    sheet.shape([(33, 35.8), (67, 35.8), (66, 38.5), (58, 37.5), (50, 39.2), (41, 37.6), (34, 38.5)], "#2f2730")
    glasses(sheet, "#7a4a32")


def shen_mancang(sheet: Sheet) -> None:
    """A county bookseller: short grey hair, brows, a padded waistcoat, hills behind him."""
    sheet.oval((56, 10, 84, 38), "#f6c76a")
    sheet.pie((-22, 46, 62, 160), 180, 360, "#8fae8b")
    sheet.pie((34, 52, 128, 160), 180, 360, "#6f9577")
    body(sheet, "#dca77d", "#c48a60", "#33475b")
    sheet.block((45, 84, 55, 104), "#e9e2d3", 2)
    for x in (22.0, 60.0):
        sheet.block((x, 93, x + 18, 94), "#5a7086", 0.5)
    sheet.pie((30.5, 17, 69.5, 58), 180, 360, "#8b8b8f")
    face(sheet, "#e2b088", "#d08c68", "#6e6e73")
    sheet.pie((32, 17, 68, 50), 185, 355, "#8b8b8f")
    sheet.shape([(32, 31), (68, 31), (67, 35.5), (60, 34.2), (40, 34.2), (33, 35.5)], "#8b8b8f")
    for x in (32.2, 65.6):
        sheet.block((x, 33, x + 2.2, 43), "#8b8b8f", 1)
    sheet.block((42.5, 54.6, 57.5, 57), "#8b8b8f", 1.2)
    sheet.block((43.5, 57, 56.5, 59), "#e2b088", 0.8)
    sheet.arc((45, 54, 55, 61.5), 30, 150, INK, 0.9)


def ines_calloway(sheet: Sheet) -> None:
    """A roaster: brown curls in a bun, an apron, a round lantern of light behind her."""
    sheet.oval((10, 4, 90, 84), "#f2c078")
    sheet.oval((18, 12, 82, 76), "#f6d39b")
    sheet.oval((40, 6, 60, 26), "#6a3b26")
    for x, y in ((27.0, 26.0), (26.0, 35.0), (27, 44), (60, 26), (61, 35), (60, 44), (34, 17), (43, 14), (52, 17)):
        sheet.oval((x, y, x + 13, y + 13), "#6a3b26")
    body(sheet, "#c98e64", "#b07449", "#efe6d8")
    sheet.block((34, 90, 66, 110), "#7a4a32", 3)
    for x in (34.5, 61.5):
        sheet.block((x, 79, x + 4, 96), "#7a4a32", 1)
    face(sheet, "#d39a70", "#c0734f", "#4b2818")
    for x, y in ((33.0, 22.0), (40.0, 19.5), (47, 19), (54, 21), (59, 25), (31, 27)):
        sheet.oval((x, y, x + 10, y + 9.5), "#6a3b26")
    for x in (30.8, 66.2):
        sheet.oval((x, 53, x + 3, 56), "#f0b64a")


def tobias_okafor(sheet: Sheet) -> None:
    """A founder: close-cropped hair, a short beard, a jumper, cranes on the water behind him."""
    sheet.block((0, 66, 100, 100), "#5f8fa3")
    for x in (14, 80):
        sheet.block((x, 22, x + 2.4, 70), "#c7553d")
        sheet.block((x - 8, 26, x + 14, 28.4), "#c7553d")
        sheet.block((x - 5, 28, x - 4, 44), "#c7553d")
    sheet.oval((18, 12, 82, 76), "#d9ecee")
    body(sheet, "#6e4630", "#573523", "#d8a93a")
    sheet.arc((38, 70, 62, 94), 10, 170, "#b98a22", 2.4)
    sheet.pie((31.5, 19, 68.5, 58), 180, 360, "#1f1a1c")
    sheet.block((32, 46, 68, 70), "#1f1a1c", 17)
    face(sheet, "#7b5038", "#935b3e", "#1f1a1c")
    sheet.pie((33, 42, 67, 68.6), 12, 168, "#1f1a1c")
    sheet.block((43, 56, 57, 61.6), "#7b5038", 2.6)
    sheet.arc((44, 52.4, 56, 61), 25, 155, "#f7efe6", 1.2)
    sheet.pie((32.4, 21, 67.6, 50), 184, 356, "#1f1a1c")


PORTRAITS: dict[str, tuple[str, Callable[[Sheet], None]]] = {
    "zhou-yanqiu.png": ("#e9c48f", zhou_yanqiu),
    "shen-mancang.png": ("#cfe0e0", shen_mancang),
    "ines-calloway.png": ("#8d4b32", ines_calloway),
    "tobias-okafor.png": ("#b9d8dc", tobias_okafor),
}

if __name__ == "__main__":
    for file, (background, draw) in PORTRAITS.items():
        sheet = Sheet(background)
        draw(sheet)
        sheet.save(file)
