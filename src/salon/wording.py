"""What people read, out of Jinja2 templates that an owner may edit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from salon.errors import SalonError
from salon.shipped import shipped

#: Control characters, and the invisible ones that reorder or hide text.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class BadTemplate(SalonError):
    """A template could not be filled in."""


def calm(text: str) -> str:
    """*text* on one line, without control, zero-width or direction marks."""
    return " ".join(_INVISIBLE.sub("", text).split())


class Wording:
    """Fills in templates. Undefined is an error; `.html` and `.svg` templates escape by themselves.

    Filter: `calm` (one line, nothing invisible), for anything that a person typed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped("templates")
        self._env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.folder),
            bytecode_cache=_cache(),
            undefined=jinja2.StrictUndefined,
            autoescape=jinja2.select_autoescape(["html", "svg", "xml"], default_for_string=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._env.filters.update(calm=calm)

    def add_filters(self, **filters: Callable[..., Any]) -> None:
        """Add filters for one kind of document."""
        self._env.filters.update(filters)

    def fill(self, name: str, /, **values: Any) -> str:
        """Text of template *name* (`warm_up/group.zh.md`). Raises `BadTemplate` naming file, line and cause."""
        try:
            return self._env.get_template(name).render(**values)
        except jinja2.TemplateNotFound as gone:
            path = self.folder / str(gone)
            raise BadTemplate(f"{path}: there is no such template; put it back or restore the folder") from gone
        except jinja2.TemplateSyntaxError as broken:
            raise BadTemplate(f"templates/{broken.name or name}:{broken.lineno}: {broken.message}") from broken
        except jinja2.UndefinedError as missing:
            raise BadTemplate(f"{self._place(missing, name)}: {missing.message}") from missing
        except (ArithmeticError, LookupError, TypeError, ValueError, jinja2.TemplateError) as wrong:
            # A filter that is given the wrong thing, a sum of texts: the owner's mistake as well.
            raise BadTemplate(f"{self._place(wrong, name)}: {type(wrong).__name__}: {wrong}") from wrong

    def _place(self, error: BaseException, name: str) -> str:
        """File and line of the template in which it happened: the innermost, where one includes another."""
        trace, place = error.__traceback__, f"templates/{name}:0"
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file.startswith(f"{self.folder}{os.sep}"):
                place = f"templates/{Path(file).relative_to(self.folder).as_posix()}:{trace.tb_lineno}"
            trace = trace.tb_next
        return place


def _cache() -> jinja2.BytecodeCache | None:
    """Compiled templates, kept from one command to the next by their content; none where there is no safe place."""
    try:
        return jinja2.FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None
