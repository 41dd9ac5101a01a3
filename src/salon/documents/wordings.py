"""The wordings that forms were ever printed with: how `salon verify` knows a fixed word from a sentence added later.

`wordings.json` beside this module has every phrase that a `templates/report/words.*.toml` of ours ever had. What an
owner worded otherwise, a form carries in a comment at its end.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_BEFORE = Path(__file__).parent / "wordings.json"
#: At the very end, where no member writes: what somebody typed like it is a quote like any other.
_CARRIED = re.compile(r"\n?<!-- salon words (\{[^<>]*\}) -->\s*\Z")
_NAME = re.compile(r"\{(\w+)\}")
#: Never printed: how an archive is searched, and what stands in attributes.
_NOT_CARRIED = ("archive.", "texts.")


def placeholders(phrase: str) -> list[str]:
    """Names that *phrase* fills in, each once."""
    return list(dict.fromkeys(_NAME.findall(phrase)))


def phrases_in(words: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str]]:
    """Every phrase of a words file with its key: `page.links`."""
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from phrases_in(value, f"{where}{key}.")
        else:
            yield f"{where}{key}", str(value)


@cache
def wordings_before(language: str) -> Mapping[str, tuple[str, ...]]:
    """Key → all wordings that Salon ever shipped for it in *language* ("zh" or "en")."""
    told = json.loads(_BEFORE.read_text("utf-8"))
    return {key: tuple(phrases) for key, phrases in told["zh" if language == "zh" else "en"].items()}


def carried(words: Mapping[str, Any], language: str, text: str) -> str:
    """A comment with the phrases of *words* in *text* that Salon never shipped; nothing where there is none."""
    known = wordings_before(language)
    unknown = {
        key: phrase
        for key, phrase in phrases_in(words)
        if phrase not in known.get(key, ()) and not key.startswith(_NOT_CARRIED)
    }
    plain = html.unescape(text) if unknown else ""
    own = {key: phrase for key, phrase in unknown.items() if _stands_in(phrase, plain)}
    if not own:
        return ""
    # No sign that could end the comment.
    told = json.dumps(own, ensure_ascii=False)
    for sign in "<>-":
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return f"\n<!-- salon words {told} -->\n"


def _stands_in(phrase: str, text: str) -> bool:
    """Whether *phrase* may have been printed in *text*: all that it has between its values is there."""
    return any(all(part.strip() in text for part in _NAME.split(one)[::2]) for one in phrase.split("|"))


def carried_in(text: str) -> tuple[str, dict[str, str]]:
    """*text* without such a comment at its end, and the phrases that stood in it."""
    found = _CARRIED.search(text)
    if found is None:
        return text, {}
    try:
        told = json.loads(found[1])
    except ValueError:
        return text, {}
    left = text[: found.start()] + "\n" + text[found.end() :]
    return left, {str(key): str(phrase) for key, phrase in told.items()}


def note_wordings(templates: Path) -> int:
    """Add what the words files in *templates* say today to `wordings.json`; how many phrases were new.

    May be run again. A test asks for it whenever a shipped phrase was changed.
    """
    import tomllib

    told: dict[str, dict[str, list[str]]] = json.loads(_BEFORE.read_text("utf-8")) if _BEFORE.exists() else {}
    new = 0
    for language in ("zh", "en"):
        words = tomllib.loads((templates / "report" / f"words.{language}.toml").read_text("utf-8"))
        known = told.setdefault(language, {})
        for key, phrase in phrases_in(words):
            if phrase not in known.setdefault(key, []):
                known[key].append(phrase)
                new += 1
    _BEFORE.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return new
