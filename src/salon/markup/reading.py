"""Reads the subset: Markdown in, blocks of spans out. What is not of the subset is refused with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from salon.errors import WrongUse

#: What an address begins with; everything else is no link.
SCHEMES = ("https://", "http://", "mailto:")
#: A bare address; a full stop or bracket at its end belongs to the sentence.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&()+,;=%]+")
_TRAILING = ".,;:!?_~"
#: Where plain text ends: at a mark that may mean something, or where an address begins.
_STOP = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]|(?<![A-Za-z0-9])https?://")

_INSTEAD = {
    "html_block": "no chat shows HTML; write **bold**, *italic* or [words](https://…), and \\< for the mark itself",
    "html_inline": "no chat shows HTML; write **bold**, *italic* or [words](https://…), and \\< for the mark itself",
    "image": "a picture does not stand in the text; the poster goes with it by itself, so leave this out",
    "table": "no chat shows a table; write a list, a line for each row",
    "s": "few chats strike text out; leave it out, or write \\~\\~ for the marks themselves",
}
_ELSE = "write it with headings, **bold**, *italic*, links, lists, quotes, rules and code only"


class BadMarkup(WrongUse):
    """A text is not written in the subset that every platform can show."""

    def __init__(self, line: int, what: str, now: str) -> None:
        self.line, self.what, self.now = line, what, now
        super().__init__(f"line {line}: {what}; {now}")


@dataclass(frozen=True, kw_only=True)
class Span:
    """A piece of one line: *kind* is text, bold, italic, code or link."""

    kind: str
    #: Of text and code.
    text: str = ""
    #: Of a link; its words are its *inside*, none where the address stands for itself.
    url: str = ""
    inside: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block: *kind* is heading, paragraph, list, item, quote, rule or code."""

    kind: str
    #: Whether an empty line stands before it.
    has_gap: bool = False
    #: Of a heading: 1 to 6.
    level: int = 0
    #: Of a list: its first number; None: it has bullets.
    start: int | None = None
    #: Of a heading or paragraph: line by line.
    lines: tuple[tuple[Span, ...], ...] = ()
    #: Of a code block.
    text: str = ""
    inside: tuple[Block, ...] = ()


def read(text: str) -> tuple[Block, ...]:
    """*text* as blocks. Raises `BadMarkup`."""
    reader = _Reader(text.split("\n"))
    return reader.blocks(SyntaxTreeNode(_markdown().parse(text)).children)


class _Reader:
    """One text being read; knows its lines."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._line = 1

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> tuple[Block, ...]:
        return tuple(self._block(node) for node in nodes)

    def _block(self, node: SyntaxTreeNode) -> Block:
        first = node.map[0] if node.map else self._line - 1
        self._line = first + 1
        has_gap = first > 0 and not self._lines[first - 1].strip(" >\t")
        match node.type:
            case "heading":
                return Block(kind="heading", level=int(node.tag[1]), lines=self._inline(node), has_gap=has_gap)
            case "paragraph":
                return Block(kind="paragraph", lines=self._inline(node), has_gap=has_gap)
            case "bullet_list":
                return Block(kind="list", inside=self.blocks(node.children), has_gap=has_gap)
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                return Block(kind="list", start=start, inside=self.blocks(node.children), has_gap=has_gap)
            case "list_item":
                return Block(kind="item", inside=self.blocks(node.children), has_gap=has_gap)
            case "blockquote":
                return Block(kind="quote", inside=self.blocks(node.children), has_gap=has_gap)
            case "hr":
                return Block(kind="rule", has_gap=has_gap)
            case "fence":
                return Block(kind="code", text=node.content.rstrip("\n"), has_gap=has_gap)
        raise self._bad(node)

    def _inline(self, node: SyntaxTreeNode) -> tuple[tuple[Span, ...], ...]:
        inline = [span for child in node.children for span in child.children]
        return tuple(map(tuple, self._spans(inline)))

    def _spans(self, nodes: Iterable[SyntaxTreeNode]) -> list[list[Span]]:
        """Spans line by line; what is bold over several lines is bold on each of them."""
        lines: list[list[Span]] = [[]]
        for node in nodes:
            match node.type:
                case "text" | "text_special":
                    _add_text(lines[-1], self._words(node))
                case "softbreak" | "hardbreak":
                    self._line += 1
                    lines.append([])
                case "code_inline":
                    lines[-1].append(Span(kind="code", text=node.content))
                case "strong" | "em" | "link":
                    kind = {"strong": "bold", "em": "italic"}.get(node.type, "link")
                    url = self._address(node) if kind == "link" else ""
                    first, *more = (_wrapped(kind, url, line) for line in self._spans(node.children))
                    lines[-1].extend(first)
                    lines.extend(more)
                case _:
                    raise self._bad(node)
        return lines

    def _words(self, node: SyntaxTreeNode) -> str:
        for mark in ("**", "__"):
            # One that was meant as such has a backslash before it, and comes as "text_special".
            if node.type == "text" and mark in node.content:
                why = f"{mark} makes nothing bold here"
                now = f"put it beside a letter, not beside a full stop or bracket, or write \\{mark[0]}\\{mark[0]}"
                raise BadMarkup(self._line, why, now)
        return node.content

    def _address(self, node: SyntaxTreeNode) -> str:
        url = str(node.attrs.get("href", ""))
        if not url.lower().startswith(SCHEMES):
            raise BadMarkup(self._line, f"{url[:60]!r} is no address", "write one that begins with https://")
        if node.attrs.get("title"):
            raise BadMarkup(self._line, "no chat shows a link's title", "write [words](https://…) without it")
        return url

    def _bad(self, node: SyntaxTreeNode) -> BadMarkup:
        kind = {"html_block": "HTML", "html_inline": "HTML", "image": "a picture", "s": "~~"}.get(node.type)
        return BadMarkup(self._line, f"{kind or f'a {node.type}'} is not allowed", _INSTEAD.get(node.type, _ELSE))


def _add_text(line: list[Span], words: str) -> None:
    if line and line[-1].kind == "text":
        words = line.pop().text + words
    if words:
        line.append(Span(kind="text", text=words))


def _wrapped(kind: str, url: str, inside: list[Span]) -> list[Span]:
    return [Span(kind=kind, url=url, inside=tuple(inside))] if inside or kind == "link" else []


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # Indented text, a line of === and a line like [x]: are no markup to somebody who writes for a chat.
    markdown.disable(["code", "lheading", "reference", "text_join"])
    markdown.inline.ruler.at("text", _text)
    markdown.inline.ruler.before("escape", "bare", _bare)
    # Judged by `_address`, so that a bad one is named instead of being left standing as text.
    markdown.validateLink = _any_address  # type: ignore[method-assign]
    return markdown


def _any_address(url: str) -> bool:
    return True


def _text(state: StateInline, silent: bool) -> bool:
    """Take plain text up to the next mark or address."""
    found = _STOP.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _bare(state: StateInline, silent: bool) -> bool:
    """Take an address that stands for itself."""
    before = state.src[state.pos - 1] if state.pos else ""
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel or (before.isascii() and before.isalnum()):
        return False
    url = _trimmed(found[0])
    if not silent:
        opened = state.push("link_open", "a", 1)
        opened.attrs = {"href": url}
        state.push("text_special", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(url)
    return True


def _trimmed(url: str) -> str:
    while url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url
