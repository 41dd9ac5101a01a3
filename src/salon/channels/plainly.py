"""Markup read as plain text, for the body beside a formatted one: every word, every link, nothing else. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements that stand on lines of their own, and those after which a line is left free.
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FREE_LINE = _HEADINGS | {"p", "blockquote", "pre", "ul", "ol"}
_OWN_LINE = _FREE_LINE | {"div", "li", "tr", "hr"}


def plainly(html: str) -> str:
    """The words of *html*, a small piece of HTML: links as `text (address)`, items with a bullet or their number.

    What is no tag stays as it is, and what was escaped is read as what it means: `&lt;b&gt;` is the words `<b>`.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in reader.text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        #: (address, where its words begin)
        self._links: list[tuple[str, int]] = []
        #: Number of the last item of each list that is open; None: it has none.
        self._items: list[int | None] = []
        #: Where the quotes that are open begin.
        self._quotes: list[int] = []
        self._is_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _OWN_LINE:
            self._new_line(is_free=tag in _FREE_LINE and not (tag in ("ul", "ol") and self._items))
        if tag == "br":
            self.text += "\n"
        elif tag == "hr":
            self.text += "────────\n"
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.text)))
        elif tag in ("ul", "ol"):
            self._items.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.text += self._mark()
        elif tag == "pre":
            self._is_pre = True
        elif tag == "blockquote":
            self._quotes.append(len(self.text))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            address, begins = self._links.pop()
            # A link that shows its own address says it once.
            if address and self.text[begins:].strip() != address.removeprefix("mailto:"):
                self.text += f" ({address})"
        elif tag in ("ul", "ol") and self._items:
            self._items.pop()
        elif tag == "pre":
            self._is_pre = False
        elif tag == "blockquote" and self._quotes:
            begins = self._quotes.pop()
            lines = self.text[begins:].strip().split("\n")
            self.text = self.text[:begins] + "\n".join(f"> {line}".rstrip() for line in lines)
        if tag in _OWN_LINE:
            self._new_line(is_free=tag in _FREE_LINE and not self._items)

    def handle_data(self, data: str) -> None:
        words = data if self._is_pre else re.sub(r"[ \t\r\n]+", " ", data)
        self.text += words.lstrip(" ") if self.text.endswith("\n") and not self._is_pre else words

    def _new_line(self, *, is_free: bool) -> None:
        # Spaces at the end of a line are nobody's words.
        text = self.text.rstrip(" ")
        if not text:
            return
        self.text = text.rstrip("\n") + ("\n\n" if is_free or text.endswith("\n\n") else "\n")

    def _mark(self) -> str:
        if not self._items or self._items[-1] is None:
            return "• "
        self._items[-1] += 1
        return f"{self._items[-1]}. "
