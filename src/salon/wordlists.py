"""The lists of `templates/order/`, with what an owner added to or took off them in a templates folder of their own."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from salon.errors import SalonError
from salon.order.lists import KINDS, Lists, lines_of, lists_of, together
from salon.wording import BadTemplate, Wording

log = logging.getLogger("salon.wordlists")

_LANGUAGES = ("zh", "en")
#: Files that were edited are read again after this long at most, in seconds.
LOOK_EVERY = 1.0


def lists_for(wording: Wording) -> Lists:
    """Every list, as it lies there now. Raises `BadTemplate` for a file that cannot be read, `Mistakes` for its lines.

    `KIND.LANGUAGE.txt` for each kind, `links.txt`, `allow.txt`; all languages count for every message.
    """
    words = {kind: [line for lang in _LANGUAGES for line in _lines(wording, f"{kind}.{lang}")] for kind in KINDS}
    return lists_of(words, _lines(wording, "links"), _lines(wording, "allow"))


class FreshLists:
    """The lists as they lie there now, read again only where a file has changed. For one thread."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._lists: Lists | None = None
        self._files: object = None
        self._looked_at = 0.0

    def now(self) -> Lists:
        """The lists. A mistake in an edited file is logged, and those from before it hold. Raises as `lists_for` only
        where there are none from before."""
        if self._lists is None or time.monotonic() >= self._looked_at + LOOK_EVERY:
            self._look()
        return self._lists or Lists()

    def _look(self) -> None:
        files = [_changed_at(path) for path in _files(self._wording)]
        if files != self._files:
            try:
                self._lists = lists_for(self._wording)
            except SalonError as wrong:
                if self._lists is None:
                    raise
                # Nobody in the room is kept from speaking by a slip in a list.
                log.error("the lists of templates/order are as they were: %s", wrong)
        self._files, self._looked_at = files, time.monotonic()


def _files(wording: Wording) -> list[Path]:
    names = [*(f"{kind}.{language}" for kind in KINDS for language in _LANGUAGES), "links", "allow"]
    folders = [wording.folder, *([wording.own] if wording.own else [])]
    return [folder / "order" / f"{name}.txt" for folder in folders for name in names]


def _changed_at(path: Path) -> tuple[int, int]:
    """What changes with the file's content; a file that is not there has zeros."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _lines(wording: Wording, name: str) -> list[str]:
    file = f"order/{name}.txt"
    shipped = _read(wording.folder / file)
    return together(shipped, _read(wording.own / file)) if wording.own else together(shipped, [])


def _read(path: Path) -> list[str]:
    """The lines of one file; none where there is none: an installation may do without a list."""
    try:
        return lines_of(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as broken:
        raise BadTemplate(f"{path}: {broken}") from broken
