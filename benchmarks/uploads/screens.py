"""Draws what owners upload: screenshots of a group's code from many phones, and photographs of such screens.

Everything comes from the number of the picture alone, so that a picture that was not read can be looked at again.
Nothing is taken from a real app: the layout only has what surrounds such a code (bars, rows of faces, words).
"""

from __future__ import annotations

import io
import random
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from salon.typeset import font_folders

#: Screens in pixels: small and large phones, two tablets.
SCREENS = (
    (720, 1280),
    (720, 1600),
    (750, 1334),
    (828, 1792),
    (1080, 1920),
    (1080, 2340),
    (1080, 2400),
    (1125, 2436),
    (1170, 2532),
    (1179, 2556),
    (1284, 2778),
    (1290, 2796),
    (1440, 3200),
    (1620, 2160),
    (2048, 2732),
)
KINDS = ("light", "dark", "dark card", "long", "forwarded", "photo", "photo", "photo dark")
_LEVELS = (qrcode.constants.ERROR_CORRECT_M, qrcode.constants.ERROR_CORRECT_Q, qrcode.constants.ERROR_CORRECT_H)
#: Side of the logo in the middle, as a part of the code's side: what each level carries with something to spare.
_LOGO = {qrcode.constants.ERROR_CORRECT_M: 0.14, qrcode.constants.ERROR_CORRECT_Q: 0.18}
#: Value of the EXIF tag (274) → how the pixels lie, so that the tag puts them upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One picture as it is sent, and what its code says."""

    number: int
    kind: str
    data: bytes
    text: str


def upload(number: int) -> Upload:
    """Picture *number*, the same one every time."""
    chance = random.Random(f"upload {number}")
    kind = KINDS[number % len(KINDS)]
    text = group_text(chance)
    picture = screen(chance, text, kind)
    if kind == "forwarded":
        picture = _forwarded(picture, chance)
    if kind.startswith("photo"):
        picture = _photographed(picture, chance)
    return Upload(number=number, kind=kind, data=_packed(picture, chance, kind), text=text)


def group_text(chance: random.Random) -> str:
    """The text of an invented group code, in the two lengths that are seen."""
    letters = string.ascii_letters + string.digits + "-_"
    return "https://weixin.qq.com/g/" + "".join(chance.choice(letters) for _ in range(chance.choice((16, 60, 60))))


def screen(chance: random.Random, text: str, kind: str) -> Image.Image:
    """The screenshot itself: bars, a card with faces and a name, the code, words below."""
    width, height = chance.choice(SCREENS)
    is_dark = "dark" in kind
    ground, ink = ("#111111", "#d5d5d5") if is_dark else ("#ededed", "#191919")
    card = "#ffffff" if kind == "dark card" else "#1e1e1e" if is_dark else "#ffffff"
    picture = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    unit = width / 100
    _bars(draw, width, height, unit, ink)
    left, right = 8 * unit, 92 * unit
    top = chance.uniform(0.10, 0.2) * height
    side = chance.uniform(56, 70) * unit
    draw.rounded_rectangle((left, top, right, top + side + 42 * unit), 3 * unit, fill=card)
    _head(picture, chance, left + 5 * unit, top + 5 * unit, unit, "#191919" if card == "#ffffff" else "#d5d5d5")
    is_inverted = is_dark and card != "#ffffff"
    code = _code(chance, text, round(side), is_inverted=is_inverted, card=card)
    picture.paste(code, (round((width - code.width) / 2), round(top + 20 * unit)))
    words = _below(chance)
    draw.text((width / 2, top + side + 29 * unit), words, "#8a8a8a", _font(round(3.2 * unit)), anchor="ma")
    if kind == "long":
        return _longer(picture, chance, unit)
    return picture


def _bars(draw: ImageDraw.ImageDraw, width: int, height: int, unit: float, ink: str) -> None:
    draw.text((6 * unit, 2 * unit), "21:08", ink, _font(round(3.6 * unit)))
    draw.text((94 * unit, 2 * unit), "5G 67%", ink, _font(round(3.2 * unit)), anchor="ra")
    draw.text((width / 2, 8 * unit), "群二维码名片", ink, _font(round(4.4 * unit)), anchor="ma")
    draw.line((5 * unit, 11 * unit, 7 * unit, 9 * unit), ink, max(round(unit / 2), 1))
    draw.rounded_rectangle((35 * unit, height - 2 * unit, 65 * unit, height - 1.2 * unit), unit / 2, fill=ink)


