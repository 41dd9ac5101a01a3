"""What a dialect is: how one platform writes each thing of the subset. Writing a text in it is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from salon.markup.reading import Block, Span

#: What stands before and after a piece of text.
Pair = tuple[str, str]
#: A finished block, and whether an empty line stands before it.
Piece = tuple[str, bool]

NOTHING: Pair = ("", "")


def lines_of(lines: Sequence[str]) -> str:
    """Lines as they stand."""
    return "\n".join(lines)


def spaced(pieces: Sequence[Piece]) -> str:
    """Blocks below each other, with an empty line where the writer left one."""
    return "".join(("\n\n" if gap else "\n") * (n > 0) + text for n, (text, gap) in enumerate(pieces))


def apart(pieces: Sequence[Piece]) -> str:
    """Blocks with an empty line between them all: where one would otherwise be taken into the one before."""
    return "\n\n".join(text for text, _ in pieces)


def listed(mark: str, indent: str) -> Callable[[Sequence[str], int | None], str]:
    """A list as lines: *mark* before each, or its number; what goes on is set in by *indent*."""

    def write(items: Sequence[str], start: int | None) -> str:
        marks = [mark if start is None else f"{start + n}. " for n in range(len(items))]
        return "\n".join(one + item.replace("\n", f"\n{indent}") for one, item in zip(marks, items, strict=True))

    return write


def quoted(mark: str) -> Callable[[str], str]:
    """A quote with *mark* before each line."""
    return lambda text: "\n".join(f"{mark}{line}" if line else mark.rstrip() for line in text.split("\n"))


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one platform writes the subset."""

    #: Makes plain text inert; told whether it begins a line.
    text: Callable[[str, bool], str]
    #: The same for what stands in code.
    code_text: Callable[[str], str]
    bold: Pair = NOTHING
    italic: Pair = NOTHING
    code: Pair = NOTHING
    #: Words and address; the words are written already, and none where the address stands for itself.
    link: Callable[[str, str], str]
    #: Level and text, which is written already.
    heading: Callable[[int, str], str]
    #: Whether a heading is bold by itself, so that nothing in it is made bold again.
    is_heading_bold: bool = True
    #: Whether code may stand within bold or italic text and within a heading.
    nests_code: bool = False
    #: Whether a bold or italic piece needs a space beside letters to be taken for one.
    needs_space: bool = False
    paragraph: Callable[[Sequence[str]], str] = lines_of
    listing: Callable[[Sequence[str], int | None], str] = field(default=listed("• ", "  "))
    quote: Callable[[str], str] = field(default=quoted("> "))
    rule: str = "────────"
    code_block: Callable[[str], str]
    join: Callable[[Sequence[Piece]], str] = spaced
    #: The same within an item of a list.
    item_join: Callable[[Sequence[Piece]], str] = spaced
    #: A text in which nothing is markup, line by line.
    literal: Callable[[Dialect, Sequence[str]], str] = lambda self, lines: "\n".join(
        self.text(line, True) for line in lines
    )


def written(blocks: Sequence[Block], dialect: Dialect) -> str:
    """*blocks* in *dialect*."""
    return dialect.join(_pieces(blocks, dialect))


def _pieces(blocks: Sequence[Block], dialect: Dialect) -> list[Piece]:
    return [(_block(block, dialect), block.has_gap) for block in blocks]


def _block(block: Block, dialect: Dialect) -> str:
    match block.kind:
        case "heading":
            inside = frozenset({"bold", "heading"} if dialect.is_heading_bold else {"heading"})
            words = "".join(_line(line, dialect, inside) for line in block.lines)
            # Marks around nothing would show.
            return dialect.heading(block.level, words) if words.strip() else ""
        case "paragraph":
            return dialect.paragraph([_line(line, dialect, frozenset()) for line in block.lines])
        case "list":
            items = [dialect.item_join(_pieces(item.inside, dialect)) for item in block.inside]
            return dialect.listing(items, block.start)
        case "quote":
            return dialect.quote(written(block.inside, dialect))
        case "rule":
            return dialect.rule
        case _:
            return dialect.code_block(dialect.code_text(block.text))


def _line(spans: Sequence[Span], dialect: Dialect, inside: frozenset[str], begins: bool = True) -> str:
    line, was_marked = "", False
    for span in spans:
        piece, is_marked = _span(span, dialect, inside, begins and not line), span.kind in ("bold", "italic", "code")
        if dialect.needs_space and (is_marked or was_marked) and _are_letters(line, piece, is_marked, was_marked):
            line += " "
        line, was_marked = line + piece, is_marked
    return line


def _are_letters(line: str, piece: str, is_marked: bool, was_marked: bool) -> bool:
    before = was_marked or line[-1:].isalnum()
    after = is_marked or piece[:1].isalnum()
    return bool(line) and before and after


def _span(span: Span, dialect: Dialect, inside: frozenset[str], begins: bool) -> str:
    match span.kind:
        case "text":
            return dialect.text(span.text, begins)
        case "code":
            before, after = dialect.code if dialect.nests_code or not inside else NOTHING
            return before + dialect.code_text(span.text) + after
        case "link":
            is_bare = not span.inside or (span.inside[0].kind == "text" and span.inside[0].text == span.url)
            words = "" if is_bare else _line(span.inside, dialect, inside | {"link"}, begins)
            return dialect.link(words, span.url)
    before, after = (dialect.bold if span.kind == "bold" else dialect.italic) if span.kind not in inside else NOTHING
    words = _line(span.inside, dialect, inside | {span.kind}, begins and not before)
    return before + words + after
