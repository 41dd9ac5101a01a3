"""Reading small samples in tests of the imports."""

from __future__ import annotations

from salon.imports import FORMATS
from salon.imports.base import Reading, Source


def source_of(text: str | bytes, name: str = "chat.txt") -> Source:
    """*text* as an exported file."""
    return Source(name, text if isinstance(text, bytes) else text.encode())


def likeness_of(text: str | bytes, name: str = "chat.txt") -> dict[str, float]:
    """Format → how sure it is of *text*; those that are not sure at all are left out."""
    source = source_of(text, name)
    return {known.name: sure for known in FORMATS if (sure := known.likeness(source))}


def read_as(format: str, text: str | bytes, name: str = "chat.txt", **said: object) -> Reading:
    """*text* read by the format of that name."""
    reading = Reading(**said)  # type: ignore[arg-type]
    next(known for known in FORMATS if known.name == format).read(source_of(text, name), reading)
    return reading


def said_in(reading: Reading) -> list[tuple[str, str]]:
    """Name and text of what people said."""
    return [(m.name, m.text) for m in reading.messages if m.role != "system"]


def told_in(reading: Reading) -> list[str]:
    """Text of the system lines."""
    return [m.text for m in reading.messages if m.role == "system"]
