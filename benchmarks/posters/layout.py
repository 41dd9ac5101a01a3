"""Sets generated evenings in every format and theme and counts what is wrong: `python -m benchmarks.posters.layout`.

Faults are lines that overflow, overlap, break where they may not, or lose part of the topic; characters drawn as a
box (found in the typesetter's own PDF); and colours below 4.5 : 1. Prints a line per format and exits 1 on any fault.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator

from tests.poster.hard_cases import cases, faults_in
from tests.poster.test_poster_family import boxes_in

from salon.errors import SalonError
from salon.model import Event
from salon.poster import EVENING, SeatsLeft, formats, story, themes
from salon.poster.files import template_for
from salon.poster.sheet import draw_sheet
from salon.poster.theme import theme_named, words_in


def main() -> int:
    """Count and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many evenings (200)")
    parser.add_argument("--seed", type=int, default=20261126)
    asked = parser.parse_args()
    evenings = [event for event, _ in cases(asked.cases, asked.seed)]
    wrong = 0
    for format in formats():
        began, pictures, found = time.process_time(), 0, []
        for k, event in enumerate(evenings):
            for theme, kind in _wanted(k):
                pictures += 1
                found += [f"{k} {theme} {kind}: {fault}" for fault in _faults(event, format, theme, kind)]
        each = 1000 * (time.process_time() - began) / pictures
        print(f"{format:11} {pictures:5} pictures  {len(found):3} faults  {each:.0f} ms CPU each", flush=True)
        print("".join(f"    {line}\n" for line in found[:20]), end="")
        wrong += len(found)
    boxes = sum(boxes_in(event) for event in evenings)
    print(f"characters drawn as a box in {len(evenings)} PDFs: {boxes}")
    return 1 if wrong or boxes else 0


def _wanted(k: int) -> Iterator[tuple[str, str]]:
    """The poster in every theme, the other kinds of the evening in one theme after another."""
    names = themes()
    yield from ((name, "poster") for name in names)
    yield from ((names[(k + n) % len(names)], kind) for n, kind in enumerate(EVENING[1:]))


def _faults(event: Event, format: str, theme: str, kind: str) -> list[str]:
    language = event.languages[0]
    facts = SeatsLeft(left=3) if kind == "few" else None
    try:
        data = story.evening(event, language, theme_named(theme), words_in(language), kind, facts)
        return faults_in(draw_sheet(template_for(kind, format), data), event)
    except SalonError as error:
        return [str(error)]


if __name__ == "__main__":
    sys.exit(main())
