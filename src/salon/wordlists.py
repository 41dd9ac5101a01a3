"""The lists of `templates/order/`, with what an owner added to or took off them in a templates folder of their own."""

from __future__ import annotations

from pathlib import Path

from salon.order.lists import KINDS, Lists, lines_of, lists_of, together
from salon.wording import BadTemplate, Wording

_LANGUAGES = ("zh", "en")


def lists_for(wording: Wording) -> Lists:
    """Every list, as it lies there now. Raises `BadTemplate` for a file that cannot be read, `Mistakes` for its lines.

    `KIND.LANGUAGE.txt` for each kind, `links.txt`, `allow.txt`; all languages count for every message.
    """
    words = {kind: [line for lang in _LANGUAGES for line in _lines(wording, f"{kind}.{lang}")] for kind in KINDS}
    return lists_of(words, _lines(wording, "links"), _lines(wording, "allow"))


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
