"""What can be read: the formats of every file in this folder, each loaded when a file may be of its kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from salon.errors import Mistakes
from salon.imports.base import Format, Source

#: Surer than any format that goes by guesses: nobody else needs to look.
CERTAIN = 0.95
#: Files whose formats are JSON; the first say what they are, the others are told by the names of their fields. The very
#: first, ChatLab, in which most discussions come, names its rows so that it is certain or out of the question.
_NAMED = ("chatlab", "discord", "instagram", "matrix", "signal", "signal_json", "slack", "telegram")
_GUESSED = ("wechat_json",)
#: Of these, what may be text as well.
_EITHER = frozenset({"signal"})


def stages(source: Source) -> Iterator[tuple[Format, ...]]:
    """Formats that *source* may be, the likely ones first: loading all takes longer than reading a short chat."""
    if not is_json(source):
        yield _of(name for name in _modules() if name in _EITHER or name not in (*_NAMED, *_GUESSED))
        return
    yield _of(name for name in _NAMED[:1] if name in _modules())
    yield _of(name for name in _NAMED[1:] if name in _modules())
    yield _of(name for name in _modules() if name not in _NAMED)


def is_json(source: Source) -> bool:
    """Whether *source* may be JSON, or a JSON object a line; a bracket alone begins many lines of other chats."""
    start = source.text[:4096].lstrip()
    is_list = start[:1] == "[" and start[1:].lstrip()[:1] in ("{", "]")
    return is_list or start[:1] == "{" or any(line[:1] == "{" for line in source.head)


def all_formats() -> tuple[Format, ...]:
    """Everything that can be read, by name."""
    return tuple(sorted(_of(_modules()), key=lambda known: known.name))


def format_named(name: str) -> Format:
    """The format of that *name*. Raises `Mistakes`, which lists all names, when there is none."""
    wanted = name.strip().lower()
    # Most are in a file of their own name; of the rest the first file that has it.
    likely = [module for module in _modules() if module.replace("_", "").startswith(wanted.partition("-")[0])]
    found = (known for module in chain(likely, _modules()) for known in _formats_of(module) if known.name == wanted)
    format = next(found, None)
    if format is None:
        names = ", ".join(known.name for known in all_formats())
        raise Mistakes([f"--format {name}: not known; known are {names}; salon report --formats tells what each is"])
    return format


def _of(modules: Iterable[str]) -> tuple[Format, ...]:
    return tuple(known for module in modules for known in _formats_of(module))


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    return tuple(getattr(importlib.import_module(f"salon.imports.{module}"), "FORMATS", ()))


@cache
def _modules() -> tuple[str, ...]:
    """Names of the files in this folder."""
    package = importlib.import_module("salon.imports")
    return tuple(found.name for found in pkgutil.iter_modules(package.__path__))
