"""One table of a programme file, read key by key: what is wrong is noted, so that all mistakes come at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from salon.errors import Mistakes

#: Marks that hide or reorder the text around them; emoji joiners are not among them.
_HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SHOWN = 60
_MISSING = object()


class Notes:
    """The mistakes found in one file, in the order found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: list[str] = []

    def mistake(self, key: str, sentence: str) -> None:
        """Note one mistake: *sentence* says what is wrong and what to write."""
        where = f"{self.file}: {key}: " if key else f"{self.file}: "
        self.lines.append(where + sentence)

    def settle(self) -> None:
        """Raises `Mistakes` if there are any; each line once."""
        if self.lines:
            raise Mistakes(tuple(dict.fromkeys(self.lines)))


class Table:
    """One table; every reader returns something usable, even after noting a mistake."""

    def __init__(self, raw: dict[str, Any], where: str, notes: Notes) -> None:
        self.raw, self.where, self.notes = raw, where, notes
        self._known: list[str] = []

    def path(self, key: str) -> str:
        """Full name of *key* in the file: `events[2].topic`."""
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Whether the file has *key* in this table."""
        return key in self.raw

    def refuse(self, key: str, allowed: str) -> None:
        """Note that the value of *key* is missing or not allowed, and what is."""
        what = f"{shown(self.raw[key])} is not allowed" if key in self.raw else "is missing"
        self.notes.mistake(self.path(key), f"{what}; write {allowed}")

    def text(self, key: str, *, most: int, default: str | None = None, lines: bool = False) -> str:
        """A text of 1 to *most* characters, or *default* if the key is missing; empty after noting a mistake.

        *lines*: it may have more than one line.
        """
        value = self._value(key, default)
        if default is not None and key not in self.raw:
            return default
        return self._good_text(self.path(key), value, most, lines)

    def texts(
        self, key: str, *, most: int, length: int, default: Sequence[str] = (), lines: bool = False
    ) -> tuple[str, ...]:
        """Up to *most* texts of up to *length* characters each; *default* if the key is missing."""
        value = self._value(key, default)
        if key not in self.raw:
            return tuple(default)
        if not isinstance(value, list) or len(value) > most:
            self.refuse(key, f'a list of at most {most} texts: ["…", "…"]')
            return tuple(default)
        paths = [f"{self.path(key)}[{n}]" for n in range(1, len(value) + 1)]
        return tuple(self._good_text(path, item, length, lines) for path, item in zip(paths, value, strict=True))

    def name(self, key: str, *, most: int, default: str | None = None) -> str:
        """An id: small letters, digits and hyphens, a letter or digit first; empty after noting a mistake."""
        value = self._value(key, default)
        if isinstance(value, str) and re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{most - 1}}}", value):
            return value
        self.refuse(key, f"1 to {most} of a-z, 0-9 and hyphens, a letter or digit first")
        return ""

    def whole(self, key: str, *, least: int, most: int, default: int | None = None, unit: str = "") -> int:
        """A whole number from *least* to *most*."""
        value = self._value(key, default)
        # In Python True is a number; in a programme it is not.
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.refuse(key, f"{unit or 'a whole number'} from {least} to {most}")
        return default if default is not None else least

    def flag(self, key: str) -> bool:
        """true or false; false if the key is missing."""
        value = self._value(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "true or false, without quotes")
        return value is True

    def choice(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of *allowed*; after noting a mistake *default*, or empty if there is none."""
        value = self._value(key, default)
        if isinstance(value, str) and (value in allowed or value == default):
            return value
        self.refuse(key, _one_of(value, allowed))
        return default or ""

    def day(self, key: str) -> date | None:
        """A date of this century, or None after noting a mistake."""
        value = self._value(key, None)
        if isinstance(value, date) and not isinstance(value, datetime) and 2000 <= value.year <= 2099:
            return value
        self.refuse(key, "a date from 2000 to 2099 without quotes, like 2027-03-04")
        return None

    def table(self, key: str) -> Table:
        """The table at *key*; an empty one if it is missing, so that its own keys are."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            self.refuse(key, f"a table: [{self.path(key)}] and its keys below")
        return Table(value if isinstance(value, dict) else {}, self.path(key), self.notes)

    def tables(self, key: str, *, most: int) -> list[Table]:
        """The tables at *key*, one for each `[[key]]`; `[2]` in a name is the second."""
        value = self._value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            header = re.sub(r"\[\d+\]", "", self.path(key))
            self.refuse(key, f"[[{header}]] with its keys below, once for each")
            return []
        if len(value) > most:
            self.notes.mistake(self.path(key), f"{len(value)} of them are not allowed; write at most {most}")
        return [Table(item, f"{self.path(key)}[{n}]", self.notes) for n, item in enumerate(value[:most], 1)]

    def done(self) -> None:
        """Note every key that nobody asked for, with the nearest one that exists."""
        for key in self.raw:
            if key not in self._known:
                self.notes.mistake(self.path(_calm_key(key)), f"is no key here; write {_one_of(key, self._known)}")

    def _value(self, key: str, default: Any) -> Any:
        self._known.append(key)
        return self.raw.get(key, _MISSING if default is None else default)

    def _good_text(self, path: str, value: object, most: int, lines: bool) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if not isinstance(value, str) or not 1 <= len(text) <= most:
            what = "is missing" if value is _MISSING else f"{shown(value)}{_length(text, most)} is not allowed"
            self.notes.mistake(path, f"{what}; write a text of 1 to {most} characters")
            return ""
        if hidden := _hidden_mark(text, lines):
            what = "a text without control marks" if lines else "a text on one line without control marks"
            self.notes.mistake(path, f"{shown(value)} contains U+{ord(hidden):04X}; write {what}")
            return ""
        return text


def shown(value: object) -> str:
    """A value as the file would have it, on one line and short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = json.dumps(value[:_SHOWN] + ("…" if len(value) > _SHOWN else ""), ensure_ascii=False)
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a table"
    return str(value)[:_SHOWN]


def nearest(value: str, allowed: Iterable[str]) -> str:
    """The one of *allowed* most like *value*; empty: none is."""
    words = {word.lower(): word for word in allowed}
    found = get_close_matches(value.lower(), words, n=1, cutoff=0.75)
    return words[found[0]] if found else ""


def _one_of(value: object, allowed: Collection[str]) -> str:
    near = nearest(value, allowed) if isinstance(value, str) else ""
    return near or "one of " + ", ".join(allowed)


def _length(text: str, most: int) -> str:
    return f" ({len(text)} characters)" if len(text) > most else ""


def _calm_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", key) else shown(key)


def _hidden_mark(text: str, lines: bool) -> str:
    """The first control, separator or direction mark; line breaks and tabs pass where *lines* are allowed."""
    for c in text:
        if unicodedata.category(c) in ("Cc", "Zl", "Zp") and not (lines and c in "\n\r\t"):
            return c
    found = _HIDDEN.search(text)
    return found[0] if found else ""
