"""A report's forms with signs around everything that is filled in: what is said, told apart from how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from salon.documents.wordings import placeholders
from salon.wording import Wording

#: Private signs of the last plane of Unicode; nobody types them, and those that somebody did type are passed over.
_FIRST, _LAST = 0x10F000, 0x10FFFD


class Signs(NamedTuple):
    """Characters that occur in nothing that was said."""

    #: Around what a template fills in.
    begin: str
    end: str
    #: A phrase of the words file: `phrase KEY (name NAME value TEXT)* close`.
    phrase: str
    name: str
    value: str
    close: str
    #: Around what is no text: where a link leads, how long a bar is.
    aside: str
    shut: str
    #: Before each heading of the second rank.
    section: str


def signs_for(*texts: str) -> Signs:
    """Signs that occur in none of *texts*."""
    used = set().union(*texts)
    free = (chr(code) for code in range(_FIRST, _LAST) if chr(code) not in used)
    return Signs(*(next(free) for _ in Signs._fields))


class Marked(Wording):
    """The same templates as *wording*: every value stands between signs, every phrase is its key and its values."""

    def __init__(self, wording: Wording, signs: Signs) -> None:
        super().__init__(wording.folder, wording.own)
        self._signs = signs
        # What others have compiled knows no signs.
        self._env.bytecode_cache = None
        self._env.finalize = self._mark

    def table(self, name: str) -> Mapping[str, Any]:
        """The words in *name*: not what they say, but which they are and what is filled in."""
        return self._keys(super().table(name), "")

    def _keys(self, words: Mapping[str, Any], where: str) -> dict[str, Any]:
        return {
            key: self._keys(value, f"{where}{key}.")
            if isinstance(value, dict)
            else self._key(f"{where}{key}", str(value))
            for key, value in words.items()
        }

    def _key(self, key: str, phrase: str) -> str:
        s = self._signs
        values = "".join(f"{s.name}{name}{s.value}{{{name}}}" for name in placeholders(phrase))
        return f"{s.phrase}{key}{values}{s.close}"

    def _mark(self, value: Any) -> Any:
        s = self._signs
        if isinstance(value, Markup):
            # What a macro or the log gives has its signs already.
            return value if s.begin in value else Markup(s.begin) + value + Markup(s.end)
        return f"{s.begin}{value}{s.end}"
