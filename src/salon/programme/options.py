"""What may be chosen in a poll or a questionnaire: options, or the values of a scale."""

from __future__ import annotations

from salon.programme.parts import TITLE
from salon.programme.table import Table, shown

#: Steps of a scale, at most.
MOST_SCALE = 10


def read_scale(table: Table) -> tuple[str, ...]:
    """The values from `low` to `high`, 1 to 5 unless the file says otherwise."""
    low = table.whole("low", least=0, most=MOST_SCALE - 1, default=1)
    high = table.whole("high", least=low + 1, most=low + MOST_SCALE, default=max(5, low + 1))
    return tuple(str(value) for value in range(low, high + 1))


def read_ends(table: Table) -> tuple[str, ...]:
    """What the lowest and the highest value mean: both or neither."""
    ends = table.texts("ends", most=2, length=TITLE)
    if len(ends) == 1:
        table.refuse("ends", 'two texts, for the lowest and the highest value: ["…", "…"]')
    return ends


def read_options(table: Table) -> tuple[str, ...]:
    """The two to ten different texts of `options`."""
    options = [option for option in table.texts("options", most=10, length=TITLE) if option]
    if not table.has("options") or (isinstance(table.raw["options"], list) and len(table.raw["options"]) < 2):
        table.refuse("options", 'two to ten texts: ["…", "…"]')
    elif len(set(options)) < len(options):
        again = next(option for n, option in enumerate(options) if option in options[:n])
        table.notes.mistake(table.path("options"), f"{shown(again)} is there twice; write each option once")
    return tuple(options)
