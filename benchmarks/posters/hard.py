"""Draws the sheet of hard cases that docs/posters.md shows: `python -m benchmarks.posters.hard docs/posters/hard.jpg`.

Six generated evenings, with topics of one character to 120, in all themes, each with a group's code; a quarter as
large as they are sent. The seed is one whose six have names in five scripts and an outline of twenty sections.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image
from tests.poster.hard_cases import cases

from salon.poster import base_picture, poster, themes

_LINK = "https://salon.example.org/c/k3x9"
_MANY, _SEED = 6, 45
_WIDTH, _HEIGHT, _GAP = 270, 480, 14


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    pictures = _pictures()
    sheet = Image.new("RGB", (_GAP + len(pictures) * (_WIDTH + _GAP), _HEIGHT + 2 * _GAP), "#888888")
    for k, picture in enumerate(pictures):
        sheet.paste(picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS), (_GAP + k * (_WIDTH + _GAP), _GAP))
    sheet.save(parser.parse_args().out, quality=80, optimize=True)


def _pictures() -> list[Image.Image]:
    names, made = themes(), []
    for k, (event, group) in enumerate(cases(_MANY, _SEED)):
        base = base_picture(event, names[k % len(names)], language=event.languages[0])
        made.append(Image.open(io.BytesIO(poster(base, group, _LINK))).convert("RGB"))
    return made


if __name__ == "__main__":
    main()
