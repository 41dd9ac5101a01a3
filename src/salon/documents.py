"""The report as people read it: one HTML page, Markdown, and JSON for programs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import orjson
from markupsafe import Markup, escape

from salon.model import Discussion
from salon.report import Report
from salon.report_view import view_of
from salon.wording import Wording, calm

_CODE = re.compile(r"`([^`\n]+)`")
#: What Markdown reads inside a line. An underscore between letters is none: names in code stay readable.
_INLINE = re.compile(r"([\\`*\[\]|]|~~|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
#: What it takes for a tag, an address (`<1@b>`) or an entity. Some readers of Markdown know no backslash before these.
_TAG, _ENTITY = re.compile(r"<(?=\S)"), re.compile(r"&(?=#?\w+;)")
#: What it reads at the beginning of a line: headings, lists, quotes, rules.
_LEADING = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#>+=\-:]))")


def documents(report: Report, discussion: Discussion, wording: Wording) -> dict[str, bytes]:
    """File name → content: `report.md`, `report.html`, `report.json`. The same input gives the same bytes."""
    wording.add_filters(quoted=quoted, titled=titled, coded=coded)
    view = view_of(report, discussion)
    name = f"report/report.{'zh' if report.language == 'zh' else 'en'}"
    return {
        "report.md": _tidy(wording.fill(f"{name}.md", **view)).encode(),
        "report.html": wording.fill(f"{name}.html", **view).encode(),
        "report.json": as_json(report).encode(),
    }


def write_documents(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Put *documents* into *folder*, each file whole or not at all. May be run again."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        write_whole(folder / name, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* beside *path* and move it there, so that no reader sees half a file."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_bytes(content)
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def as_json(report: Report) -> str:
    """The report for programs: every leaf with the ids of its messages; times in ISO 8601, lengths in minutes."""
    return orjson.dumps(report, default=_minutes, option=orjson.OPT_INDENT_2).decode() + "\n"


def _minutes(value: object) -> int:
    if isinstance(value, timedelta):
        return int(value.total_seconds() // 60)
    raise TypeError(f"{type(value).__name__} is nothing that a report holds")


def quoted(text: str) -> str:
    """*text* on one line, escaped for Markdown where it must be and nowhere else, so that it stays readable."""
    return _leading(_inline(calm(text)))


def titled(text: str) -> str:
    """A title for Markdown: what stands in back-ticks stays code, the rest is `quoted`."""
    parts = [f"`{part}`" if k % 2 else _inline(part) for k, part in enumerate(_CODE.split(calm(text)))]
    return _leading("".join(parts))


def _inline(text: str) -> str:
    return _TAG.sub("&lt;", _INLINE.sub(r"\\\1", _ENTITY.sub("&amp;", text)))


def _leading(text: str) -> str:
    return _LEADING.sub(lambda mark: mark[1] + "\\", text)


def coded(text: str) -> Markup:
    """A title for HTML: escaped, with what stands in back-ticks as code."""
    parts = _CODE.split(calm(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if k % 2 else escape(part) for k, part in enumerate(parts)
    )


def _tidy(markdown: str) -> str:
    """Never more than one empty line; one line break at the end."""
    return re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n"
