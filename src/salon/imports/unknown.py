"""What the owner hears of a file that is no chat: what it looks like, and what to do now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from salon.imports.base import Source

#: How files begin that people send by mistake → what they are.
_BEGINS = (
    (b"%PDF", "it is a PDF"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"GIF8", "it is a picture"),
    (b"SQLite format 3", "it is a database: take the JSON or CSV that the exporter makes of it"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive: unpack it"),
    (b"Rar!", "it is a RAR archive: unpack it"),
    (b"\x1f\x8b", "it is packed: unpack it"),
    (b"\xd0\xcf\x11\xe0", "it is an old Office file: save it as text or CSV"),
)
#: In an archive: tables and texts of office programs.
_OFFICE = ("xl/", "word/", "[Content_Types].xml")


def no_chat(path: Path, sources: Sequence[Source]) -> str:
    """One sentence for a *path* that no format knows."""
    seen = _looks(sources)
    return (
        f"{path}: this is no export that can be read{f' ({seen})' if seen else ''}; export the chat once more as "
        "docs/importing.md says for your tool, or name its kind with --format (salon report --formats lists them), "
        "or save it as lines of `name: text`"
    )


def _looks(sources: Sequence[Source]) -> str:
    """What is plain to see of it; empty: nothing."""
    first = sources[0]
    begins = next((what for start, what in _BEGINS if first.data.startswith(start)), "")
    if begins or len(sources) > 1:
        return begins or _among(sources)
    text = first.text.lstrip()
    if not text:
        return "it is empty"
    if text[:1] in ("{", "[") and first.document is None:
        return "it begins like JSON, but is not whole"
    return "it is a web page" if text[:200].lower().startswith(("<!doctype html", "<html")) else ""


def _among(sources: Sequence[Source]) -> str:
    """The same of an archive or folder."""
    if any(source.name.startswith(_OFFICE) for source in sources):
        return "it is a file of an office program: save it as text or CSV"
    return f"{len(sources)} files in it, none of them a chat"
