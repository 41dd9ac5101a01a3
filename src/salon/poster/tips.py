"""Where a code seen askew could show a finder that is none.

A decoder looks along lines for dark, light, dark, light, dark in widths of 1 : 1 : 3 : 1 : 1 (ISO/IEC 18004:2015,
12.1). In a code turned by 30 to 60 degrees such a line may cross the inner corner of a true finder as the wide middle,
its light border left and right of it, and a short piece of the data on either side. A decoder that takes this for a
finder (quirc 1.2 does when the two pieces hang together elsewhere) misses the true one. Which modules stand there is a
matter of the mask, and of eight masks nearly always one is free of it.
"""

from __future__ import annotations

from functools import lru_cache

#: The two sides of the corner, in either order. `02` is dark, `-02` is light: columns away from the finder's border,
#: then rows up from the finder's inner corner. Found by drawing lines at every degree from 30 to 60 and at 40 depths:
#: first those with widths that quirc allows (75 % off), then those that it may, for pixels are round (82 % off).
_LIKELY = (
    ("02 -03", "02 -03"),
    ("02 -03", "03 -04"),
    ("02 -03", "03 04 -14"),
    ("02 -12", "03 -04"),
    ("02 -12", "04 -05"),
    ("02 03 -13", "03 -04"),
    ("02 12 -13", "03 -04"),
    ("03 -02 -13", "03 -04"),
)
_POSSIBLE = (
    ("01 -02", "04 -05"),
    ("02 -03", "02 03 -13"),
    ("02 -03", "02 03 13 -14"),
    ("02 -03", "03 -02 -13"),
    ("02 -03", "03 13 -02 -14"),
    ("02 -03", "04 -03 -14"),
    ("02 12 -13", "04 -05"),
    ("04 -05", "12 -02 -13"),
)
#: One likely shape is worse than a possible one at every finder.
_WORSE = 4

#: A bit for each module that matters, and of these for each that is dark, in a code held as one number.
_Shape = tuple[int, int]


def tips(form: int, side: int) -> int:
    """How much of this is in a code, held as in `salon.poster.mask`: 0 is none, 3 the most of what is unlikely."""
    return sum(
        weight * sum(any(form & care == dark for care, dark in corner) for corner in _corners(side, shapes))
        for weight, shapes in ((_WORSE, _LIKELY), (1, _POSSIBLE))
    )


@lru_cache(maxsize=16)
def _corners(side: int, shapes: tuple[tuple[str, str], ...]) -> tuple[tuple[_Shape, ...], ...]:
    """For each of the three finders the *shapes* to avoid, in a code of *side* modules."""
    both = [*shapes, *((other, one) for one, other in shapes if one != other)]
    return tuple(
        tuple(_shape(beside, below, right, lower, side) for beside, below in both)
        for right, lower in ((False, False), (True, False), (False, True))
    )


def _shape(beside: str, below: str, is_right: bool, is_lower: bool, side: int) -> _Shape:
    """A shape at the finder that is on the right or not, in the lower row or not."""
    care = dark = 0
    for cells, is_below in ((beside, False), (below, True)):
        for cell in cells.split():
            away, up = 8 + int(cell[-2]), 6 - int(cell[-1])
            row, column = (away, up) if is_below else (up, away)
            row, column = (side - 1 - row if is_lower else row), (side - 1 - column if is_right else column)
            bit = 1 << side * (side + 1) - 1 - (row * (side + 1) + column)
            care |= bit
            dark |= 0 if cell.startswith("-") else bit
    return care, dark
