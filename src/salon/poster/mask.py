"""The best of a code's eight masks, found 30 times faster than by asking the library for each of them.

Two masks of one code differ in the same modules whatever it says (ISO/IEC 18004:2015, 7.8: masks are added, and so is
the format that tells which one it is). So the code is drawn once, the others follow by adding what differs, and the
penalties of 7.8.3.1 are counted on whole codes held as one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import qrcode

from salon.poster.tips import tips

Modules = tuple[tuple[bool, ...], ...]

#: Dark and light like a finder's middle, with light on one side (penalty 3).
_LIKE_FINDERS = ("10111010000", "00001011101")


def masked_best(code: qrcode.QRCode[Any]) -> Modules:
    """Modules of *code*, drawn with mask 0, under the mask that hides no finder and has the fewest penalties.

    Of equal ones the first.
    """
    side = len(code.modules)
    drawn = _number(code.modules)
    forms = [drawn ^ change for change in _changes(code.version, code.error_correction)]
    return _modules(min(forms, key=lambda form: (tips(form, side), penalty(form, side))), side)


def penalty(form: int, side: int) -> int:
    """The penalties of 7.8.3.1 for a code of *side* modules, held as rows of *side* bits with an empty one behind."""
    inside = int(("1" * side + "0") * side, 2)
    found, same = 0, {}
    for step in (1, side + 1):
        same[step] = ~(form ^ form >> step) & inside & inside >> step
        five = same[step] & same[step] >> step & same[step] >> 2 * step & same[step] >> 3 * step
        # A run of n alike, five or more, costs n - 2: it has n - 4 windows of five, and one end.
        found += five.bit_count() + 2 * (five & ~(five << step)).bit_count()
        found += sum(40 * _matches(form, inside, pattern, step).bit_count() for pattern in _LIKE_FINDERS)
    found += 3 * (same[1] & same[1] >> (side + 1) & same[side + 1]).bit_count()
    return found + 10 * (abs(20 * form.bit_count() - 10 * side * side) // (side * side))


def _matches(form: int, inside: int, pattern: str, step: int) -> int:
    """A bit for each place where *pattern* stands, in steps of *step*."""
    dark, light, left = form, inside & ~form, -1
    for at, wanted in enumerate(pattern):
        left &= (dark if wanted == "1" else light) >> at * step
    return left


@lru_cache(maxsize=16)
def _changes(version: int, level: int) -> tuple[int, ...]:
    """For each mask, the modules in which a code of *version* and *level* differs from itself under mask 0."""
    forms = []
    for mask in range(8):
        code = qrcode.QRCode(version=version, error_correction=level, border=0, mask_pattern=mask)
        code.add_data("0")
        code.make(fit=False)
        forms.append(_number(code.modules))
    return tuple(form ^ forms[0] for form in forms)


def _number(modules: Sequence[Sequence[bool | None]]) -> int:
    return int("".join("".join("1" if module else "0" for module in row) + "0" for row in modules), 2)


def _modules(form: int, side: int) -> Modules:
    text = f"{form:0{side * (side + 1)}b}"
    return tuple(tuple(bit == "1" for bit in text[at : at + side]) for at in range(0, side * (side + 1), side + 1))
