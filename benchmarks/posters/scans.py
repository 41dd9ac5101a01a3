"""Posters × damages × decoders: which are read."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import zxingcpp
from benchmarks.posters.damage import COVERS, DAMAGES, seen
from benchmarks.posters.decoders import GOALS, Decoder, decoders
from PIL import Image

from salon.links import CODE_LETTERS
from salon.model import Group
from salon.poster import Base, base_picture, formats, poster, themes
from salon.poster.qr import matrix
from salon.testing.golden import golden_event

NAMES = ("产品经理读书会", "北京 AI 创业者 2 群", "Berlin AI Builders #2", "设计师茶水间", "周末爬山", "The Tea Room")


@dataclass(kw_only=True)
class Scans:
    """What came of trying."""

    pictures: int = 0
    #: Decoder → pictures it read right.
    read: Counter[str] = field(default_factory=Counter)
    #: Pictures that at least three decoders read.
    by_three: int = 0
    #: A code that says something else than it should: there must be none.
    wrong: int = 0
    #: Damage → decoder → pictures it did not read.
    missed: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, other: Scans) -> None:
        """Put what came of other pictures to it."""
        self.pictures += other.pictures
        self.read.update(other.read)
        self.by_three += other.by_three
        self.wrong += other.wrong
        for name, missed in other.missed.items():
            self.missed.setdefault(name, Counter()).update(missed)

    def failures(self) -> list[str]:
        """Goals that were not reached, a sentence each."""
        told = [
            f"{name}: {self.read[name]} of {self.pictures}, less than {goal:.0%}"
            for name, goal in GOALS.items()
            if self.read[name] < goal * self.pictures
        ]
        if self.by_three < self.pictures:
            told.append(f"three of four: {self.by_three} of {self.pictures}")
        if self.wrong:
            told.append(f"{self.wrong} codes were read as something else")
        return told


def posters(count: int, start: int = 0) -> Iterator[tuple[bytes, str]]:
    """*count* posters from number *start* on, with their links: themes, formats and languages in turn, codes of their
    own."""
    dice = random.Random(2026)
    looks = [(theme, shape, language) for theme in themes() for shape in formats() for language in ("zh", "en")]
    # So that a few of them are of all sorts already.
    dice.shuffle(looks)
    bases: dict[tuple[str, str, str], Base] = {}
    for k in range(start, start + count):
        theme, shape, language = look = looks[k % len(looks)]
        if look not in bases:
            bases[look] = base_picture(golden_event(language), theme, format=shape, language=language)
        dice.seed(k)
        link = "https://s.example.cn/c/" + "".join(dice.choice(CODE_LETTERS) for _ in range(8))
        yield poster(bases[look], Group(id=f"group-{k}", name=NAMES[k % len(NAMES)]), link), link


def every_look(count: int, start: int = 0) -> Iterator[tuple[bytes, str]]:
    """*count* posters from number *start* on, with their links: each theme in each format before any comes again."""
    looks = [(theme, shape) for theme in themes() for shape in formats()]
    for k in range(start, start + count):
        theme, shape = looks[k % len(looks)]
        language = ("zh", "en")[k % 2]
        base = base_picture(golden_event(language), theme, format=shape, language=language)
        link = "https://s.example.cn/c/" + "".join(random.Random(k).choices(CODE_LETTERS, k=8))
        yield poster(base, Group(id=f"group-{k}", name=NAMES[k % len(NAMES)]), link), link


def damaged(png: bytes, link: str, only: Collection[str] = ()) -> Iterator[tuple[str, np.ndarray]]:
    """(name of the damage, what a phone sees of it in brightness); of *only* these damages, if they are named."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    for name, damage in DAMAGES.items():
        if not only or name in only:
            yield name, cv2.cvtColor(damage(picture), cv2.COLOR_BGR2GRAY)
    if only and not set(only) & set(COVERS):
        return
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    place = found.position
    code = (place.top_left.x, place.top_left.y, place.bottom_right.x, place.bottom_right.y)
    view = seen()
    for name, cover in COVERS.items():
        if only and name not in only:
            continue
        yield name, cv2.cvtColor(view(cover(picture, code, len(matrix(link)))), cv2.COLOR_BGR2GRAY)


def scan_one(_: str, number: int) -> Scans:
    """Poster *number*, by all decoders of this machine; in a worker."""
    return scan(posters(1, number), decoders())


def scan(made: Iterable[tuple[bytes, str]], readers: dict[str, Decoder], only: Collection[str] = ()) -> Scans:
    """Try every poster with every damage, or *only* some, by every decoder."""
    scans = Scans()
    for png, link in made:
        for name, grey in damaged(png, link, only):
            texts = {decoder: read(grey) for decoder, read in readers.items()}
            right = [decoder for decoder, found in texts.items() if link in found]
            scans.pictures += 1
            scans.read.update(right)
            scans.by_three += len(right) >= 3
            scans.wrong += any(text != link for found in texts.values() for text in found)
            scans.missed.setdefault(name, Counter()).update(set(texts) - set(right))
    return scans
