"""Filters that make what people typed harmless in Markdown and HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from salon.wording import calm

_CODE = re.compile(r"`([^`\n]+)`")
#: What Markdown reads inside a line. An underscore between letters is none: names in code stay readable.
_INLINE = re.compile(r"([\\`*\[\]|]|~~|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
#: What it takes for a tag, an address (`<1@b>`) or an entity. Some readers of Markdown know no backslash before these.
_TAG, _ENTITY = re.compile(r"<(?=\S)"), re.compile(r"&(?=#?\w+;)")
#: What it reads at the beginning of a line: headings, lists, quotes, rules.
_LEADING = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#>+=\-:]))")


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


def tidy(markdown: str) -> str:
    """Never more than one empty line; one line break at the end."""
    return re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n"
