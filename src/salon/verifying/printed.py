"""What a form shows its reader, as one text: without tags, styles and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from salon.verifying.marked import Signs

_SPACE = re.compile(r"\s+")
_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr", "line", "rect", "circle", "path"])
_INLINE = frozenset(["a", "b", "bdi", "code", "em", "i", "small", "span", "strong", "sub", "sup", "u"])
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.I)
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([^;%\s]+)%")
#: How our bars and our chart are drawn; a drawing of other measures says nothing that could be compared.
_BAR, _CHART = "0 0 100 10", "0 0 720 190"
#: Marks of Markdown at the beginning of a line, and its signs for emphasis and addresses elsewhere.
_HEADING, _LEADING = re.compile(r"^## ", re.M), re.compile(r"^(?:#{1,6} |> ?|- )+", re.M)
_CONTENT = re.compile(r"""content\s*:\s*["'][^"']*[\w\u3400-\u9fff]""")

_PRINT = re.compile(r"@media print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_HIDING = re.compile(r"([^{}]*)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0[;}])")
#: Parts of a page that say nothing which is not said elsewhere in it.
_MAY_HIDE = re.compile(r"(?:#check(?::empty)?|\.(?:copy|here|toc|forms|face|legend|chart|num|gap)|nav|summary)$")
_OPAQUE = re.compile(
    r"<(?:img|image|picture|iframe|object|embed|video|audio|canvas|foreignobject|link|base|form|input)\b"
    r"|<[a-z][^<>]*\son\w+\s*=|<meta[^>]*http-equiv|<script[^>]*\ssrc",
    re.I,
)


def shown(text: str, is_page: bool, signs: Signs) -> str:
    """What *text* (a page, or Markdown) shows, on one line; `signs.section` stands where a section begins.

    Where links of members lead, which messages a quote names and how long a bar is stands between
    `signs.aside` and `signs.shut`.
    """
    if not is_page:
        marked = _LEADING.sub("", _HEADING.sub(signs.section, text))
        return _SPACE.sub(" ", marked).strip()
    page = _Shown(signs)
    page.feed(text)
    page.close()
    return _SPACE.sub(" ", "".join(page.parts)).strip()


def style_faults(text: str) -> Iterator[str]:
    """What a page's style does to its words: it may neither print letters of its own nor hide what was said."""
    for style in re.findall(r"<style[^>]*>(.*?)</style>", text, re.S | re.I):
        yield from (f"its style adds words: {found[0][:60]}" for found in _CONTENT.finditer(style))
        for selectors in _HIDING.findall(_PRINT.sub("", style)):
            hidden = [one.strip() for one in selectors.split(",") if not _MAY_HIDE.search(one.strip())]
            yield from (f"its style hides: {one[:60]}" for one in hidden)


def elements_in(text: str) -> set[str]:
    """Elements of a page that show or do what no text of it says: pictures, frames, forms, what runs on a touch."""
    return {found[0].strip("< =").lower() for found in _OPAQUE.finditer(text)}


class _Shown(HTMLParser):
    """Collects what can be seen."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._signs = signs
        #: Elements that are open: tag, whether it is seen, whether it stands apart from the section around it.
        self._open: list[tuple[str, bool, bool]] = [("", True, False)]
        #: What the picture around measures.
        self._picture = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self.parts.append("\n")
        is_apart = "data-apart" in given
        if tag == "h2" or is_apart:
            self.parts.append(self._signs.section)
        if tag == "svg":
            self._picture = given.get("viewbox", "")
        is_seen = self._open[-1][1] and not self._is_hidden(tag, given)
        if is_seen:
            self._asides(tag, given)
        if tag not in _VOID:
            self._open.append((tag, is_seen, is_apart))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.parts.append("\n")
        # Nearly always it is the last one that ends.
        if tag != self._open[-1][0] and not any(tag == name for name, _, _ in self._open[1:]):
            return
        while (ended := self._open.pop())[0] != tag:
            pass
        if ended[2]:
            self.parts.append(self._signs.section)

    def updatepos(self, i: int, j: int) -> int:
        # Nobody asks in which line a tag stands.
        return j

    def handle_data(self, data: str) -> None:
        if self._open[-1][1]:
            self.parts.append(data)

    def _is_hidden(self, tag: str, given: dict[str, str]) -> bool:
        # What a reader finds behind "show all" is shown; what nobody is ever shown is not.
        return (
            tag in ("script", "style", "template") or "hidden" in given or bool(_UNSEEN.search(given.get("style", "")))
        )

    def _asides(self, tag: str, given: dict[str, str]) -> None:
        href = given.get("href", "")
        if tag == "blockquote" and "data-m" in given:
            self._aside(given["data-m"])
        elif tag == "a" and not href.startswith("#p-"):
            self._aside(href)
        elif tag == "rect" and self._picture == _BAR:
            self._aside(f"{given.get('x', '')} {given.get('width', '')}".strip())
        elif tag == "rect" and self._picture == _CHART:
            self._aside(" ".join(given.get(name, "") for name in ("x", "y", "width", "height")))
        elif found := _WIDTH.search(given.get("style", "")):
            self._aside(found[1])

    def _aside(self, text: str) -> None:
        if text:
            self.parts.append(f"{self._signs.aside}{text}{self._signs.shut}")
