"""What people read, out of Jinja2 templates that an owner may edit."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from salon.errors import SalonError
from salon.shipped import shipped

#: Control characters, and the invisible ones that reorder or hide text.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


class BadTemplate(SalonError):
    """A template could not be filled in."""


def calm(text: str) -> str:
    """*text* on one line, without control, zero-width or direction marks."""
    if text.isprintable() and "  " not in text and text.strip(" ") == text:
        # Nothing to be done, as for most texts: what is invisible is not printable, and of the spaces only one is.
        return text
    return " ".join(_INVISIBLE.sub("", text).split())


def md(text: str) -> str:
    """*text*, which a person typed, as words in a text of the subset (`salon.markup`): calm, and no markup."""
    # A parser of Markdown comes with it, which a report has no use for: loaded by the first announcement.
    from salon.markup import escape

    return escape(calm(text))


class Wording:
    """Fills in templates. Undefined is an error; `.html` and `.svg` templates escape by themselves.

    *folder*: all of them (default: the shipped ones). *own*: an owner's own, which go before those file by file, and
    whose words go before those word by word: what a new version adds is there without being copied.
    Filters, for anything that a person typed: `calm` (one line, nothing invisible), and `md`, the same as words in a
    text of the subset (`salon.markup`), as announcements to groups are.
    """

    def __init__(self, folder: Path | None = None, own: Path | None = None) -> None:
        self.folder, self.own = folder or shipped("templates"), own
        self._folders = [own, self.folder] if own else [self.folder]
        self._env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._folders),
            bytecode_cache=_cache(),
            undefined=jinja2.StrictUndefined,
            autoescape=jinja2.select_autoescape(["html", "svg", "xml"], default_for_string=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._env.filters.update(calm=calm, md=md)

    def add_filters(self, **filters: Callable[..., Any]) -> None:
        """Add filters for one kind of document."""
        self._env.filters.update(filters)

    def find(self, name: str) -> Path:
        """Path of template *name*: the owner's own where there is one."""
        return next((path for folder in self._folders if (path := folder / name).is_file()), self.folder / name)

    def table(self, name: str) -> Mapping[str, Any]:
        """The words in *name* (`report/words.zh.toml`). Raises `BadTemplate` naming the file, and line or word."""
        words = _read(self.folder / name)
        if self.own and (path := self.own / name).is_file():
            words = _over(words, _read(path), path, "")
        return words

    def fill(self, name: str, /, **values: Any) -> str:
        """Text of template *name* (`warm_up/group.zh.md`). Raises `BadTemplate` naming file, line and cause."""
        try:
            return self._env.get_template(name).render(**values)
        except jinja2.TemplateNotFound as gone:
            path = self.folder / str(gone)
            raise BadTemplate(f"{path}: there is no such template; put it back or restore the folder") from gone
        except jinja2.TemplateSyntaxError as broken:
            file = self._shown(broken.filename or "") or f"templates/{broken.name or name}"
            raise BadTemplate(f"{file}:{broken.lineno}: {broken.message}") from broken
        except jinja2.UndefinedError as missing:
            raise BadTemplate(f"{self._place(missing, name)}: {missing.message}") from missing
        except UnicodeDecodeError as foreign:
            raise BadTemplate(f"{self._with(foreign.object, name)}: is not UTF-8: {foreign}") from foreign
        except (ArithmeticError, LookupError, TypeError, ValueError, jinja2.TemplateError) as wrong:
            # A filter that is given the wrong thing, a sum of texts: the owner's mistake as well.
            raise BadTemplate(f"{self._place(wrong, name)}: {type(wrong).__name__}: {wrong}") from wrong

    def _place(self, error: BaseException, name: str) -> str:
        """File and line of the template in which it happened: the innermost, where one includes another."""
        trace, place = error.__traceback__, f"templates/{name}:0"
        while trace is not None:
            if file := self._shown(trace.tb_frame.f_code.co_filename):
                place = f"{file}:{trace.tb_lineno}"
            trace = trace.tb_next
        return place

    def _with(self, content: bytes, name: str) -> str:
        """The template whose file has *content*: *name*, or one that it includes."""
        files = (path for folder in self._folders for path in sorted(folder.glob("*/*")) if path.is_file())
        found = next((path for path in files if path.read_bytes() == content), self.find(name))
        return self._shown(str(found))

    def _shown(self, file: str) -> str:
        """A template's file as an owner knows it: the whole path of their own; nothing where it is no template."""
        if self.own and file.startswith(f"{self.own}{os.sep}"):
            return file
        inside = file.startswith(f"{self.folder}{os.sep}")
        return f"templates/{Path(file).relative_to(self.folder).as_posix()}" if inside else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as gone:
        raise BadTemplate(f"{path}: there is no such file; put it back or restore the folder") from gone
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadTemplate(f"{path}: {broken}") from broken


def _over(words: Mapping[str, Any], own: Mapping[str, Any], path: Path, where: str) -> dict[str, Any]:
    """*words* with those of the owner's *own* instead of theirs. Raises `BadTemplate` for one of another kind."""
    found = dict(words)
    for key, value in own.items():
        known = found.get(key)
        if known is not None and type(known) is not type(value):
            kind = "words of its own" if isinstance(known, dict) else "a text in quotation marks"
            raise BadTemplate(f"{path}: {where}{key}: {value!r} is not allowed; write {kind}")
        nested = isinstance(known, dict) and isinstance(value, dict)
        found[key] = _over(known or {}, value, path, f"{where}{key}.") if nested else value
    return found


def _cache() -> jinja2.BytecodeCache | None:
    """Compiled templates, kept from one command to the next by their content; none where there is no safe place."""
    try:
        return jinja2.FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None
