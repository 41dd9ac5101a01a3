"""Thirty-six ways in which a poster suffers between the house and a phone's camera; each is a line of `DAMAGES`.

Every one takes the whole poster in colour and gives what a phone would see, in brightness. Widths are in pixels for a
portrait poster; a picture of another shape is reduced by as much, so that its code suffers alike. The same poster
suffers the same each time.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

#: Rows × columns × blue, green, red.
Picture = np.ndarray
Damage = Callable[[Picture], Picture]

#: Width of the poster that widths of thumbnails are told for.
_FULL = 1080


def jpeg(quality: int) -> Damage:
    """What a chat's squeezing leaves."""

    def damage(picture: Picture) -> Picture:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_COLOR)

    return damage


def thumbnail(width: int, then: Damage | None = None) -> Damage:
    """Reduced as from 1080 to *width* pixels, and shown so."""

    def damage(picture: Picture) -> Picture:
        part = width / _FULL
        small = cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
        return then(small) if then else small

    return damage


def blur(sigma: float) -> Damage:
    """Out of focus."""
    return lambda picture: cv2.GaussianBlur(picture, (0, 0), sigma)


def shaken(length: int) -> Damage:
    """Moved along a line while the shutter was open."""
    return lambda picture: cv2.filter2D(picture, -1, np.full((1, length), 1 / length, np.float32))


def turned(degrees: float) -> Damage:
    """Held askew, nothing cut off."""

    def damage(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
        size = int(width * cos + height * sin), int(width * sin + height * cos)
        turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
        return cv2.warpAffine(picture, turn, size, flags=cv2.INTER_LINEAR, borderValue=(90, 90, 90))

    return damage


def aslant(part: float, side: str) -> Damage:
    """Seen from one *side*: the far edge is shorter by twice *part* of its length."""

    def damage(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        seen = corners.copy()
        if side == "top":
            seen[0, 0], seen[1, 0] = width * part, width * (1 - part)
        else:
            seen[1, 1], seen[2, 1] = height * part, height * (1 - part)
        warp = cv2.getPerspectiveTransform(corners, seen)
        return cv2.warpPerspective(picture, warp, (width, height), flags=cv2.INTER_LINEAR, borderValue=(90, 90, 90))

    return damage


def light(gain: float, offset: float) -> Damage:
    """Brighter or darker, flatter or harder."""
    return lambda picture: np.clip(picture.astype(np.float32) * gain + offset, 0, 255).astype(np.uint8)


def gamma(power: float) -> Damage:
    """A screen or camera with another curve."""
    curve = (255 * (np.arange(256) / 255) ** power).astype(np.uint8)
    return lambda picture: cv2.LUT(picture, curve)


def lamp(darkest: float) -> Damage:
    """A lamp from one side: full light on the left, *darkest* of it on the right."""

    def damage(picture: Picture) -> Picture:
        fall = np.linspace(1, darkest, picture.shape[1], dtype=np.float32)[None, :, None]
        return (picture * fall).astype(np.uint8)

    return damage


def noise(sigma: float) -> Damage:
    """A camera in a dark room."""

    def damage(picture: Picture) -> Picture:
        grain = np.random.default_rng(7).normal(0, sigma, picture.shape).astype(np.float32)
        return np.clip(picture + grain, 0, 255).astype(np.uint8)

    return damage


def moire(period: float, depth: float, degrees: float) -> Damage:
    """A photo of a screen: waves of *period* pixels, *depth* of the light deep."""

    def damage(picture: Picture) -> Picture:
        rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
        along = columns * np.cos(np.radians(degrees)) + rows * np.sin(np.radians(degrees))
        wave = 1 - depth * (0.5 + 0.5 * np.sin(2 * np.pi * along / period))
        return (picture * wave[:, :, None]).astype(np.uint8)

    return damage


def lines(every: int, depth: float) -> Damage:
    """A photo of a screen whose rows show."""

    def damage(picture: Picture) -> Picture:
        spoiled = picture.copy()
        spoiled[::every] = (spoiled[::every] * (1 - depth)).astype(np.uint8)
        return spoiled

    return damage


def both(*damages: Damage) -> Damage:
    """One after the other."""

    def damage(picture: Picture) -> Picture:
        for one in damages:
            picture = one(picture)
        return picture

    return damage


def covered(modules: float, across: float, down: float) -> Callable[[Picture, tuple[int, int, int, int], int], Picture]:
    """A spot of so many modules lies on the code, its middle at these parts of the code's side."""

    def damage(picture: Picture, code: tuple[int, int, int, int], side: int) -> Picture:
        left, top, right, bottom = code
        module, spoiled = (right - left) / side, picture.copy()
        middle = round(left + across * (right - left)), round(top + down * (bottom - top))
        cv2.circle(spoiled, middle, round(modules * module / 2), (70, 60, 200), -1)
        return spoiled

    return damage


def seen(*damages: Damage) -> Damage:
    """One after the other, then through a camera: scanners read the preview, some 720 pixels across."""
    return both(*damages, thumbnail(720))


#: Name → what is done to the whole picture. First what happens to the file (it is read as it lies on the phone, by a
#: long press), then what a camera sees of it on another screen or on paper.
DAMAGES: dict[str, Damage] = {
    "none": lambda picture: picture,
    "JPEG 60": jpeg(60),
    "JPEG 40": jpeg(40),
    "JPEG 25": jpeg(25),
    "720 wide, JPEG 20": thumbnail(720, jpeg(20)),
    "720 wide": thumbnail(720),
    "540 wide": thumbnail(540),
    "540 wide, JPEG 30": thumbnail(540, jpeg(30)),
    "432 wide, JPEG 50": thumbnail(432, jpeg(50)),
    "360 wide": thumbnail(360),
    "360 wide, JPEG 60": thumbnail(360, jpeg(60)),
    "300 wide, JPEG 80": thumbnail(300, jpeg(80)),
    "270 wide": thumbnail(270),
    "blur 2": seen(blur(2)),
    "blur 3": seen(blur(3)),
    "blur 4": seen(blur(4)),
    "shaken 9 pixels": seen(shaken(9)),
    "turned 5°": seen(turned(5)),
    "turned 17°": seen(turned(17)),
    "turned 45°": seen(turned(45)),
    "turned 90°": seen(turned(90)),
    "upside down": seen(turned(180)),
    "seen from below, 6 %": seen(aslant(0.06, "top")),
    "seen from below, 12 %": seen(aslant(0.12, "top")),
    "seen from the left, 10 %": seen(aslant(0.10, "right")),
    "dark": seen(light(0.35, 0)),
    "bright": seen(light(1.0, 80)),
    "flat": seen(light(0.4, 100)),
    "gamma 2.2": seen(gamma(2.2)),
    "lamp from the left": seen(lamp(0.5)),
    "noise 15": seen(noise(15)),
    "noise 30": seen(noise(30)),
    "moiré of 15 pixels": seen(moire(15, 0.25, 25)),
    "screen rows, blur, JPEG 50": seen(lines(3, 0.5), blur(1), jpeg(50)),
}

#: Name → what lies on the code.
COVERS = {
    "spot of 4 modules in the middle": covered(4, 0.5, 0.5),
    "spot of 3 modules towards a corner": covered(3, 0.68, 0.62),
}
assert len(DAMAGES) + len(COVERS) == 36
