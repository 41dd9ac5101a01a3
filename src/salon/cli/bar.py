"""A progress bar for people; nothing for a file or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 32


@contextmanager
def bar(what: str, stream: TextIO) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what to call with (done, wanted) to have a bar drawn on *stream*; None where nobody watches."""
    if not stream.isatty():
        yield None
        return

    def draw(done: int, wanted: int) -> None:
        filled = _WIDTH * done // wanted if wanted else _WIDTH
        stream.write(f"\r{what} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{wanted}")
        stream.flush()

    try:
        yield draw
    finally:
        stream.write("\n")
