"""One announcement for every platform: a strict Markdown subset in, each platform's dialect out. Pure.

The subset: headings, **bold**, *italic*, links with words or bare, lists, quotes, rules, code. A line break stays a
line break. No HTML, tables or pictures: the poster goes by itself. docs/channels/README.md shows all of it.
"""

from __future__ import annotations

from salon.markup.checks import Finding, Measure, lint, lint_literal, measured
from salon.markup.inert import escape
from salon.markup.lengths import length, shown_length
from salon.markup.reading import BadMarkup
from salon.markup.rendering import DIALECTS, literal, render

__all__ = [
    "DIALECTS",
    "BadMarkup",
    "Finding",
    "Measure",
    "escape",
    "length",
    "lint",
    "lint_literal",
    "literal",
    "measured",
    "render",
    "shown_length",
]