def _head(picture: Image.Image, chance: random.Random, x: float, y: float, unit: float, ink: str) -> None:
    """The group's face, made of small faces, and its name."""
    draw = ImageDraw.Draw(picture)
    for k in range(9):
        at = x + (k % 3) * 4 * unit, y + (k // 3) * 4 * unit
        draw.rectangle((*at, at[0] + 3.6 * unit, at[1] + 3.6 * unit), fill=_colour(chance))
    name = chance.choice(("周四夜谈 第 12 期", "读书会 · 100 席", "Coffee Roasters 7", "产品人的茶水间🍵"[:-1]))
    draw.text((x + 15 * unit, y + 3 * unit), name, ink, _font(round(4 * unit)))


def _code(chance: random.Random, text: str, side: int, *, is_inverted: bool, card: str) -> Image.Image:
    level = chance.choice(_LEVELS)
    code = qrcode.QRCode(error_correction=level, border=0, mask_pattern=chance.randrange(8))
    code.add_data(text, optimize=0)
    code.make(fit=True)
    dark, light = ("#e0e0e0", card) if is_inverted else (chance.choice(("#000000", "#191919", "#2b2b2b")), card)
    across = len(code.modules)
    small = Image.new("RGB", (across, across), light)
    for y, row in enumerate(code.modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                small.putpixel((x, y), _rgb(dark))
    # Phones draw to any width, not to whole pixels per module.
    found = small.resize((side, side), Image.Resampling.NEAREST)
    if chance.random() < 0.8:
        _logo(found, chance, round(side * _LOGO.get(level, 0.2)))
    return found


def _logo(code: Image.Image, chance: random.Random, side: int) -> None:
    at = (code.width - side) // 2
    draw = ImageDraw.Draw(code)
    draw.rounded_rectangle((at, at, at + side, at + side), side // 6, fill="#ffffff")
    edge = side // 12
    draw.rounded_rectangle((at + edge, at + edge, at + side - edge, at + side - edge), side // 8, fill=_colour(chance))
    draw.ellipse((at + side * 0.3, at + side * 0.25, at + side * 0.7, at + side * 0.65), fill=_colour(chance))


def _below(chance: random.Random) -> str:
    day = f"{chance.randrange(1, 13)}月{chance.randrange(1, 29)}日"
    return chance.choice(
        (f"该二维码7天内({day}前)有效，重新进入将更新", "Valid for 7 days. It will be renewed when reopened")
    )


def _longer(picture: Image.Image, chance: random.Random, unit: float) -> Image.Image:
    """The same with a chat above: rows of faces and words."""
    rows = chance.randrange(3, 9)
    above = round(rows * 18 * unit)
    found = Image.new("RGB", (picture.width, picture.height + above), "#ededed")
    draw = ImageDraw.Draw(found)
    for row in range(rows):
        y = row * 18 * unit + 4 * unit
        is_mine = chance.random() < 0.4
        x = 88 * unit if is_mine else 4 * unit
        draw.rounded_rectangle((x, y, x + 9 * unit, y + 9 * unit), unit, fill=_colour(chance))
        wide = chance.uniform(20, 60) * unit
        start = (x - 3 * unit - wide) if is_mine else x + 12 * unit
        draw.rounded_rectangle((start, y, start + wide, y + 10 * unit), unit, fill="#95ec69" if is_mine else "#ffffff")
        draw.text((start + 2 * unit, y + 2 * unit), "今晚八点，老地方见", "#191919", _font(round(3.6 * unit)))
    found.paste(picture, (0, above))
    return found


def _forwarded(picture: Image.Image, chance: random.Random) -> Image.Image:
    """What is left after a chat has made it small, once or twice."""
    for _ in range(chance.choice((1, 1, 2))):
        width = chance.choice((540, 640, 720, 1080))
        if width < picture.width:
            picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.BICUBIC)
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=chance.randrange(40, 75))
        picture = Image.open(io.BytesIO(packed.getvalue())).convert("RGB")
    return picture


def _photographed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A photograph of the screen: from the side, unevenly lit, with the screen's own stripes, noise and blur."""
    picture = _striped(picture, chance)
    width, height = chance.choice(((1200, 1600), (1440, 1920), (1536, 2048), (2448, 3264), (3024, 4032)))
    room = Image.new("RGB", (width, height), _colour(chance, 40, 120))
    scale = chance.uniform(0.75, 1.0) * min(width / picture.width, height / picture.height)
    shown = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
    room.paste(shown, ((width - shown.width) // 2, (height - shown.height) // 2))
    room = _from_the_side(room, chance)
    room = room.rotate(chance.uniform(-18, 18), Image.Resampling.BICUBIC, fillcolor=_rgb("#3a3a3a"))
    room = _lit(room, chance)
    room = room.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9) * width / 1500))
    noise = _noise(room.size, chance)
    return ImageChops.add(room, Image.merge("RGB", [noise] * 3), 1.0, -128)


def _noise(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Grain around 128. Pillow's own noise is another one each time."""
    strength = chance.uniform(12, 42) / 128
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    return grain.point([round(128 + (value - 128) * strength) for value in range(256)])


def _striped(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Fine lines of the screen against the camera's grid."""
    step = chance.uniform(2.4, 7.0)
    stripes = Image.new("L", (picture.width * 3 // 2, picture.height * 3 // 2), 255)
    draw = ImageDraw.Draw(stripes)
    for k in range(int(stripes.width / step)):
        draw.line((k * step, 0, k * step, stripes.height), chance.randrange(190, 225), 1)
    stripes = stripes.rotate(chance.uniform(-40, 40), Image.Resampling.BILINEAR, fillcolor=235)
    left, top = (stripes.width - picture.width) // 2, (stripes.height - picture.height) // 2
    stripes = stripes.crop((left, top, left + picture.width, top + picture.height))
    return ImageChops.multiply(picture, Image.merge("RGB", [stripes] * 3))


def _from_the_side(picture: Image.Image, chance: random.Random) -> Image.Image:
    width, height = picture.size
    # Where the corners of the new picture were in the old one: outside of it, by up to 7 % each.
    shift = [(chance.uniform(-0.07, 0.02) * width, chance.uniform(-0.07, 0.02) * height) for _ in range(4)]
    corners = (
        shift[0][0], shift[0][1],
        shift[1][0], height - shift[1][1],
        width - shift[2][0], height - shift[2][1],
        width - shift[3][0], shift[3][1],
    )  # fmt: skip
    return picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def _lit(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Brighter on one side, and a soft reflection somewhere."""
    slope = Image.linear_gradient("L").rotate(chance.randrange(0, 360, 90)).resize(picture.size)
    floor = chance.randrange(110, 190)
    slope = slope.point([floor + k * (255 - floor) // 255 for k in range(256)])
    picture = ImageChops.multiply(picture, Image.merge("RGB", [slope] * 3))
    shine = Image.new("L", (64, 64), 0)
    x, y = chance.randrange(64), chance.randrange(64)
    ImageDraw.Draw(shine).ellipse((x - 9, y - 9, x + 9, y + 9), fill=chance.randrange(30, 90))
    shine = shine.filter(ImageFilter.GaussianBlur(6)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageEnhance.Contrast(ImageChops.add(picture, Image.merge("RGB", [shine] * 3))).enhance(
        chance.uniform(0.75, 1.2)
    )


def _packed(picture: Image.Image, chance: random.Random, kind: str) -> bytes:
    """The file as a phone sends it; photographs are turned by EXIF."""
    packed = io.BytesIO()
    if kind.startswith("photo"):
        turn = chance.choice((1, 1, 3, 6, 6, 8, 2, 4, 5, 7))
        if turn in _TURNS:
            picture = picture.transpose(_TURNS[turn])
        exif = Image.Exif()
        exif[274] = turn
        picture.save(packed, "JPEG", quality=chance.randrange(55, 92), exif=exif)
    elif kind == "forwarded":
        picture.save(packed, "JPEG", quality=chance.randrange(50, 85))
    else:
        _screenshot(picture, packed, chance.choice(("PNG", "PNG", "RGBA", "P", "WEBP", "JPEG")))
    return packed.getvalue()


def _screenshot(picture: Image.Image, packed: io.BytesIO, form: str) -> None:
    if form == "WEBP":
        picture.save(packed, "WEBP", quality=75, method=0)
    elif form == "JPEG":
        picture.save(packed, "JPEG", quality=80)
    else:
        if form == "RGBA":
            picture = picture.convert("RGBA")
        elif form == "P":
            picture = picture.quantize(64)
        picture.save(packed, "PNG", compress_level=1)


def _colour(chance: random.Random, low: int = 30, high: int = 230) -> tuple[int, int, int]:
    return chance.randrange(low, high), chance.randrange(low, high), chance.randrange(low, high)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = next(path for folder in font_folders() for path in Path(folder).iterdir() if "SansCJK" in path.name)
    return ImageFont.truetype(str(path), size, index=2)
